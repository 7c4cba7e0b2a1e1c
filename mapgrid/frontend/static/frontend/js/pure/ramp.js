// Density to colour. Stops are the same as in tokens.css: the lowest part of the scale is clear.

export const STOPS = [0.06, 0.2, 0.34, 0.52, 0.74, 1];

// "rgb(1 83 164 / 0.62)", "rgba(1, 83, 164, 0.62)" or "rgb(1, 83, 164)" to four numbers.
export function parseRgb(text) {
  const numbers = text.match(/[\d.]+/g).map(Number);
  return [numbers[0], numbers[1], numbers[2], numbers.length > 3 ? numbers[3] : 1];
}

// A table of `size` premixed RGBA bytes. Colours are mixed weighted by alpha, so that fading adds no dark rim.
export function rampTable(colours, size = 512) {
  const stops = colours.map(parseRgb);
  const table = new Uint8ClampedArray(size * 4);
  for (let i = 0; i < size; i += 1) {
    const t = i / (size - 1);
    let k = 0;
    while (k < STOPS.length - 2 && t > STOPS[k + 1]) k += 1;
    const f = Math.max(0, (t - STOPS[k]) / (STOPS[k + 1] - STOPS[k]));
    const [a, b] = [stops[k], stops[k + 1]];
    const alpha = a[3] + (b[3] - a[3]) * f;
    for (let c = 0; c < 3; c += 1) {
      const from = a[3] === 0 ? b[c] : a[c];
      table[i * 4 + c] = from + (b[c] - from) * f;
    }
    table[i * 4 + 3] = alpha * 255;
  }
  return table;
}

// Bilinear picture of a (n+1)×(n+1) lattice whose border values are shared with the neighbours: no seam.
export function paintLattice(values, n, max, table, px) {
  const out = new Uint8ClampedArray(px * px * 4);
  const top = table.length / 4 - 1;
  const scale = max > 0 ? top / max : 0;
  for (let y = 0; y < px; y += 1) {
    const gy = ((y + 0.5) / px) * n;
    const y0 = Math.min(n - 1, Math.floor(gy));
    const fy = gy - y0;
    for (let x = 0; x < px; x += 1) {
      const gx = ((x + 0.5) / px) * n;
      const x0 = Math.min(n - 1, Math.floor(gx));
      const fx = gx - x0;
      const i = y0 * (n + 1) + x0;
      const upper = values[i] + (values[i + 1] - values[i]) * fx;
      const lower = values[i + n + 1] + (values[i + n + 2] - values[i + n + 1]) * fx;
      const k = Math.min(top, Math.max(0, Math.round((upper + (lower - upper) * fy) * scale))) * 4;
      const o = (y * px + x) * 4;
      out[o] = table[k];
      out[o + 1] = table[k + 1];
      out[o + 2] = table[k + 2];
      out[o + 3] = table[k + 3];
    }
  }
  return out;
}
