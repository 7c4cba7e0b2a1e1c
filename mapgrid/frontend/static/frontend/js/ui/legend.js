// The legend says what is on the map now, in its units.

import { byId, fill, h, icon, s, symbol } from "../core/dom.js";
import { gettext, number, say } from "../core/i18n.js";
import { classLabels } from "../pure/classes.js";
import { daysBetween, heatQuery, windowOf } from "../pure/filters.js";

function line(dash, width, variable) {
  return s(
    "svg",
    { class: "line", viewBox: "0 0 36 8", "aria-hidden": "true" },
    s("path", {
      d: "M0 4H36",
      stroke: `var(--${variable})`,
      "stroke-width": width,
      "stroke-dasharray": dash,
      fill: "none",
    }),
  );
}

// From here on the map shows every closed case and hazard point.
const NEAR_ZOOM = 17;

export function createLegend({ store, request, view, today }) {
  const root = byId("legend");
  let heat = null;
  let folded = matchMedia("(max-height: 720px)").matches;

  const key = (mark, text) => h("span", {}, mark, text);
  const far = () => view.camera.zoom() < NEAR_ZOOM && store.get().layers.includes("closed");

  function heatPart() {
    if (
      store.get().mode === "report" ||
      store.get().shading ||
      !store.get().layers.includes("heat") ||
      !heat?.max
    )
      return null;
    const state = store.get();
    const { from, to } = windowOf(state, today());
    const stops = heat.stops?.length
      ? heat.stops
      : [0, heat.max / 4, heat.max / 2, (heat.max * 3) / 4, heat.max];
    return [
      h(
        "h3",
        {},
        say(gettext("Heat: reported in %(n)s days, %(unit)s"), {
          n: daysBetween(from, to),
          unit: heat.unit_label,
        }),
      ),
      h("i", {
        class: "ramp",
        title: heat.bandwidth_m && say(gettext("Bandwidth %(m)s m"), { m: heat.bandwidth_m }),
      }),
      h(
        "div",
        { class: "ticks" },
        stops.map((v, i) => h("span", {}, number(Math.round(v)) + (i === stops.length - 1 ? "+" : ""))),
      ),
    ];
  }

  function shadingPart() {
    const { shading, shadingInfo } = store.get();
    if (!shading || !shadingInfo) return null;
    return [
      h("h3", {}, shadingInfo.title),
      h(
        "div",
        { class: "classes n" },
        classLabels(shadingInfo.breaks, shadingInfo.min, shadingInfo.max).map((t) =>
          h("span", {}, h("i", {}), t),
        ),
      ),
    ];
  }

  function render() {
    root.dataset.folded = String(folded);
    const toggle = h(
      "h2",
      {},
      h(
        "button",
        {
          type: "button",
          "aria-expanded": String(!folded),
          onclick: () => {
            folded = !folded;
            render();
            root.querySelector("button").focus();
          },
        },
        gettext("Legend"),
        icon("down", true),
      ),
    );
    if (folded) return fill(root, toggle);
    return fill(
      root,
      toggle,
      h("h3", {}, gettext("Shape: how far it has come")),
      h(
        "div",
        { class: "keys" },
        key(symbol("todo", "ok"), gettext("To dispatch")),
        key(symbol("in_hand", "ok"), gettext("In hand")),
        key(symbol("suspended", "still"), gettext("Suspended")),
        key(symbol("closed", "still"), gettext("Closed")),
      ),
      far() && h("p", { class: "note" }, gettext("Closer in: every closed case and hazard point")),
      store.get().layers.includes("grids") && [
        h("h3", {}, gettext("Borders")),
        h(
          "div",
          { class: "keys" },
          key(line("14 4 2 4", 2, "map-grid-community"), gettext("Community")),
          key(line("7 3", 1.5, "map-grid-grid"), gettext("Grid")),
          key(line("", 1, "map-grid-micro"), gettext("Micro-grid")),
          key(line("2 3", 1.6, "map-grid-grid"), gettext("Dedicated")),
        ),
      ],
      heatPart(),
      shadingPart(),
    );
  }

  async function load() {
    try {
      heat = await request.get("heat/legend", { query: heatQuery(store.get(), today()) });
      view.setHeatMax(heat.max);
    } catch {
      heat = null;
    }
    render();
  }

  store.on(["layers", "shading", "shadingInfo", "mode"], render);
  let wasFar = far();
  store.on(["view"], () => {
    if (far() === wasFar) return;
    wasFar = far();
    render();
  });
  store.on(["from", "to", "stage", "category"], load);
  render();
  return { load };
}
