// Symbols that would cover each other become one ring. Greedy on a grid of cells, in a fixed order, so that
// the picture does not depend on which tile arrived first.

const RANK = { late: 0, lost: 1, soon: 2, ok: 3, still: 4 };

export function clockRank(clock) {
  return RANK[clock] ?? 5;
}

const RING_PX = 36;

// points: {x, y, id, clock, …}. Gives {single: [points], rings: [{x, y, points, counts}]}.
export function clusterPoints(points, radiusPx, smallest = 4) {
  const cells = new Map();
  const order = points.map((_, i) => i).sort((a, b) => points[a].id - points[b].id);
  for (const i of order) {
    const k = `${Math.floor(points[i].x / radiusPx)},${Math.floor(points[i].y / radiusPx)}`;
    if (!cells.has(k)) cells.set(k, []);
    cells.get(k).push(points[i]);
  }
  const loose = [];
  const groups = [];
  for (const members of cells.values()) {
    if (members.length < smallest) loose.push(...members);
    else groups.push(members);
  }
  return absorb(loose, merge(groups));
}

const near = (a, b, px) => Math.hypot(a.x - b.x, a.y - b.y) < px;

// Rings that would lie on each other are one; merging goes on until none do.
function merge(groups) {
  let rings = groups.map(ring);
  for (let joined = true; joined;) {
    joined = false;
    const next = [];
    for (const r of rings) {
      const other = next.findIndex((o) => near(o, r, RING_PX));
      if (other < 0) next.push(r);
      else {
        next[other] = ring([...next[other].points, ...r.points]);
        joined = true;
      }
    }
    rings = next;
  }
  return rings;
}

// What would half hide under a ring is counted by it.
function absorb(loose, rings) {
  const taken = new Map();
  const single = loose.filter((p) => {
    const i = rings.findIndex((r) => near(r, p, RING_PX / 2 + 4));
    if (i >= 0) taken.set(i, [...(taken.get(i) ?? []), p]);
    return i < 0;
  });
  const grown = rings.map((r, i) => {
    const more = taken.get(i);
    return more ? { ...r, points: [...r.points, ...more], counts: countClocks([...r.points, ...more]) } : r;
  });
  return { single, rings: grown };
}

function ring(members) {
  const x = members.reduce((sum, p) => sum + p.x, 0) / members.length;
  const y = members.reduce((sum, p) => sum + p.y, 0) / members.length;
  return { x, y, points: members, counts: countClocks(members) };
}

export function countClocks(points) {
  const counts = { late: 0, soon: 0, ok: 0, still: 0, lost: 0 };
  for (const p of points) counts[p.clock] = (counts[p.clock] ?? 0) + (p.weight ?? 1);
  return counts;
}

// Shares of a ring as arcs from twelve o'clock; every state present gets at least `least` of the circle.
export function ringArcs(counts, least = 0.06) {
  const order = ["late", "soon", "ok", "still", "lost"].filter((c) => counts[c] > 0);
  const total = order.reduce((sum, c) => sum + counts[c], 0);
  if (!total) return [];
  const shares = order.map((c) => Math.max(least, counts[c] / total));
  const sum = shares.reduce((a, b) => a + b, 0);
  let at = 0;
  return order.map((clock, i) => {
    const from = at;
    at += shares[i] / sum;
    return { clock, from, to: at };
  });
}

// Late ones are drawn last, so that they lie on top.
export function drawOrder(a, b) {
  return clockRank(b.clock) - clockRank(a.clock) || a.y - b.y || a.id - b.id;
}

// Reading order for the keyboard: rows of 48 px from the top, each from the left.
export function readingOrder(symbols, rowPx = 48) {
  return [...symbols].sort((a, b) => Math.floor(a.y / rowPx) - Math.floor(b.y / rowPx) || a.x - b.x);
}
