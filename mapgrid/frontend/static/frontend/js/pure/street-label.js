// Where the letters of a street name stand: along the street, and upright one below another where it runs north–south.

import { lineLength, pointAlong } from "./geometry.js";

const CJK = /[⺀-鿿＀-￯]/;

export function isCjk(text) {
  return CJK.test(text);
}

// `line` in pixels, `advance(char)` its width. Gives letters {char, x, y, angle} or null when the street is too short.
export function placeStreetLabel(line, text, sizePx, advance) {
  const total = lineLength(line);
  const middle = pointAlong(line, total / 2);
  if (!middle) return null;
  const upright = isCjk(text) && Math.abs(Math.sin(middle.angle)) > Math.SQRT1_2;
  const chars = [...text];
  const gap = isCjk(text) ? sizePx * 0.72 : 0;
  const widths = chars.map((c) => (upright ? sizePx * 1.08 : advance(c)) + gap);
  const need = widths.reduce((a, b) => a + b, 0) - gap;
  if (need > total * 0.9) return null;
  const forward = upright ? Math.sin(middle.angle) > 0 : Math.cos(middle.angle) >= 0;
  const letters = [];
  let at = (total - need) / 2;
  for (let i = 0; i < chars.length; i += 1) {
    const centre = at + (widths[i] - gap) / 2;
    const p = pointAlong(line, forward ? centre : total - centre);
    if (!p) return null;
    const angle = upright ? 0 : forward ? p.angle : p.angle + Math.PI;
    letters.push({ char: chars[i], x: p.x, y: p.y, angle });
    at += widths[i];
  }
  return tooBent(letters, upright) ? null : { letters, upright };
}

function tooBent(letters, upright) {
  if (upright) return letters.some((l) => Math.abs(l.x - letters[0].x) > 40);
  return letters.some((l, i) => i && Math.abs(Math.sin(l.angle - letters[i - 1].angle)) > 0.35);
}
