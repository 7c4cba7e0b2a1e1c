// The phone's sheet: three stops, by dragging, by pressing the handle, by arrow keys.

const STOPS = ["peek", "half", "full"];

export function createSheet(sheet, getHandle, onChange) {
  const index = () => Math.max(0, STOPS.indexOf(sheet.dataset.stop));

  function set(stop) {
    sheet.dataset.stop = stop;
    sheet.style.height = "";
    onChange(stop);
  }

  function nearest(px) {
    const heights = { peek: 128, half: innerHeight / 2, full: innerHeight - 48 };
    return STOPS.reduce(
      (best, s) => (Math.abs(heights[s] - px) < Math.abs(heights[best] - px) ? s : best),
      "peek",
    );
  }

  function bind(handle) {
    if (!handle) return;
    let start = null;
    handle.addEventListener("pointerdown", (event) => {
      start = { y: event.clientY, height: sheet.getBoundingClientRect().height, moved: false };
      handle.setPointerCapture(event.pointerId);
      sheet.classList.add("dragging");
    });
    handle.addEventListener("pointermove", (event) => {
      if (!start) return;
      const dy = start.y - event.clientY;
      if (Math.abs(dy) > 6) start.moved = true;
      if (start.moved)
        sheet.style.height = `${Math.max(100, Math.min(innerHeight - 48, start.height + dy))}px`;
    });
    const end = () => {
      if (!start) return;
      sheet.classList.remove("dragging");
      const { moved } = start;
      start = null;
      set(moved ? nearest(sheet.getBoundingClientRect().height) : STOPS[(index() + 1) % STOPS.length]);
    };
    handle.addEventListener("pointerup", end);
    handle.addEventListener("pointercancel", end);
    handle.addEventListener(
      "click",
      (event) => event.detail === 0 && set(STOPS[(index() + 1) % STOPS.length]),
    );
    handle.addEventListener("keydown", (event) => {
      const step = { ArrowUp: 1, ArrowDown: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      set(STOPS[Math.max(0, Math.min(2, index() + step))]);
    });
  }

  bind(getHandle());
  return { set, bind };
}
