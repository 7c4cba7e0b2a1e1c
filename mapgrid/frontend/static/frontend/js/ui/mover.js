// A point in the hand: drag it, press the new place, or nudge it with the arrows; then save or leave it.

import { toast } from "../core/announce.js";
import { button, h, icon } from "../core/dom.js";
import { gettext } from "../core/i18n.js";
import { freePadding, isPhone, underCard } from "../map/free-area.js";
import { createPlaced } from "../map/bridge.js";
import { metresPerPixel } from "../pure/mercator.js";

export function createMover({ store, request, view, onMoved }) {
  const { camera, map } = view;
  let job = null;

  // `save(point)` gives the saved row, or throws and the point stays in the hand. `undo(row)` puts it back.
  function start({ at, text, save, undo, onPoint, onCancel }) {
    cancel();
    const returnTo = document.activeElement;
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
    if (isPhone() && save) document.body.append(bar);
    const placed = createPlaced(map, box, "mg-edit", { onMove: (p, end) => end && put(p) });
    handle.addEventListener("keydown", nudge);
    if (isPhone()) view.centre(at, Math.max(18, camera.zoom()));
    job = { point: at, placed, save, undo, onPoint, onCancel, line, bar, returnTo };
    placed.at(at);
    turn();
    store.set({ mode: "move" });
    // The sheet makes room; while something is being added it holds the form and stays.
    document.body.classList.toggle("moving", Boolean(save));
    handle.focus({ preventScroll: true });
  }

  // The bar stays on the free map: left of the point where the right has no room.
  function turn() {
    if (!job) return;
    const { x, y } = camera.toScreen(job.point);
    const { left, right } = freePadding();
    const room = camera.size().x - right - x;
    const { offsetWidth } = job.bar;
    const fits = (d) => !underCard(x + d, y, 0) && !underCard(x + d / 2, y, 0);
    const onRight = room > offsetWidth + 34 && fits(offsetWidth + 26);
    const onLeft = x - left > offsetWidth + 34 && fits(-offsetWidth - 26);
    job.bar.dataset.side = isPhone() ? "below" : onRight ? "right" : onLeft ? "left" : "below";
  }
  camera.on("moveend", turn);

  function put(point) {
    job.point = point;
    job.placed.at(point);
    turn();
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
    done.bar.remove();
    document.body.classList.remove("moving");
    store.set({ mode: "browse" });
    return done;
  }

  async function finish() {
    const { save, undo, point, line } = job;
    try {
      const row = await save(point);
      if (job) end();
      onMoved();
      const back = async () => {
        try {
          await undo(row);
        } catch (error) {
          toast(error.message, { ms: 10000 });
        }
        onMoved();
      };
      toast(gettext("The point has moved"), undo && { action: gettext("Undo"), onaction: back, ms: 10000 });
    } catch (error) {
      line.textContent = error.message;
    }
  }

  function cancel() {
    if (!job) return false;
    const { onCancel, returnTo } = end();
    onCancel?.();
    if (returnTo?.isConnected && returnTo !== document.body) returnTo.focus({ preventScroll: true });
    return true;
  }

  const place = (p) => ({ lon: Number(p.lon.toFixed(7)), lat: Number(p.lat.toFixed(7)), datum: "wgs84" });

  function moveEvent(e) {
    const at = { lon: e.point[0], lat: e.point[1] };
    const patch = (p, version) =>
      request.patch(`events/${encodeURIComponent(e.number)}/point`, { json: { ...place(p), version } });
    start({
      at,
      text: gettext("Drag it or press the right place"),
      save: (p) => patch(p, e.version),
      undo: (row) => patch(at, row.version),
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
