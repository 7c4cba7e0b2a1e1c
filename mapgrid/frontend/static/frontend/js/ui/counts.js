// Five counts that are filter and legend at once.

import { announce } from "../core/announce.js";
import { createLatest, isAbort } from "../core/request.js";
import { byId, fill, h, symbol } from "../core/dom.js";
import { gettext, ngettext, number, say } from "../core/i18n.js";
import { countQuery, windowOf, daysBetween } from "../pure/filters.js";
import { CLOCKS } from "../pure/url-state.js";

const STAGE = { late: "todo", soon: "todo", ok: "todo", still: "suspended", lost: "unassigned" };
const LABEL = {
  late: () => gettext("Late"),
  soon: () => gettext("Due soon"),
  ok: () => gettext("In time"),
  still: () => gettext("Suspended"),
  lost: () => gettext("No grid"),
};

export const clockLabel = (clock) => LABEL[clock]();

export function createCounts({ store, request, view, today }) {
  const root = byId("counts");
  const latest = createLatest();

  function toggle(clock) {
    const on = store.get().clock;
    store.set({
      clock: on.includes(clock)
        ? on.filter((c) => c !== clock)
        : CLOCKS.filter((c) => c === clock || on.includes(c)),
    });
  }

  function render() {
    const { clock, counts } = store.get();
    root.classList.toggle("filtered", clock.length > 0);
    if (!root.childElementCount) {
      fill(
        root,
        CLOCKS.map((c) =>
          h(
            "button",
            { type: "button", "aria-pressed": "false", onclick: () => toggle(c), dataset: { clock: c } },
            symbol(STAGE[c], c),
            h("b", {}, "–"),
            h("span", {}, clockLabel(c)),
          ),
        ),
      );
    }
    for (const b of root.children) {
      b.setAttribute("aria-pressed", String(clock.includes(b.dataset.clock)));
      b.querySelector("b").textContent = counts ? number(counts[b.dataset.clock] ?? 0) : "–";
    }
    const state = store.get();
    const { from, to } = windowOf(state, today());
    const n = daysBetween(from, to);
    const closed = counts?.closed;
    byId("closed-line").textContent =
      closed === undefined
        ? ""
        : say(
            ngettext(
              "%(closed)s closed in the last %(n)s day",
              "%(closed)s closed in the last %(n)s days",
              n,
            ),
            { closed: number(closed), n },
          );
  }

  async function load() {
    const state = store.get();
    const bbox = view.bboxInView().join(",");
    try {
      const [counts, closed] = await latest((signal) =>
        Promise.all([
          request.get("events/counts", { query: { ...countQuery(state), bbox }, signal }),
          request.get("events/counts", {
            query: { ...countQuery(state), ...windowOf(state, today()), bbox, show: "closed" },
            signal,
          }),
        ]),
      );
      store.set({ counts: { ...counts, closed: closed.closed ?? 0 } });
    } catch (error) {
      // Without a network the last figures stay; the pill says from when they are.
      if (!isAbort(error) && error.code !== "offline") store.set({ counts: null });
    }
  }

  store.on(["counts", "clock"], render);
  store.on(["counts"], (state, before) => {
    if (state.counts && state.counts.total !== before.counts?.total)
      announce(
        say(ngettext("%(n)s open in view", "%(n)s open in view", state.counts.total), {
          n: state.counts.total,
        }),
      );
  });
  render();
  return { load };
}
