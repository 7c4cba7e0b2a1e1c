// An event in the drawer: its clock, its stage, why it is in this grid, who is responsible, what happened.

import { button, h, icon } from "../core/dom.js";
import { now } from "../core/clock.js";
import { announce } from "../core/announce.js";
import { dotted, gettext, pgettext, say } from "../core/i18n.js";
import { fact, metres, nearEvents, people, photos, section, title, whySection, whyText } from "./parts.js";

// What is wrong is the title; the category it belongs to is a small line above it.
const nameOf = (e) => e.condition || e.category?.name || e.number;

// Short words, as on the office's forms. Between dispatch and result the case is being handled, which no stage of its own says.
const STAGE_WORD = {
  reported: () => pgettext("stage", "Reported"),
  accepted: () => pgettext("stage", "Accepted"),
  filed: () => pgettext("stage", "Filed"),
  dispatched: () => pgettext("stage", "Dispatched"),
  handling: () => pgettext("stage", "Handling"),
  returned: () => pgettext("stage", "Result returned"),
  checked: () => pgettext("stage", "Checked"),
  closed: () => pgettext("stage", "Closed"),
};

function stagesOf(e) {
  const handling = e.state === "handling";
  return e.stages.map((st) => {
    const key = st.key === "returned" && e.state !== "returned" ? "handling" : st.key;
    const shown = { ...st, label: STAGE_WORD[key]?.() ?? st.label };
    if (handling && st.key === "dispatched") return { ...shown, done: true, current: false };
    if (handling && st.key === "returned") return { ...shown, current: true };
    return shown;
  });
}

