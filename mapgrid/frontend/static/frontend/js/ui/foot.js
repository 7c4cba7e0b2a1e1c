// The bottom line: scale, source, edition. Nothing covers it.

import { byId } from "../core/dom.js";
import { dotted, gettext, say } from "../core/i18n.js";
import { scaleBar } from "../pure/mercator.js";

export function createFoot({ store, view, config }) {
  function scale() {
    const { metres, px } = scaleBar(view.camera.center().lat, view.camera.zoom(), 110);
    byId("scale").style.width = `${Math.round(px)}px`;
    byId("scale-label").textContent = metres >= 1000 ? `${metres / 1000} km` : `${metres} m`;
  }
  function source() {
    const parts = [view.credit || gettext("Own base map")];
    if (config.attribution) parts.push(config.attribution);
    if (config.demonstration) parts.push(gettext("demonstration data"));
    const { edition } = store.get();
    if (edition) parts.push(say(gettext("borders %(edition)s"), { edition }));
    byId("source").textContent = dotted(parts);
  }
  view.camera.on("zoomend moveend", scale);
  store.on(["edition"], source);
  scale();
  source();
}
