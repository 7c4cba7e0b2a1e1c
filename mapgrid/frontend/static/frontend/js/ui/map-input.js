// Pressing, pointing at and stepping through the map.

import { announce } from "../core/announce.js";
import { byId, h } from "../core/dom.js";
import { dotted, gettext, ngettext, say } from "../core/i18n.js";
import { flattenCatalogue } from "../pure/report.js";
import { hazardKinds } from "./asset-fields.js";
import { clockLabel } from "./counts.js";

export function createMapInput({ store, view, catalogue, select, onPress }) {
  const { camera, link } = view;
  const container = camera.container();
  const tip = h("div", { class: "tip", hidden: true });
  const names = new Map();
  let asking = false;
  let wish = null;
  let order = [];
  let at = -1;
  let lastKey = "";
  byId("stage").append(tip);
  (globalThis.requestIdleCallback ?? setTimeout)(() =>
    catalogue().then(
      (c) => flattenCatalogue(c).forEach((r) => names.set(r.key, r.name)),
      () => {},
    ),
  );
  container.setAttribute("aria-label", gettext("Map. Tab steps through the symbols, Enter opens one."));
  container.setAttribute("role", "application");

  camera.onClick(async (place) => {
    if (onPress(place)) return;
    const hits = await link.pick(place.lon, place.lat, place.touch ? 12 : 4);
    const first = hits[0];
    if (!first) return store.set({ sel: null });
    if (first.kind === "ring") return view.centre(first, Math.min(20, camera.zoom() + 2));
    return select({ kind: first.kind, id: first.id }, { from: "map" });
  });

  function tipText(hit) {
    if (!hit) return "";
    if (hit.kind === "event") return dotted(hit.title ?? hit.id, clockLabel(hit.clock));
    if (hit.kind === "ring") return say(ngettext("%(n)s case", "%(n)s cases", hit.n), { n: hit.n });
    if (hit.kind === "hazard")
      return hazardKinds().find((k) => k.value === hit.properties.kind)?.label ?? gettext("Hazard point");
    if (hit.kind === "component") return names.get(hit.properties.category) ?? gettext("Component");
    return "";
  }

  async function hover() {
    if (asking || !wish) return;
    asking = true;
    const place = wish;
    wish = null;
    const hits = await link.pick(place.lon, place.lat, 3);
    asking = false;
    const hit = hits.find((x) => ["event", "ring", "hazard", "component"].includes(x.kind));
    byId("stage").classList.toggle("map-hit", Boolean(hit) && store.get().mode === "browse");
    const text = tipText(hit);
    tip.hidden = !text;
    if (text) {
      tip.textContent = text;
      tip.style.left = `${place.x}px`;
      tip.style.top = `${place.y}px`;
    }
    if (wish) hover();
  }

  if (matchMedia("(hover: hover)").matches) {
    camera.onHover((place) => {
      wish = place;
      hover();
    });
    camera.onLeave(() => {
      tip.hidden = true;
    });
  }
  camera.on("movestart zoomstart", () => {
    tip.hidden = true;
  });

  async function step(back) {
    if (at < 0) {
      order = await link.steps();
      at = order.findIndex((s) => `${s.kind}:${s.id}` === lastKey);
    }
    const next = at + (back ? -1 : 1);
    if (next < 0 || next >= order.length) {
      at = -1;
      view.mark({ focus: "" });
      return false;
    }
    at = next;
    const s = order[at];
    lastKey = `${s.kind}:${s.id}`;
    view.mark({ focus: lastKey });
    announce(
      say(gettext("%(i)s of %(n)s: %(text)s"), { i: at + 1, n: order.length, text: tipText(s) || s.id }),
    );
    return true;
  }

  container.addEventListener("keydown", (event) => {
    if (event.target !== container) return;
    if (event.key === "Tab") {
      // Stepping keeps the focus here until the last symbol; then Tab leaves as usual.
      const leaving = at >= 0 && (event.shiftKey ? at === 0 : at === order.length - 1);
      if (leaving || (at < 0 && order.length === 0 && event.shiftKey)) {
        at = -1;
        view.mark({ focus: "" });
        return;
      }
      if (at < 0 && event.shiftKey) return;
      if (at < 0 && !order.length) {
        event.preventDefault();
        step(false).then((ok) => {
          if (!ok) byId("zoom-in").focus();
        });
        return;
      }
      event.preventDefault();
      step(event.shiftKey);
    } else if (event.key === "Enter" && at >= 0) {
      event.preventDefault();
      select({ kind: order[at].kind, id: order[at].id }, { from: "map" });
    }
  });
  const forget = () => {
    if (!store.get().sel) lastKey = "";
    at = -1;
    order = [];
    view.mark({ focus: "" });
  };
  container.addEventListener("blur", forget);
  camera.on("moveend", () => {
    if (!view.movedByItself()) lastKey = "";
    at = -1;
    order = [];
  });
}
