// The form of a component, hazard point or building. A conflict shows both versions; nothing typed is lost.

import { flattenCatalogue } from "../pure/report.js";
import { changedValues, collisions, startValue } from "../pure/edits.js";
import { button, fill, h } from "../core/dom.js";
import { gettext, say } from "../core/i18n.js";
import { FIELDS } from "./asset-fields.js";

export function createAssetForm({ kind, row, catalogue, dates, onSave, onCancel, load, history }) {
  const fields = FIELDS[kind]();
  let before = Object.fromEntries(fields.map((f) => [f.name, startValue(row, f)]));
  let version = row?.version;
  const inputs = {};
  const notes = {};
  const top = h("div", {});

  function input(f) {
    const common = { name: f.name, required: f.required, maxlength: f.max };
    if (f.type === "select") {
      const start = before[f.name] || (row ? "" : f.initial);
      return h(
        "select",
        common,
        !f.required && !start && h("option", { value: "" }, ""),
        f.options.map((o) => h("option", { value: o.value, selected: o.value === start }, o.label)),
      );
    }
    if (f.type === "category") {
      const select = h("select", common, h("option", { value: before[f.name] }, row?.kind_label ?? "…"));
      catalogue().then(
        (c) =>
          fill(
            select,
            !before[f.name] && h("option", { value: "" }, gettext("Choose")),
            flattenCatalogue(c)
              .filter((r) => r.kind === "component")
              .map((r) => h("option", { value: r.key, selected: r.key === before[f.name] }, r.name)),
          ),
        () => {},
      );
      return select;
    }
    if (f.type === "textarea") return h("textarea", { ...common, value: before[f.name] });
    return h("input", {
      ...common,
      type: f.type ?? "text",
      value: before[f.name],
      pattern: f.pattern,
      inputmode: f.mode,
      min: f.number ? "0" : null,
      placeholder: f.masked ? (row?.[f.from] ?? "") : null,
    });
  }

  const values = () => Object.fromEntries(fields.map((f) => [f.name, inputs[f.name].value]));

  const form = h(
    "form",
    { class: "fields", novalidate: true, onsubmit: submit },
    top,
    fields.map((f) => {
      inputs[f.name] = input(f);
      notes[f.name] = h("small", { hidden: true });
      return h(
        "label",
        { class: f.short ? "field short" : "field" },
        h("span", {}, f.label),
        inputs[f.name],
        notes[f.name],
      );
    }),
  );

  function showFields(messages) {
    for (const f of fields) {
      const text = [messages?.[f.name]].flat().filter(Boolean).join(" ");
      notes[f.name].textContent = text;
      notes[f.name].hidden = !text;
    }
    const first = fields.find((f) => messages?.[f.name]);
    if (first) inputs[first.name].focus();
  }

  async function submit(event) {
    event?.preventDefault();
    const bad = fields.find((f) => !inputs[f.name].checkValidity());
    if (bad)
      return showFields({
        [bad.name]:
          bad.required && !inputs[bad.name].value
            ? gettext("This is needed.")
            : inputs[bad.name].validationMessage,
      });
    showFields({});
    try {
      await onSave(changedValues(fields, before, values()), version);
    } catch (error) {
      if (error.status === 409) await conflict();
      else {
        fill(
          top,
          h(
            "p",
            { class: "form-error", role: "alert" },
            error.code === "offline"
              ? gettext("Not saved; what you wrote is still here. Save it when the network is back.")
              : error.message,
          ),
        );
        showFields(error.fields);
      }
    }
    return undefined;
  }

  // Somebody was quicker: say who and when, show both values, let the writer decide.
  async function conflict() {
    const [theirs, past] = await Promise.all([load(), history().catch(() => ({ results: [] }))]);
    const last = past.results[0];
    const now = Object.fromEntries(fields.map((f) => [f.name, startValue(theirs, f)]));
    const both = collisions(fields, before, values(), now);
    const who = last?.actor || gettext("Somebody");
    const useTheirs = () => {
      for (const f of fields) inputs[f.name].value = now[f.name];
      settle(now, theirs.version);
    };
    const useMine = () => {
      // Fields that only the other side touched keep their new value.
      for (const f of fields) if (inputs[f.name].value === before[f.name]) inputs[f.name].value = now[f.name];
      settle(now, theirs.version);
      submit();
    };
    const changes = (last?.changes ?? []).map((c) =>
      h("tr", {}, h("td", {}, c.label), h("td", {}, c.before), h("td", {}, c.after)),
    );
    fill(
      top,
      h(
        "div",
        { class: "conflict", role: "alert" },
        h(
          "b",
          {},
          say(gettext("%(who)s changed this at %(t)s; compare"), {
            who,
            t: dates.moment(last?.at ?? theirs.updated_at),
          }),
        ),
        changes.length
          ? h(
              "table",
              {},
              h(
                "tr",
                {},
                h("th", {}, gettext("Field")),
                h("th", {}, gettext("Before")),
                h("th", {}, gettext("Now")),
              ),
              changes,
            )
          : null,
        both.length
          ? h("p", {}, `${gettext("You both changed:")} ${both.map((b) => b.label).join(gettext(", "))}`)
          : null,
        h(
          "div",
          { class: "buttons" },
          button(gettext("Use theirs"), useTheirs, { class: "btn small" }),
          button(gettext("Use mine"), useMine, { class: "btn small" }),
        ),
      ),
    );
  }

  function settle(now, newVersion) {
    before = now;
    version = newVersion;
    fill(top);
  }

  const foot = [
    button(gettext("Save"), () => form.requestSubmit(), { class: "btn primary" }),
    button(gettext("Cancel"), onCancel),
  ];
  return { form, foot, focus: () => inputs[fields[0].name].focus() };
}
