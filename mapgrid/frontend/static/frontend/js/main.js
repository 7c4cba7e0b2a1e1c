// The page: reads its configuration, starts the map, and puts the parts together.

import { syncUrl } from "./core/url-sync.js";
import { now, setClock } from "./core/clock.js";
import { byId } from "./core/dom.js";
import { createDates, gettext, interpolate } from "./core/i18n.js";
import { createRequest } from "./core/request.js";
import { createStore } from "./core/store.js";
import { announce, toast } from "./core/announce.js";
import { createMapView } from "./map/map-view.js";
import { isPhone } from "./map/free-area.js";
import { createDurations } from "./pure/durations.js";
import { todayIn } from "./pure/filters.js";
import { parseState } from "./pure/url-state.js";
import { createAssetDetails } from "./ui/detail-asset.js";
import { createCounts } from "./ui/counts.js";
import { createDrawer } from "./ui/drawer.js";
import { createEventDetail } from "./ui/detail-event.js";
import { createFilterMenu } from "./ui/filter-menu.js";
import { createFoot } from "./ui/foot.js";
import { createGridDetail } from "./ui/detail-grid.js";
import { createKeys } from "./ui/keys.js";
import { createLegend } from "./ui/legend.js";
import { createList } from "./ui/list.js";
import { createMapInput } from "./ui/map-input.js";
import { createMeMenu } from "./ui/me-menu.js";
import { createMover } from "./ui/mover.js";
import { createPanelTab } from "./ui/panel-tab.js";
import { createOffline } from "./ui/offline.js";
import { createReport } from "./ui/report.js";
import { createSearch } from "./ui/search.js";
import { createShading } from "./ui/shading.js";
import { createSheet } from "./ui/sheet.js";
import { createTimeline } from "./ui/timeline.js";
import { createTopbar } from "./ui/topbar.js";
import { createWall } from "./ui/wall.js";
import { openHelp } from "./ui/help.js";

const REFRESH_MS = 60000;

const config = JSON.parse(byId("page-config").textContent);
const dates = createDates(config.time_zone);
const words = createDurations({ gettext, interpolate });
const today = () => todayIn(config.time_zone, new Date(now()));
setClock(config.now);
const store = createStore({
  ...parseState(location.search),
  sort: "due",
  mode: "browse",
  me: null,
  counts: null,
  path: [],
  edition: "",
  order: [],
  listTotal: 0,
  shadingInfo: null,
});
// An address that names a thing but no view leaves the view to us.
const linked = !store.get().view;
let offline = null;
const request = createRequest({
  api: config.api,
  csrfToken: config.csrf_token,
  onSignedOut: () =>
    location.assign(`${config.login}?next=${encodeURIComponent(location.pathname + location.search)}`),
  onReach: (ok) => offline?.reach(ok),
});
const myself = request.get("me");
let catalogueOnce = null;
const catalogue = () => {
  catalogueOnce ??= request.get("catalogue").catch((error) => {
    catalogueOnce = null;
    throw error;
  });
  return catalogueOnce;
};

const centreOf = ([w, s, e, n]) => ({ lon: (w + e) / 2, lat: (s + n) / 2 });

function firstView(me) {
  const { view } = store.get();
  if (view) return view;
  const [w, s, e, n] = me?.home_bbox ?? config.city.bounds_lonlat;
  return { lon: (w + e) / 2, lat: (s + n) / 2, zoom: 15, bbox: [w, s, e, n] };
}

async function start() {
  const view = await createMapView({ config, store, today });
  let me = null;
  try {
    me = await myself;
  } catch (error) {
    toast(error.message, { ms: 20000 });
  }
  config.user = me?.username ?? "";
  store.set({ me });
  view.home = (options) => {
    view.fit(me?.home_bbox ?? config.city.bounds_lonlat, options);
    // A street is wider than a phone at the zoom where its cases can be told apart.
    if (isPhone() && view.camera.zoom() < 15)
      view.centre(centreOf(me?.home_bbox ?? config.city.bounds_lonlat), 15, options);
  };
  const at = firstView(me);
  view.start(at);
  if (at.bbox) view.home({ animate: false });
  build(view, me);
}

