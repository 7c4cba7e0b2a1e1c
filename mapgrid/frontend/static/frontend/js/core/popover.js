// A small menu below its button. Esc or a press elsewhere closes it and gives the focus back.

import { h } from "./dom.js";

let open = null;

export function closePopover(focusBack = true) {
  if (!open) return false;
  const { box, anchor, undo } = open;
  open = null;
  undo();
  box.remove();
  anchor.setAttribute("aria-expanded", "false");
  if (focusBack) anchor.focus();
  return true;
}

export function openPopover(anchor, label, children, { align = "end" } = {}) {
  const again = open?.anchor === anchor;
  closePopover(false);
  if (again) return null;
  const box = h("div", { class: "popover", role: "dialog", "aria-label": label }, children);
  document.body.append(box);
  place(box, anchor, align);
  const outside = (event) => {
    if (!box.contains(event.target) && !anchor.contains(event.target)) closePopover(false);
  };
  document.addEventListener("pointerdown", outside, true);
  open = { box, anchor, undo: () => document.removeEventListener("pointerdown", outside, true) };
  anchor.setAttribute("aria-expanded", "true");
  box.querySelector("input, button, a, select")?.focus();
  return box;
}

function place(box, anchor, align) {
  const a = anchor.getBoundingClientRect();
  const { width, height } = box.getBoundingClientRect();
  const beside = a.right < 64 && a.left < 64;
  const left = beside ? a.right + 8 : align === "end" ? a.right - width : a.left;
  const below = a.bottom + 6;
  const top = beside ? a.top : below + height > innerHeight - 8 ? a.top - height - 6 : below;
  box.style.left = `${Math.max(8, Math.min(innerWidth - width - 8, left))}px`;
  box.style.top = `${Math.max(8, Math.min(innerHeight - height - 8, top))}px`;
}
