// A point in the hand: drag it, press the new place, or nudge it with the arrows; then save or leave it.

import { toast } from "../core/announce.js";
import { button, h, icon } from "../core/dom.js";
import { gettext } from "../core/i18n.js";
import { createPlaced } from "../map/bridge.js";
import { metresPerPixel } from "../pure/mercator.js";

export function createMover({ store, request, view, onMoved }) {
  const { camera, map } = view;
  let job = null;

  // `save(point)` may throw; the point then stays in the hand.
  function start({ at, text, save, onPoint, onCancel }) {
    cancel();
    const line = h("span", {}, text);
    const bar = h(
      "div",
      { class: "mover-bar", role: "group", "aria-label": text },
      line,
      save && button(gettext("Save"), () => finish(), { class: "btn primary small" }),
      button(gettext("Cancel"), () => cancel(), { class: "btn small" }),
    );
    for (const name of ["mousedown", "pointerdown", "touchstart", "click", "dblclick"])
      bar.addEventListener(name, (e) => e.stopPropagation());
    const handle = h(
      "div",
      { class: "mover", tabindex: "0", role: "button", "aria-label": text },
      icon("move"),
    );
    const box = h("div", { class: "mover-box" }, handle, bar);
    const placed = createPlaced(map, box, "mg-edit", { onMove: (p, end) => end && put(p) });
    handle.addEventListener("keydown", nudge);
    job = { point: at, before: store.get().mode, placed, save, onPoint, onCancel, line };
    placed.at(at);
    store.set({ mode: "move" });
    handle.focus({ preventScroll: true });
  }

  function put(point) {
    job.point = point;
    job.placed.at(point);
    job.onPoint?.(point);
  }

  function nudge(event) {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (event.key === "Enter" && job?.save) finish();
    if (!step || !job) return;
    event.preventDefault();
    event.stopPropagation();
    const px = (event.shiftKey ? 10 : 1) / metresPerPixel(job.point.lat, camera.zoom());
    const at = camera.toScreen(job.point);
    put(camera.fromScreen(at.x + step[0] * px, at.y + step[1] * px));
  }

  function end() {
    const done = job;
    job = null;
    done.placed.remove();
    store.set({ mode: "browse" });
    return done;
  }

  async function finish() {
    const { save, point, line } = job;
    try {
      await save(point);
      if (job) end();
      onMoved();
      toast(gettext("The point has moved"));
    } catch (error) {
      line.textContent = error.message;
    }
  }

  function cancel() {
    if (!job) return false;
    end().onCancel?.();
    return true;
  }

  const place = (p) => ({ lon: Number(p.lon.toFixed(7)), lat: Number(p.lat.toFixed(7)), datum: "wgs84" });

  function moveEvent(e) {
    start({
      at: { lon: e.point[0], lat: e.point[1] },
      text: gettext("Drag it or press the right place"),
      save: (p) =>
        request.patch(`events/${encodeURIComponent(e.number)}/point`, {
          json: { ...place(p), version: e.version },
        }),
    });
  }

  return {
    start,
    cancel,
    done: () => job && end(),
    moveEvent,
    place,
    press: (p) => Boolean(job) && (put({ lon: p.lon, lat: p.lat }), true),
  };
}
