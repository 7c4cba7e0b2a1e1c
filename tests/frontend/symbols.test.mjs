import assert from "node:assert/strict";
import test from "node:test";
import { pure } from "./place.mjs";

const c = await import(pure("cluster"));
const { createCollider } = await import(pure("collide"));
const { placeStreetLabel } = await import(pure("street-label"));

const at = (id, x, y, clock = "ok") => ({ id, x, y, clock, stage: "todo" });
const crowd = [at(1, 5, 5, "late"), at(2, 6, 6), at(3, 7, 7), at(4, 8, 8), at(5, 200, 200)];

test("four that would cover each other become a ring, one alone stays itself", () => {
  const { single, rings } = c.clusterPoints(crowd, 30, 4);
  assert.deepEqual(
    single.map((p) => p.id),
    [5],
  );
  assert.deepEqual(rings[0].counts, { late: 1, soon: 0, ok: 3, still: 0, lost: 0 });
});

test("the picture does not depend on the order in which tiles arrived", () => {
  const a = c.clusterPoints(crowd, 30, 4);
  const b = c.clusterPoints([...crowd].reverse(), 30, 4);
  assert.deepEqual(a.rings[0].counts, b.rings[0].counts);
  assert.deepEqual([a.rings[0].x, a.rings[0].y], [b.rings[0].x, b.rings[0].y]);
});

test("no two rings lie on each other and nobody is lost", () => {
  const points = Array.from({ length: 400 }, (_, i) => at(i + 1, (i * 37) % 300, (i * 91) % 300));
  const { single, rings } = c.clusterPoints(points, 30, 4);
  for (const [i, a] of rings.entries())
    for (const b of rings.slice(i + 1)) assert.ok(Math.hypot(a.x - b.x, a.y - b.y) >= 36);
  assert.equal(single.length + rings.reduce((n, r) => n + r.points.length, 0), 400);
});

test("one late case among a thousand still shows on its ring", () => {
  const arcs = c.ringArcs({ late: 1, soon: 0, ok: 999, still: 0, lost: 0 });
  assert.equal(arcs[0].clock, "late");
  assert.ok(arcs[0].to - arcs[0].from > 0.05);
  assert.equal(arcs.at(-1).to, 1);
});

test("late symbols are drawn last", () => {
  const order = [at(1, 0, 0, "late"), at(2, 0, 0, "still"), at(3, 0, 0, "ok")]
    .sort(c.drawOrder)
    .map((p) => p.clock);
  assert.deepEqual(order, ["still", "ok", "late"]);
});

test("the keyboard walks row by row from the left", () => {
  const order = c.readingOrder([at(1, 90, 10), at(2, 10, 20), at(3, 5, 100)]).map((p) => p.id);
  assert.deepEqual(order, [2, 1, 3]);
});

test("a word finds room only if all its letters do", () => {
  const collider = createCollider();
  assert.equal(collider.place([[0, 0, 10, 10]]), true);
  assert.equal(
    collider.place([
      [20, 0, 30, 10],
      [5, 5, 15, 15],
    ]),
    false,
  );
  assert.equal(collider.place([[20, 0, 30, 10]]), true);
});

const advance = () => 13;

test("a name along an east–west street follows it from the left, whichever way the line was drawn", () => {
  const there = placeStreetLabel([0, 0, 400, 20], "建设西路", 13, advance);
  const back = placeStreetLabel([400, 20, 0, 0], "建设西路", 13, advance);
  for (const { letters, upright } of [there, back]) {
    assert.equal(upright, false);
    assert.ok(letters[0].x < letters[3].x);
    assert.ok(letters.every((l) => Math.cos(l.angle) > 0.9));
  }
});

test("a name along a north–south street stands upright and reads downwards", () => {
  const { letters, upright } = placeStreetLabel([10, 400, 0, 0], "桐柏北路", 13, advance);
  assert.equal(upright, true);
  assert.ok(letters.every((l) => l.angle === 0));
  assert.ok(letters[0].y < letters[3].y);
});

test("Latin names are never set upright, and too short a street has no name", () => {
  assert.equal(placeStreetLabel([0, 0, 0, 400], "Main St", 13, () => 7).upright, false);
  assert.equal(placeStreetLabel([0, 0, 30, 0], "建设西路", 13, advance), null);
});
