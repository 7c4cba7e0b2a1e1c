// The map of the page: layers, what they show, and what a click, a hover or a key on it means.

import { createCamera, createPane, startMap } from "./bridge.js";
import { createOnlineLayers } from "./online-layer.js";
import { createSceneLayer } from "./scene-layer.js";
import { createWorkerLink } from "./worker-link.js";
import { createWorkerTiles } from "./worker-tiles.js";
import { besideLegend, freePadding, underCard } from "./free-area.js";
import { readFonts, readPalette } from "./palette.js";
import { offset } from "../core/clock.js";
import { closedQuery, heatQuery, listQuery, queryText } from "../pure/filters.js";
import { unproject } from "../pure/mercator.js";

const PANES = { tiles: 200, online: 210, heat: 320, grids: 340, symbols: 600, edit: 640 };

export async function createMapView({ config, store, today }) {
  const map = await startMap("map");
  for (const [name, z] of Object.entries(PANES)) createPane(map, `mg-${name}`, z);
  const camera = createCamera(map);
  const link = createWorkerLink(config.worker);
  let quietUntil = 0;
  let before = null; // where the reader was before the list moved the map
  const extras = { pin: null, aim: null, tag: "", outline: "", whyLine: null, focus: "" };
  const api = new URL(config.api, location.href).href;
  const online = createOnlineLayers(config.basemap, "mg-online");

  const base = createWorkerTiles(link, "base", "mg-tiles");
  const heat = createWorkerTiles(link, "heat", "mg-heat");
  const grids = createWorkerTiles(link, "grids", "mg-grids");
  const scene = createSceneLayer(map, camera, link, "mg-symbols", content);

  function freeRect() {
    const { left, right, top, bottom } = freePadding();
    const { x, y } = camera.corner();
    const size = camera.size();
    return {
      x: x + left,
      y: y + top,
      w: Math.max(80, size.x - left - right),
      h: Math.max(80, size.y - top - bottom),
    };
  }

  function bboxInView() {
    const r = freeRect();
    const zoom = camera.zoom();
    const nw = unproject(r.x, r.y, zoom);
    const se = unproject(r.x + r.w, r.y + r.h, zoom);
    return [nw.lon, se.lat, se.lon, nw.lat].map((v) => Number(v.toFixed(6)));
  }

  function content() {
    const { layers, mode, clock, shading } = store.get();
    const shown =
      mode === "report" || clock.length || shading ? layers.filter((l) => l !== "closed") : layers;
    return { layers: shown, free: freeRect(), selected: store.get().sel, ...extras };
  }

  function settings(values) {
    link.settings(values);
  }

  function applyPalette() {
    settings({
      palette: readPalette(),
      fonts: readFonts(),
      dpr: Math.min(2, devicePixelRatio || 1),
      boost: document.documentElement.dataset.theme === "wall" ? 1.35 : 1,
    });
    for (const l of [base, grids, heat]) l.redraw();
    scene.request();
  }

  function toggle(layer, on) {
    if (on && !layer._map) camera.add(layer);
    else if (!on && layer._map) camera.remove(layer);
  }

  function applyLayers() {
    const { layers, mode, shading } = store.get();
    // Two pictures of how much, one over the other, would say nothing.
    toggle(heat.layer, layers.includes("heat") && mode !== "report" && !shading);
    toggle(grids.layer, layers.includes("grids") || shading);
    scene.request();
  }

  function applyFilters() {
    const state = store.get();
    settings({
      query: queryText(listQuery(state)),
      closedQuery: queryText(closedQuery(state, today())),
      heat: queryText(heatQuery(state, today())),
    });
    heat.redraw();
    scene.request();
  }

  function start(view) {
    settings({ api, clockOffsetMs: offset() });
    applyPalette();
    applyFilters();
    camera.jump(view);
    if (online.layers.length) online.layers.forEach(camera.add);
    else camera.add(base.layer);
    applyLayers();
  }

  store.on(["layers", "shading", "mode"], applyLayers);
  store.on(["from", "to", "clock", "stage", "category"], applyFilters);
  store.on(["sel"], () => scene.request());
  camera.on("moveend", () => {
    const c = camera.center();
    store.set({ view: { zoom: camera.zoom(), lat: c.lat, lon: c.lon } }, "map");
  });

  return {
    camera,
    link,
    map,
    start,
    applyPalette,
    bboxInView,
    credit: online.credit,
    redrawScene: scene.request,
    setHeatMax(heatMax) {
      settings({ heatMax });
      heat.redraw();
    },
    setShading(shading) {
      settings({ shading });
      grids.redraw();
      scene.request();
    },
    mark(values) {
      Object.assign(extras, values);
      scene.request();
    },
    refresh(groups) {
      link.refresh(groups);
      if (groups.includes("heat")) heat.redraw();
      if (groups.includes("grids")) grids.redraw();
      if (groups.includes("base")) base.redraw();
      scene.request();
    },
    freeCentre() {
      const r = freeRect();
      return unproject(r.x + r.w / 2, r.y + r.h / 2, camera.zoom());
    },
    // A chosen feature is never left under a panel.
    bringIntoView(place, zoom, from = "") {
      const quiet = from === "list";
      const p = camera.toScreen(place);
      const pad = freePadding();
      const size = camera.size();
      const inside =
        p.x > pad.left + 24 &&
        p.x < size.x - pad.right - 24 &&
        p.y > pad.top + 48 &&
        p.y < size.y - pad.bottom - 24 &&
        !underCard(p.x, p.y);
      // On the map one already looks at it; from the list one wants to see the place.
      const least = from === "map" ? 0 : zoom;
      if (inside && camera.zoom() >= least) return;
      // The list stays as it is under the hand: this move was not the reader's.
      if (quiet) {
        before ??= { ...camera.center(), zoom: camera.zoom() };
        quietUntil = Date.now() + 1500;
      }
      camera.centre(place, pad, Math.max(least, camera.zoom()));
    },
    // The case is closed and the map was not touched meanwhile: list and map show the same place again.
    goBack() {
      if (!before) return;
      quietUntil = Date.now() + 1500;
      camera.glide(before);
      before = null;
    },
    movedByItself() {
      const alone = Date.now() < quietUntil;
      if (!alone) before = null;
      return alone;
    },
    fit: (bbox, { beside = false, ...options } = {}) =>
      camera.fit(bbox, beside ? besideLegend(freePadding()) : freePadding(), options),
    centre: (place, zoom, options) => camera.centre(place, freePadding(), zoom, options),
  };
}
