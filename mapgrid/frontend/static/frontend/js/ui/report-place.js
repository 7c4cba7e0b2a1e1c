// What the report form says about the place: its grid, and what already stands or is open there.

import { h, icon } from "../core/dom.js";
import { DOT, gettext, isChinese, ngettext, say } from "../core/i18n.js";
import { metres, nearEvents, whyText } from "./parts.js";

const POOR_M = 50;

function twoLines(strong, small) {
  return h("div", {}, h("b", {}, strong), h("small", {}, small));
}

function locationText(accuracyM) {
  if (!accuracyM) return "";
  const text =
    accuracyM > POOR_M
      ? gettext("Location is off by up to %(m)s m; move the map, then send")
      : gettext("Location within %(m)s m");
  return DOT + say(text, { m: accuracyM });
}

export function placeLine(draft, place, { asking, onAim }) {
  const still = (strong, small) => h("div", { class: "place" }, twoLines(strong, small));
  if (!draft.point)
    return still(gettext("Where is it?"), gettext("Click the map, or move it under the pin."));
  if (!place || (asking && !place.why)) return still("…", gettext("Looking up the grid"));
  if (place.error) {
    return still(gettext("The grid is not known yet"), gettext("It is worked out when the report arrives."));
  }
  const grid = place.grid ?? place.why?.grid;
  const first = place.people?.find((p) => p.duty === "worker") ?? place.people?.[0];
  const why = whyText({ ...place.why, grid, nearest: place.nearest });
  return h(
    "button",
    {
      type: "button",
      class: grid ? "place n" : "place n lost",
      dataset: { key: "place" },
      onclick: onAim,
      title: place.why?.sentence,
    },
    twoLines(grid ? grid.name : gettext("In no grid"), why + locationText(draft.accuracy_m)),
    first &&
      h(
        "span",
        { class: "who" },
        isChinese ? `${first.role_label}${first.name}` : `${first.role_label} ${first.name}`,
      ),
  );
}

function sameCard(same, { words, onChange, onOpenCase }) {
  const [nearest] = same;
  const title = nearest.condition || nearest.category?.name || nearest.number;
  const said = say(gettext("Same kind open %(m)s m away: %(title)s"), {
    m: metres(nearest.distance_m),
    title,
  });
  const yes = { type: "button", class: "pick", onclick: () => onOpenCase(nearest.number) };
  const no = { type: "button", class: "btn", onclick: () => onChange({ sameAs: "no" }) };
  return h(
    "div",
    { class: "near-card same" },
    h(
      "div",
      { class: "text n" },
      said,
      nearEvents(same.slice(0, 3), (sel) => onOpenCase(sel.id), words),
    ),
    h(
      "div",
      { class: "actions" },
      h("button", yes, gettext("It is this case")),
      h("button", no, gettext("No, report a new one")),
    ),
  );
}

function componentCard(component, draft, { same, onChange }) {
  const on = draft.component === component.id;
  const said = say(gettext("%(kind)s %(m)s m away, ends in %(no)s"), {
    kind: component.kind,
    m: metres(component.distance_m),
    no: String(component.id16 ?? "").slice(-4),
  });
  const open = say(
    ngettext(
      "%(n)s case of the same kind open within 30 m",
      "%(n)s cases of the same kind open within 30 m",
      same,
    ),
    { n: same },
  );
  const below = !draft.category
    ? gettext("The nearest thing here")
    : same
      ? open
      : gettext("No case of the same kind open within 30 m");
  const pick = {
    type: "button",
    class: "pick",
    dataset: { key: "component" },
    "aria-pressed": String(on),
    onclick: () => onChange({ component: on ? null : component.id }),
  };
  return h(
    "div",
    { class: "near-card" },
    icon("cover"),
    h("div", { class: "text n" }, said, h("small", {}, below)),
    h("button", pick, on && icon("check", true), gettext("This one")),
  );
}

// An open case of the same kind comes first; else the nearest thing of that kind.
export function nearCard(draft, place, actions) {
  const same = place?.events ?? [];
  if (same.length && draft.category && draft.sameAs !== "no") return sameCard(same, actions);
  return place?.component
    ? componentCard(place.component, draft, { same: same.length, onChange: actions.onChange })
    : null;
}
