// Who is logged in, language, theme, logging out.

import { openPopover, closePopover } from "../core/popover.js";
import { byId, h, icon } from "../core/dom.js";
import { dotted, gettext } from "../core/i18n.js";
import { isPhone } from "../map/free-area.js";
import { setTheme } from "../core/theme.js";

export function createMeMenu({ store, config, onTheme, onLayers, onAdd }) {
  function language(code) {
    const form = byId("language-form");
    form.elements.language.value = code;
    form.elements.next.value = location.pathname + location.search;
    form.submit();
  }

  const themeRow = (value, text) =>
    h(
      "label",
      { class: "row" },
      h("input", {
        type: "radio",
        name: "theme",
        checked: (store.get().theme || "") === value,
        onchange: () => {
          setTheme(value);
          store.set({ theme: value });
          onTheme();
        },
      }),
      h("span", { class: "grow" }, text),
    );

  // A phone has no rail and no bar above the map: their buttons are here.
  const phoneRows = () => [
    h("h2", {}, gettext("Map")),
    h("button", { type: "button", class: "row", onclick: onLayers }, icon("layers", true), gettext("Layers")),
    !byId("add-asset").hidden &&
      h(
        "button",
        { type: "button", class: "row", onclick: onAdd },
        icon("edit", true),
        gettext("Add to the map"),
      ),
  ];

  function open({ currentTarget: anchor }) {
    const { me } = store.get();
    openPopover(
      anchor,
      gettext("Me"),
      [
        me && h("p", {}, h("b", {}, me.display_name || me.username)),
        me &&
          h(
            "p",
            { class: "note" },
            dotted(
              me.role_label,
              me.department,
              me.posts.slice(0, 3).map((p) => p.grid.name),
            ),
          ),
        isPhone() && phoneRows(),
        h("h2", {}, gettext("Theme")),
        themeRow("", gettext("As the system")),
        themeRow("light", gettext("Light")),
        themeRow("dark", gettext("Dark")),
        h("h2", {}, gettext("Language")),
        h(
          "button",
          { type: "button", class: "row", lang: "zh-CN", onclick: () => language("zh-hans") },
          icon("globe", true),
          h("span", { class: "grow" }, "简体中文"),
          config.language.startsWith("zh") ? icon("check", true) : null,
        ),
        h(
          "button",
          { type: "button", class: "row", lang: "en", onclick: () => language("en") },
          icon("globe", true),
          h("span", { class: "grow" }, "English"),
          config.language.startsWith("en") ? icon("check", true) : null,
        ),
        h("h2", {}, gettext("Account")),
        h(
          "button",
          {
            type: "button",
            class: "row",
            onclick: () => {
              closePopover();
              byId("logout-form").submit();
            },
          },
          icon("exit", true),
          gettext("Log out"),
        ),
      ],
      { align: "start" },
    );
  }
  for (const id of ["me-button", "phone-me"]) byId(id).addEventListener("click", open);
}
