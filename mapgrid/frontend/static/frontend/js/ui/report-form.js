// The form of a report. Draws itself from the draft and the answer about the place; knows nothing of sending.

import { h, iconButton, refill } from "../core/dom.js";
import { gettext, say } from "../core/i18n.js";
import { flattenCatalogue, missing } from "../pure/report.js";
import { createCategoryPicker } from "./category-picker.js";
import { nearCard, placeLine } from "./report-place.js";
import { createShots } from "./report-shots.js";

export function createReportForm({
  catalogue,
  words,
  config,
  onChange,
  onNote,
  onSend,
  onClose,
  onOpenCase,
  onAim,
}) {
  const head = h(
    "div",
    { class: "report-head" },
    h("h1", { tabindex: "-1" }, gettext("Report a case")),
    iconButton("x", gettext("Close; the draft is kept"), onClose),
  );
  const placeBox = h("div", {});
  const shots = createShots({ most: config.photos_max, onNote, onPhotos: (photos) => onChange({ photos }) });
  const choiceBox = h("div", {});
  const nearBox = h("div", {});
  const foot = h("div", { class: "report-foot" });
  const root = h(
    "div",
    { class: "report" },
    head,
    h("div", { class: "report-body" }, placeBox, shots.root, choiceBox, nearBox),
    foot,
  );
  const picker = createCategoryPicker({
    onPick: (key) => {
      pickerOpen = false;
      narrowed = false;
      onChange({ category: key, condition: "" });
    },
  });
  let rows = [];
  let pickerOpen = false;
  let narrowed = false; // the condition came with the category, in one press
  let touched = false;
  let kept = false;
  catalogue().then(
    (c) => {
      rows = flattenCatalogue(c);
      picker.setRows(rows);
    },
    () => {},
  );

  const conditionsOf = (category) => rows.find((r) => r.key === category)?.conditions ?? [];

  function choices(draft, place) {
    const likely = place?.likely ?? [];
    const chosen = rows.find((r) => r.key === draft.category);
    const isLikely = likely.some((l) => l.category === draft.category && l.condition === draft.condition);
    return h(
      "div",
      { class: "choices" },
      likely.map((l) =>
        h(
          "button",
          {
            type: "button",
            dataset: { key: `${l.category}/${l.condition}` },
            "aria-pressed": String(l.category === draft.category && l.condition === draft.condition),
            onclick: () => {
              pickerOpen = false;
              narrowed = true;
              onChange({ category: l.category, condition: l.condition });
            },
          },
          conditionsOf(l.category).find((c) => c.code === l.condition)?.name ?? l.label,
        ),
      ),
      chosen &&
        !isLikely &&
        h(
          "button",
          {
            type: "button",
            dataset: { key: "chosen" },
            "aria-pressed": "true",
            onclick: () => {
              pickerOpen = true;
              onChange({});
            },
          },
          chosen.name,
        ),
    );
  }

  function conditions(draft) {
    const list = conditionsOf(draft.category);
    if (!list.length) return null;
    if (narrowed && draft.condition) return null;
    return [
      h("p", { class: "label" }, gettext("How bad is it?")),
      h(
        "div",
        { class: "choices conditions", role: "group", "aria-label": gettext("Condition") },
        list.map((c) =>
          h(
            "button",
            {
              type: "button",
              dataset: { key: `condition/${c.code}` },
              "aria-pressed": String(draft.condition === c.code),
              onclick: () => onChange({ condition: c.code }),
            },
            c.name,
            h("small", { class: "n" }, c.limit_label),
          ),
        ),
      ),
    ];
  }

  function otherCondition(draft) {
    const list = conditionsOf(draft.category);
    if (list.length < 2) return null;
    const more = {
      type: "button",
      class: "link other",
      dataset: { key: "other" },
      onclick: () => {
        narrowed = false;
        onChange({});
      },
    };
    return h("button", more, gettext("Not quite: choose how bad it is"));
  }

  function renderChoices(draft, place) {
    const link = h(
      "button",
      {
        type: "button",
        class: "link",
        dataset: { key: "all" },
        "aria-expanded": String(pickerOpen),
        onclick: () => {
          pickerOpen = !pickerOpen;
          onChange({});
        },
      },
      pickerOpen ? gettext("Fewer") : gettext("All categories"),
    );
    refill(
      choiceBox,
      h("p", { class: "label" }, gettext("What is the problem?"), link),
      choices(draft, place),
      pickerOpen && picker.render(draft.category),
      !pickerOpen && conditions(draft),
      !pickerOpen && narrowed && otherCondition(draft),
    );
    if (pickerOpen) picker.focus();
  }

  function limitOf(draft) {
    return conditionsOf(draft.category).find((c) => c.code === draft.condition)?.limit_label ?? "";
  }

  const NEED = {
    point: () => gettext("Put the pin on the map"),
    category: () => gettext("Choose what the problem is"),
    condition: () => gettext("Choose how bad it is"),
  };

  function renderFoot(draft, busy, error) {
    const need = missing(draft, conditionsOf(draft.category));
    const lines = [];
    if (error) {
      const fields = Object.values(error.fields ?? {})
        .flat()
        .join(" ");
      const text =
        error.code === "offline"
          ? gettext("Not saved; what you wrote is still here. Send it when the network is back.")
          : [error.message, fields].filter(Boolean).join(" ");
      lines.push(h("p", { class: "form-error", role: "alert" }, text));
    } else if (touched && need.length)
      lines.push(
        h("p", { class: "form-error", role: "alert" }, need.map((n) => NEED[n]()).join(gettext("; "))),
      );
    else if (kept) lines.push(h("p", { class: "draft-note" }, gettext("Draft kept on this device")));
    refill(
      foot,
      lines,
      h(
        "button",
        {
          type: "button",
          class: "send",
          dataset: { key: "send" },
          "aria-disabled": String(busy || need.length > 0),
          onclick: onSend,
        },
        busy ? gettext("Sending…") : gettext("Send"),
        limitOf(draft) &&
          h("small", { class: "n" }, say(gettext("to be done in %(limit)s"), { limit: limitOf(draft) })),
      ),
    );
  }

  function render(draft, place, busy, { asking = false, error = null, kept: isKept } = {}) {
    if (isKept !== undefined) kept = isKept;
    refill(placeBox, placeLine(draft, place, { asking, onAim }));
    shots.render(draft);
    renderChoices(draft, place);
    refill(nearBox, nearCard(draft, place, { words, onChange, onOpenCase }));
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
