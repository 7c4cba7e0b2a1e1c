// Web Mercator in CSS pixels: the world is 256 · 2^zoom pixels wide, x to the east, y to the south.

const LIMIT = 85.05112878;

export function worldSize(zoom) {
  return 256 * 2 ** zoom;
}

export function project(lon, lat, zoom) {
  const size = worldSize(zoom);
  const sine = Math.sin((Math.max(-LIMIT, Math.min(LIMIT, lat)) * Math.PI) / 180);
  return {
    x: ((lon + 180) / 360) * size,
    y: (0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) * size,
  };
}

export function unproject(x, y, zoom) {
  const size = worldSize(zoom);
  const lon = (x / size) * 360 - 180;
  const lat = (360 / Math.PI) * Math.atan(Math.exp((0.5 - y / size) * 2 * Math.PI)) - 90;
  return { lon, lat };
}

// Ground metres that one CSS pixel covers at this latitude.
export function metresPerPixel(lat, zoom) {
  return (Math.cos((lat * Math.PI) / 180) * 40075016.686) / worldSize(zoom);
}

// The longest "round" length that fits into `maxPx`: 1, 2 or 5 times a power of ten.
export function scaleBar(lat, zoom, maxPx) {
  const perPx = metresPerPixel(lat, zoom);
  const most = perPx * maxPx;
  const power = 10 ** Math.floor(Math.log10(most));
  const metres = [5, 2, 1].map((k) => k * power).find((m) => m <= most) ?? power;
  return { metres, px: metres / perPx };
}

// Metres between two points, good enough over a city (equirectangular).
export function distanceM(a, b) {
  const k = Math.PI / 180;
  const x = (b.lon - a.lon) * k * Math.cos(((a.lat + b.lat) / 2) * k);
  return Math.hypot(x, (b.lat - a.lat) * k) * 6371008.8;
}

// Addresses of the data tiles (512 px wide at their own zoom) that a rectangle of world pixels touches.
export function dataTiles(rect, zoom, maxDataZoom) {
  const z = Math.max(0, Math.min(zoom - 1, maxDataZoom));
  const span = 512 * 2 ** (zoom - 1 - z);
  const last = 2 ** z - 1;
  const tiles = [];
  for (
    let y = Math.max(0, Math.floor(rect.y / span));
    y <= Math.min(last, Math.floor((rect.y + rect.h) / span));
    y += 1
  ) {
    for (
      let x = Math.max(0, Math.floor(rect.x / span));
      x <= Math.min(last, Math.floor((rect.x + rect.w) / span));
      x += 1
    ) {
      tiles.push({ z, x, y, span });
    }
  }
  return tiles;
}
