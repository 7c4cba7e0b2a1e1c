// Days, presets and the brush of the time strip.

import { addDays, daysBetween } from "./filters.js";

export const PRESETS = [7, 30, 90];

// Which preset a range is, 0 for none.
export function presetOf(from, to, today) {
  if (to !== today) return 0;
  const days = daysBetween(from, to);
  return PRESETS.includes(days) ? days : 0;
}

export function presetRange(days, today) {
  return { from: addDays(today, 1 - days), to: today };
}

// Bars over [0, width]: reported a day, scaled to the highest.
export function bars(days, width, height) {
  const top = Math.max(1, ...days.map((d) => d.reported));
  const step = width / Math.max(1, days.length);
  return days.map((d, i) => {
    const h = d.reported ? Math.max(1.5, (d.reported / top) * height) : 0;
    return { day: d.day, x: i * step + step * 0.1, y: height - h, width: step * 0.8, height: h };
  });
}

export function dayAt(x, width, first, count) {
  const i = Math.max(0, Math.min(count - 1, Math.floor((x / width) * count)));
  return addDays(first, i);
}

export function brushBox(from, to, first, count, width) {
  const step = width / count;
  const clamp = (n) => Math.max(0, Math.min(count, n));
  const start = clamp(daysBetween(first, from) - 1);
  const end = clamp(daysBetween(first, to));
  return { x: start * step, width: Math.max(step, (end - start) * step) };
}

// Move an end or the whole of the brush by days; ends never cross and stay within the strip.
export function moveBrush(range, part, days, first, last) {
  const clamp = (d) => (d < first ? first : d > last ? last : d);
  let { from, to } = range;
  if (part === "from") from = clamp(addDays(from, days));
  else if (part === "to") to = clamp(addDays(to, days));
  else {
    const length = daysBetween(from, to);
    from = clamp(addDays(from, days));
    to = clamp(addDays(from, length - 1));
    from = addDays(to, 1 - length);
    if (from < first) from = first;
  }
  return from <= to ? { from, to } : { from: to, to: from };
}

// First days of the months inside the strip, thinned so that labels keep 64 px.
export function monthTicks(first, count, width) {
  const ticks = [];
  for (let i = 0; i < count; i += 1) {
    const day = addDays(first, i);
    if (day.endsWith("-01")) ticks.push({ day, x: (i / count) * width });
  }
  const every = Math.max(1, Math.ceil((ticks.length * 64) / width));
  return ticks.filter((_, i) => i % every === 0);
}
