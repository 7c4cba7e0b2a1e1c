// Symbols that would cover each other become one ring. Greedy on a grid of cells, in a fixed order, so that
// the picture does not depend on which tile arrived first.

const RANK = { late: 0, lost: 1, soon: 2, ok: 3, still: 4 };

export function clockRank(clock) {
  return RANK[clock] ?? 5;
}

// points: {x, y, id, clock, …}. Gives {single: [points], rings: [{x, y, points}]}.
export function clusterPoints(points, radiusPx, smallest = 4) {
  const cells = new Map();
  const order = points.map((_, i) => i).sort((a, b) => points[a].id - points[b].id);
  for (const i of order) {
    const k = `${Math.floor(points[i].x / radiusPx)},${Math.floor(points[i].y / radiusPx)}`;
    if (!cells.has(k)) cells.set(k, []);
    cells.get(k).push(points[i]);
  }
  const single = [];
  const rings = [];
  for (const members of cells.values()) {
    const open = members.filter((p) => p.stage !== "closed");
    if (open.length < smallest) single.push(...members);
    else rings.push(ring(open));
  }
  return { single, rings };
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
