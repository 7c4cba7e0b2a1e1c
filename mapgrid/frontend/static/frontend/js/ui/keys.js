// Keys of the page. Letters do nothing while something is being typed.

import { closePopover } from "../core/popover.js";
import { openHelp } from "./help.js";

const REGIONS = ["search", "list", "map", "time", "drawer"];

function typing(target) {
  return target.matches?.("input, textarea, select, [contenteditable]");
}

function regionOf(element) {
  return REGIONS.indexOf(element?.closest?.("[data-region]")?.dataset.region);
}

function focusRegion(name, map) {
  const root = document.querySelector(`[data-region="${name}"]`);
  if (!root || root.hidden || !root.getClientRects().length) return false;
  const target =
    name === "map"
      ? map
      : name === "list"
        ? (root.querySelector(".row[aria-current], .row") ?? root.querySelector("button"))
        : name === "drawer"
          ? root.querySelector("h1")
          : root.querySelector("input, button, [tabindex]");
  target?.focus();
  return Boolean(target);
}

export function createKeys({ map, actions, back }) {
  function cycle(step) {
    let i = regionOf(document.activeElement);
    for (let n = 0; n < REGIONS.length; n += 1) {
      i = (i + step + REGIONS.length) % REGIONS.length;
      if (focusRegion(REGIONS[i], map)) return;
    }
  }

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    if (event.key === "F6") {
      event.preventDefault();
      cycle(event.shiftKey ? -1 : 1);
      return;
    }
    if (event.key === "Escape") {
      if (document.querySelector("dialog[open]")) return;
      if (closePopover() || back()) event.preventDefault();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const run = {
      "/": actions.search,
      f: actions.filter,
      F: actions.filter,
      l: actions.layers,
      L: actions.layers,
      n: actions.report,
      N: actions.report,
      "?": openHelp,
    }[event.key];
    if (!run) return;
    event.preventDefault();
    run();
  });
}
