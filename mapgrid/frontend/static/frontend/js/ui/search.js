// One search for grids, places, buildings, streets and case numbers.

import { createLatest, isAbort } from "../core/request.js";
import { byId, fill, h, icon, stateBox } from "../core/dom.js";
import { gettext } from "../core/i18n.js";

const ICONS = { grid: "grid", place: "loc", building: "building", event: "list", street: "route" };

export function createSearch({ request, view, select }) {
  const input = byId("search");
  const box = byId("search-results");
  const latest = createLatest();
  let options = [];
  let at = -1;
  let timer = 0;

  function show(on) {
    box.hidden = !on;
    input.setAttribute("aria-expanded", String(on));
    if (!on) input.removeAttribute("aria-activedescendant");
  }

  function choose(result, kind) {
    show(false);
    input.value = "";
    const sel = result.url_state?.sel;
    if (result.bbox) view.fit(result.bbox);
    else if (result.point)
      view.centre({ lon: result.point[0], lat: result.point[1] }, Math.max(17, view.camera.zoom()));
    if (typeof sel === "string" && sel.includes(":"))
      select({ kind: sel.slice(0, sel.indexOf(":")), id: sel.slice(sel.indexOf(":") + 1) });
    else if (sel) select(sel);
    else if (["grid", "event", "building"].includes(kind)) select({ kind, id: String(result.id) });
    else input.blur();
  }

  function render(groups) {
    options = [];
    const parts = groups
      .filter((g) => g.results.length)
      .flatMap((g) => [
        h("h2", { role: "presentation" }, g.label),
        ...g.results.map((r) => {
          const option = h(
            "div",
            {
              role: "option",
              id: `found-${options.length}`,
              "aria-selected": "false",
              onclick: () => choose(r, g.kind),
            },
            icon(ICONS[g.kind] ?? "loc", true),
            h("span", { class: "n" }, r.label),
            r.sub && h("small", { class: "n" }, r.sub),
          );
          options.push(option);
          return option;
        }),
      ]);
    fill(
      box,
      parts.length
        ? parts
        : stateBox({
            title: gettext("Nothing found"),
            text: gettext("Try a shorter part of the name, a grid code or a case number."),
          }),
    );
    at = -1;
    show(true);
  }

  async function run() {
    const q = input.value.trim();
    if (!q) return show(false);
    try {
      render((await latest((signal) => request.get("search", { query: { q }, signal }))).groups);
    } catch (error) {
      if (isAbort(error)) return undefined;
      fill(
        box,
        stateBox({
          title: gettext("The search did not answer"),
          text: error.message,
          action: gettext("Try again"),
          onaction: run,
        }),
      );
      show(true);
    }
    return undefined;
  }

  function move(step) {
    if (!options.length) return;
    options[at]?.setAttribute("aria-selected", "false");
    at = (at + step + options.length) % options.length;
    options[at].setAttribute("aria-selected", "true");
    options[at].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", options[at].id);
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(run, 180);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter") {
      (options[at] ?? options[0])?.click();
    } else if (event.key === "Escape") {
      event.stopPropagation();
      if (!box.hidden) show(false);
      else input.blur();
    }
  });
  input.addEventListener("focus", () => input.value && options.length && show(true));
  document.addEventListener("pointerdown", (event) => {
    if (!input.closest(".search").contains(event.target)) show(false);
  });
  return {
    focus: () => {
      input.focus();
      input.select();
    },
  };
}
