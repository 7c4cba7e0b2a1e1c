// Components, hazard points and buildings in the drawer: read, add, edit, move, retire, and their past.

import { toast } from "../core/announce.js";
import { openPopover, closePopover } from "../core/popover.js";
import { byId, button, fill, h, icon } from "../core/dom.js";
import { dotted, gettext, say } from "../core/i18n.js";
import { KIND_LABEL } from "./asset-fields.js";
import { createAssetForm } from "./asset-form.js";
import { fact, section, title, whySection, whyText } from "./parts.js";

export function createAssetDetails({
  store,
  request,
  view,
  dates,
  catalogue,
  select,
  mover,
  refresh,
  drawer,
  close,
}) {
  const path = (kind, id, tail = "") => `${kind}s/${id}${tail}`;
  const groupOf = (kind) => (kind === "building" ? "base" : "assets");
  const nameOf = (row) => row.name || row.kind_label;

  function facts(kind, row) {
    if (kind === "component") {
      const who = (label, d) => fact(label, d?.name);
      return [
        fact(gettext("16-digit ID"), row.id16),
        fact(gettext("State"), row.state_label),
        who(gettext("Supervised by"), row.supervising),
        who(gettext("Owned by"), row.owning),
        who(gettext("Maintained by"), row.maintaining),
        fact(gettext("Installed on"), row.installed_on && dates.plainDay(row.installed_on)),
        fact(gettext("Note"), row.note),
      ];
    }
    if (kind === "hazard")
      return [
        fact(gettext("Severity"), row.severity_label),
        fact(gettext("Season"), row.season_label),
        fact(gettext("Next check due"), row.next_check_on && dates.plainDay(row.next_check_on)),
        fact(gettext("Contact"), [row.contact_masked, row.contact_phone_masked].filter(Boolean).join(" ")),
        fact(gettext("State"), row.state_label),
        fact(gettext("Note"), row.note),
      ];
    return [
      fact(gettext("Address"), row.address),
      fact(gettext("Compound"), row.compound),
      fact(gettext("Floors"), row.floors),
      fact(gettext("Entrances"), row.entrances),
      fact(gettext("Households"), row.households),
      fact(gettext("State"), row.state_label),
    ];
  }

  function past(kind, row) {
    const box = h("ol", { class: "timeline" });
    const open = h(
      "button",
      {
        type: "button",
        class: "link",
        onclick: async () => {
          open.remove();
          try {
            const { results } = await request.get(path(kind, row.id, "/history"));
            fill(
              box,
              results.map((r) =>
                h(
                  "li",
                  {},
                  h("time", {}, dates.moment(r.at)),
                  h(
                    "span",
                    {},
                    [r.actor, r.action_label].filter(Boolean).join(gettext(": ")),
                    r.changes.map((c) =>
                      h(
                        "span",
                        { class: "sub" },
                        h("br"),
                        c.before
                          ? say(gettext("%(field)s: %(before)s → %(after)s"), {
                              field: c.label,
                              before: c.before,
                              after: c.after || "–",
                            })
                          : `${c.label}: ${c.after}`,
                      ),
                    ),
                  ),
                ),
              ),
            );
          } catch (error) {
            fill(box, h("li", {}, h("span", {}, error.message)));
          }
        },
      },
      gettext("Show"),
    );
    return section(gettext("Changes"), box, open);
  }

  function render(kind, row) {
    const retired = row.state === "retired";
    const body = [
      title(nameOf(row)),
      h(
        "p",
        { class: "meta n" },
        dotted(
          row.name && row.name !== row.kind_label ? row.kind_label : KIND_LABEL[kind](),
          retired && row.state_label,
        ),
      ),
      h(
        "dl",
        { class: "facts" },
        facts(kind, row),
        fact(gettext("Place"), row.point && `${row.point[1].toFixed(6)}, ${row.point[0].toFixed(6)}`),
      ),
      whySection(row.why, null),
      past(kind, row),
    ];
    const foot =
      row.editable && !retired
        ? [
            button([icon("edit", true), gettext("Edit")], () => edit(kind, row), { class: "btn wide" }),
            button([icon("move", true), gettext("Move")], () => move(kind, row), { class: "btn wide" }),
            button(gettext("Retire"), () => retire(kind, row)),
          ]
        : null;
    return { body, foot, title: nameOf(row) };
  }

  function changed(kind) {
    refresh([groupOf(kind)]);
    drawer().reload();
  }

  function edit(kind, row) {
    const form = createAssetForm({
      kind,
      row,
      catalogue,
      dates,
      onCancel: () => drawer().reload(),
      load: () => request.get(path(kind, row.id)),
      history: () => request.get(path(kind, row.id, "/history")),
      onSave: async (values, version) => {
        if (Object.keys(values).length)
          await request.patch(path(kind, row.id), { json: { ...values, version } });
        toast(gettext("Saved"));
        changed(kind);
      },
    });
    drawer().frame(
      { kind, id: String(row.id) },
      [title(say(gettext("Edit: %(name)s"), { name: nameOf(row) })), form.form],
      form.foot,
    );
    form.focus();
  }

  function move(kind, row) {
    const at = { lon: row.point[0], lat: row.point[1] };
    const patch = (p, version) => request.patch(path(kind, row.id), { json: { ...mover.place(p), version } });
    mover.start({
      at,
      text: gettext("Drag it or press the right place"),
      save: (p) => patch(p, row.version),
      undo: (after) => patch(at, after.version),
    });
  }

  // Taking back is one press for ten seconds; nobody is asked "are you sure".
  async function retire(kind, row) {
    try {
      const after = await request.post(path(kind, row.id, "/retire"), { json: { version: row.version } });
      changed(kind);
      const back = kind === "building" ? null : row.state;
      toast(
        say(gettext("%(name)s is retired"), { name: nameOf(row) }),
        back
          ? {
              ms: 10000,
              action: gettext("Undo"),
              onaction: async () => {
                try {
                  await request.patch(path(kind, row.id), { json: { state: back, version: after.version } });
                } catch (error) {
                  toast(error.message);
                }
                changed(kind);
              },
            }
          : {},
      );
    } catch (error) {
      toast(error.message, { ms: 10000 });
    }
  }

  function add(kind) {
    closePopover(false);
    store.set({ sel: null });
    const at = view.freeCentre();
    let point = at;
    const line = h("p", { class: "sub n" });
    const tell = async (p) => {
      point = p;
      try {
        const place = await request.get("place", { query: { lon: p.lon.toFixed(7), lat: p.lat.toFixed(7) } });
        line.textContent = dotted(
          place.grid?.name,
          whyText({ ...place.why, grid: place.grid, nearest: place.nearest }),
        );
      } catch {
        line.textContent = gettext("The grid is worked out when it is saved.");
      }
    };
    const form = createAssetForm({
      kind,
      row: null,
      catalogue,
      dates,
      onCancel: () => {
        mover.cancel();
        drawer().hide();
      },
      onSave: async (values) => {
        const row = await request.post(`${kind}s`, { json: { ...values, ...mover.place(point) } });
        mover.done();
        refresh([groupOf(kind)]);
        toast(gettext("Saved"));
        drawer().hide();
        select({ kind, id: String(row.id) });
      },
    });
    drawer().open();
    drawer().frame(
      { kind, id: "new" },
      [title(say(gettext("New: %(kind)s"), { kind: KIND_LABEL[kind]() })), line, form.form],
      form.foot,
    );
    mover.start({
      at,
      text: gettext("Drag it or press the right place"),
      onPoint: tell,
      onCancel: () => drawer().hide(),
    });
    tell(at);
  }

  function enable(can) {
    const kinds = [
      can.has("asset.edit") && "component",
      can.has("asset.edit") && "hazard",
      can.has("building.edit") && "building",
    ].filter(Boolean);
    const anchor = byId("add-asset");
    anchor.hidden = !kinds.length;
    anchor.addEventListener("click", () =>
      openPopover(anchor, gettext("Add to the map"), [
        h("h2", {}, gettext("Add to the map")),
        kinds.map((k) =>
          h(
            "button",
            { type: "button", class: "row", onclick: () => add(k) },
            icon({ component: "cover", hazard: "warn", building: "building" }[k], true),
            KIND_LABEL[k](),
          ),
        ),
      ]),
    );
  }

  const rendererOf = (kind) => ({
    label: KIND_LABEL[kind],
    load: (id, signal) => request.get(path(kind, encodeURIComponent(id)), { signal }),
    render: (row) => render(kind, row),
    onShow(row, { fresh }) {
      view.mark({ whyLine: null, pin: null, outline: row.grid?.code ?? "", tag: row.grid?.name ?? "" });
      if (row.grid) store.set({ gridContext: row.grid.code });
      if (fresh && row.point)
        requestAnimationFrame(() =>
          view.bringIntoView({ lon: row.point[0], lat: row.point[1] }, 18, store.get().selFrom),
        );
    },
  });

  return {
    renderers: Object.fromEntries(["component", "hazard", "building"].map((k) => [k, rendererOf(k)])),
    enable,
  };
}
