// Online base maps by setting; off by default, since nothing may be asked of another host without a decision.
// AMap draws in GCJ-02: its tiles are moved onto our data, never our data onto its tiles.

import { createRasterLayer } from "./bridge.js";
import { wgs84ToGcj02 } from "../pure/gcj02.js";
import { project, unproject } from "../pure/mercator.js";

const MAPS = {
  osm: {
    urls: ["https://tile.openstreetmap.org/{z}/{x}/{y}.png"],
    options: { maxNativeZoom: 19 },
    credit: "© OpenStreetMap",
  },
  tianditu: {
    urls: ["vec", "cva"].map(
      (l) =>
        `https://t{s}.tianditu.gov.cn/${l}_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER=${l}&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}&tk={key}`,
    ),
    options: { subdomains: "01234567", maxNativeZoom: 18 },
    credit: "天地图",
  },
  amap: {
    urls: [
      "https://webrd0{s}.is.autonavi.com/appmaptile?lang=zh_cn&size=1&scale=1&style=8&x={x}&y={y}&z={z}",
    ],
    options: { subdomains: "1234", maxNativeZoom: 18 },
    credit: "高德",
    gcj: true,
  },
};

// Where a tile of GCJ-02 belongs in the true frame, as a shift in pixels.
export function gcjShift(coords, size) {
  const cx = (coords.x + 0.5) * size;
  const cy = (coords.y + 0.5) * size;
  const { lon, lat } = unproject(cx, cy, coords.z);
  const g = wgs84ToGcj02(lon, lat);
  const p = project(g.lon, g.lat, coords.z);
  return [cx - p.x, cy - p.y];
}

export function createOnlineLayers({ name, key }, pane) {
  const known = MAPS[name];
  if (!known) return { layers: [], credit: "" };
  const shift = known.gcj ? (coords, size) => gcjShift(coords, size.x) : null;
  const layers = known.urls.map((url) =>
    createRasterLayer(url, { pane, maxZoom: 20, key, ...known.options }, shift),
  );
  return { layers, credit: known.credit };
}
