// Address bar and store follow each other. A new selection is a step that "back" undoes; a moved map is not.

import { formatState, parseState } from "../pure/url-state.js";

export const URL_KEYS = [
  "view",
  "sel",
  "layers",
  "shading",
  "from",
  "to",
  "clock",
  "stage",
  "category",
  "theme",
];

export function syncUrl(store) {
  let timer = 0;
  let push = false;

  function write() {
    timer = 0;
    const text = `${location.pathname}${formatState(store.get())}`;
    if (text !== location.pathname + location.search)
      history[push ? "pushState" : "replaceState"](null, "", text);
    push = false;
  }

  store.on(URL_KEYS, (state, before, source) => {
    if (source === "url") return;
    if (JSON.stringify(state.sel) !== JSON.stringify(before.sel)) push = true;
    clearTimeout(timer);
    timer = setTimeout(write, push ? 0 : 250);
  });
  addEventListener("popstate", () => {
    const { theme: _theme, ...next } = parseState(location.search);
    store.set(next, "url");
  });
}
