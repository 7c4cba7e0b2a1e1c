// The form of a report. Draws itself from the draft and the answer about the place; knows nothing of sending.

import { shrinkPhoto } from "../core/photos.js";
import { fill, h, icon, iconButton } from "../core/dom.js";
import { DOT, gettext, say } from "../core/i18n.js";
import { flattenCatalogue, missing } from "../pure/report.js";
import { createCategoryPicker } from "./category-picker.js";
import { metres, nearEvents, whyText } from "./parts.js";

const URLS = new WeakMap();
const urlOf = (blob) => {
  if (!URLS.has(blob)) URLS.set(blob, URL.createObjectURL(blob));
  return URLS.get(blob);
};

export function createReportForm({ catalogue, words, config, onChange, onSend, onClose, onOpenCase, onAim }) {
  const head = h("div", { class: "report-head" }, h("h1", { tabindex: "-1" }, gettext("Report a case")), iconButton("x", gettext("Close; the draft is kept"), onClose));
  const placeBox = h("div", {});
  const shots = h("div", { class: "shots" });
  const choiceBox = h("div", {});
  const nearBox = h("div", {});
  const foot = h("div", { class: "report-foot" });
  const note = h("textarea", { rows: 3, maxlength: "1000", placeholder: gettext("Add a sentence (optional)"), "aria-label": gettext("Note"), oninput: () => onChange({ note: note.value }) });
  const root = h("div", { class: "report" }, head, h("div", { class: "report-body" }, placeBox, shots, choiceBox, nearBox), foot);
  const picker = createCategoryPicker({ onPick: (key) => { pickerOpen = false; onChange({ category: key, condition: "" }); } });
  let rows = [];
  let pickerOpen = false;
  let touched = false;
  let kept = false;
  catalogue().then((c) => { rows = flattenCatalogue(c); picker.setRows(rows); }, () => {});

  const conditionsOf = (category) => rows.find((r) => r.key === category)?.conditions ?? [];

  function renderPlace(draft, place, asking) {
    if (!draft.point) return fill(placeBox, h("div", { class: "place" }, h("div", {}, h("b", {}, gettext("Where is it?")), h("small", {}, gettext("Click the map, or move it under the pin.")))));
    if (!place || (asking && !place.why)) return fill(placeBox, h("div", { class: "place", "aria-busy": "true" }, h("div", {}, h("b", {}, "…"), h("small", {}, gettext("Looking up the grid")))));
    if (place.error) return fill(placeBox, h("div", { class: "place" }, h("div", {}, h("b", {}, gettext("The grid is not known yet")), h("small", {}, gettext("It is worked out when the report arrives.")))));
    const grid = place.grid ?? place.why?.grid;
    const gps = draft.accuracy_m ? `${DOT}${say(draft.accuracy_m > 50 ? gettext("Location is off by up to %(m)s m; move the map, then send") : gettext("Location within %(m)s m"), { m: draft.accuracy_m })}` : "";
    const first = place.people?.find((p) => p.duty === "worker") ?? place.people?.[0];
    return fill(placeBox, h("button", { type: "button", class: `place n${grid ? "" : " lost"}`, onclick: onAim, title: place.why?.sentence },
      h("div", {}, h("b", {}, grid ? grid.name : gettext("In no grid")), h("small", {}, whyText({ ...place.why, grid, nearest: place.nearest }) + gps)),
      first && h("span", { class: "who" }, `${first.role_label}${first.name}`)));
  }

  function renderShots(draft) {
    const input = h("input", { type: "file", accept: "image/*", capture: "environment", multiple: true, class: "sr", onchange: () => addPhotos(draft, [...input.files]) });
    const remove = (i) => onChange({ photos: draft.photos.filter((_, k) => k !== i) });
    const hadFocus = document.activeElement === note;
    if (note.value !== draft.note) note.value = draft.note;
    fill(shots, draft.photos.map((photo, i) => h("div", { class: "shot" }, h("img", { src: urlOf(photo), alt: say(gettext("Photo %(i)s"), { i: i + 1 }) }), iconButton("x", say(gettext("Remove photo %(i)s"), { i: i + 1 }), () => remove(i)))),
      draft.photos.length < config.photos_max && h("label", { class: "take" }, icon("cam"), draft.photos.length ? gettext("Another") : gettext("Photo"), input), note);
    if (hadFocus) note.focus();
  }

  async function addPhotos(draft, files) {
    const made = [];
    for (const file of files.slice(0, config.photos_max - draft.photos.length)) {
      try {
        made.push(await shrinkPhoto(file));
      } catch {
        fill(foot.querySelector(".photo-error") ?? foot, h("p", { class: "form-error" }, gettext("This picture could not be read. Take another one.")));
      }
    }
    if (made.length) onChange({ photos: [...draft.photos, ...made] });
  }

  function choices(draft, place) {
    const likely = place?.likely ?? [];
    const chosen = rows.find((r) => r.key === draft.category);
    const isLikely = likely.some((l) => l.category === draft.category && l.condition === draft.condition);
    const shown = [...likely];
    return h("div", { class: "choices" }, shown.map((l) => h("button", { type: "button", "aria-pressed": String(l.category === draft.category && l.condition === draft.condition), onclick: () => { pickerOpen = false; onChange({ category: l.category, condition: l.condition }); } }, conditionsOf(l.category).find((c) => c.code === l.condition)?.name ?? l.label)),
      chosen && !isLikely && h("button", { type: "button", "aria-pressed": "true", onclick: () => { pickerOpen = true; onChange({}); } }, chosen.name));
  }

  function conditions(draft) {
    const list = conditionsOf(draft.category);
    if (!list.length) return null;
    return [h("p", { class: "label" }, gettext("How bad is it?")), h("div", { class: "choices conditions", role: "group", "aria-label": gettext("Condition") }, list.map((c) => h("button", { type: "button", "aria-pressed": String(draft.condition === c.code), onclick: () => onChange({ condition: c.code }) }, c.name, h("small", { class: "n" }, c.limit_label))))];
  }

  function renderChoices(draft, place) {
    const link = h("button", { type: "button", class: "link", "aria-expanded": String(pickerOpen), onclick: () => { pickerOpen = !pickerOpen; onChange({}); } }, pickerOpen ? gettext("Fewer") : gettext("All categories"));
    fill(choiceBox, h("p", { class: "label" }, gettext("What is the problem?"), link), choices(draft, place), pickerOpen && picker.render(draft.category), !pickerOpen && conditions(draft));
    if (pickerOpen) picker.focus();
  }

  function renderNear(draft, place) {
    const same = place?.events ?? [];
    const c = place?.component;
    if (same.length && draft.category && draft.sameAs !== "no") {
      const e = same[0];
      return fill(nearBox, h("div", { class: "near-card same" }, h("div", { class: "text n" }, say(gettext("Same kind open %(m)s m away: %(title)s"), { m: metres(e.distance_m), title: e.condition || e.category?.name || e.number }), nearEvents(same.slice(0, 3), (sel) => onOpenCase(sel.id), words)),
        h("div", { class: "actions" }, h("button", { type: "button", class: "pick", onclick: () => onOpenCase(e.number) }, gettext("It is this case")), h("button", { type: "button", class: "btn", onclick: () => onChange({ sameAs: "no" }) }, gettext("No, report a new one")))));
    }
    if (!c) return fill(nearBox);
    const on = draft.component === c.id;
    return fill(nearBox, h("div", { class: "near-card" }, icon("cover"), h("div", { class: "text n" }, say(gettext("%(kind)s %(m)s m away, ends in %(no)s"), { kind: c.kind, m: metres(c.distance_m), no: String(c.id16 ?? "").slice(-4) }), h("small", {}, draft.category ? gettext("No case of the same kind open within 30 m") : gettext("The nearest thing here"))),
      h("button", { type: "button", class: "pick", "aria-pressed": String(on), onclick: () => onChange({ component: on ? null : c.id }) }, on && icon("check", true), gettext("This one"))));
  }

  function limitOf(draft) {
    return conditionsOf(draft.category).find((c) => c.code === draft.condition)?.limit_label ?? "";
  }

  const NEED = { point: () => gettext("Put the pin on the map"), category: () => gettext("Choose what the problem is"), condition: () => gettext("Choose how bad it is") };

  function renderFoot(draft, busy, error) {
    const need = missing(draft, conditionsOf(draft.category));
    const lines = [];
    if (error) {
      const fields = Object.values(error.fields ?? {}).flat().join(" ");
      const text = error.code === "offline" ? gettext("Not saved; what you wrote is still here. Send it when the network is back.") : [error.message, fields].filter(Boolean).join(" ");
      lines.push(h("p", { class: "form-error", role: "alert" }, text));
    } else if (touched && need.length) lines.push(h("p", { class: "form-error", role: "alert" }, need.map((n) => NEED[n]()).join(gettext("; "))));
    else if (kept) lines.push(h("p", { class: "draft-note" }, gettext("Draft kept on this device")));
    fill(foot, lines, h("button", { type: "button", class: "send", "aria-disabled": String(busy || need.length > 0), onclick: onSend }, busy ? gettext("Sending…") : gettext("Send"), limitOf(draft) && h("small", { class: "n" }, limitOf(draft))));
  }

  function render(draft, place, busy, { asking = false, error = null, kept: isKept } = {}) {
    if (isKept !== undefined) kept = isKept;
    renderPlace(draft, place, asking);
    renderShots(draft);
    renderChoices(draft, place);
    renderNear(draft, place);
    renderFoot(draft, busy, error);
  }

  function check(draft) {
    touched = true;
    const ok = missing(draft, conditionsOf(draft.category)).length === 0;
    if (ok) touched = false;
    else renderFoot(draft, false, null);
    return ok;
  }

  return { root, render, check, focus: () => head.querySelector("h1").focus({ preventScroll: true }) };
}
