// Five classes for shading: breaks at round numbers near the quintiles, never two the same.

export function classBreaks(values, classes = 5) {
  const sorted = values.filter((v) => Number.isFinite(v)).sort((a, b) => a - b);
  if (!sorted.length) return [];
  const breaks = [];
  for (let i = 1; i < classes; i += 1) {
    const v = sorted[Math.min(sorted.length - 1, Math.floor((i * sorted.length) / classes))];
    if (v > (breaks.at(-1) ?? sorted[0])) breaks.push(v);
  }
  return breaks;
}

// 0-based class of a value; a value on a break belongs to the class above.
export function classOf(value, breaks) {
  let k = 0;
  while (k < breaks.length && value >= breaks[k]) k += 1;
  return k;
}

export function classLabels(breaks, min, max) {
  const from = [min, ...breaks];
  return from.map((low, i) => {
    const high = i < breaks.length ? breaks[i] - 1 : max;
    return high > low ? `${low}–${high}` : `${low}`;
  });
}
