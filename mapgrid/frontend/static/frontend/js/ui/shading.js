// Shading: open cases of the parts of the grid one stands in, five classes with their numbers written in.

import { isAbort, createLatest } from "../core/request.js";
import { gettext, say } from "../core/i18n.js";
import { classBreaks, classOf } from "../pure/classes.js";

const openOf = (open) =>
  typeof open === "number" ? open : Object.values(open ?? {}).reduce((a, b) => a + b, 0);

export function createShading({ store, request, view }) {
  const latest = createLatest();

  async function load() {
    const { shading, path } = store.get();
    if (!shading) {
      view.setShading(null);
      return;
    }
    const code = path?.at(-1)?.code;
    if (!code) return;
    try {
      const grid = await latest((signal) => withChildren(code, signal));
      const values = Object.fromEntries(grid.children.map((c) => [c.code, openOf(c.open)]));
      const list = Object.values(values);
      const breaks = classBreaks(list);
      view.setShading({
        classes: Object.fromEntries(Object.entries(values).map(([c, v]) => [c, classOf(v, breaks)])),
        numbers: values,
      });
      store.set({
        shadingInfo: {
          breaks,
          min: Math.min(...list),
          max: Math.max(...list),
          title: say(gettext("Open cases now, %(name)s by part"), { name: grid.name }),
        },
      });
    } catch (error) {
      if (!isAbort(error)) view.setShading(null);
    }
  }

  // A leaf has no parts: its parent is shaded instead.
  async function withChildren(code, signal) {
    const grid = await request.get(`grids/${encodeURIComponent(code)}`, { signal });
    if (grid.children.length) return grid;
    const parent = grid.path.at(-1)?.code;
    return parent ? withChildren(parent, signal) : grid;
  }

  store.on(["shading", "path"], load);
  if (store.get().shading) load();
}
