import assert from "node:assert/strict";
import test from "node:test";
import { pure } from "./place.mjs";

const { LAYERS, defaultState, formatState, parseState } = await import(pure("url-state"));

test("the default state leaves the address empty", () => {
  assert.equal(formatState(defaultState()), "");
});

test("a full state survives the address and back", () => {
  const state = {
    view: { zoom: 17, lat: 34.7493, lon: 113.6195 },
    sel: { kind: "event", id: "ZY-20261121-0417" },
    layers: ["heat", "events"],
    shading: true,
    from: "2026-10-23",
    to: "2026-11-21",
    clock: ["late", "soon"],
    stage: ["todo"],
    category: ["component:0102", "incident:0110"],
    theme: "dark",
  };
  assert.deepEqual(parseState(formatState(state)), state);
});

test("the address stays readable: slashes, colons and commas are not escaped", () => {
  const text = formatState({
    ...defaultState(),
    view: { zoom: 16, lat: 34.75, lon: 113.62 },
    sel: { kind: "grid", id: "410102003" },
    clock: ["late", "lost"],
  });
  assert.equal(text, "?m=16/34.750000/113.620000&sel=grid:410102003&clock=late,lost");
});

test("no layer at all is not the same as the default layers", () => {
  const text = formatState({ ...defaultState(), layers: [] });
  assert.equal(text, "?layers=none");
  assert.deepEqual(parseState(text).layers, []);
  assert.deepEqual(parseState("").layers, LAYERS);
});

test("rubbish in the address falls back to the default and never throws", () => {
  const state = parseState("?m=99/x/1&sel=:&layers=<b>&from=yesterday&clock=red&theme=pink&category=");
  assert.deepEqual(state, { ...defaultState(), layers: [] });
});

test("an id may hold a colon", () => {
  assert.deepEqual(parseState("?sel=event:A:1").sel, { kind: "event", id: "A:1" });
});
