// Everything that must not be cut at tile borders: labels, symbols, rings, the selection. One picture for the
// rectangle in view and a margin round it.

import { chainSegments, clipSegment, nearestOnLine } from "../pure/geometry.js";
import { createCollider } from "../pure/collide.js";
import { clusterPoints, drawOrder } from "../pure/cluster.js";
import { clockNow } from "../pure/durations.js";
import { dataTiles, project, unproject } from "../pure/mercator.js";
import { createLabels } from "./labels.js";
import { createMarks } from "./marks.js";
import { createSprites } from "./symbols.js";

const GROUPS = ["base", "grids", "assets", "events", "closed"];
// A whole street at once: what is not open steps back, or the open cases drown in it.
export const NEAR_ZOOM = 17;
const CLOSED_FROM_ZOOM = 16;
// How grave a hazard point must be to show at a zoom.
const leastSeverity = (zoom) => (zoom >= 18 ? 1 : zoom === 17 ? 2 : 3);

// Sizes by zoom: what is open stays legible from afar, what is closed or only stands there steps back.
export function symbolScale(zoom) {
  return zoom >= 17 ? 1 : zoom === 16 ? 0.86 : zoom >= 14 ? 0.72 : 0.5;
}

const quietScale = (zoom) => (zoom >= 18 ? 1 : zoom === 17 ? 0.8 : 0.6);

