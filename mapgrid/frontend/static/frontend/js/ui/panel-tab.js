// On a narrow desk the opening drawer folds the list to a tab; a press brings it back over the map.

import { byId, h, icon } from "../core/dom.js";
import { gettext } from "../core/i18n.js";

export function createPanelTab({ store }) {
  const tab = h(
    "button",
    { type: "button", class: "panel-tab card", "aria-expanded": "false", "aria-controls": "panel" },
    icon("list"),
    h("span", { class: "sr" }, gettext("Show the list")),
  );
  const open = (on) => {
    document.body.classList.toggle("panel-open", on);
    tab.setAttribute("aria-expanded", String(on));
  };
  tab.addEventListener("click", () => {
    open(true);
    byId("panel").querySelector(".row[aria-current], .row")?.focus();
  });
  byId("panel").after(tab);
  // Whatever is chosen next is to be seen, so the list makes room again.
  store.on(["sel"], () => open(false));
}
