// One tile of grid borders: weight and dash by level, each border drawn once, and the shading when it is on.

import { chainSegments, uniqueEdges } from "../pure/geometry.js";

export const LEVEL_FROM_ZOOM = { district: 8, street: 8, community: 11, grid: 14, micro: 16 };

const LINES = {
  district: { width: 3, dash: [], halo: 6 },
  street: { width: 3, dash: [18, 4, 3, 4], halo: 6 },
  community: { width: 2, dash: [14, 4, 2, 4], halo: 5 },
  dedicated: { width: 1.6, dash: [2, 3], halo: 0 },
  grid: { width: 1.3, dash: [7, 3], halo: 0 },
  micro: { width: 0.7, dash: [], halo: 0, alpha: 0.75 },
};
const ORDER = ["district", "street", "community", "dedicated", "grid", "micro"];

export function lineClass(properties) {
  return properties.kind === "dedicated" ? "dedicated" : properties.level;
}

export function drawGridTile(ctx, tile, frame, { palette, shading }) {
  const cells = (tile.layers.cells ?? []).filter(
    (c) => frame.zoom >= (LEVEL_FROM_ZOOM[c.properties.level] ?? 8),
  );
  const s = frame.span * frame.dpr;
  ctx.setTransform(s, 0, 0, s, -frame.dx * frame.dpr, -frame.dy * frame.dpr);
  const unit = 1 / frame.span;
  if (shading) fillShading(ctx, tile.layers.cells ?? [], palette, shading);
  const groups = ORDER.map((name) =>
    cells.filter((c) => lineClass(c.properties) === name).flatMap((c) => c.rings),
  );
  const edges = uniqueEdges(groups);
  const lines = edges.map(chainSegments);
  ctx.lineJoin = "round";
  for (let k = ORDER.length - 1; k >= 0; k -= 1)
    strokeLevel(ctx, lines[k], LINES[ORDER[k]], colourOf(ORDER[k], palette), palette, unit, frame);
}

function colourOf(name, palette) {
  if (name === "district" || name === "street") return palette.gridStreet;
  if (name === "community") return palette.gridCommunity;
  return name === "micro" ? palette.gridMicro : palette.gridGrid;
}

function strokeLevel(ctx, lines, style, colour, palette, unit, frame) {
  if (!lines.length) return;
  if (style.halo) {
    ctx.globalAlpha = 0.7;
    ctx.strokeStyle = palette.halo;
    ctx.lineWidth = style.halo * unit;
    ctx.setLineDash([]);
    strokeLines(ctx, lines);
  }
  ctx.globalAlpha = style.alpha ?? 1;
  ctx.strokeStyle = colour;
  ctx.lineWidth = style.width * unit;
  ctx.lineCap = "butt";
  ctx.setLineDash(style.dash.map((d) => d * unit));
  const period = style.dash.reduce((a, b) => a + b, 0);
  if (!period) strokeLines(ctx, lines);
  // The dash starts from the place on earth, so that it runs on across the tile's edge nearly unbroken.
  else for (const line of lines) strokeDashed(ctx, line, period, unit, frame);
  ctx.setLineDash([]);
  ctx.globalAlpha = 1;
}

function strokeDashed(ctx, line, period, unit, frame) {
  const last = line.length - 2;
  const along = Math.abs(line[last] - line[0]) >= Math.abs(line[last + 1] - line[1]);
  const flip = along ? line[last] < line[0] : line[last + 1] < line[1];
  const start = flip ? last : 0;
  const at = along
    ? line[start] * frame.span + frame.x * 512 - frame.dx
    : line[start + 1] * frame.span + frame.y * 512 - frame.dy;
  ctx.lineDashOffset = (((at % period) + period) % period) * unit;
  ctx.beginPath();
  if (flip) for (let i = last; i >= 0; i -= 2) ctx.lineTo(line[i], line[i + 1]);
  else for (let i = 0; i <= last; i += 2) ctx.lineTo(line[i], line[i + 1]);
  ctx.stroke();
}

function strokeLines(ctx, lines) {
  ctx.beginPath();
  for (const line of lines) {
    ctx.moveTo(line[0], line[1]);
    for (let i = 2; i < line.length; i += 2) ctx.lineTo(line[i], line[i + 1]);
  }
  ctx.stroke();
}

function fillShading(ctx, cells, palette, shading) {
  ctx.globalAlpha = 0.72;
  for (const cell of cells) {
    const k = shading.classes[cell.properties.code];
    if (k === undefined) continue;
    ctx.fillStyle = k < 0 ? palette.noData : palette.seq[k];
    ctx.beginPath();
    for (const ring of cell.rings) {
      ctx.moveTo(ring[0], ring[1]);
      for (let i = 2; i < ring.length; i += 2) ctx.lineTo(ring[i], ring[i + 1]);
      ctx.closePath();
    }
    ctx.fill("evenodd");
  }
  ctx.globalAlpha = 1;
}