export function createScene({ tiles, settings, onNeed }) {
  const canvas = new OffscreenCanvas(1, 1);
  const sprites = createSprites(() => settings);
  const labels = createLabels(settings);
  const marks = createMarks(settings, sprites, labels);

  // The tiles of a group that are here; those that are not are asked for and bring a new scene.
  function frames(group, view) {
    const out = [];
    for (const tile of dataTiles(view.rect, view.zoom, 16)) {
      const data = tiles.peek(group, tile);
      tiles
        .get(group, tile, () => view.seq === settings.seq)
        .then(
          (d) => d !== data && onNeed(),
          () => {},
        );
      if (!data) continue;
      out.push({
        data,
        tile,
        toX: (v) => (tile.x + v) * tile.span - view.rect.x,
        toY: (v) => (tile.y + v) * tile.span - view.rect.y,
      });
    }
    return out;
  }

  function points(list, layer, make) {
    const seen = new Map();
    for (const { data, toX, toY } of list) {
      for (const f of data.layers[layer] ?? []) {
        for (const ring of f.rings) {
          const item = make(f, toX(ring[0]), toY(ring[1]));
          if (item && !seen.has(item.key)) seen.set(item.key, item);
        }
      }
    }
    return [...seen.values()];
  }

  const isOff = (group, view) =>
    ["events", "closed"].includes(group) &&
    (!view.layers.includes(group) || (group === "closed" && view.zoom < CLOSED_FROM_ZOOM));

  function events(list, view, now) {
    const found = points(list, "events", (f, x, y) => {
      const p = f.properties;
      return {
        key: f.id ?? p.n,
        id: Number(f.id) || 0,
        kind: "event",
        number: String(p.n),
        clock: clockNow(p, now),
        stage: p.stage,
        title: p.title,
        x,
        y,
      };
    });
    const radius =
      view.zoom >= 19 ? 0 : view.zoom === 18 ? 24 : view.zoom >= 17 ? 30 : view.zoom >= 16 ? 36 : 48;
    const { single, rings } = radius
      ? clusterPoints(snap(found, view), radius, 4)
      : { single: found, rings: [] };
    const counted = points(list, "event_counts", (f, x, y) => {
      const { n, late = 0, soon = 0, ok = 0, still = 0, lost = 0 } = f.properties;
      const counts = { late, soon, ok, still, lost };
      return n ? { key: `${x.toFixed(0)},${y.toFixed(0)}`, x, y, n, counts } : null;
    });
    return { single, rings: [...rings.map((r) => ({ ...r, n: r.points.length })), ...counted] };
  }

  // Closed cases: dots, or a quiet number where the server found too many to send.
  function closed(list) {
    const dots = points(list, "events", (e, x, y) => ({
      key: e.id ?? e.properties.n,
      id: Number(e.id) || 0,
      kind: "event",
      number: String(e.properties.n),
      clock: "still",
      stage: "closed",
      title: e.properties.title,
      x,
      y,
    }));
    const counts = points(list, "event_counts", (e, x, y) => ({
      key: `${x.toFixed(0)},${y.toFixed(0)}`,
      x,
      y,
      n: e.properties.n,
    }));
    return { dots, counts };
  }

  // Clusters hang on the earth, not on the window: cells are counted from the world's corner.
  function snap(found, view) {
    const { x: fx, y: fy } = view.rect;
    return found.map((p) => Object.assign(p, { sx: p.x, sy: p.y, x: p.x + fx, y: p.y + fy }));
  }

  function unsnap({ single, rings }, view) {
    const { x: fx, y: fy } = view.rect;
    for (const p of single) if (p.sx !== undefined) [p.x, p.y] = [p.sx, p.sy];
    for (const r of rings) if (r.points) [r.x, r.y] = [r.x - fx, r.y - fy];
    for (const r of rings) for (const p of r.points ?? []) [p.x, p.y] = [p.sx, p.sy];
  }

  const isChosen = ({ selected }, s) => selected?.kind === s.kind && String(selected.id) === String(s.id);

  function assets(list, view) {
    const on = new Set(view.layers);
    const hazards =
      on.has("hazards") && view.zoom >= 14
        ? points(list, "hazards", (f, x, y) => ({
            key: f.properties.id ?? f.id,
            kind: "hazard",
            id: f.properties.id ?? f.id,
            properties: f.properties,
            x,
            y,
          })).filter((s) => s.properties.severity >= leastSeverity(view.zoom) || isChosen(view, s))
        : [];
    const components =
      on.has("components") && view.zoom >= 17
        ? points(list, "components", (f, x, y) => ({
            key: f.properties.id ?? f.id,
            kind: "component",
            id: f.properties.id ?? f.id,
            properties: f.properties,
            x,
            y,
          }))
        : [];
    return { hazards, components };
  }

  function outline(list, code) {
    const segments = [];
    for (const { data, toX, toY } of list) {
      for (const cell of data.layers.cells ?? []) {
        if (cell.properties.code !== code) continue;
        for (const ring of cell.rings) {
          for (let i = 0; i + 3 < ring.length; i += 2) {
            const s = clipSegment(ring[i], ring[i + 1], ring[i + 2], ring[i + 3], [0, 0, 1, 1]);
            if (s && !onEdge(s))
              segments.push([toX(s[0]), toY(s[1]), toX(s[2]), toY(s[3])].map((v) => Math.round(v * 8) / 8));
          }
        }
      }
    }
    return chainSegments(segments);
  }

  function draw(view) {
    settings.seq = view.seq;
    const { rect, zoom } = view;
    const now = (Date.now() + settings.clockOffsetMs) / 1000;
    const f = Object.fromEntries(GROUPS.map((g) => [g, isOff(g, view) ? [] : frames(g, view)]));
    canvas.width = Math.ceil(rect.w * settings.dpr);
    canvas.height = Math.ceil(rect.h * settings.dpr);
    const ctx = canvas.getContext("2d");
    ctx.setTransform(settings.dpr, 0, 0, settings.dpr, 0, 0);
    const scale = symbolScale(zoom) * settings.boost;
    const quiet = quietScale(zoom) * settings.boost;
    const ev = events(f.events, view, now);
    unsnap(ev, view);
    const past = closed(f.closed);
    const { hazards, components } = assets(f.assets, view);
    const lines = view.outline ? outline(f.grids, view.outline) : [];
    const collider = createCollider();
    const pin = view.pin ? { ...view.pin, ...offset(view.pin, view) } : null;
    marks.outline(ctx, lines);
    if (pin) collider.add([pin.x - 18, pin.y - 46, pin.x + 18, pin.y + 4]);
    const { x: fx, y: fy, w: fw, h: fh } = view.free;
    const seen = [fx - rect.x, fy - rect.y, fx - rect.x + fw, fy - rect.y + fh];
    if (view.aim) {
      const { x, y } = offset(view.aim, view);
      collider.add([x - 22, y - 57, x + 22, y + 6]);
    }
    const tagAt = view.tag && lines.length ? marks.tagPlace(ctx, lines, view.tag, seen) : null;
    if (tagAt) collider.add(tagAt.box);
    if (settings.shading) labels.numberLabels(ctx, collider, f.grids, settings.shading.numbers);
    for (const r of ev.rings) collider.add([r.x - 20, r.y - 20, r.x + 20, r.y + 20]);
    for (const p of ev.single)
      collider.add([p.x - 10 * scale, p.y - 10 * scale, p.x + 10 * scale, p.y + 10 * scale]);
    for (const h of hazards)
      collider.add([h.x - 11 * quiet, h.y - 11 * quiet, h.x + 11 * quiet, h.y + 9 * quiet]);
    if (view.layers.includes("grids") && !settings.shading) labels.gridLabels(ctx, collider, f.grids, zoom);
    labels.streetLabels(ctx, collider, f.base, zoom);
    labels.placeLabels(ctx, collider, f.base, zoom);
    for (const c of components) sprites.component(ctx, c.x, c.y, c.properties.glyph, zoom >= 18 ? 1.35 : 1);
    for (const p of past.dots)
      sprites.dot(ctx, p.x, p.y, zoom > NEAR_ZOOM ? quiet : zoom === NEAR_ZOOM ? 0.62 : 0);
    for (const c of past.counts) marks.count(ctx, c);
    for (const h of hazards) sprites.hazard(ctx, h.x, h.y, quiet);
    ev.single.sort(drawOrder);
    for (const p of ev.single)
      if (!pin || p.number !== pin.number) sprites.event(ctx, p.x, p.y, p.stage, p.clock, scale);
    for (const r of ev.rings) marks.ring(ctx, r);
    if (view.selected) marks.selected(ctx, view.selected, { hazards, components, frames: f.base, toX: null });
    if (view.whyLine) marks.whyLine(ctx, view.whyLine, (p) => offset(p, view), tagAt?.box);
    if (tagAt) marks.tag(ctx, tagAt);
    // The pin's body would hide the short line that it explains.
    if (pin && view.whyLine) sprites.event(ctx, pin.x, pin.y, pin.stage, pin.clock, scale);
    else if (pin) marks.pin(ctx, pin);
    if (view.focus)
      marks.focus(
        ctx,
        [...ev.single, ...hazards, ...components].find((s) => `${s.kind}:${s.number ?? s.id}` === view.focus),
      );
    const symbols = [...past.dots, ...components, ...hazards, ...ev.single];
    return {
      bitmap: canvas.transferToImageBitmap(),
      rect,
      zoom,
      symbols,
      rings: ev.rings,
      frames: f,
      view,
      summary: { symbols: symbols.length, rings: ev.rings.length },
    };
  }

  function offset(p, view) {
    const q = project(p.lon, p.lat, view.zoom);
    return { x: q.x - view.rect.x, y: q.y - view.rect.y };
  }

  // The nearest point on a cell's border, for "show on the map".
  function borderNear(last, code, lon, lat) {
    const p = offset({ lon, lat }, last.view);
    let best = null;
    for (const line of outline(last.frames.grids, code)) {
      const near = nearestOnLine(line, p.x, p.y);
      if (!best || near.d < best.d) best = near;
    }
    return best && unproject(best.x + last.rect.x, best.y + last.rect.y, last.zoom);
  }

  return { draw, borderNear, forgetSprites: sprites.forget };
}

// A segment that only exists because the polygon was cut along the tile's edge.
function onEdge([ax, ay, bx, by]) {
  return (ax === bx && (ax === 0 || ax === 1)) || (ay === by && (ay === 0 || ay === 1));
}
