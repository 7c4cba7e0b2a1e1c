// Where you are, and the three switches of the map: heat, shading, layers.

import { openPopover } from "../core/popover.js";
import { byId, fill, h, icon } from "../core/dom.js";
import { gettext } from "../core/i18n.js";
import { LAYERS } from "../pure/url-state.js";

const NAMES = {
  heat: () => gettext("Heat"),
  grids: () => gettext("Grid borders"),
  buildings: () => gettext("Buildings"),
  components: () => gettext("Components"),
  hazards: () => gettext("Hazard points"),
  events: () => gettext("Open cases"),
  closed: () => gettext("Closed cases"),
};
// Which data a layer lives on, for its "did not load" dot.
const SOURCE = {
  heat: "heat",
  grids: "grids",
  buildings: "base",
  components: "assets",
  hazards: "assets",
  events: "events",
  closed: "closed",
};

export function createTopbar({ store, select, view, config }) {
  const states = {};

  function toggle(name) {
    const { layers } = store.get();
    store.set({
      layers: layers.includes(name)
        ? layers.filter((l) => l !== name)
        : LAYERS.filter((l) => l === name || layers.includes(l)),
    });
  }

  function crumb() {
    const { path } = store.get();
    const parts = (path ?? []).flatMap((p, i) => [
      i ? icon("right", true) : null,
      h(
        "button",
        { type: "button", title: p.code, onclick: () => select({ kind: "grid", id: p.code }, { fit: true }) },
        p.name,
      ),
    ]);
    fill(byId("crumb"), parts.length ? parts : h("b", {}, config.city.title));
  }

  function layerRow(name) {
    const on = store.get().layers.includes(name);
    const failed = states[SOURCE[name]]?.state === "failed";
    return h(
      "label",
      { class: "row" },
      h("input", { type: "checkbox", checked: on, onchange: () => toggle(name) }),
      h("span", { class: "grow" }, NAMES[name]()),
      failed &&
        h(
          "button",
          { type: "button", class: "link", onclick: () => view.refresh([SOURCE[name]]) },
          gettext("Try again"),
        ),
    );
  }

  function openLayers() {
    const failed = Object.entries(states).filter(([, s]) => s.state === "failed");
    openPopover(byId("layers-button"), gettext("Layers"), [
      h("h2", {}, gettext("Show on the map")),
      LAYERS.map(layerRow),
      failed.length
        ? h("p", { class: "note" }, gettext("One layer did not load; the other layers did."))
        : null,
    ]);
  }

  function buttons() {
    const { layers, shading } = store.get();
    byId("heat-button").setAttribute("aria-pressed", String(layers.includes("heat") && !shading));
    byId("theme-button").setAttribute("aria-pressed", String(shading));
  }

  view.link.onLayer(({ layer, state, detail }) => {
    states[layer] = { state, detail };
    if (layer === "heat")
      byId("heat-button").dataset.state = store.get().layers.includes("heat") ? state : "";
    const any = Object.entries(states).some(([k, s]) => k !== "heat" && s.state === "failed");
    byId("layers-button").dataset.state = any ? "failed" : "";
    store.set({ layerStates: { ...states } });
  });
  // Heat and shading take turns: pressing one puts the other away.
  byId("heat-button").addEventListener("click", () => {
    const { layers, shading } = store.get();
    if (!shading) return toggle("heat");
    store.set({ shading: false });
    if (!layers.includes("heat")) toggle("heat");
    return undefined;
  });
  byId("theme-button").addEventListener("click", () => store.set({ shading: !store.get().shading }));
  byId("layers-button").addEventListener("click", openLayers);
  store.on(["layers", "shading"], buttons);
  store.on(["path"], crumb);
  buttons();
  crumb();
  return { openLayers };
}
