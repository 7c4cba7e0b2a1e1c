import assert from "node:assert/strict";
import test from "node:test";
import { pure } from "./place.mjs";

const r = await import(pure("report"));
const e = await import(pure("edits"));

const CATALOGUE = {
  kinds: [
    {
      kind: "component",
      label: "部件",
      majors: [
        {
          name: "公用设施",
          categories: [{ code: "0102", name: "污水井盖", conditions: [{ code: "1", name: "井盖缺失" }] }],
        },
      ],
    },
  ],
};
const FIELDS = [
  { name: "name" },
  { name: "floors", number: true },
  { name: "checked_on", type: "date" },
  { name: "contact", from: "contact_masked", masked: true },
];

test("a category is found by a word of its condition", () => {
  const rows = r.flattenCatalogue(CATALOGUE);
  assert.equal(rows[0].key, "component:0102");
  assert.equal(r.searchCategories(rows, "缺失").length, 1);
  assert.equal(r.searchCategories(rows, "0102 井盖").length, 1);
  assert.equal(r.searchCategories(rows, "路灯").length, 0);
});

test("a report names what it still needs, in the order of the form", () => {
  assert.deepEqual(r.missing({ point: null, category: "" }, []), ["point", "category"]);
  assert.deepEqual(r.missing({ point: {}, category: "component:0102", condition: "" }, [1]), ["condition"]);
  assert.deepEqual(r.missing({ point: {}, category: "component:0102", condition: "1" }, [1]), []);
});

test("only changed fields are sent, and an emptied number is null", () => {
  const before = { name: "3号楼", floors: "6", checked_on: "", contact: "" };
  assert.deepEqual(e.changedValues(FIELDS, before, { ...before, floors: "" }), { floors: null });
  assert.deepEqual(e.changedValues(FIELDS, before, { ...before, name: "4号楼", checked_on: "2026-11-21" }), {
    name: "4号楼",
    checked_on: "2026-11-21",
  });
  assert.deepEqual(e.changedValues(FIELDS, before, before), {});
});

test("a masked value is never sent back as if it were the real one", () => {
  assert.equal(e.startValue({ contact_masked: "李**" }, FIELDS[3]), "");
});

test("a conflict is only where both sides changed the same field differently", () => {
  const before = { name: "a", floors: "1" };
  assert.deepEqual(
    e
      .collisions(FIELDS.slice(0, 2), before, { name: "b", floors: "1" }, { name: "c", floors: "2" })
      .map((c) => c.name),
    ["name"],
  );
});
