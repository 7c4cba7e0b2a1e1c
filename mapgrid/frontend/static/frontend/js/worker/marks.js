// The selection, rings of clusters, the pin and the line that shows why a point lies in its grid.

import { ringArcs } from "../pure/cluster.js";

const PIN = "M0 1C-4-9-17-13-17-27a17 17 0 0 1 34 0C17-13 4-9 0 1Z";

export function createMarks(settings, sprites, labels) {
  const p = () => settings.palette;
  const tagStyle = { size: 12, weight: 600, halo: 0, ink: "selCase" };

  function strokeAll(ctx, lines, colour, width, dash = []) {
    ctx.strokeStyle = colour;
    ctx.lineWidth = width;
    ctx.lineJoin = "round";
    ctx.lineCap = "round";
    ctx.setLineDash(dash);
    ctx.beginPath();
    for (const line of lines) {
      ctx.moveTo(line[0], line[1]);
      for (let i = 2; i < line.length; i += 2) ctx.lineTo(line[i], line[i + 1]);
      if (line.length > 6 && Math.hypot(line[0] - line.at(-2), line[1] - line.at(-1)) < 0.3) ctx.closePath();
    }
    ctx.stroke();
    ctx.setLineDash([]);
  }

  function outline(ctx, lines) {
    if (!lines.length) return;
    strokeAll(ctx, lines, p().selCase, 8);
    strokeAll(ctx, lines, p().sel, 3);
  }

  // The name tag hangs on the lowest piece of the outline that no panel covers.
  function tagPlace(ctx, lines, text, [west, north, east, south]) {
    let low = null;
    const seen = (x, y) => x > west + 50 && x < east - 50 && y > north && y < south - 28;
    for (const line of lines) {
      for (let i = 0; i + 3 < line.length; i += 2) {
        const x = (line[i] + line[i + 2]) / 2;
        const y = (line[i + 1] + line[i + 3]) / 2;
        const length = Math.abs(line[i + 2] - line[i]);
        const score = y + Math.min(60, length) * 0.5 + (seen(x, y) ? 1e5 : 0);
        if (!low || score > low.score) low = { x, y, score };
      }
    }
    const box = labels.textBox(ctx, tagStyle, text, low.x, low.y + 12, 6);
    return { text, x: low.x, y: low.y + 12, box };
  }

  function tag(ctx, { text, x, y, box }) {
    ctx.beginPath();
    ctx.roundRect(box[0], y - 10, box[2] - box[0], 20, 4);
    ctx.strokeStyle = p().selCase;
    ctx.lineWidth = 4;
    ctx.stroke();
    ctx.fillStyle = p().sel;
    ctx.fill();
    labels.write(ctx, { ...tagStyle, halo: 0.01 }, text, x, y + 0.5);
  }

  function ring(ctx, { x, y, n, counts }) {
    const r = n >= 100 ? 19 : 16;
    ctx.fillStyle = p().halo;
    ctx.beginPath();
    ctx.arc(x, y, r + 3.5, 0, 2 * Math.PI);
    ctx.fill();
    ctx.fillStyle = p().surface;
    ctx.beginPath();
    ctx.arc(x, y, r, 0, 2 * Math.PI);
    ctx.fill();
    ctx.lineWidth = 6;
    ctx.lineCap = "butt";
    for (const arc of ringArcs(counts)) {
      ctx.strokeStyle = p().clock[arc.clock];
      ctx.beginPath();
      ctx.arc(x, y, r - 1, arc.from * 2 * Math.PI - Math.PI / 2, arc.to * 2 * Math.PI - Math.PI / 2);
      ctx.stroke();
    }
    ctx.font = `600 ${n >= 1000 ? 11 : 13}px ${settings.fonts}`;
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    ctx.fillStyle = p().ink;
    ctx.fillText(String(n), x, y + 0.5);
  }

  function count(ctx, { x, y, n }) {
    const text = String(n);
    const w = 6 + text.length * 3.6;
    ctx.beginPath();
    ctx.roundRect(x - w, y - 8, 2 * w, 16, 8);
    ctx.fillStyle = p().halo;
    ctx.fill();
    ctx.strokeStyle = p().clock.still;
    ctx.lineWidth = 1;
    ctx.stroke();
    labels.write(ctx, { size: 11, weight: 400, halo: 0.01, ink: "label2" }, text, x, y + 0.5);
  }

  function pin(ctx, { x, y, stage, clock }) {
    ctx.save();
    ctx.translate(x, y);
    ctx.globalAlpha = 0.28;
    ctx.fillStyle = "#000";
    ctx.beginPath();
    ctx.ellipse(0, 1.5, 7, 3, 0, 0, 2 * Math.PI);
    ctx.fill();
    ctx.globalAlpha = 1;
    const path = new Path2D(PIN);
    ctx.fillStyle = p().sel;
    ctx.fill(path);
    ctx.strokeStyle = p().selCase;
    ctx.lineWidth = 2.5;
    ctx.stroke(path);
    ctx.fillStyle = p().selCase;
    ctx.beginPath();
    ctx.arc(0, -27, 11, 0, 2 * Math.PI);
    ctx.fill();
    ctx.restore();
    if (stage) sprites.event(ctx, x, y - 27, stage, clock, 1);
  }

  function halo(ctx, x, y, r) {
    ctx.beginPath();
    ctx.arc(x, y, r, 0, 2 * Math.PI);
    ctx.strokeStyle = p().selCase;
    ctx.lineWidth = 7;
    ctx.stroke();
    ctx.strokeStyle = p().sel;
    ctx.lineWidth = 3;
    ctx.stroke();
  }

  // A chosen component, hazard or building: the same ink and casing as a chosen grid.
  function selected(ctx, { kind, id }, { hazards, components, frames }) {
    const same = (s) => String(s.id) === String(id);
    const point = (kind === "hazard" ? hazards : kind === "component" ? components : []).find(same);
    if (point) halo(ctx, point.x, point.y, kind === "hazard" ? 15 : 9);
    if (kind !== "building") return;
    for (const { data, toX, toY } of frames) {
      for (const b of data.layers.buildings ?? []) {
        if (String(b.properties.id ?? b.id) !== String(id)) continue;
        const lines = b.rings.map((ring) => Array.from(ring, (v, i) => (i % 2 ? toY(v) : toX(v))));
        if (b.type === 1) halo(ctx, lines[0][0], lines[0][1], 9);
        else outline(ctx, lines);
      }
    }
  }

  function whyLine(ctx, { from, to, text }, offset, taken) {
    const a = offset(from);
    const b = offset(to);
    const line = [[a.x, a.y, b.x, b.y]];
    strokeAll(ctx, line, p().selCase, 6);
    strokeAll(ctx, line, p().sel, 2, [2, 5]);
    ctx.fillStyle = p().sel;
    for (const q of [a, b]) {
      ctx.beginPath();
      ctx.arc(q.x, q.y, 3.5, 0, 2 * Math.PI);
      ctx.fill();
    }
    // Beside the line, where neither the pin nor the border can hide it.
    const y = Math.max(a.y, b.y, (a.y + b.y) / 2 + 12);
    const half = labels.textBox(ctx, tagStyle, text, 0, 0, 6)[2];
    let x = Math.max(a.x, b.x) + half + 22;
    if (taken && x + half > taken[0] && x - half < taken[2] && Math.abs(y - (taken[1] + taken[3]) / 2) < 24)
      x = Math.min(a.x, b.x) - half - 22;
    tag(ctx, { text, x, y, box: labels.textBox(ctx, tagStyle, text, x, y, 6) });
  }

  function focus(ctx, symbol) {
    if (!symbol) return;
    ctx.strokeStyle = p().focus;
    ctx.lineWidth = 2;
    ctx.beginPath();
    ctx.arc(symbol.x, symbol.y, 15, 0, 2 * Math.PI);
    ctx.stroke();
  }

  return { outline, tagPlace, tag, ring, count, pin, selected, whyLine, focus };
}
