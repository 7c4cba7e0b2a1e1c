// Filters that the five counts do not cover: category and stage, with removable chips under the counts.

import { openPopover } from "../core/popover.js";
import { byId, fill, h, icon, stateBox } from "../core/dom.js";
import { gettext } from "../core/i18n.js";
import { activeFilters } from "../pure/filters.js";
import { STAGES } from "../pure/url-state.js";
import { clockLabel } from "./counts.js";

const STAGE_LABEL = {
  todo: () => gettext("To dispatch"),
  in_hand: () => gettext("In hand"),
  suspended: () => gettext("Suspended"),
  closed: () => gettext("Closed"),
  unassigned: () => gettext("In no grid"),
};

export function createFilterMenu({ store, catalogue, dates }) {
  const buttonEl = byId("filter-button");
  const flip = (key, value) => {
    const on = store.get()[key];
    store.set({ [key]: on.includes(value) ? on.filter((v) => v !== value) : [...on, value] });
  };

  function options(key, pairs) {
    return pairs.map(([value, label]) =>
      h(
        "label",
        { class: "row" },
        h("input", {
          type: "checkbox",
          checked: store.get()[key].includes(value),
          onchange: () => flip(key, value),
        }),
        h("span", { class: "grow" }, label),
      ),
    );
  }

  async function open() {
    const holder = h("div", {});
    const box = openPopover(buttonEl, gettext("Filter"), [
      h("h2", {}, gettext("Stage")),
      options(
        "stage",
        STAGES.filter((s) => s !== "closed").map((s) => [s, STAGE_LABEL[s]()]),
      ),
      holder,
    ]);
    if (!box) return;
    try {
      const { kinds } = await catalogue();
      fill(
        holder,
        kinds.map((k) => [
          h("h2", {}, k.label),
          k.majors.map((m) =>
            h(
              "details",
              {},
              h("summary", { class: "row" }, h("span", { class: "grow" }, m.name), icon("down", true)),
              options(
                "category",
                m.categories.map((c) => [`${k.kind}:${c.code}`, c.name]),
              ),
            ),
          ),
        ]),
      );
    } catch (error) {
      fill(
        holder,
        stateBox({
          title: gettext("The categories did not load"),
          text: error.message,
          action: gettext("Try again"),
          onaction: open,
        }),
      );
    }
  }

  async function chips() {
    const state = store.get();
    const names = new Map();
    if (state.category.length) {
      try {
        const { kinds } = await catalogue();
        for (const k of kinds)
          for (const m of k.majors) for (const c of m.categories) names.set(`${k.kind}:${c.code}`, c.name);
      } catch {
        // The code itself is shown until the names are there.
      }
    }
    const chip = (text, undo) =>
      h(
        "button",
        { type: "button", class: "chip", onclick: undo, "aria-label": `${gettext("Take away")}: ${text}` },
        text,
        icon("x", true),
      );
    const all = [
      ...state.clock.map((c) => chip(clockLabel(c), () => flip("clock", c))),
      ...state.stage.map((s) => chip(STAGE_LABEL[s](), () => flip("stage", s))),
      ...state.category.map((c) => chip(names.get(c) ?? c, () => flip("category", c))),
      ...(state.from || state.to
        ? [
            chip(
              `${state.from ? dates.plainDay(state.from) : "…"} – ${state.to ? dates.plainDay(state.to) : gettext("today")}`,
              () => store.set({ from: "", to: "" }),
            ),
          ]
        : []),
    ];
    fill(byId("filter-chips"), all);
    byId("filter-chips").hidden = !all.length;
    buttonEl.dataset.on = String(activeFilters(state) > 0);
  }

  buttonEl.addEventListener("click", open);
  store.on(["clock", "stage", "category", "from", "to"], chips);
  chips();
  return { open };
}
