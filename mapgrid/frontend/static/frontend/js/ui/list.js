// Open cases in view, the next due first. The list never moves under the hand: what is new waits behind a line.

import { createLatest, isAbort } from "../core/request.js";
import { byId, fill, h, icon, stateBox, symbol } from "../core/dom.js";
import { dotted, gettext, ngettext, number, say } from "../core/i18n.js";
import { activeFilters, daysBetween, listQuery, windowOf } from "../pure/filters.js";

export function createList({ store, request, view, words, today, select, config }) {
  const root = byId("list");
  const latest = createLatest();
  let rows = [];
  let next = null;
  let query = null;
  let total = 0;
  let skeletonTimer = 0;
  let busyTimer = 0;

  const sub = (e) => {
    if (e.grid) return dotted(e.grid.name, e.state_label);
    if (e.nearest)
      return say(gettext("Nearest %(grid)s, %(m)s m"), {
        grid: e.nearest.name,
        m: Math.round(e.nearest.distance_m),
      });
    return e.state_label;
  };

  function row(e) {
    const clock = e.stage === "suspended" || e.stage === "closed" ? "still" : e.clock;
    return h(
      "li",
      {},
      h(
        "button",
        {
          type: "button",
          class: "row",
          dataset: { number: e.number },
          onclick: () => select({ kind: "event", id: e.number }, { from: "list" }),
        },
        symbol(e.stage, e.clock),
        h(
          "span",
          {},
          h("b", {}, e.condition || e.category?.name || e.number),
          h("small", { class: "n" }, sub(e)),
        ),
        h(
          "span",
          { class: "time" },
          h("span", { class: `t-${clock}` }, words.clock(e)),
          h("small", {}, e.track_label || e.state_label),
        ),
      ),
    );
  }

  const ghost = () =>
    h(
      "li",
      { "aria-hidden": "true" },
      h(
        "div",
        { class: "row" },
        h("i", { class: "skeleton" }),
        h("i", { class: "skeleton" }),
        h("i", { class: "skeleton" }),
      ),
    );

  function mark() {
    const { sel } = store.get();
    for (const b of root.querySelectorAll(".row[data-number]")) {
      const on = sel?.kind === "event" && sel.id === b.dataset.number;
      if (on) b.setAttribute("aria-current", "true");
      else b.removeAttribute("aria-current");
    }
  }

  // A city that was opened a minute ago: nothing is wrong, it only has to be filled.
  function newCity(me) {
    const office = me?.role === "administrator";
    return stateBox({
      title: gettext("This city is still empty"),
      text: office
        ? gettext(
            "Load the borders of its grids and a base map with manage.py import_features, appoint people in the office, then cases show here.",
          )
        : gettext(
            "Grids and a base map come first; your operations centre loads them. Reports can be sent already.",
          ),
      action: office && gettext("Open the office"),
      onaction: () => location.assign("/admin/"),
    });
  }

  function emptyState() {
    const state = store.get();
    if (!config.roots.length) return newCity(state.me);
    const n = activeFilters(state);
    const clear = () => store.set({ clock: [], stage: [], category: [], from: "", to: "" });
    if (n)
      return stateBox({
        title: say(
          ngettext(
            "Nothing matches this filter; take it away",
            "Nothing matches all %(n)s filters; take one away",
            n,
          ),
          { n },
        ),
        action: gettext("Clear filters"),
        onaction: clear,
      });
    if (outside())
      return stateBox({
        title: gettext("Outside your posts"),
        text: gettext("Cases are shown where you are responsible. Your operations centre can grant more."),
        action: gettext("Show my whole area"),
        onaction: () => view.home(),
      });
    const { from, to } = windowOf(state, today());
    return stateBox({
      title: gettext("No open cases here"),
      text: say(
        gettext(
          "Nothing is open in this part of the map. Closed cases of the last %(n)s days are the small dots.",
        ),
        { n: daysBetween(from, to) },
      ),
      action: gettext("Show my whole area"),
      onaction: () => view.home(),
    });
  }

  function outside() {
    const home = store.get().me?.home_bbox;
    const [w, s, e, n] = view.bboxInView();
    return Boolean(home) && (w > home[2] || e < home[0] || s > home[3] || n < home[1]);
  }

  function render(append) {
    const shown = append ?? rows;
    if (!append) fill(root);
    root.querySelector(".more-item")?.remove();
    root.append(...shown.map(row));
    if (!rows.length) root.append(h("li", {}, emptyState()));
    if (next)
      root.append(
        h(
          "li",
          { class: "more-item" },
          h("button", { type: "button", class: "more", onclick: more }, gettext("Show more")),
        ),
      );
    byId("list-title").textContent = say(ngettext("%(n)s open in view", "%(n)s open in view", total), {
      n: number(total),
    });
    root.setAttribute("aria-busy", "false");
    mark();
    store.set({ order: rows.map((e) => e.number), listTotal: total });
  }

  function fail(error) {
    root.setAttribute("aria-busy", "false");
    const off = error.code === "offline";
    root.dataset.stale = String(off && rows.length > 0);
    if (off && rows.length) return render();
    byId("list-title").textContent = gettext("Cases in view");
    fill(
      root,
      h(
        "li",
        {},
        stateBox({
          title: off ? gettext("No network: the list cannot be fetched") : gettext("The list did not load"),
          text: off
            ? gettext("What was fetched before stays on the map.")
            : gettext("The map stays as it is."),
          action: gettext("Try again"),
          onaction: load,
          small: error.reference,
        }),
      ),
    );
  }

  async function load() {
    const state = store.get();
    query = { ...listQuery(state), bbox: view.bboxInView().join(","), sort: state.sort };
    clearTimeout(skeletonTimer);
    skeletonTimer = setTimeout(() => {
      root.setAttribute("aria-busy", "true");
      if (!rows.length) fill(root, Array.from({ length: 6 }, ghost));
    }, 150);
    clearTimeout(busyTimer);
    busyTimer = setTimeout(() => {
      byId("busy").hidden = false;
    }, 1000);
    try {
      const page = await latest((signal) => request.get("events", { query, signal }));
      const scroll = root.scrollTop;
      ({ results: rows, next, count: total } = page);
      root.dataset.stale = "false";
      hideNew();
      render();
      root.scrollTop = Math.min(scroll, root.scrollHeight);
      root.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
    } catch (error) {
      if (!isAbort(error)) fail(error);
    } finally {
      clearTimeout(skeletonTimer);
      clearTimeout(busyTimer);
      byId("busy").hidden = true;
    }
  }

  async function more() {
    try {
      const page = await request.get("events", { query: { ...query, cursor: next } });
      rows = [...rows, ...page.results];
      next = page.next;
      render(page.results);
    } catch (error) {
      fail(error);
    }
  }

  const hideNew = () => document.getElementById("new-line")?.remove();

  // Called when the server says that something changed while the reader was not moving the map.
  async function look() {
    if (!query) return;
    try {
      const page = await request.get("events", { query });
      const known = new Set(rows.map((e) => e.number));
      const fresh = page.results.filter((e) => !known.has(e.number)).length;
      hideNew();
      if (fresh)
        byId("counts").after(
          h(
            "button",
            { type: "button", id: "new-line", class: "new-line", onclick: load },
            say(ngettext("%(n)s new case, show it here", "%(n)s new cases, show them here", fresh), {
              n: fresh,
            }),
          ),
        );
    } catch {
      // The next look will do; the list says nothing that is not true.
    }
  }

  root.addEventListener("keydown", (event) => {
    const at = event.target.closest(".row[data-number]");
    if (!at || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
    event.preventDefault();
    const item =
      at.parentElement[event.key === "ArrowDown" ? "nextElementSibling" : "previousElementSibling"];
    item?.querySelector("button")?.focus();
  });
  const sortButton = byId("sort-button");
  const sortLabel = () =>
    fill(
      sortButton,
      store.get().sort === "due" ? gettext("By due time") : gettext("Newest first"),
      icon("down", true),
    );
  sortButton.addEventListener("click", () =>
    store.set({ sort: store.get().sort === "due" ? "reported" : "due" }),
  );
  store.on(["sort"], () => {
    sortLabel();
    load();
  });
  store.on(["sel"], mark);
  sortLabel();

  const neighbour = (step) => {
    const { sel } = store.get();
    const i = rows.findIndex((e) => e.number === sel?.id);
    return i < 0 ? null : (rows[i + step] ?? null);
  };
  return {
    load,
    look,
    neighbour,
    focusRow: (id) => (root.querySelector(`[data-number="${CSS.escape(id)}"]`) ?? root).focus(),
    position: (id) => rows.findIndex((e) => e.number === id),
  };
}