function build(view, me) {
  const select = (sel, { fit = false, from = "" } = {}) => store.set({ sel, selFrom: from, fitNext: fit });
  const setStop = { panel: () => {}, drawer: () => {} };
  const list = createList({ store, request, view, words, today, select, config });
  const counts = createCounts({ store, request, view, today });
  const timeline = createTimeline({ store, request, dates, today });
  const legend = createLegend({ store, request, view, today });
  const search = createSearch({ request, view, select });
  const topbar = createTopbar({ store, select, view, config });
  const filters = createFilterMenu({ store, catalogue, dates });
  const reload = () => {
    list.load();
    counts.load();
  };
  const refresh = (groups) => {
    view.refresh(groups);
    list.load();
    counts.load();
    timeline.load();
  };
  const mover = createMover({
    store,
    request,
    view,
    onMoved: () => {
      refresh(["events", "assets"]);
      drawer.reload();
    },
  });
  const close = () => store.set({ sel: null });
  const details = createAssetDetails({
    store,
    request,
    view,
    dates,
    catalogue,
    select,
    mover,
    refresh,
    drawer: () => drawer,
    close,
  });
  const events = createEventDetail({ store, request, view, words, dates, select, move: mover.moveEvent });
  const drawer = createDrawer({
    store,
    list,
    close,
    renderers: {
      event: events,
      grid: createGridDetail({ store, request, view, dates, select }),
      ...details.renderers,
    },
  });
  const report = createReport({
    store,
    request,
    view,
    catalogue,
    words,
    config,
    select,
    refresh,
    remember: events.remember,
    setStop: (s) => setStop.panel(s),
  });
  offline = createOffline({
    dates,
    onBack: () => {
      refresh(["base", "grids", "assets", "events", "closed", "heat"]);
      report.again();
    },
  });
  createPanelTab({ store });
  createFoot({ store, view, config });
  createShading({ store, request, view });
  createMeMenu({
    store,
    config,
    onTheme: view.applyPalette,
    onLayers: topbar.openLayers,
    onAdd: () => byId("add-asset").click(),
  });
  createMapInput({ store, view, catalogue, select, onPress: (p) => report.press(p) || mover.press(p) });
  createWall({ store, request, config, dates });
  sheets(setStop);
  abilities(me, report, details);
  controls(view);

  function back() {
    if (mover.cancel() || report.close()) return true;
    if (store.get().sel) {
      close();
      return true;
    }
    return false;
  }
  createKeys({
    map: view.camera.container(),
    back,
    actions: {
      search: search.focus,
      filter: filters.open,
      layers: topbar.openLayers,
      report: () => byId("report-button").hidden || report.open(),
    },
  });
  syncUrl(store);

  let settle = 0;
  view.camera.on("moveend", () => {
    if (view.movedByItself()) return;
    clearTimeout(settle);
    settle = setTimeout(reload, 220);
  });
  store.on(["clock", "stage", "category", "from", "to"], reload);
  store.on(["sel"], (state) => {
    if (!state.sel) {
      view.mark({ pin: null, outline: "", tag: "", whyLine: null });
      homePath(me);
      view.goBack();
    }
  });
  store.on(["gridContext"], (state) => pathOf(state.gridContext));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", view.applyPalette);
  setInterval(() => {
    if (document.hidden || store.get().mode !== "browse") return;
    view.refresh(["events"]);
    list.look();
    counts.load();
  }, REFRESH_MS);
  homePath(me);
  reload();
  timeline.load();
  legend.load();
  if (store.get().sel) {
    store.set({ fitNext: linked });
    drawer.show(store.get().sel);
  }
  if (!config.roots.length) setStop.panel("half");
  document.documentElement.dataset.ready = "true";
  announce(gettext("The map is ready"));
}

async function pathOf(code) {
  if (!code || store.get().path.at(-1)?.code === code) return;
  try {
    const grid = await request.get(`grids/${encodeURIComponent(code)}`);
    store.set({
      path: [...grid.path, { code: grid.code, name: grid.name, level: grid.level }],
      edition: grid.edition?.name ?? store.get().edition,
    });
  } catch {
    // Outside the reader's posts the breadcrumb stays where it was.
  }
}

const homePath = (me) => pathOf(me?.posts?.[0]?.grid.code ?? config.roots[0]);

function sheets(setStop) {
  const body = document.body.classList;
  const changed = (stop) => {
    body.toggle("has-sheet-half", stop === "half");
    body.toggle("has-sheet-full", stop === "full");
  };
  const panel = createSheet(byId("panel"), () => byId("panel-handle"), changed);
  const drawer = createSheet(byId("drawer"), () => null, changed);
  byId("drawer").addEventListener("drawer:handle", ({ detail }) => drawer.bind(detail));
  store.on(
    ["sel"],
    (state) => isPhone() && changed(state.sel ? byId("drawer").dataset.stop : byId("panel").dataset.stop),
  );
  setStop.panel = panel.set;
  setStop.drawer = drawer.set;
}

function abilities(me, report, details) {
  const can = new Set(me?.abilities ?? []);
  for (const id of ["report-button", "rail-report", "phone-report"]) {
    const b = byId(id);
    b.hidden = !can.has("event.report");
    b.addEventListener("click", report.open);
  }
  details.enable(can);
}

function controls(view) {
  byId("zoom-in").addEventListener("click", () => view.camera.zoomBy(1));
  byId("zoom-out").addEventListener("click", () => view.camera.zoomBy(-1));
  byId("locate").addEventListener("click", view.home);
  byId("help-button").addEventListener("click", openHelp);
  byId("phone-locate").addEventListener("click", () => {
    if (!navigator.geolocation) return view.home();
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => view.centre({ lon: coords.longitude, lat: coords.latitude }, 18),
      () => {
        toast(gettext("The phone gave no location; this is your grid"));
        view.home();
      },
      { enableHighAccuracy: true, timeout: 8000 },
    );
    return undefined;
  });
}

start();
