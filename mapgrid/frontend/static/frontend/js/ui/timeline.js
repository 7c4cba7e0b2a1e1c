// The time strip: reports a day, presets, a brush that also works with the arrow keys, and playing through days.

import { createLatest, isAbort } from "../core/request.js";
import { byId, h, icon, refill, s } from "../core/dom.js";
import { gettext, isChinese, ngettext, number, say } from "../core/i18n.js";
import { addDays, countQuery, daysBetween, windowOf } from "../pure/filters.js";
import {
  PRESETS,
  bars,
  brushBox,
  dayAt,
  monthTicks,
  moveBrush,
  presetOf,
  presetRange,
} from "../pure/timeline.js";

const SPAN_DAYS = 120;
const HEIGHT = 36;

export function createTimeline({ store, request, dates, today }) {
  const root = byId("strip");
  const latest = createLatest();
  let days = [];
  let playing = 0;
  let custom = false;

  const last = () => today();
  const first = () => {
    const { from } = windowOf(store.get(), today());
    const usual = addDays(last(), 1 - SPAN_DAYS);
    return from < usual ? addDays(from, -7) : usual;
  };
  const range = () => windowOf(store.get(), today());
  const setRange = ({ from, to }) => store.set({ from, to });

  function head() {
    const { from, to } = range();
    const n = daysBetween(from, to);
    const preset = custom ? 0 : presetOf(from, to, today());
    const reported = days.filter((d) => d.day >= from && d.day <= to).reduce((sum, d) => sum + d.reported, 0);
    const text = say(ngettext("%(n)s day, %(reported)s reported", "%(n)s days, %(reported)s reported", n), {
      n,
      reported: number(reported),
    });
    return h(
      "div",
      { class: "head" },
      h(
        "button",
        {
          type: "button",
          class: "play",
          dataset: { key: "play" },
          "aria-label": playing ? gettext("Pause") : gettext("Play through the days"),
          onclick: togglePlay,
        },
        icon(playing ? "pause" : "play", true),
      ),
      h("b", { class: "n" }, `${dates.plainDay(from)} – ${dates.plainDay(to)}`),
      h("small", { class: "n" }, text),
      h(
        "div",
        { class: "presets", role: "group", "aria-label": gettext("Period") },
        PRESETS.map((d) =>
          h(
            "button",
            {
              type: "button",
              dataset: { key: String(d) },
              "aria-pressed": String(preset === d),
              onclick: () => {
                custom = false;
                setRange(d === 30 ? { from: "", to: "" } : presetRange(d, today()));
              },
            },
            say(ngettext("%(n)s day", "%(n)s days", d), { n: d }),
          ),
        ),
        h(
          "button",
          { type: "button", "aria-pressed": String(!preset), onclick: openCustom },
          gettext("Custom"),
        ),
      ),
    );
  }

  function openCustom() {
    const { from, to } = range();
    custom = true;
    const field = (label, name, value) =>
      h(
        "label",
        {},
        h("span", { class: "sr" }, label),
        h("input", { type: "date", name, value, max: today(), "aria-label": label }),
      );
    const form = h(
      "form",
      {
        class: "presets",
        onkeydown: (event) => {
          if (event.key !== "Escape") return;
          event.stopPropagation();
          custom = false;
          render();
          root.querySelector(".presets button:last-child").focus();
        },
        onsubmit: (event) => {
          event.preventDefault();
          const data = new FormData(form);
          const [a, b] = [data.get("from"), data.get("to")];
          if (a && b) setRange(a <= b ? { from: a, to: b } : { from: b, to: a });
          render();
        },
      },
      field(gettext("From"), "from", from),
      field(gettext("To"), "to", to),
      h("button", { class: "link", type: "submit" }, gettext("Apply")),
    );
    root.querySelector(".presets").replaceWith(form);
    form.querySelector("input").focus();
  }

  function chart() {
    const width = Math.max(200, root.clientWidth - 24);
    const count = daysBetween(first(), last());
    const { from, to } = range();
    const box = brushBox(from, to, first(), count, width);
    const all = bars(days, width, HEIGHT - 2);
    const svg = s(
      "svg",
      {
        class: "histogram",
        viewBox: `0 0 ${width} 54`,
        role: "group",
        "aria-label": gettext("Reports a day"),
      },
      s("path", { class: "base", d: `M0 ${HEIGHT - 1.5}H${width}`, fill: "none" }),
      s("rect", { class: "brush", x: box.x, y: 0, width: box.width, height: HEIGHT, "data-part": "all" }),
      all.map((b) =>
        s("rect", {
          class: b.day >= from && b.day <= to ? "in" : "out",
          x: b.x,
          y: b.y,
          width: b.width,
          height: b.height,
        }),
      ),
      monthTicks(first(), count, width).map((t) =>
        s("text", { class: "axis", x: t.x, y: 50 }, monthName(t.day)),
      ),
      grip("from", box.x, from),
      grip("to", box.x + box.width, to),
    );
    svg.addEventListener("pointerdown", (event) => startDrag(event, svg, width, count));
    return svg;
  }

  const monthName = (day) =>
    isChinese ? `${Number(day.slice(5, 7))}月` : dates.plainDay(day).replace(/\d+\s*/, "");

  function grip(part, x, day) {
    const label = part === "from" ? gettext("From") : gettext("To");
    return s(
      "g",
      {
        tabindex: "0",
        role: "slider",
        "aria-label": label,
        "aria-valuetext": dates.plainDay(day),
        "aria-valuenow": daysBetween(first(), day),
        "data-part": part,
        onkeydown: (event) => {
          const step = { ArrowLeft: -1, ArrowRight: 1, PageDown: -7, PageUp: 7 }[event.key];
          if (!step) return;
          event.preventDefault();
          event.stopPropagation();
          custom = true;
          setRange(moveBrush(range(), part, step, first(), last()));
          root.querySelector(`g[data-part="${part}"]`)?.focus();
        },
      },
      s("path", { class: "rule", d: `M${x} 0V${HEIGHT}`, fill: "none" }),
      s("rect", { class: "grip", x: x - 4, y: 9, width: 8, height: 18, rx: 4 }),
      s("rect", { x: x - 10, y: 0, width: 20, height: HEIGHT, fill: "transparent" }),
    );
  }

  function startDrag(event, svg, width, count) {
    const left = svg.getBoundingClientRect().left;
    const part = event.target.closest("[data-part]")?.dataset.part;
    const start = dayAt(event.clientX - left, width, first(), count);
    const before = range();
    let result = before;
    svg.setPointerCapture(event.pointerId);
    const move = (e) => {
      const day = dayAt(e.clientX - left, width, first(), count);
      if (!part) result = day < start ? { from: day, to: start } : { from: start, to: day };
      else result = moveBrush(before, part, daysBetween(start, day) - 1, first(), last());
      const box = brushBox(result.from, result.to, first(), count, width);
      const brush = svg.querySelector(".brush");
      brush.setAttribute("x", box.x);
      brush.setAttribute("width", box.width);
      root.querySelector(".head b").textContent =
        `${dates.plainDay(result.from)} – ${dates.plainDay(result.to)}`;
    };
    const end = () => {
      svg.removeEventListener("pointermove", move);
      if (result !== before) {
        custom = true;
        setRange(result);
      }
    };
    svg.addEventListener("pointermove", move);
    svg.addEventListener("pointerup", end, { once: true });
    svg.addEventListener("pointercancel", end, { once: true });
  }

  function togglePlay() {
    if (playing) {
      clearInterval(playing);
      playing = 0;
      return render();
    }
    let { from, to } = range();
    const length = daysBetween(from, to) - 1;
    to = addDays(first(), length);
    const step = () => {
      if (to > last()) return togglePlay();
      setRange({ from: addDays(to, -length), to });
      to = addDays(to, Math.max(1, Math.round(length / 8)));
      return undefined;
    };
    playing = setInterval(step, 1100);
    step();
    return render();
  }

  function render() {
    const focused = document.activeElement?.closest?.("#strip [data-part]")?.dataset.part;
    refill(root, head(), chart());
    if (focused) root.querySelector(`g[data-part="${focused}"]`)?.focus();
  }

  async function load() {
    const state = store.get();
    const query = { ...countQuery(state), from: first(), to: last() };
    query.show = "period";
    delete query.stage;
    try {
      const answer = await latest((signal) => request.get("events/timeline", { query, signal }));
      days = answer.days;
    } catch (error) {
      if (isAbort(error)) return;
      days = [];
    }
    render();
  }

  store.on(["from", "to"], (state, before) =>
    windowOf(state, today()).from < (days[0]?.day ?? "") || state.category !== before.category
      ? load()
      : render(),
  );
  store.on(["category", "stage"], load);
  let width = 0;
  new ResizeObserver(() => {
    if (root.clientWidth === width) return;
    width = root.clientWidth;
    render();
  }).observe(root);
  render();
  return { load, dayCount: () => days.length };
}
