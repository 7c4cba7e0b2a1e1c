// Symbols and labels: asks the worker for a picture of the window and a margin, and lays it on the map.

import { createOverlay } from "./bridge.js";

export function createSceneLayer(map, camera, link, pane, getContent) {
  const overlay = createOverlay(map, pane);
  let seq = 0;
  let asked = null;
  let frame = 0;

  function rectNow() {
    const { x: w, y: h } = camera.size();
    const margin = devicePixelRatio > 1.5 ? 0.12 : 0.25;
    const { x, y } = camera.corner();
    return {
      x: Math.round(x - w * margin),
      y: Math.round(y - h * margin),
      w: Math.round(w * (1 + 2 * margin)),
      h: Math.round(h * (1 + 2 * margin)),
    };
  }

  function ask() {
    frame = 0;
    const zoom = Math.round(camera.zoom());
    seq += 1;
    const rect = rectNow();
    asked = { rect, zoom };
    link.view({ seq, rect, zoom, ...getContent() });
  }

  const request = () => {
    frame ||= requestAnimationFrame(ask);
  };

  // A long drag leaves the margin behind before it ends.
  function during() {
    if (!asked || asked.zoom !== camera.zoom()) return;
    const { x: w, y: h } = camera.size();
    const { x, y } = camera.corner();
    const { rect } = asked;
    if (x < rect.x || y < rect.y || x + w > rect.x + rect.w || y + h > rect.y + rect.h) request();
  }

  link.onScene(({ bitmap, rect, zoom }) => {
    if (zoom !== Math.round(camera.zoom())) {
      bitmap.close();
      return;
    }
    const { canvas } = overlay;
    canvas.width = bitmap.width;
    canvas.height = bitmap.height;
    canvas.getContext("bitmaprenderer").transferFromImageBitmap(bitmap);
    overlay.put({ rect, zoom });
  });
  camera.on("moveend zoomend resize", request);
  camera.on("move", during);
  return { request };
}
