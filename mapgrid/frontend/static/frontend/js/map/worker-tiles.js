// A layer of tiles that the worker draws: base map, grid borders, heat.

import { createGridLayer } from "./bridge.js";

export function createWorkerTiles(link, name, pane) {
  const cancels = new WeakMap();
  let layer = null;

  function make(canvas, coords, done) {
    cancels.set(
      canvas,
      link.tile(name, coords, ({ bitmap, failed }) => {
        if (bitmap) {
          canvas.width = bitmap.width;
          canvas.height = bitmap.height;
          canvas.getContext("bitmaprenderer").transferFromImageBitmap(bitmap);
        }
        // A tile that did not come is never done: the pictures of the zoom before stay under it.
        if (!failed) done(null, canvas);
      }),
    );
  }

  layer = createGridLayer(
    { pane, minZoom: 8, maxZoom: 20 },
    { make, drop: (canvas) => cancels.get(canvas)?.() },
  );

  return {
    layer,
    // New data or colours: the old pictures stay until the new ones are there.
    redraw: () => layer._map && layer.redraw(),
  };
}
