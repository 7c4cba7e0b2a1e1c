import assert from "node:assert/strict";
import test from "node:test";
import { pure } from "./place.mjs";

const { paintLattice, parseRgb, rampTable } = await import(pure("ramp"));
const f = await import(pure("filters"));
const t = await import(pure("timeline"));
const { classBreaks, classLabels, classOf } = await import(pure("classes"));
const { clockNow, createDurations } = await import(pure("durations"));

const RAMP = [
  "rgb(235 234 155 / 0)",
  "rgb(144 210 145 / 0.28)",
  "rgb(7 178 159 / 0.42)",
  "rgb(0 132 158 / 0.54)",
  "rgb(1 83 164 / 0.62)",
  "rgb(60 21 126 / 0.7)",
];

test("zero density is transparent and the maximum has the ramp's last colour", () => {
  const table = rampTable(RAMP);
  assert.equal(table[3], 0);
  assert.deepEqual([...table.slice(-4)], [60, 21, 126, 178]);
  assert.deepEqual(parseRgb("rgba(1, 83, 164, 0.62)"), [1, 83, 164, 0.62]);
});

test("alpha never falls as density rises", () => {
  const table = rampTable(RAMP);
  for (let i = 7; i < table.length; i += 4) assert.ok(table[i] >= table[i - 4]);
});

test("two neighbouring tiles meet without a seam", () => {
  // One field over two tiles: the right border of the left tile is the left border of the right one.
  const n = 64;
  const value = (gx, gy) => 50 + 50 * Math.sin(gx / 9) * Math.cos(gy / 7);
  const tile = (dx) =>
    Float32Array.from({ length: (n + 1) ** 2 }, (_, i) => value((i % (n + 1)) + dx, Math.floor(i / (n + 1))));
  const table = rampTable(RAMP);
  const left = paintLattice(tile(0), n, 100, table, 512);
  const right = paintLattice(tile(n), n, 100, table, 512);
  const bytes = (img, x, y) => [...img.slice((y * 512 + x) * 4, (y * 512 + x) * 4 + 4)];
  for (let y = 0; y < 512; y += 1) {
    const across = bytes(left, 511, y).map((v, i) => Math.abs(v - bytes(right, 0, y)[i]));
    assert.ok(Math.max(...across) <= 6, `row ${y}: ${across}`);
  }
});

test("without a choice the list takes all that is open and the window is thirty days", () => {
  const state = { clock: [], stage: [], category: [], from: "", to: "" };
  assert.deepEqual(f.listQuery(state), { show: "open" });
  assert.deepEqual(f.windowOf(state, "2026-11-21"), { from: "2026-10-23", to: "2026-11-21" });
});

test("a chosen period asks for its cases that are still open", () => {
  const query = f.listQuery({ clock: ["late"], stage: [], category: [], from: "2026-11-01", to: "" });
  assert.equal(query.show, "period");
  assert.equal(query.from, "2026-11-01");
  assert.ok(!query.stage.includes("closed"));
  assert.equal(f.countQuery({ clock: ["late"], stage: [], category: [], from: "", to: "" }).clock, undefined);
});

test("days do not slip at the change of month, year or clock", () => {
  assert.equal(f.addDays("2026-12-31", 1), "2027-01-01");
  assert.equal(f.addDays("2024-03-01", -1), "2024-02-29");
  assert.equal(f.daysBetween("2026-10-23", "2026-11-21"), 30);
  assert.equal(f.todayIn("Asia/Shanghai", new Date("2026-11-20T16:30:00Z")), "2026-11-21");
});

test("the brush keeps its length inside the strip and its ends never cross", () => {
  const range = { from: "2026-11-01", to: "2026-11-10" };
  assert.deepEqual(t.moveBrush(range, "all", 40, "2026-08-01", "2026-11-21"), {
    from: "2026-11-12",
    to: "2026-11-21",
  });
  assert.deepEqual(t.moveBrush(range, "from", 15, "2026-08-01", "2026-11-21"), {
    from: "2026-11-10",
    to: "2026-11-16",
  });
  assert.equal(t.presetOf("2026-10-23", "2026-11-21", "2026-11-21"), 30);
  assert.equal(t.presetOf("2026-10-23", "2026-11-20", "2026-11-21"), 0);
});

test("a day without reports has no bar, and bars stay inside the strip", () => {
  const bars = t.bars(
    [
      { day: "a", reported: 0 },
      { day: "b", reported: 9 },
    ],
    100,
    30,
  );
  assert.equal(bars[0].height, 0);
  assert.equal(bars[1].y, 0);
  assert.ok(bars[1].x + bars[1].width <= 100);
});

test("classes never repeat a break and name whole numbers", () => {
  const breaks = classBreaks([1, 1, 1, 1, 7, 8, 30]);
  assert.deepEqual(breaks, [...new Set(breaks)]);
  assert.equal(classOf(1, breaks), 0);
  assert.equal(classLabels([5, 9], 1, 12).join(" "), "1–4 5–8 9–12");
  assert.deepEqual(classBreaks([]), []);
});

const words = createDurations({
  gettext: (x) => x,
  interpolate: (text, v) => text.replace(/%\((\w+)\)s/g, (_, k) => v[k]),
});

test("time is told in at most two units", () => {
  assert.equal(words.span(38 * 60), "38 min");
  assert.equal(words.span(-72 * 60), "1 h 12 min");
  assert.equal(words.span(2 * 86400 + 3 * 3600 + 59), "2 d 3 h");
  assert.equal(words.span(41 * 86400), "41 d");
});

test("a case without a grid says so before anything else", () => {
  assert.equal(words.clock({ clock: "lost", stage: "unassigned", seconds_left: -5 }), "In no grid");
  assert.equal(words.clock({ clock: "late", stage: "todo", seconds_left: -1500 }), "25 min late");
});

test("a symbol turns red by itself when its time comes", () => {
  assert.equal(clockNow({ clock: "soon", due: 100 }, 101), "late");
  assert.equal(clockNow({ clock: "soon", due: 100 }, 99), "soon");
  assert.equal(clockNow({ clock: "lost", due: 100 }, 101), "lost");
});
