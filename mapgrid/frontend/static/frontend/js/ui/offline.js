// The pill that says the network is away, and that it is back.

import { byId } from "../core/dom.js";
import { gettext, say } from "../core/i18n.js";

export function createOffline({ dates, onBack }) {
  const pill = byId("offline-pill");
  let away = false;
  let since = Date.now();
  let timer = 0;

  function reach(ok) {
    if (ok) {
      since = Date.now();
      if (away) {
        pill.textContent = gettext("The network is back");
        timer = setTimeout(() => {
          pill.hidden = true;
        }, 4000);
        away = false;
        onBack();
      }
      return;
    }
    clearTimeout(timer);
    away = true;
    pill.textContent = say(gettext("No network, as of %(t)s"), { t: dates.time(since) });
    pill.hidden = false;
  }
  addEventListener("offline", () => reach(false));
  addEventListener("online", () => onBack());
  return { reach };
}