export function createEventDetail({ store, request, view, words, dates, select, move }) {
  const label = () => gettext("Case");
  const receipts = new Map();

  // Trouble is reported where it is found: a report outside one's own area comes back as a receipt only.
  async function load(id, signal) {
    try {
      return await request.get(`events/${encodeURIComponent(id)}`, { signal });
    } catch (error) {
      if (error.status === 404 && receipts.has(id)) return receipts.get(id);
      throw error;
    }
  }

  const remember = (made) => receipts.set(made.number, { ...made, receipt: true });

  // The order of the words is the translation's.
  function bigSpan(text, seconds) {
    const [before, after] = text.split("%(d)s").map((part) => part.trim());
    return [before && h("span", {}, before), h("b", {}, words.span(seconds)), after && h("span", {}, after)];
  }

  function clockCard(e) {
    const kind = e.stage === "closed" || e.stage === "suspended" ? "still" : e.clock;
    const left = e.seconds_left;
    const big =
      kind === "late"
        ? bigSpan(pgettext("clock card", "%(d)s late"), left)
        : left !== null && left !== undefined && ["soon", "ok"].includes(kind)
          ? bigSpan(pgettext("clock card", "%(d)s left"), left)
          : [h("b", {}, words.clock(e))];
    const due =
      e.deadline_at && h("em", { class: "n" }, say(gettext("due %(t)s"), { t: dates.moment(e.deadline_at) }));
    const why = h("p", { class: "n", hidden: true }, e.clock_why);
    const link =
      e.clock_why &&
      h(
        "button",
        {
          type: "button",
          class: "link",
          "aria-expanded": "false",
          onclick: (event) => {
            why.hidden = !why.hidden;
            event.currentTarget.setAttribute("aria-expanded", String(!why.hidden));
          },
        },
        gettext("How this was worked out"),
      );
    return h(
      "div",
      { class: `clock ${kind}` },
      h("div", { class: "big" }, big, due),
      progress(e),
      h("div", { class: "line" }, h("p", { class: "n" }, limitText(e)), link),
      why,
    );
  }

  function limitText(e) {
    if (!e.limit) return gettext("This condition has no limit");
    const text = e.limit.label;
    return say(gettext("Limit: %(limit)s"), { limit: text });
  }

  function progress(e) {
    if (!e.deadline_at || e.stage === "closed" || e.stage === "suspended") return null;
    const start = new Date(e.reported_at).getTime();
    const end = new Date(e.deadline_at).getTime();
    const used = Math.max(0, Math.min(1, (now() - start) / Math.max(1, end - start)));
    return h("progress", { max: "1", value: String(used), "aria-label": gettext("Share of the limit used") });
  }

  function stages(e) {
    if (!e.stages?.length) return null;
    return h(
      "ol",
      { class: `steps ${e.clock}`, "aria-label": gettext("How far it has come") },
      stagesOf(e).map((st) =>
        h(
          "li",
          {
            class: st.current ? "current" : st.done ? "done" : "",
            "aria-current": st.current ? "step" : null,
            title: st.at ? dates.moment(st.at) : null,
          },
          st.label,
        ),
      ),
    );
  }

  async function showWhy(e) {
    const [lon, lat] = e.point;
    const target = e.why.grid ?? e.why.nearest ?? e.why.runner_up ?? e.nearest;
    if (!target) return;
    view.mark({ outline: target.code, tag: target.name });
    view.centre({ lon, lat }, Math.max(18, view.camera.zoom()));
    announce(whyText(e.why));
    const near = await borderOnceDrawn(target.code, lon, lat);
    if (near && store.get().sel?.id === e.number)
      view.mark({
        whyLine: {
          from: { lon, lat },
          to: near,
          text: say(gettext("%(m)s m"), { m: metres(e.why.distance_m ?? e.nearest?.distance_m ?? 0) }),
        },
      });
  }

  // The border is known when its tiles have come and the map has stopped moving.
  async function borderOnceDrawn(code, lon, lat) {
    for (let i = 0; i < 12; i += 1) {
      await new Promise((done) => {
        setTimeout(done, 400);
      });
      const near = await view.link.borderNear(code, lon, lat);
      if (near) return near;
    }
    return null;
  }

  function stepLine(st) {
    return h(
      "li",
      {},
      h("time", {}, dates.moment(st.at)),
      h(
        "span",
        {},
        [st.actor, st.action_label].filter(Boolean).join(gettext(": ")),
        st.note ? h("span", { class: "sub" }, ` ${st.note}`) : null,
      ),
    );
  }

  function history(e) {
    const steps = [...(e.steps ?? [])].sort((a, b) => b.sequence - a.sequence);
    const listEl = h("ol", { class: "timeline" }, steps.slice(0, 3).map(stepLine));
    const all =
      steps.length > 3 &&
      h(
        "button",
        {
          type: "button",
          class: "link",
          onclick: (event) => {
            listEl.append(...steps.slice(3).map(stepLine));
            event.currentTarget.remove();
          },
        },
        say(gettext("All %(n)s steps"), { n: steps.length }),
      );
    return section(gettext("What happened"), listEl, all);
  }

  function nearby(e) {
    const near = e.nearby ?? {};
    const component = near.component ?? e.component;
    return section(gettext("Nearby"), [
      component
        ? h(
            "div",
            { class: "near-list" },
            h(
              "button",
              { type: "button", onclick: () => select({ kind: "component", id: String(component.id) }) },
              icon("cover", true),
              h(
                "span",
                { class: "n" },
                `${component.kind ?? component.kind_label ?? ""} ${component.id16 ?? ""}`,
              ),
              component.distance_m !== undefined &&
                h("small", { class: "n" }, say(gettext("%(m)s m"), { m: metres(component.distance_m) })),
            ),
          )
        : null,
      near.events?.length
        ? nearEvents(near.events, select, words)
        : h("p", { class: "sub" }, gettext("No open case of the same kind within 30 m")),
    ]);
  }

  function render(e) {
    const body = [
      e.receipt &&
        h(
          "p",
          { class: "banner" },
          gettext("This is outside your posts. What you sent has arrived; those responsible handle it."),
        ),
      e.condition && e.category && h("p", { class: "meta kicker" }, e.category.name),
      title(nameOf(e)),
      h("p", { class: "meta n" }, dotted(e.number, e.source_label, e.reporter, dates.moment(e.reported_at))),
      clockCard(e),
      stages(e),
      e.note && section(gettext("Note"), h("p", {}, e.note)),
      whySection(e.why, e.point && (() => showWhy(e))),
      !e.receipt && people(e.people),
      e.department &&
        section(gettext("Who handles it"), [
          h("p", {}, h("b", {}, e.department.name ?? e.department)),
          e.track_label && h("p", { class: "sub" }, e.track_label),
        ]),
      e.photos?.length ? section(gettext("Photos"), photos(e.photos, request, dates)) : null,
      nearby(e),
      e.reply && section(gettext("Reply"), h("p", {}, e.reply)),
      history(e),
      section(
        gettext("Record"),
        h(
          "dl",
          { class: "facts" },
          fact(gettext("Category"), e.category && dotted(e.category.name, e.category.code)),
          fact(gettext("State"), e.state_label),
          fact(gettext("Place"), e.point && `${e.point[1].toFixed(6)}, ${e.point[0].toFixed(6)}`),
          fact(gettext("Accuracy"), e.accuracy_m && `±${e.accuracy_m} m`),
          fact(gettext("Edition"), e.why?.edition?.name),
          e.origin === "demo" && fact(gettext("Origin"), gettext("Demonstration data, made up")),
        ),
      ),
    ];
    return { body, foot: foot(e), title: nameOf(e) };
  }

  function foot(e) {
    return [
      e.point &&
        button(
          [icon("loc", true), gettext("Centre on it")],
          () => view.centre({ lon: e.point[0], lat: e.point[1] }, Math.max(17, view.camera.zoom())),
          { class: "btn wide" },
        ),
      e.movable &&
        e.point &&
        button([icon("move", true), gettext("Move the point")], () => move(e), { class: "btn wide" }),
    ];
  }

  function onShow(e, { fresh }) {
    const grid = e.why?.grid ?? e.grid;
    const [lon, lat] = e.point ?? [];
    view.mark({
      whyLine: null,
      outline: grid?.code ?? "",
      tag: grid?.name ?? "",
      pin: e.point
        ? {
            lon,
            lat,
            stage: e.stage,
            clock:
              e.clock === "lost"
                ? "lost"
                : e.stage === "closed" || e.stage === "suspended"
                  ? "still"
                  : e.clock,
            number: e.number,
          }
        : null,
    });
    if (grid) store.set({ gridContext: grid.code });
    if (fresh && e.point)
      requestAnimationFrame(() => view.bringIntoView({ lon, lat }, 17, store.get().selFrom));
  }

  return { label, load, render, onShow, remember };
}
