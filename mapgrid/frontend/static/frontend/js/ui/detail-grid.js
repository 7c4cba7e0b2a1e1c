// A grid in the drawer: figures, people, its parts.

import { h, icon, button } from "../core/dom.js";
import { dotted, gettext, number, say } from "../core/i18n.js";
import { fact, people, section, title } from "./parts.js";

const openOf = (open) =>
  typeof open === "number" ? open : Object.values(open ?? {}).reduce((a, b) => a + b, 0);

export function createGridDetail({ store, request, view, dates, select }) {
  const label = () => gettext("Grid");
  const load = (code, signal) => request.get(`grids/${encodeURIComponent(code)}`, { signal });

  function figures(g) {
    const cell = (value, text) =>
      value !== undefined && value !== null && h("div", {}, h("b", {}, number(value)), text);
    return h(
      "div",
      { class: "figures" },
      cell(openOf(g.open), gettext("open")),
      cell(g.households, gettext("households")),
      cell(g.buildings, gettext("buildings")),
      cell(g.hazards, gettext("hazards")),
    );
  }

  function children(g) {
    if (!g.children?.length) return null;
    return section(
      say(gettext("%(n)s parts"), { n: g.children.length }),
      h(
        "table",
        { class: "children" },
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            h("th", { scope: "col" }, gettext("Name")),
            h("th", { scope: "col" }, gettext("Households")),
            h("th", { scope: "col" }, gettext("Open")),
          ),
        ),
        h(
          "tbody",
          {},
          g.children.map((c) =>
            h(
              "tr",
              {},
              h(
                "td",
                {},
                h(
                  "button",
                  {
                    type: "button",
                    class: "link",
                    onclick: () => select({ kind: "grid", id: c.code }, { fit: true }),
                  },
                  c.name,
                ),
              ),
              h("td", {}, number(c.households ?? 0)),
              h("td", {}, number(openOf(c.open))),
            ),
          ),
        ),
      ),
    );
  }

  function render(g) {
    const late = g.open?.late;
    const body = [
      title(g.name),
      h("p", { class: "meta n" }, dotted(g.level_label, g.kind === "dedicated" && g.kind_label, g.code)),
      figures(g),
      late ? h("p", { class: "sub t-late" }, say(gettext("%(n)s late"), { n: number(late) })) : null,
      section(gettext("Who is responsible"), people(g.people)),
      children(g),
      section(
        gettext("Record"),
        h(
          "dl",
          { class: "facts" },
          fact(gettext("Path"), [...g.path, g].map((p) => p.name).join(" › ")),
          fact(gettext("Components"), g.components !== undefined && number(g.components)),
          fact(gettext("Edition"), g.edition?.name),
          fact(gettext("In force from"), g.edition?.effective_from && dates.day(g.edition.effective_from)),
        ),
      ),
    ];
    return {
      body,
      foot: [
        button([icon("loc", true), gettext("Show all of it")], () => view.fit(g.bbox, { beside: true }), { class: "btn wide" }),
      ],
      title: g.name,
    };
  }

  function onShow(g) {
    view.mark({ whyLine: null, pin: null, outline: g.code, tag: g.name });
    store.set({
      path: [...g.path, { code: g.code, name: g.name, level: g.level }],
      edition: g.edition?.name ?? store.get().edition,
    });
    if (store.get().fitNext) {
      store.set({ fitNext: false });
      view.fit(g.bbox, { beside: true });
    }
  }

  return { label, load, render, onShow };
}
