// One tile of the base map: land, blocks, water, streets with casings, rails, buildings.

import { metresPerPixel, unproject } from "../pure/mercator.js";

// Street widths on the ground by rank, and the least width on screen.
const STREETS = [
  { width_m: 26, least: 2.2, major: true, from: 0 },
  { width_m: 15, least: 1.4, major: false, from: 13 },
  { width_m: 9, least: 1, major: false, from: 14 },
];
const GREEN = /park|green|garden|forest|grass|wood/;

const CLASS = { major: 0, minor: 1, alley: 2 };

export function streetClass(rank) {
  return CLASS[rank] ?? 2;
}

function path(ctx, features, close) {
  ctx.beginPath();
  for (const f of features) {
    for (const ring of f.rings) {
      ctx.moveTo(ring[0], ring[1]);
      for (let i = 2; i < ring.length; i += 2) ctx.lineTo(ring[i], ring[i + 1]);
      if (close) ctx.closePath();
    }
  }
}

export function drawBaseTile(ctx, tile, frame, { palette }) {
  const px = 512 * frame.dpr;
  ctx.fillStyle = palette.land;
  ctx.fillRect(0, 0, px, px);
  const s = frame.span * frame.dpr;
  ctx.setTransform(s, 0, 0, s, -frame.dx * frame.dpr, -frame.dy * frame.dpr);
  const unit = 1 / frame.span; // one CSS pixel in tile units
  const { lat } = unproject(frame.x * 512 + 256, frame.y * 512 + 256, frame.zoom);
  const mpp = metresPerPixel(lat, frame.zoom);
  const layers = tile.layers;
  ctx.lineJoin = "round";
  ctx.lineCap = "round";
  drawBlocks(ctx, layers.blocks ?? [], palette);
  if (layers.buildings) drawBuildings(ctx, layers.buildings, palette, unit, frame.zoom);
  drawWater(ctx, layers.water ?? [], palette, unit, mpp);
  drawStreets(ctx, layers.streets ?? [], palette, unit, mpp, frame.zoom);
  drawRails(ctx, layers.rails ?? [], palette, unit, frame.zoom);
}

function drawBlocks(ctx, blocks, palette) {
  const green = blocks.filter((b) => GREEN.test(b.properties.kind ?? ""));
  const plain = blocks.filter((b) => !GREEN.test(b.properties.kind ?? ""));
  ctx.fillStyle = palette.block;
  path(ctx, plain, true);
  ctx.fill("evenodd");
  ctx.fillStyle = palette.green;
  path(ctx, green, true);
  ctx.fill("evenodd");
}

function drawWater(ctx, water, palette, unit, mpp) {
  const areas = water.filter((w) => w.type === 3);
  const lines = water.filter((w) => w.type === 2);
  ctx.fillStyle = palette.water;
  ctx.strokeStyle = palette.waterLine;
  ctx.lineWidth = 0.75 * unit;
  path(ctx, areas, true);
  ctx.fill("evenodd");
  ctx.stroke();
  ctx.strokeStyle = palette.water;
  ctx.lineWidth = Math.max(1.5, 8 / mpp) * unit;
  path(ctx, lines, false);
  ctx.stroke();
}

function drawStreets(ctx, streets, palette, unit, mpp, zoom) {
  const byClass = [[], [], []];
  for (const s of streets) byClass[streetClass(s.properties.rank)].push(s);
  const shown = STREETS.map((style, k) => ({ ...style, features: byClass[k] })).filter(
    (s) => s.features.length && zoom >= s.from,
  );
  const widthOf = (s) => Math.max(s.least, s.width_m / mpp);
  for (const s of [...shown].reverse()) {
    const width = widthOf(s);
    if (width < 3) continue;
    ctx.strokeStyle = s.major ? palette.roadMajorCase : palette.roadCase;
    ctx.lineWidth = (width + (s.major ? 1.6 : 1.2)) * unit;
    path(ctx, s.features, false);
    ctx.stroke();
  }
  for (const s of [...shown].reverse()) {
    const width = widthOf(s);
    const thin = width < 3;
    ctx.strokeStyle = thin
      ? s.major
        ? palette.roadMajorCase
        : palette.roadCase
      : s.major
        ? palette.roadMajor
        : palette.road;
    ctx.lineWidth = (thin ? width : width - 1.2) * unit;
    path(ctx, s.features, false);
    ctx.stroke();
  }
}

function drawRails(ctx, rails, palette, unit, zoom) {
  if (!rails.length) return;
  const wide = zoom >= 15 ? 4 : 2.4;
  ctx.lineCap = "butt";
  ctx.strokeStyle = palette.rail;
  ctx.lineWidth = wide * unit;
  path(ctx, rails, false);
  ctx.stroke();
  ctx.strokeStyle = palette.land;
  ctx.lineWidth = wide * 0.5 * unit;
  ctx.setLineDash([9 * unit, 9 * unit]);
  ctx.stroke();
  ctx.setLineDash([]);
}

function drawBuildings(ctx, buildings, palette, unit, zoom) {
  if (zoom < 15) return;
  const areas = buildings.filter((b) => b.type === 3);
  ctx.fillStyle = palette.building;
  path(ctx, areas, true);
  ctx.fill("evenodd");
  if (zoom >= 16) {
    ctx.strokeStyle = palette.buildingLine;
    ctx.lineWidth = 0.75 * unit;
    ctx.stroke();
  }
  const points = buildings.filter((b) => b.type === 1);
  ctx.fillStyle = palette.buildingLine;
  for (const b of points) {
    const r = 2.5 * unit;
    for (const p of b.rings) ctx.fillRect(p[0] - r, p[1] - r, 2 * r, 2 * r);
  }
}
