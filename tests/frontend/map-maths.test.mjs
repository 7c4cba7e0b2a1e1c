import assert from "node:assert/strict";
import test from "node:test";
import { pure } from "./place.mjs";

const m = await import(pure("mercator"));
const { wgs84ToGcj02 } = await import(pure("gcj02"));

test("projecting and back returns the place", () => {
  for (const [lon, lat, zoom] of [
    [113.62, 34.75, 17],
    [-87.6, 41.9, 12],
    [0, 0, 3],
  ]) {
    const p = m.project(lon, lat, zoom);
    const q = m.unproject(p.x, p.y, zoom);
    assert.ok(Math.abs(q.lon - lon) < 1e-9 && Math.abs(q.lat - lat) < 1e-9);
  }
});

test("a scale bar is a round number of metres and fits", () => {
  for (let zoom = 8; zoom <= 20; zoom += 1) {
    const { metres, px } = m.scaleBar(34.75, zoom, 110);
    assert.ok(px <= 110 && px > 40, `${zoom}: ${px}`);
    assert.match(String(metres), /^[125]0*$|^0\.[0-9]*[125]$/);
  }
});

test("a window over four tiles asks for four, one zoom level below the map", () => {
  const tiles = m.dataTiles({ x: 400, y: 400, w: 300, h: 300 }, 5, 16);
  assert.equal(tiles.length, 4);
  assert.ok(tiles.every((t) => t.z === 4 && t.span === 512));
});

test("beyond the deepest data the same tile is enlarged", () => {
  const p = m.project(113.62, 34.75, 19);
  const [tile] = m.dataTiles({ x: p.x, y: p.y, w: 1, h: 1 }, 19, 16);
  assert.equal(tile.z, 16);
  assert.equal(tile.span, 2048);
});

test("tiles outside the world are never asked for", () => {
  assert.ok(
    m
      .dataTiles({ x: -900, y: -900, w: 4000, h: 4000 }, 1, 16)
      .every((t) => t.x >= 0 && t.y >= 0 && t.x < 1 && t.y < 1),
  );
});

test("the offset of GCJ-02 is some hundred metres in Zhengzhou and nothing abroad", () => {
  const here = { lon: 113.62, lat: 34.75 };
  const d = m.distanceM(here, wgs84ToGcj02(here.lon, here.lat));
  assert.ok(d > 300 && d < 700, String(d));
  assert.deepEqual(wgs84ToGcj02(24.94, 60.17), { lon: 24.94, lat: 60.17 });
});
