// Reporting a case: where the pin stands, what it is, a word and a picture, then send. The draft outlives everything.

import { announce, toast } from "../core/announce.js";
import { createLatest, isAbort } from "../core/request.js";
import { createDrafts } from "../core/drafts.js";
import { byId, fill, h } from "../core/dom.js";
import { gettext, say } from "../core/i18n.js";
import { isPhone } from "../map/free-area.js";
import { createPin } from "../map/pin.js";
import { createReportForm } from "./report-form.js";

const emptyDraft = () => ({
  uuid: crypto.randomUUID(),
  point: null,
  accuracy_m: null,
  category: "",
  condition: "",
  component: null,
  note: "",
  photos: [],
  sameAs: "",
});

export function createReport({
  store,
  request,
  view,
  catalogue,
  words,
  config,
  select,
  refresh,
  remember,
  setStop,
}) {
  const root = byId("panel-report");
  const latest = createLatest();
  const drafts = createDrafts(config.user);
  const pin = createPin({ view, onPlace: placed });
  let draft = emptyDraft();
  let place = null;
  let busy = false;
  // Read before it is needed, so that opening the form is one step and no press on the map is lost.
  drafts.load().then((found) => {
    if (found?.uuid && store.get().mode !== "report") draft = { ...emptyDraft(), ...found };
  });
  const form = createReportForm({
    catalogue,
    words,
    config,
    onChange: changed,
    onNote: (note) => {
      draft.note = note;
      drafts.save(draft);
    },
    onSend: send,
    onClose: () => close(),
    onOpenCase: (n) => {
      close();
      select({ kind: "event", id: n });
    },
    onAim: () => pin.point() && pin.aim(pin.point()),
  });

  function changed(patch) {
    Object.assign(draft, patch);
    drafts.save(draft);
    if ("category" in patch) ask();
    if ("component" in patch) drawLink();
    form.render(draft, place, busy);
  }

  function placed(point, accuracyM = null) {
    draft.point = point;
    draft.accuracy_m = accuracyM;
    draft.component = null;
    drafts.save(draft);
    view.mark({ aim: point });
    ask();
  }

  async function ask() {
    if (!draft.point) return;
    form.render(draft, place, busy, { asking: true });
    try {
      place = await latest((signal) =>
        request.get("place", {
          query: {
            lon: draft.point.lon.toFixed(7),
            lat: draft.point.lat.toFixed(7),
            datum: "wgs84",
            ...(draft.category ? { category: draft.category } : {}),
          },
          signal,
        }),
      );
      mark();
    } catch (error) {
      if (isAbort(error)) return;
      place = { offline: error.code === "offline", error };
    }
    form.render(draft, place, busy);
  }

  function mark() {
    const grid = place?.grid ?? place?.why?.grid;
    view.mark({ outline: grid?.code ?? "", tag: grid?.name ?? "", whyLine: null, pin: null });
    drawLink();
    if (grid) announce(grid.name);
  }

  function drawLink() {
    const c = draft.component && place?.component?.id === draft.component ? place.component : null;
    view.mark({
      whyLine:
        c && draft.point
          ? {
              from: draft.point,
              to: { lon: c.point[0], lat: c.point[1] },
              text: say(gettext("%(m)s m"), { m: Math.round(c.distance_m) }),
            }
          : null,
    });
  }

  function open() {
    if (store.get().mode === "report") return;
    store.set({ mode: "report", sel: null });
    byId("panel-list").hidden = true;
    root.hidden = false;
    document.body.classList.add("reporting");
    setStop("half");
    place = null;
    fill(root, form.root);
    form.render(draft, place, busy, { kept: Boolean(draft.note || draft.photos.length || draft.category) });
    view.mark({ pin: null, outline: "", tag: "", whyLine: null, aim: draft.point });
    pin.start(draft.point, isPhone());
    if (draft.point) ask();
    form.focus();
  }

  function close() {
    if (store.get().mode !== "report") return false;
    pin.stop();
    root.hidden = true;
    byId("panel-list").hidden = false;
    document.body.classList.remove("reporting");
    store.set({ mode: "browse" });
    view.mark({ outline: "", tag: "", whyLine: null, pin: null, aim: null });
    setStop("peek");
    byId(isPhone() ? "phone-report" : "report-button").focus();
    return true;
  }

  function payload() {
    const body = {
      uuid: draft.uuid,
      lon: draft.point.lon,
      lat: draft.point.lat,
      datum: "wgs84",
      category: draft.category,
      condition: draft.condition,
      reported_at: new Date().toISOString(),
    };
    if (draft.note.trim()) body.note = draft.note.trim();
    if (draft.accuracy_m) body.accuracy_m = draft.accuracy_m;
    if (draft.component) body.component = draft.component;
    if (!draft.photos.length) return { json: body };
    const data = new FormData();
    data.append("event", JSON.stringify(body));
    draft.photos.forEach((photo, i) => data.append("photos", photo, `photo-${i + 1}.jpg`));
    return { form: data };
  }

  async function send() {
    if (busy || !form.check(draft)) return;
    busy = true;
    form.render(draft, place, busy);
    try {
      const made = await request.post("events", { ...payload(), timeoutMs: 60000 });
      await drafts.clear();
      busy = false;
      sent(made);
    } catch (error) {
      busy = false;
      form.render(draft, place, busy, { error });
    }
  }

  function sent(made) {
    draft = emptyDraft();
    remember(made);
    close();
    refresh(["events", "heat"]);
    select({ kind: "event", id: made.number }, { from: "report" });
    toast(say(gettext("Sent, number %(no)s"), { no: made.number }), {
      action: gettext("Report another"),
      onaction: open,
      ms: 10000,
    });
    announce(say(gettext("Sent, number %(no)s"), { no: made.number }));
  }

  return {
    open,
    close,
    // The network is back: the grid can be told again, and "not sent" is over.
    again: () => store.get().mode === "report" && (ask(), form.render(draft, place, busy)),
    press: (point) => store.get().mode === "report" && pin.press(point),
  };
}
