// Text on the map: what may be written where, without one label touching another or a symbol.

import { chainSegments, clipLine } from "../pure/geometry.js";
import { placeStreetLabel } from "../pure/street-label.js";
import { streetClass } from "./draw-base.js";
import { LEVEL_FROM_ZOOM } from "./draw-grids.js";

const STYLES = {
  street0: { size: 13, weight: 400, halo: 5, ink: "label" },
  street1: { size: 11.5, weight: 400, halo: 4, ink: "label2" },
  place: { size: 12, weight: 400, halo: 3, ink: "label2" },
  number: { size: 11, weight: 400, halo: 2.5, ink: "label2" },
  level_street: { size: 16, weight: 600, halo: 4, ink: "label" },
  level_community: { size: 14, weight: 600, halo: 4, ink: "label" },
  level_grid: { size: 14, weight: 600, halo: 4, ink: "label" },
  level_micro: { size: 10.5, weight: 400, halo: 2.5, ink: "label2" },
};

// Up to which zoom the name of a level is worth its place.
const LEVEL_TO_ZOOM = { district: 11, street: 13, community: 15, grid: 20, micro: 20 };
const LABEL_FROM_ZOOM = { ...LEVEL_FROM_ZOOM, grid: 16, micro: 17 };
// A name that finds its place taken tries these, in its own line heights.
const ASIDE = [
  [0, 0],
  [0, -1.6],
  [0, 1.6],
  [-2.6, 0],
  [2.6, 0],
  [0, -3.2],
  [0, 3.2],
  [-2.6, -2],
  [2.6, 2],
];

