// The wall: a heading, three numbers, the map. Nothing to press, new figures every minute.

import { now } from "../core/clock.js";
import { h, symbol } from "../core/dom.js";
import { gettext, number, say } from "../core/i18n.js";

export function createWall({ store, request, config, dates }) {
  if (document.documentElement.dataset.theme !== "wall") return;
  const head = h("header", {});
  const column = h("aside", {});
  document.body.append(h("div", { class: "scene" }, head, column));

  async function load() {
    try {
      const c = await request.get("events/counts", { query: { open: "1" } });
      const part = (label, value, mark) => h("div", {}, label, h("b", {}, mark, number(value)));
      column.replaceChildren(
        part(gettext("Open"), c.total),
        part(gettext("Late"), c.late, symbol("todo", "late")),
        part(gettext("Due soon"), c.soon, symbol("todo", "soon")),
        part(gettext("In no grid"), c.lost, symbol("unassigned", "lost")),
      );
      head.replaceChildren(
        store.get().path?.at(-1)?.name ?? config.city.title,
        h(
          "small",
          { class: "n" },
          say(gettext("%(day)s %(t)s"), { day: dates.day(now()), t: dates.time(now()) }),
        ),
      );
    } catch {
      head.append(h("small", {}, gettext("The figures did not load; the map stands as it was.")));
    }
  }
  store.on(["path"], load);
  load();
  setInterval(load, 60000);
}
