// The pin of a new case. On a desk it goes where one clicks and can be dragged; on a phone it stands still and the
// map moves under it.

import { createPlaced } from "./bridge.js";
import { freePadding } from "./free-area.js";
import { byId, h, s } from "../core/dom.js";
import { gettext } from "../core/i18n.js";
import { metresPerPixel } from "../pure/mercator.js";

function drawing() {
  return s("svg", { viewBox: "-22 -57 44 60", "aria-hidden": "true" }, s("ellipse", { class: "shade", cy: 1.5, rx: 8, ry: 3 }),
    s("path", { class: "body", d: "M0 1C-4-11-19-17-19-35a19 19 0 0 1 38 0C19-17 4-11 0 1Z" }), s("circle", { class: "mark", cy: -35, r: 8 }), s("path", { class: "mark", d: "M-8-35h16M0-43v16" }));
}

export function createPin({ view, onPlace }) {
  const { camera, map } = view;
  const fixed = h("div", { class: "pin", hidden: true }, drawing());
  const hint = h("div", { class: "hint", hidden: true });
  const placed = createPlaced(map, h("div", { class: "pin" }, drawing()), "mg-edit", { onMove: (p, end) => { if (end) put(p); } });
  let mode = "";
  let point = null;
  let timer = 0;
  let spot = { x: 0, y: 0 };
  byId("stage").append(fixed, hint);

  function settle() {
    clearTimeout(timer);
    fixed.classList.remove("lifted");
    timer = setTimeout(() => put(camera.fromScreen(spot.x, spot.y), null), 120);
  }

  function put(p, accuracyM = null) {
    point = p;
    if (mode === "click") placed.at(p);
    hint.hidden = true;
    onPlace(p, accuracyM);
  }

  const lift = () => fixed.classList.add("lifted");

  function locate() {
    navigator.geolocation?.getCurrentPosition(({ coords }) => {
      const p = { lon: coords.longitude, lat: coords.latitude };
      view.centre(p, Math.max(18, camera.zoom()));
      onPlace(p, Math.round(coords.accuracy));
    }, () => {}, { enableHighAccuracy: true, timeout: 8000, maximumAge: 15000 });
  }

  function placeFixed() {
    const pad = freePadding();
    const size = camera.size();
    spot = { x: size.x / 2, y: Math.max(96, pad.top - 40 + (size.y - pad.top - pad.bottom) / 2 + 40) };
    fixed.style.left = `${spot.x}px`;
    fixed.style.top = `${spot.y}px`;
  }

  function start(at, phone) {
    mode = phone ? "fixed" : "click";
    point = at;
    byId("stage").classList.toggle("map-crosshair", !phone);
    hint.textContent = phone ? gettext("Move the map so the tip points at it") : gettext("Click where it is; the arrow keys move the pin");
    hint.hidden = Boolean(at);
    if (phone) {
      fixed.hidden = false;
      requestAnimationFrame(() => {
        placeFixed();
        if (camera.zoom() < 17) view.centre(at ?? camera.center(), 18);
        camera.on("movestart", lift);
        camera.on("moveend", settle);
        if (at) view.centre(at, Math.max(18, camera.zoom()));
        else { locate(); settle(); }
      });
    } else if (at) {
      placed.at(at);
    }
  }

  function stop() {
    fixed.hidden = true;
    hint.hidden = true;
    placed.remove();
    clearTimeout(timer);
    camera.off("movestart", lift);
    camera.off("moveend", settle);
    byId("stage").classList.remove("map-crosshair");
    mode = "";
    point = null;
  }

  // Arrow keys nudge by a metre, with Shift by ten.
  function nudge(event) {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (mode !== "click" || !step || !point || event.target !== camera.container()) return;
    event.preventDefault();
    event.stopPropagation();
    const metres = event.shiftKey ? 10 : 1;
    const px = metres / metresPerPixel(point.lat, camera.zoom());
    const at = camera.toScreen(point);
    put(camera.fromScreen(at.x + step[0] * px, at.y + step[1] * px));
  }
  camera.container().addEventListener("keydown", nudge, true);

  return {
    start, stop, point: () => point,
    press(p) {
      if (mode === "click") put({ lon: p.lon, lat: p.lat });
      else if (mode === "fixed") camera.panBy(p.x - spot.x, p.y - spot.y);
      return true;
    },
  };
}
