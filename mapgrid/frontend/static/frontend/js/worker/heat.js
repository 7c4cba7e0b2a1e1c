// Heat tiles: 65×65 densities at pixel corners, coloured here with the theme's ramp.

import { paintLattice, rampTable } from "../pure/ramp.js";

const N = 64;

export function createHeat({ address, onState }) {
  const fields = new Map();
  let pending = 0;

  async function load(t) {
    pending += 1;
    onState("loading");
    let state = "ready";
    let detail;
    try {
      const response = await fetch(address(t), { credentials: "same-origin" });
      if (response.status === 204) return null;
      if (!response.ok) throw Object.assign(new Error("heat"), { status: response.status });
      return new Float32Array(await response.arrayBuffer());
    } catch (error) {
      state = "failed";
      detail = error.status ?? -1;
      fields.delete(`${t.z}/${t.x}/${t.y}`);
      throw error;
    } finally {
      pending -= 1;
      if (!pending || state === "failed") onState(state, detail);
    }
  }

  function field(t) {
    const key = `${t.z}/${t.x}/${t.y}`;
    if (!fields.has(key)) fields.set(key, load(t));
    if (fields.size > 200) fields.delete(fields.keys().next().value);
    return fields.get(key);
  }

  // RGBA bytes of one 512 px tile, or null where there is nothing.
  async function pixels(data, frame, settings, wanted) {
    if (!wanted()) return null;
    const values = await field(data);
    if (!values || !settings.heatMax) return null;
    const table = rampTable(settings.palette.heat);
    if (frame.span === 512) return paintLattice(values, N, settings.heatMax, table, 512);
    return paintLattice(part(values, frame), N, settings.heatMax, table, 512);
  }

  return { pixels, forget: () => fields.clear() };
}

// The lattice of a quarter, sixteenth … of a tile, by bilinear interpolation of the whole.
function part(values, { span, dx, dy }) {
  const out = new Float32Array((N + 1) * (N + 1));
  for (let j = 0; j <= N; j += 1) {
    const gy = ((dy + (j / N) * 512) / span) * N;
    const y0 = Math.min(N - 1, Math.floor(gy));
    for (let i = 0; i <= N; i += 1) {
      const gx = ((dx + (i / N) * 512) / span) * N;
      const x0 = Math.min(N - 1, Math.floor(gx));
      const k = y0 * (N + 1) + x0;
      const fx = gx - x0;
      const upper = values[k] + (values[k + 1] - values[k]) * fx;
      const lower = values[k + N + 1] + (values[k + N + 2] - values[k + N + 1]) * fx;
      out[j * (N + 1) + i] = upper + (lower - upper) * (gy - y0);
    }
  }
  return out;
}
