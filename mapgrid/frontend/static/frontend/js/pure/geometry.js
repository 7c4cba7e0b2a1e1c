// Plane geometry on flat arrays [x0, y0, x1, y1, …]; y grows downwards.

export function inRing(ring, x, y) {
  let inside = false;
  for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
    const yi = ring[i + 1];
    const yj = ring[j + 1];
    if (yi > y !== yj > y && x < ((ring[j] - ring[i]) * (y - yi)) / (yj - yi) + ring[i]) inside = !inside;
  }
  return inside;
}

// Even-odd over all rings: holes cut out, parts add up.
export function inRings(rings, x, y) {
  let inside = false;
  for (const ring of rings) if (inRing(ring, x, y)) inside = !inside;
  return inside;
}

export function ringArea(ring) {
  let sum = 0;
  for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
    sum += (ring[j] - ring[i]) * (ring[j + 1] + ring[i + 1]);
  }
  return sum / 2;
}

export function ringBox(ring) {
  let [x0, y0, x1, y1] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < ring.length; i += 2) {
    x0 = Math.min(x0, ring[i]);
    x1 = Math.max(x1, ring[i]);
    y0 = Math.min(y0, ring[i + 1]);
    y1 = Math.max(y1, ring[i + 1]);
  }
  return [x0, y0, x1, y1];
}

// Liang–Barsky: the part of a segment inside a box, or null.
export function clipSegment(ax, ay, bx, by, box) {
  const dx = bx - ax;
  const dy = by - ay;
  let t0 = 0;
  let t1 = 1;
  for (const [p, q] of [
    [-dx, ax - box[0]],
    [dx, box[2] - ax],
    [-dy, ay - box[1]],
    [dy, box[3] - ay],
  ]) {
    if (p === 0) {
      if (q < 0) return null;
    } else {
      const r = q / p;
      if (p < 0) t0 = Math.max(t0, r);
      else t1 = Math.min(t1, r);
      if (t0 > t1) return null;
    }
  }
  return [ax + t0 * dx, ay + t0 * dy, ax + t1 * dx, ay + t1 * dy];
}

// The parts of a line inside a box, as lines.
export function clipLine(line, box) {
  const parts = [];
  let part = null;
  for (let i = 0; i + 3 < line.length; i += 2) {
    const s = clipSegment(line[i], line[i + 1], line[i + 2], line[i + 3], box);
    if (!s) {
      part = null;
      continue;
    }
    const joins = part && part[part.length - 2] === s[0] && part[part.length - 1] === s[1];
    if (!joins) {
      part = [s[0], s[1]];
      parts.push(part);
    }
    part.push(s[2], s[3]);
  }
  return parts.filter((p) => p.length >= 4);
}

const key = (x, y) => `${x},${y}`;

// Join segments [ax, ay, bx, by] into as few lines as possible; a point where three meet ends a line.
export function chainSegments(segments) {
  const ends = new Map();
  segments.forEach((s, i) => {
    for (const k of [key(s[0], s[1]), key(s[2], s[3])]) {
      if (!ends.has(k)) ends.set(k, []);
      ends.get(k).push(i);
    }
  });
  const used = new Uint8Array(segments.length);
  const grow = (line, atEnd) => {
    for (;;) {
      const x = atEnd ? line[line.length - 2] : line[0];
      const y = atEnd ? line[line.length - 1] : line[1];
      const around = ends.get(key(x, y));
      const next = around.length === 2 ? around.find((i) => !used[i]) : undefined;
      if (next === undefined) return;
      used[next] = 1;
      const [ax, ay, bx, by] = segments[next];
      const other = ax === x && ay === y ? [bx, by] : [ax, ay];
      if (atEnd) line.push(...other);
      else line.unshift(...other);
    }
  };
  const lines = [];
  segments.forEach((s, i) => {
    if (used[i]) return;
    used[i] = 1;
    const line = [...s];
    grow(line, true);
    grow(line, false);
    lines.push(line);
  });
  return lines;
}

// Borders drawn once: a shared edge belongs to the highest level that uses it (the first in `groups`).
export function uniqueEdges(groups) {
  const seen = new Set();
  return groups.map((rings) => {
    const out = [];
    for (const ring of rings) {
      for (let i = 0; i + 3 < ring.length; i += 2) {
        const a = key(ring[i], ring[i + 1]);
        const b = key(ring[i + 2], ring[i + 3]);
        const edge = a < b ? `${a} ${b}` : `${b} ${a}`;
        if (a === b || seen.has(edge)) continue;
        seen.add(edge);
        out.push([ring[i], ring[i + 1], ring[i + 2], ring[i + 3]]);
      }
    }
    return out;
  });
}

export function lineLength(line) {
  let sum = 0;
  for (let i = 0; i + 3 < line.length; i += 2)
    sum += Math.hypot(line[i + 2] - line[i], line[i + 3] - line[i + 1]);
  return sum;
}

// Point and direction at a distance along a line.
export function pointAlong(line, distance) {
  let left = distance;
  for (let i = 0; i + 3 < line.length; i += 2) {
    const dx = line[i + 2] - line[i];
    const dy = line[i + 3] - line[i + 1];
    const length = Math.hypot(dx, dy);
    if (left <= length && length > 0) {
      const t = left / length;
      return { x: line[i] + dx * t, y: line[i + 1] + dy * t, angle: Math.atan2(dy, dx) };
    }
    left -= length;
  }
  return null;
}

// The nearest point of a line to (x, y).
export function nearestOnLine(line, x, y) {
  let best = { d: Infinity, x: NaN, y: NaN };
  for (let i = 0; i + 3 < line.length; i += 2) {
    const dx = line[i + 2] - line[i];
    const dy = line[i + 3] - line[i + 1];
    const l2 = dx * dx + dy * dy;
    const t = l2 ? Math.max(0, Math.min(1, ((x - line[i]) * dx + (y - line[i + 1]) * dy) / l2)) : 0;
    const px = line[i] + t * dx;
    const py = line[i + 1] + t * dy;
    const d = Math.hypot(px - x, py - y);
    if (d < best.d) best = { d, x: px, y: py };
  }
  return best;
}
