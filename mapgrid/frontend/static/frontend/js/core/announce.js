// Short messages: spoken ones, and toasts that never hold the only copy of anything.

import { byId, h } from "./dom.js";

export function announce(text) {
  const live = byId("live");
  live.textContent = "";
  setTimeout(() => {
    live.textContent = text;
  }, 50);
}

export function toast(text, { action, onaction, ms = 6000 } = {}) {
  const box = h("div", { class: "toast" }, h("span", {}, text));
  const close = () => box.remove();
  if (action)
    box.append(
      h(
        "button",
        {
          type: "button",
          onclick: () => {
            close();
            onaction();
          },
        },
        action,
      ),
    );
  byId("toasts").replaceChildren(box);
  const timer = setTimeout(close, ms);
  box.addEventListener("pointerenter", () => clearTimeout(timer));
  return close;
}
