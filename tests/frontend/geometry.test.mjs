import assert from "node:assert/strict";
import test from "node:test";
import { pure } from "./place.mjs";

const g = await import(pure("geometry"));

// 0,0 ---- 4,0 ---- 8,0     two squares share the edge x = 4
//  |   A    |   B    |
// 0,4 ---- 4,4 ---- 8,4
const A = [0, 0, 4, 0, 4, 4, 0, 4, 0, 0];
const B = [4, 0, 8, 0, 8, 4, 4, 4, 4, 0];

test("a point in a hole is outside", () => {
  const hole = [1, 1, 3, 1, 3, 3, 1, 3, 1, 1];
  assert.equal(g.inRings([A, hole], 2, 2), false);
  assert.equal(g.inRings([A, hole], 0.5, 2), true);
  assert.equal(g.inRings([A, hole], 5, 2), false);
});

test("a border that two cells share is drawn once", () => {
  const [edges] = g.uniqueEdges([[A, B]]);
  assert.equal(edges.length, 7);
});

test("a border of two levels belongs to the higher one", () => {
  const [upper, lower] = g.uniqueEdges([[A], [A, B]]);
  assert.equal(upper.length, 4);
  assert.equal(lower.length, 3);
});

test("chained segments keep their whole length and end where three meet", () => {
  const [edges] = g.uniqueEdges([[A, B]]);
  const lines = g.chainSegments(edges);
  assert.equal(
    lines.reduce((sum, l) => sum + g.lineLength(l), 0),
    28,
  );
  assert.equal(lines.length, 3);
});

test("a segment is cut at the box and one beside it is nothing", () => {
  assert.deepEqual(g.clipSegment(-1, 0.5, 2, 0.5, [0, 0, 1, 1]), [0, 0.5, 1, 0.5]);
  assert.equal(g.clipSegment(-1, 2, 2, 2, [0, 0, 1, 1]), null);
  assert.equal(g.clipSegment(-1, 0.5, -0.5, 2, [0, 0, 1, 1]), null);
});

test("a line that leaves the box and comes back is two lines", () => {
  const parts = g.clipLine([0.5, 0.5, 2, 0.5, 2, 0.8, 0.5, 0.8], [0, 0, 1, 1]);
  assert.equal(parts.length, 2);
});

test("a point half way along an L stands at its corner", () => {
  const p = g.pointAlong([0, 0, 10, 0, 10, 10], 10);
  assert.deepEqual([p.x, p.y], [10, 0]);
  assert.equal(g.pointAlong([0, 0, 10, 0], 11), null);
});

test("the nearest place of a border is the foot of the perpendicular, or its end", () => {
  assert.deepEqual(g.nearestOnLine([0, 0, 10, 0], 3, 4), { d: 4, x: 3, y: 0 });
  assert.deepEqual(g.nearestOnLine([0, 0, 10, 0], 13, 4), { d: 5, x: 10, y: 0 });
});
