// The keys, in one dialog.

import { h, iconButton } from "../core/dom.js";
import { gettext } from "../core/i18n.js";

const KEYS = () => [
  [["/"], gettext("Search")],
  [["F"], gettext("Filter")],
  [["L"], gettext("Layers")],
  [["N"], gettext("Report a case")],
  [["Esc"], gettext("Back one level")],
  [["F6"], gettext("Next region; Shift F6 goes back")],
  [["←", "↑", "↓", "→"], gettext("Pan the map; + and − zoom")],
  [["Tab"], gettext("In the map: next symbol; Enter opens it")],
  [["?"], gettext("This list")],
];

export function openHelp() {
  document.querySelector("dialog.help")?.remove();
  const dialog = h(
    "dialog",
    { class: "help", "aria-label": gettext("Keys") },
    h(
      "h1",
      {},
      gettext("Keys"),
      iconButton("x", gettext("Close"), () => dialog.close(), { class: "btn square" }),
    ),
    h(
      "dl",
      {},
      KEYS().map(([keys, text]) => [
        h(
          "dt",
          {},
          keys.map((k) => h("kbd", { class: "kbd" }, k)),
        ),
        h("dd", {}, text),
      ]),
    ),
  );
  document.body.append(dialog);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.showModal();
}
