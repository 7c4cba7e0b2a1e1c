// What lies under a point, and the visible symbols in reading order.

import { inRings } from "../pure/geometry.js";
import { clockRank, readingOrder } from "../pure/cluster.js";
import { project } from "../pure/mercator.js";

const DEPTH = { district: 0, street: 1, community: 2, grid: 3, micro: 4 };

function symbolHit(last, x, y, reach) {
  let best = null;
  for (const s of last.symbols) {
    const size = s.kind === "event" ? (s.stage === "closed" ? 4 : 10) : s.kind === "hazard" ? 11 : 5;
    const d = Math.hypot(s.x - x, s.y - y);
    if (d > size + reach) continue;
    const rank = s.kind === "event" ? clockRank(s.clock) : s.kind === "hazard" ? 6 : 7;
    const score = d + rank * 0.5;
    if (!best || score < best.score) best = { s, score };
  }
  return best?.s ?? null;
}

function describe(s) {
  if (s.kind === "event")
    return { kind: "event", id: s.number, title: s.title, clock: s.clock, stage: s.stage };
  return { kind: s.kind, id: String(s.id), properties: s.properties };
}

function areas(last, x, y, layer, group) {
  const found = [];
  for (const { data, tile } of last.frames[group]) {
    const u = (x + last.rect.x) / tile.span - tile.x;
    const v = (y + last.rect.y) / tile.span - tile.y;
    if (u < 0 || u >= 1 || v < 0 || v >= 1) continue;
    for (const f of data.layers[layer] ?? [])
      if (f.type === 3 && inRings(f.rings, u, v)) found.push(f.properties);
  }
  return found;
}

export function pick(last, tiles, { lon, lat, reach = 4 }) {
  const p = project(lon, lat, last.zoom);
  const x = p.x - last.rect.x;
  const y = p.y - last.rect.y;
  const hits = [];
  const ring = last.rings.find((r) => Math.hypot(r.x - x, r.y - y) <= 19 + reach);
  const symbol = symbolHit(last, x, y, reach);
  if (symbol) hits.push(describe(symbol));
  else if (ring) hits.push({ kind: "ring", n: ring.n, lon, lat });
  if (last.zoom >= 17 && last.view.layers.includes("buildings")) {
    for (const b of areas(last, x, y, "buildings", "base"))
      hits.push({ kind: "building", id: String(b.id), properties: { ...b } });
  }
  const cells = areas(last, x, y, "cells", "grids").sort(
    (a, b) => (DEPTH[b.level] ?? 0) - (DEPTH[a.level] ?? 0),
  );
  for (const c of cells) hits.push({ kind: "grid", id: c.code, properties: { ...c } });
  return hits;
}

// Symbols inside the window (without the margin), row by row.
export function steps(last, view) {
  const { free } = view;
  const inside = last.symbols.filter((s) => {
    const x = s.x + last.rect.x;
    const y = s.y + last.rect.y;
    return s.stage !== "closed" && x >= free.x && x <= free.x + free.w && y >= free.y && y <= free.y + free.h;
  });
  return readingOrder(inside).map(describe);
}
