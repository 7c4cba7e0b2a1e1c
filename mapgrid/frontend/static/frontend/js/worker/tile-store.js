// Decoded vector tiles: fetched a few at a time, the newest wish first, forgotten when nobody wants them any more.

import { VectorTile } from "../../vendor/vector-tile.js";
import { PbfReader } from "../../vendor/pbf.js";

const AT_ONCE = 6;
const KEEP = 320;

export class CancelledError extends Error {}

function decode(buffer) {
  const layers = {};
  if (!buffer.byteLength) return { layers };
  const tile = new VectorTile(new PbfReader(new Uint8Array(buffer)));
  for (const [name, layer] of Object.entries(tile.layers)) {
    const features = [];
    for (let i = 0; i < layer.length; i += 1) {
      const f = layer.feature(i);
      const rings = f.loadGeometry().map((points) => {
        const flat = new Float32Array(points.length * 2);
        points.forEach((p, j) => {
          flat[2 * j] = p.x / layer.extent;
          flat[2 * j + 1] = p.y / layer.extent;
        });
        return flat;
      });
      features.push({ id: f.id ?? f.properties.id, type: f.type, properties: f.properties, rings });
    }
    layers[name] = features;
  }
  return { layers };
}

// Coordinates of decoded features run from 0 to 1 across their tile.
export function createTileStore({ address, onState }) {
  const entries = new Map();
  const stale = new Map();
  const queue = [];
  const busy = {};
  const failed = {};
  let running = 0;

  const keyOf = (group, t) => `${group}/${t.z}/${t.x}/${t.y}`;

  function report(group, change) {
    busy[group] = (busy[group] ?? 0) + change;
    if (busy[group] === 0) onState(group, failed[group] ? "failed" : "ready", failed[group] || undefined);
    else if (change > 0) onState(group, "loading");
  }

  async function run(entry) {
    running += 1;
    try {
      const response = await fetch(entry.url, { credentials: "same-origin" });
      if (response.status === 204) entry.data = { layers: {} };
      else if (response.ok) entry.data = decode(await response.arrayBuffer());
      else throw Object.assign(new Error("tile"), { status: response.status });
      failed[entry.group] = 0;
      stale.delete(entry.key);
      entry.resolve(entry.data);
    } catch (error) {
      failed[entry.group] = error.status ?? -1;
      entries.delete(entry.key);
      entry.reject(error);
    } finally {
      running -= 1;
      report(entry.group, -1);
      pump();
    }
  }

  function pump() {
    while (running < AT_ONCE && queue.length) {
      const entry = queue.pop();
      if (entry.wishes.some((wanted) => wanted())) run(entry);
      else {
        entries.delete(entry.key);
        report(entry.group, -1);
        entry.reject(new CancelledError());
      }
    }
  }

  function trim() {
    for (const [key, entry] of entries) {
      if (entries.size <= KEEP) break;
      if (entry.data) entries.delete(key);
    }
  }

  function get(group, t, wanted = () => true) {
    const key = keyOf(group, t);
    let entry = entries.get(key);
    if (entry) {
      entry.wishes.push(wanted);
      entries.delete(key);
      entries.set(key, entry);
      return entry.promise;
    }
    entry = { key, group, url: address(group, t), wishes: [wanted], data: null };
    entry.promise = new Promise((resolve, reject) => Object.assign(entry, { resolve, reject }));
    entry.promise.catch(() => {});
    entries.set(key, entry);
    queue.push(entry);
    report(group, 1);
    trim();
    pump();
    return entry.promise;
  }

  // What is there now; old content stands in until the new has come.
  function peek(group, t) {
    const key = keyOf(group, t);
    return entries.get(key)?.data ?? stale.get(key) ?? null;
  }

  function forget(group, keepOld) {
    for (const [key, entry] of entries) {
      if (entry.group !== group) continue;
      if (keepOld && entry.data) stale.set(key, entry.data);
      entries.delete(key);
    }
    if (stale.size > KEEP) stale.clear();
  }

  return { get, peek, forget };
}