export function createLabels(settings) {
  // A wall is read from across the room.
  const STYLE = new Proxy(STYLES, {
    get: (all, name) => all[name] && { ...all[name], size: all[name].size * settings.boost },
  });
  const widths = new Map();
  const fontOf = (style) => `${style.weight} ${style.size}px ${settings.fonts}`;

  function widthOf(ctx, style, text) {
    const key = `${style.weight}${style.size}${text}`;
    if (!widths.has(key)) {
      ctx.font = fontOf(style);
      widths.set(key, ctx.measureText(text).width);
    }
    if (widths.size > 4000) widths.clear();
    return widths.get(key);
  }

  function write(ctx, style, text, x, y, angle = 0) {
    ctx.font = fontOf(style);
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    ctx.lineJoin = "round";
    ctx.strokeStyle = settings.palette.halo;
    ctx.lineWidth = style.halo;
    ctx.fillStyle = settings.palette[style.ink];
    if (angle) {
      ctx.save();
      ctx.translate(x, y);
      ctx.rotate(angle);
      ctx.strokeText(text, 0, 0);
      ctx.fillText(text, 0, 0);
      ctx.restore();
    } else {
      ctx.strokeText(text, x, y);
      ctx.fillText(text, x, y);
    }
  }

  function textBox(ctx, style, text, x, y, pad = 3) {
    const w = widthOf(ctx, style, text) / 2 + pad;
    const h = style.size * 0.62 + pad;
    return [x - w, y - h, x + w, y + h];
  }

  function placePoint(ctx, collider, style, text, x, y) {
    if (!collider.place([textBox(ctx, style, text, x, y)])) return false;
    write(ctx, style, text, x, y);
    return true;
  }

  function streetLabels(ctx, collider, frames, zoom) {
    const seen = [];
    const byRank = [[], []];
    for (const { data, tile, toX, toY } of frames) {
      const named = new Map();
      for (const f of data.layers.streets ?? []) {
        const name = f.properties.name;
        const k = streetClass(f.properties.rank);
        if (!name || k > (zoom >= 17 ? 3 : zoom >= 16 ? 2 : zoom >= 15 ? 1 : 0)) continue;
        if (!named.has(name)) named.set(name, { k, segments: [] });
        for (const ring of f.rings)
          for (const part of clipLine(ring, [0, 0, 1, 1]))
            for (let i = 0; i + 3 < part.length; i += 2)
              named.get(name).segments.push([part[i], part[i + 1], part[i + 2], part[i + 3]]);
      }
      for (const [name, { k, segments }] of named) {
        const style = k === 0 ? STYLE.street0 : STYLE.street1;
        for (const chain of chainSegments(segments)) {
          const line = Array.from(chain, (v, i) => (i % 2 ? toY(v) : toX(v)));
          const placed = placeStreetLabel(line, name, style.size, (c) => widthOf(ctx, style, c));
          if (placed) byRank[k === 0 ? 0 : 1].push({ name, style, ...placed, key: `${tile.x}/${tile.y}` });
        }
      }
    }
    for (const label of byRank.flat()) {
      const mid = label.letters[Math.floor(label.letters.length / 2)];
      if (seen.some((s) => s.name === label.name && Math.hypot(s.x - mid.x, s.y - mid.y) < 300)) continue;
      const half = label.style.size * 0.62 + 2;
      if (!collider.place(label.letters.map((l) => [l.x - half, l.y - half, l.x + half, l.y + half])))
        continue;
      seen.push({ name: label.name, x: mid.x, y: mid.y });
      for (const l of label.letters) write(ctx, label.style, l.char, l.x, l.y, l.angle);
    }
  }

  function* cellLabels(frames) {
    const seen = new Set();
    for (const { data, toX, toY } of frames) {
      for (const f of data.layers.labels ?? []) {
        const ring = f.rings[0];
        if (!ring || seen.has(f.properties.code)) continue;
        seen.add(f.properties.code);
        yield { ...f.properties, x: toX(ring[0]), y: toY(ring[1]) };
      }
    }
  }

  // The numbers of the shading come before everything else: they are what was asked for.
  function numberLabels(ctx, collider, frames, numbers) {
    for (const { code, name, x, y } of cellLabels(frames)) {
      if (numbers[code] === undefined) continue;
      const big = { ...STYLE.level_street, size: 22 };
      collider.add(textBox(ctx, STYLE.level_community, name, x, y - 13));
      collider.add(textBox(ctx, big, String(numbers[code]), x, y + 10));
      write(ctx, STYLE.level_community, name, x, y - 13);
      write(ctx, big, String(numbers[code]), x, y + 10);
    }
  }

  function gridLabels(ctx, collider, frames, zoom) {
    const order = ["district", "street", "community", "grid", "micro"];
    const wanted = [...cellLabels(frames)].filter(
      (c) => zoom >= (LABEL_FROM_ZOOM[c.level] ?? 8) && zoom <= LEVEL_TO_ZOOM[c.level],
    );
    wanted.sort((a, b) => order.indexOf(a.level) - order.indexOf(b.level));
    for (const { level, name, short, code, x, y } of wanted) {
      const style = STYLE[`level_${level}`] ?? STYLE.level_grid;
      const text = labelOf(level, name, short) ?? code;
      const tries = level === "micro" ? ASIDE.slice(0, 1) : ASIDE;
      tries.some(([ax, ay]) =>
        placePoint(ctx, collider, style, text, x + ax * style.size, y + ay * style.size),
      );
    }
  }

  function placeLabels(ctx, collider, frames, zoom) {
    const seen = new Set();
    for (const { data, toX, toY } of frames) {
      for (const f of data.layers.places ?? []) {
        const ring = f.rings[0];
        const key = f.properties.name;
        if (!ring || !key || seen.has(key)) continue;
        if (placePoint(ctx, collider, STYLE.place, key, toX(ring[0]), toY(ring[1]))) seen.add(key);
      }
    }
    if (zoom < 18) return;
    const done = new Set();
    for (const { data, toX, toY } of frames) {
      for (const f of data.layers.buildings ?? []) {
        const name = f.properties.name;
        const id = f.properties.id ?? f.id;
        if (!name || done.has(id)) continue;
        const [x, y] = middle(f.rings[0]);
        done.add(id);
        placePoint(ctx, collider, STYLE.number, name, toX(x), toY(y));
      }
    }
  }

  return { streetLabels, gridLabels, numberLabels, placeLabels, write, textBox };
}

// A micro-grid is told by its last number; its parent's name stands beside it in larger letters.
function labelOf(level, name, short) {
  return level === "micro" ? (short || name).split("-").at(-1) : name;
}

function middle(ring) {
  let x = 0;
  let y = 0;
  const n = Math.max(1, ring.length / 2 - (ring.length > 4 ? 1 : 0));
  for (let i = 0; i < n; i += 1) {
    x += ring[2 * i];
    y += ring[2 * i + 1];
  }
  return [x / n, y / n];
}
