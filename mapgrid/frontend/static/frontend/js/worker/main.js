// The map's worker: fetches and decodes tiles, draws them and the scene on top, and answers what lies under a point.
// The page's own thread only places finished pictures, so that panning stays smooth with any number of features.

import { createTileStore } from "./tile-store.js";
import { drawBaseTile } from "./draw-base.js";
import { drawGridTile } from "./draw-grids.js";
import { createHeat } from "./heat.js";
import { createScene } from "./scene.js";
import { pick, steps } from "./pick.js";

const settings = {
  api: "",
  palette: null,
  dpr: 1,
  boost: 1,
  clockOffsetMs: 0,
  fonts: "sans-serif",
  query: "",
  closedQuery: "",
  heat: "",
  heatMax: 0,
  shading: null,
};
const cancelled = new Set();
const canvas = new OffscreenCanvas(1, 1);
let view = null;
let lastScene = null;
let timer = 0;

const post = (message, transfer = []) => self.postMessage(message, transfer);
const tiles = createTileStore({
  // Open and closed cases are two questions to one source: the open change by the minute, the closed hardly ever.
  address: (group, t) =>
    `${settings.api}tiles/${group === "closed" ? "events" : group}/${t.z}/${t.x}/${t.y}.mvt${{ events: settings.query, closed: settings.closedQuery }[group] ?? ""}`,
  onState: (group, state, detail) => post({ type: "layer", layer: group, state, detail }),
});
const heat = createHeat({
  address: (t) => `${settings.api}heat/${t.z}/${t.x}/${t.y}${settings.heat}`,
  onState: (state, detail) => post({ type: "layer", layer: "heat", state, detail }),
});
const scene = createScene({ tiles, settings, onNeed: scheduleScene });

function blank(px) {
  canvas.width = px;
  canvas.height = px;
  return canvas.getContext("2d");
}

async function drawTile({ id, layer, z, x, y }) {
  const wanted = () => !cancelled.has(id);
  const data = { z: Math.min(z - 1, 16) };
  const k = z - 1 - data.z;
  data.x = x >> k;
  data.y = y >> k;
  const frame = {
    zoom: z,
    span: 512 << k,
    dx: (x - (data.x << k)) * 512,
    dy: (y - (data.y << k)) * 512,
    x,
    y,
    dpr: settings.dpr,
  };
  try {
    let bitmap = null;
    if (layer === "heat") {
      // Above zoom 16 a heat tile is the enlarged part of its ancestor: the same field, never a sharper one.
      const px = await heat.pixels(data, frame, settings, wanted);
      if (px && wanted()) {
        const ctx = blank(512);
        ctx.putImageData(new ImageData(px, 512, 512), 0, 0);
        bitmap = canvas.transferToImageBitmap();
      }
    } else {
      const decoded = await tiles.get(layer, data, wanted);
      if (wanted()) {
        const ctx = blank(512 * settings.dpr);
        (layer === "base" ? drawBaseTile : drawGridTile)(ctx, decoded, frame, settings);
        bitmap = canvas.transferToImageBitmap();
      }
    }
    post({ type: "tile", id, bitmap }, bitmap ? [bitmap] : []);
  } catch {
    post({ type: "tile", id, bitmap: null, failed: true });
  }
  cancelled.delete(id);
}

function scheduleScene() {
  if (!timer) timer = setTimeout(drawScene, 24);
}

function drawScene() {
  timer = 0;
  if (!view || !settings.palette) return;
  const started = performance.now();
  lastScene = scene.draw(view);
  const { bitmap, rect, zoom, summary } = lastScene;
  lastScene.bitmap = null;
  post({ type: "scene", bitmap, rect, zoom, summary, ms: performance.now() - started }, [bitmap]);
}

const handlers = {
  settings({ values }) {
    const changed = (key) => values[key] !== undefined && values[key] !== settings[key];
    const stale = [changed("query") && "events", changed("closedQuery") && "closed"].filter(Boolean);
    const heatChanged = changed("heat");
    Object.assign(settings, values);
    for (const group of stale) tiles.forget(group, true);
    if (heatChanged) heat.forget();
    if (values.palette || values.dpr) scene.forgetSprites();
    scheduleScene();
  },
  tile: drawTile,
  cancel: ({ id }) => cancelled.add(id),
  view(message) {
    view = message.view;
    scheduleScene();
  },
  refresh({ groups }) {
    for (const group of groups) {
      if (group === "heat") heat.forget();
      else tiles.forget(group, true);
    }
    scheduleScene();
  },
  pick({ id, lon, lat, reach }) {
    post({ type: "picked", id, hits: lastScene ? pick(lastScene, tiles, { lon, lat, reach }, view) : [] });
  },
  steps({ id }) {
    post({ type: "picked", id, hits: lastScene ? steps(lastScene, view) : [] });
  },
  outline({ id, code, lon, lat }) {
    post({ type: "picked", id, hits: lastScene ? scene.borderNear(lastScene, code, lon, lat) : null });
  },
};

self.onmessage = ({ data }) => handlers[data.type]?.(data);
