// Pieces that several details share: people, why this grid, nearby.

import { h, icon, symbol } from "../core/dom.js";
import { gettext, say } from "../core/i18n.js";

const metres = (m) => (m >= 100 ? Math.round(m) : Math.round(m * 10) / 10);

export function section(title, children, link) {
  return h("section", { class: "sec" }, h("h2", {}, title, link), children);
}

export function title(text) {
  return h("h1", { tabindex: "-1" }, text);
}

// One line that says in which grid a point lies and why.
export function whyText(why) {
  if (!why) return "";
  if (!why.grid) {
    return why.runner_up || why.nearest
      ? say(gettext("In no grid; nearest %(grid)s, %(m)s m"), {
          grid: (why.nearest ?? why.runner_up).name,
          m: metres(why.distance_m ?? why.nearest?.distance_m ?? 0),
        })
      : gettext("In no grid");
  }
  const next = why.runner_up?.name;
  if (why.rule === "border")
    return say(gettext("Exactly on the border of %(a)s and %(b)s; the rule gives it to %(a)s"), {
      a: why.grid.name,
      b: next ?? "",
    });
  const m = metres(why.distance_m ?? 0);
  return next
    ? say(gettext("Inside, %(m)s m from the border; next %(grid)s"), { m, grid: next })
    : say(gettext("Inside, %(m)s m from the border"), { m });
}

export function whySection(why, onShow) {
  const grid = why?.grid;
  return section(
    gettext("Why this grid"),
    [
      h(
        "p",
        {},
        h("b", { class: grid ? "n" : "t-lost n" }, grid ? grid.name : gettext("In no grid")),
        grid?.level_label ? ` ${grid.level_label}` : "",
      ),
      h("p", { class: "sub n", title: why?.sentence }, whyText(why)),
    ],
    onShow && h("button", { type: "button", class: "link", onclick: onShow }, gettext("Show on the map")),
  );
}

export function people(list) {
  if (!list?.length) return h("p", { class: "sub" }, gettext("Nobody is appointed here yet."));
  return h(
    "div",
    { class: "people" },
    list.map((p) =>
      h(
        "div",
        {},
        h("span", {}, h("b", {}, p.name), h("small", {}, p.role_label)),
        p.phone_masked && h("small", { class: "n", title: gettext("Phone") }, p.phone_masked),
      ),
    ),
  );
}

export function nearEvents(events, select, words) {
  return h(
    "div",
    { class: "near-list" },
    events.map((e) =>
      h(
        "button",
        { type: "button", onclick: () => select({ kind: "event", id: e.number }) },
        symbol(e.stage, e.clock),
        h("span", {}, e.condition || e.category?.name || e.number),
        h(
          "small",
          { class: "n" },
          e.distance_m !== undefined ? say(gettext("%(m)s m"), { m: metres(e.distance_m) }) : words.clock(e),
        ),
      ),
    ),
  );
}

export function fact(label, value) {
  return value === undefined || value === null || value === ""
    ? null
    : [h("dt", {}, label), h("dd", {}, value)];
}

export function photos(list, request, dates) {
  return h(
    "div",
    { class: "photos" },
    list.map((p) =>
      h(
        "a",
        { href: p.url, target: "_blank", rel: "noopener" },
        h("img", {
          src: p.thumb_url ?? request.url(`photos/${p.id}`, { size: "thumb" }),
          alt: p.stage_label ?? gettext("Photo"),
          loading: "lazy",
        }),
        p.taken_at && h("span", { class: "n" }, `${p.stage_label ?? ""} ${dates.moment(p.taken_at)}`.trim()),
      ),
    ),
  );
}

export { icon, metres };
