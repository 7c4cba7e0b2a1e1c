// Messages to the map's worker and back.

export function createWorkerLink(url) {
  const worker = new Worker(url, { type: "module", name: "map" });
  const listeners = { tile: new Map(), picked: new Map(), scene: [], layer: [] };
  let next = 1;

  worker.onmessage = ({ data }) => {
    if (data.type === "tile" || data.type === "picked") {
      const done = listeners[data.type].get(data.id);
      listeners[data.type].delete(data.id);
      done?.(data);
    } else for (const listen of listeners[data.type] ?? []) listen(data);
  };
  const post = (message) => worker.postMessage(message);

  function ask(message) {
    return new Promise((resolve) => {
      const id = next++;
      listeners.picked.set(id, ({ hits }) => resolve(hits));
      post({ ...message, id });
    });
  }

  return {
    settings: (values) => post({ type: "settings", values }),
    view: (view) => post({ type: "view", view }),
    refresh: (groups) => post({ type: "refresh", groups }),
    tile(layer, coords, done) {
      const id = next++;
      listeners.tile.set(id, done);
      post({ type: "tile", id, layer, z: coords.z, x: coords.x, y: coords.y });
      return () => {
        if (listeners.tile.delete(id)) post({ type: "cancel", id });
      };
    },
    pick: (lon, lat, reach) => ask({ type: "pick", lon, lat, reach }),
    steps: () => ask({ type: "steps" }),
    borderNear: (code, lon, lat) => ask({ type: "outline", code, lon, lat }),
    onScene: (listen) => listeners.scene.push(listen),
    onLayer: (listen) => listeners.layer.push(listen),
  };
}
