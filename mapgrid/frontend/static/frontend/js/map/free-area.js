// What no panel covers: every fit, pan and "in view" goes by it.

const GAP = 8;

export const isPhone = () => matchMedia("(max-width: 760px)").matches;

// Small cards that float inside the free map.
export function underCard(x, y, marginPx = 24) {
  return ["legend", "add-asset"].some((id) => {
    const r = document.getElementById(id)?.getBoundingClientRect();
    return (
      r?.width &&
      x > r.left - marginPx &&
      x < r.right + marginPx &&
      y > r.top - marginPx &&
      y < r.bottom + marginPx
    );
  });
}

// A whole grid is shown beside the legend, where there is room for both.
export function besideLegend(padding) {
  const r = document.getElementById("legend")?.getBoundingClientRect();
  const left = (r?.right ?? 0) + GAP;
  const room = innerWidth - padding.right - left;
  return r?.width && room > 480 ? { ...padding, left: Math.max(padding.left, left) } : padding;
}

export function freePadding() {
  const box = (id) => {
    const element = document.getElementById(id);
    if (!element || element.hidden) return null;
    const r = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    return r.width && style.visibility !== "hidden" && style.display !== "none" ? r : null;
  };
  const panel = box("panel");
  const drawer = box("drawer");
  if (isPhone()) {
    const sheet = drawer ?? panel;
    const bottom = sheet ? Math.min(innerHeight * 0.55, innerHeight - sheet.top) : 0;
    return { left: 16, right: 16, top: 72, bottom: bottom + GAP };
  }
  if (document.documentElement.dataset.theme === "wall") return { left: 372, right: 480, top: 88, bottom: 64 };
  const strip = box("strip");
  return {
    left: (panel ? panel.right : 56) + GAP,
    right: drawer ? innerWidth - drawer.left + GAP : GAP,
    top: 56,
    bottom: strip ? innerHeight - strip.top + GAP : 36,
  };
}
