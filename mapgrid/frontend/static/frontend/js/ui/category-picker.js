// All categories, searchable by name, code or condition.

import { fill, h, stateBox } from "../core/dom.js";
import { dotted, gettext } from "../core/i18n.js";
import { searchCategories } from "../pure/report.js";

export function createCategoryPicker({ onPick }) {
  let rows = [];
  let chosen = "";
  const input = h("input", {
    type: "search",
    placeholder: gettext("Search a category"),
    "aria-label": gettext("Search a category"),
    oninput: () => list(),
  });
  const tree = h("div", { class: "tree" });
  const root = h("div", { class: "picker" }, input, tree);

  function list() {
    const found = searchCategories(rows, input.value.trim());
    const groups = Map.groupBy
      ? Map.groupBy(found, (r) => dotted(r.kindLabel, r.major))
      : new Map([["", found]]);
    fill(
      tree,
      found.length
        ? [...groups].map(([title, members]) => [
            h("h3", {}, title),
            members.map((r) =>
              h(
                "button",
                { type: "button", "aria-pressed": String(r.key === chosen), onclick: () => onPick(r.key) },
                r.name,
                h("small", { class: "n" }, r.key.split(":")[1]),
              ),
            ),
          ])
        : stateBox({ title: gettext("No category has this word") }),
    );
  }

  return {
    setRows(next) {
      rows = next;
      list();
    },
    render(current) {
      chosen = current;
      if (!root.isConnected) list();
      return root;
    },
    focus() {
      if (document.activeElement === input) return;
      input.focus({ preventScroll: true });
      root.scrollIntoView({ block: "start" });
    },
  };
}
