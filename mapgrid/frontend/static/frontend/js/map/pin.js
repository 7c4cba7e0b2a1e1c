// The pin of a new case. On a desk it goes where one clicks and can be dragged; on a phone it stands still and the
// map moves under it.

import { createPlaced } from "./bridge.js";
import { byId, h, s } from "../core/dom.js";
import { gettext } from "../core/i18n.js";
import { distanceM, metresPerPixel } from "../pure/mercator.js";

function drawing() {
  return s(
    "svg",
    { viewBox: "-22 -57 44 60", "aria-hidden": "true" },
    s("ellipse", { class: "shade", cy: 1.5, rx: 8, ry: 3 }),
    s("path", { class: "body", d: "M0 1C-4-11-19-17-19-35a19 19 0 0 1 38 0C19-17 4-11 0 1Z" }),
    s("circle", { class: "mark", cy: -35, r: 8 }),
    s("path", { class: "mark", d: "M-8-35h16M0-43v16" }),
  );
}

export function createPin({ view, onPlace }) {
  const { camera, map } = view;
  const fixed = h("div", { class: "pin", hidden: true }, drawing());
  const ring = h("div", { class: "pin-ring", hidden: true });
  const hint = h("div", { class: "hint", hidden: true });
  const placed = createPlaced(map, h("div", { class: "pin" }, drawing()), "mg-edit", {
    onMove: (p, end) => {
      if (end) put(p);
    },
  });
  let mode = "";
  let point = null;
  let timer = 0;
  let gps = null;
  let spot = { x: 0, y: 0 };
  byId("stage").append(ring, fixed, hint);

  function settle() {
    clearTimeout(timer);
    fixed.classList.remove("lifted");
    timer = setTimeout(() => {
      const p = camera.fromScreen(spot.x, spot.y);
      const still = gps && distanceM(gps, p) < 1;
      if (!still) ring.hidden = true;
      put(p, still ? gps.accuracyM : null);
    }, 120);
  }

  function put(p, accuracyM = null) {
    point = p;
    if (mode === "click") placed.at(p);
    if (mode === "click") hint.hidden = true;
    onPlace(p, accuracyM);
  }

  const seen = () => {
    hint.hidden = true;
  };
  const lift = () => fixed.classList.add("lifted");

  // How far off the phone may be; it goes once the map is moved by hand.
  function drawRing() {
    const r = Math.min(400, gps.accuracyM / metresPerPixel(gps.lat, Math.max(18, camera.zoom())));
    ring.hidden = r < 8;
    ring.classList.toggle("poor", gps.accuracyM > 50);
    Object.assign(ring.style, {
      left: `${spot.x - r}px`,
      top: `${spot.y - r}px`,
      width: `${2 * r}px`,
      height: `${2 * r}px`,
    });
  }

  // Bring a place under the tip.
  function aim(p) {
    camera.centre(
      p,
      { left: 0, right: 0, top: 0, bottom: camera.size().y - 2 * spot.y },
      Math.max(18, camera.zoom()),
    );
  }

  function locate() {
    navigator.geolocation?.getCurrentPosition(
      ({ coords }) => {
        const p = { lon: coords.longitude, lat: coords.latitude };
        gps = { ...p, accuracyM: Math.round(coords.accuracy) };
        aim(p);
        drawRing();
        onPlace(p, gps.accuracyM);
      },
      () => {},
      { enableHighAccuracy: true, timeout: 8000, maximumAge: 15000 },
    );
  }

  function placeFixed() {
    // The sheet takes 54 % of the height; the tip stands a little below the middle of the rest.
    const size = camera.size();
    spot = { x: Math.round(size.x / 2), y: Math.round(size.y * 0.27) };
    fixed.style.left = `${spot.x}px`;
    fixed.style.top = `${spot.y}px`;
  }

  function start(at, phone) {
    mode = phone ? "fixed" : "click";
    point = at;
    byId("stage").classList.toggle("map-crosshair", !phone);
    hint.textContent = phone
      ? gettext("Move the map so the tip points at it")
      : gettext("Click where it is; the arrow keys move the pin");
    hint.hidden = Boolean(at);
    if (phone) {
      fixed.hidden = false;
      requestAnimationFrame(() => {
        placeFixed();
        aim(at ?? view.freeCentre());
        camera.on("dragstart", seen);
        camera.on("movestart", lift);
        camera.on("moveend", settle);
        if (!at) locate();
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
    camera.off("dragstart", seen);
    camera.off("movestart", lift);
    ring.hidden = true;
    gps = null;
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
    start,
    stop,
    aim: (p) => (mode === "fixed" ? aim(p) : view.centre(p, Math.max(18, camera.zoom()))),
    point: () => point,
    press(p) {
      if (mode === "click") put({ lon: p.lon, lat: p.lat });
      else if (mode === "fixed") camera.panBy(p.x - spot.x, p.y - spot.y);
      return true;
    },
  };
}
