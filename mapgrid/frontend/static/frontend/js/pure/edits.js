// Comparing what a form holds with what the row held.

// The value that a field starts from, as the text of its input.
export function startValue(row, field) {
  if (field.masked) return "";
  const value = row?.[field.from ?? field.name];
  if (field.type === "category") return value ? `${value.kind}:${value.code}` : "";
  return value === null || value === undefined ? "" : String(value);
}

// Only what was changed is sent; an emptied number or date becomes null.
export function changedValues(fields, before, now) {
  const out = {};
  for (const f of fields) {
    const text = (now[f.name] ?? "").trim();
    if (text === (before[f.name] ?? "")) continue;
    if (f.number) out[f.name] = text === "" ? null : Number(text);
    else if (f.type === "date") out[f.name] = text || null;
    else out[f.name] = text;
  }
  return out;
}

// After a conflict: fields that both sides changed, with both values.
export function collisions(fields, before, mine, theirs) {
  return fields
    .filter(
      (f) =>
        mine[f.name] !== before[f.name] &&
        theirs[f.name] !== before[f.name] &&
        mine[f.name] !== theirs[f.name],
    )
    .map((f) => ({ name: f.name, label: f.label, mine: mine[f.name], theirs: theirs[f.name] }));
}
