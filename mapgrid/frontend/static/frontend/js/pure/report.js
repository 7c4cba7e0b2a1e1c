// Pure pieces of the report form.

// Flatten the catalogue: one row a category, with the words a search goes through.
export function flattenCatalogue(catalogue) {
  const rows = [];
  for (const k of catalogue.kinds) {
    for (const m of k.majors) {
      for (const c of m.categories) {
        rows.push({
          key: `${k.kind}:${c.code}`,
          kind: k.kind,
          name: c.name,
          major: m.name,
          kindLabel: k.label,
          conditions: c.conditions,
          text: [c.name, m.name, c.code, ...c.conditions.map((x) => x.name)].join(" ").toLowerCase(),
        });
      }
    }
  }
  return rows;
}

export function searchCategories(rows, text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return words.length ? rows.filter((r) => words.every((w) => r.text.includes(w))) : rows;
}

// What is still missing before a report can be sent, in the order of the form.
export function missing(draft, conditions) {
  const out = [];
  if (!draft.point) out.push("point");
  if (!draft.category) out.push("category");
  else if (conditions.length && !draft.condition) out.push("condition");
  return out;
}
