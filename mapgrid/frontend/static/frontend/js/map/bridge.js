// The one module that knows Leaflet. The map itself is started by django-leaflet, which announces it with map:init.

const L = globalThis.L;

// Start the page's map and give it once it is there.
export function startMap(id) {
  return new Promise((resolve) => {
    globalThis.addEventListener(
      "map:init",
      ({ detail }) => {
        if (detail.id !== id) return;
        const { map } = detail;
        map.attributionControl?.remove();
        map.zoomControl?.remove();
        map.options.zoomAnimationThreshold = 6;
        map.options.wheelPxPerZoomLevel = 90;
        map.options.inertiaDeceleration = 4200;
        // Tab steps through symbols and + − arrows are ours as well, but Leaflet's own arrows and + − are just right.
        resolve(map);
      },
      { once: false },
    );
    globalThis.dispatchEvent(new Event("mapgrid:start"));
  });
}

export function createPane(map, name, zIndex) {
  const pane = map.getPane(name) ?? map.createPane(name);
  pane.style.zIndex = String(zIndex);
  pane.style.pointerEvents = "none";
  return pane;
}

// A grid of tiles whose pictures somebody else makes. `make(canvas, coords, done)` and `drop(canvas)`.
export function createGridLayer(options, { make, drop }) {
  const layer = new (L.GridLayer.extend({
    createTile(coords, done) {
      const canvas = L.DomUtil.create("canvas", "tile");
      make(canvas, coords, done);
      return canvas;
    },
  }))({
    tileSize: 512,
    updateWhenZooming: false,
    updateWhenIdle: false,
    updateInterval: 120,
    keepBuffer: 1,
    ...options,
  });
  layer.on("tileunload", ({ tile }) => drop(tile));
  return layer;
}

// An ordinary raster layer; `shift(coords)` gives an offset in pixels, for tiles of another datum.
export function createRasterLayer(url, options, shift) {
  const Layer = shift
    ? L.TileLayer.extend({
        _getTilePos(coords) {
          const [dx, dy] = shift(coords, this.getTileSize());
          return L.TileLayer.prototype._getTilePos.call(this, coords).add([dx, dy]);
        },
      })
    : L.TileLayer;
  return new Layer(url, options);
}

// A canvas that lies on the map at a place on earth and follows every zoom.
export function createOverlay(map, paneName) {
  const canvas = L.DomUtil.create("canvas", "scene-canvas leaflet-zoom-animated", map.getPane(paneName));
  let placed = null;

  function follow(center, zoom) {
    if (!placed) return;
    const scale = map.getZoomScale(zoom, placed.zoom);
    const origin = map._latLngToNewLayerPoint(placed.corner, zoom, center);
    L.DomUtil.setTransform(canvas, origin, scale);
  }
  const rest = () => placed && follow(map.getCenter(), map.getZoom());
  map.on("zoomanim", ({ center, zoom }) => follow(center, zoom));
  map.on("viewreset zoom", rest);

  function put({ rect, zoom, dpr }) {
    canvas.style.width = `${rect.w}px`;
    canvas.style.height = `${rect.h}px`;
    placed = { corner: map.unproject([rect.x, rect.y], zoom), zoom, dpr };
    rest();
  }
  return { canvas, put };
}

// An element that stays on a place, such as a handle that is being dragged.
export function createPlaced(map, element, paneName, { onMove } = {}) {
  const icon = L.divIcon({ html: element, className: "", iconSize: null });
  const marker = L.marker([0, 0], {
    icon,
    pane: paneName,
    draggable: Boolean(onMove),
    keyboard: false,
    autoPan: false,
  });
  if (onMove) marker.on("drag dragend", ({ type }) => onMove(point(marker.getLatLng()), type === "dragend"));
  return {
    at: ({ lon, lat }) => {
      marker.setLatLng([lat, lon]);
      if (!map.hasLayer(marker)) marker.addTo(map);
    },
    remove: () => marker.remove(),
  };
}

const point = ({ lat, lng }) => ({ lon: lng, lat });

export function createCamera(map) {
  const ll = ({ lon, lat }) => L.latLng(lat, lon);
  return {
    zoom: () => map.getZoom(),
    center: () => point(map.getCenter()),
    size: () => map.getSize(),
    corner: () => map.getPixelBounds().min,
    jump: ({ lon, lat, zoom }) => map.setView([lat, lon], zoom, { animate: false }),
    glide: ({ lon, lat, zoom }) => map.setView([lat, lon], zoom),
    zoomBy: (n) => map.setZoom(Math.round(map.getZoom()) + n),
    fit: ([w, s, e, n], padding, options = {}) =>
      map.fitBounds(
        [
          [s, w],
          [n, e],
        ],
        {
          paddingTopLeft: [padding.left, padding.top],
          paddingBottomRight: [padding.right, padding.bottom],
          maxZoom: 18,
          ...options,
        },
      ),
    // Bring a place to the middle of what no panel covers.
    centre: (place, padding, zoom = map.getZoom(), { animate = true } = {}) => {
      const shift = [(padding.right - padding.left) / 2, (padding.bottom - padding.top) / 2];
      map.setView(map.unproject(map.project(ll(place), zoom).add(shift), zoom), zoom, { animate });
    },
    panBy: (x, y) => map.panBy([x, y], { animate: true }),
    toScreen: (place) => map.latLngToContainerPoint(ll(place)),
    fromScreen: (x, y) => point(map.containerPointToLatLng([x, y])),
    on: (names, listen) => map.on(names, listen),
    off: (names, listen) => map.off(names, listen),
    onClick: (listen) =>
      map.on("click", (e) =>
        listen({
          ...point(e.latlng),
          x: e.containerPoint.x,
          y: e.containerPoint.y,
          touch: e.originalEvent?.pointerType === "touch",
        }),
      ),
    onHover: (listen) =>
      map.on("mousemove", (e) =>
        listen({ ...point(e.latlng), x: e.containerPoint.x, y: e.containerPoint.y }),
      ),
    onLeave: (listen) => map.on("mouseout", listen),
    container: () => map.getContainer(),
    invalidate: () => map.invalidateSize({ animate: false }),
    add: (layer) => layer.addTo(map),
    remove: (layer) => layer.remove(),
  };
}
