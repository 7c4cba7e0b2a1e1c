// The drawer: one thing in full. It opens with its title in focus and gives the focus back when it closes.

import { announce, toast } from "../core/announce.js";
import { createLatest, isAbort } from "../core/request.js";
import { byId, fill, h, iconButton, stateBox } from "../core/dom.js";
import { gettext, say } from "../core/i18n.js";

export function createDrawer({ store, renderers, list, close }) {
  const root = byId("drawer");
  const latest = createLatest();
  let shownKey = "";
  let returnTo = null;

  const keyOf = (sel) => (sel ? `${sel.kind}:${sel.id}` : "");

  function head(sel) {
    const i = sel.kind === "event" ? list.position(sel.id) : -1;
    const total = store.get().listTotal;
    const step = (n) => {
      const row = list.neighbour(n);
      if (row) store.set({ selFrom: "list", sel: { kind: "event", id: row.number } });
    };
    const place =
      i >= 0 ? say(gettext("Case %(i)s of %(n)s"), { i: i + 1, n: total }) : renderers[sel.kind].label();
    return h(
      "div",
      { class: "drawer-head" },
      h("span", { class: "n" }, place),
      h("span", { class: "grow" }),
      i >= 0 && [
        iconButton("up", gettext("Previous case"), () => step(-1), { disabled: i === 0 }),
        iconButton("down", gettext("Next case"), () => step(1), { disabled: !list.neighbour(1) }),
      ],
      iconButton("link", gettext("Copy link"), copyLink),
      iconButton("x", gettext("Close"), close),
    );
  }

  async function copyLink() {
    try {
      await navigator.clipboard.writeText(location.href);
      toast(gettext("Link copied"));
    } catch {
      toast(location.href);
    }
  }

  function frame(sel, body, foot) {
    const handle = h("button", {
      class: "handle",
      type: "button",
      id: "drawer-handle",
      hidden: !matchMedia("(max-width: 760px)").matches,
      "aria-label": gettext("Make the sheet larger or smaller"),
    });
    fill(
      root,
      handle,
      head(sel),
      h("div", { class: "drawer-body" }, body),
      foot && h("div", { class: "drawer-foot" }, foot),
    );
    root.dispatchEvent(new CustomEvent("drawer:handle", { detail: handle }));
  }

  function bone(width, height = 14) {
    const bar = h("span", { class: "skeleton" });
    bar.style.cssText = `width:${width};height:${height}px;margin-top:12px`;
    return bar;
  }

  function loading(sel) {
    frame(sel, [
      bone("60%", 24),
      bone("80%"),
      bone("100%", 96),
      bone("100%", 40),
      bone("40%"),
      bone("90%"),
      bone("70%"),
    ]);
  }

  function problem(sel, error) {
    const gone = error.status === 404;
    frame(
      sel,
      stateBox({
        title: gone ? gettext("Not in your part of the map") : gettext("The details did not load"),
        text: gone
          ? gettext("It does not exist, or it is outside your posts. Your operations centre can grant it.")
          : error.message,
        action: gone ? gettext("Close") : gettext("Try again"),
        onaction: gone ? close : () => show(sel, true),
        small: error.reference,
      }),
    );
  }

  async function show(sel, again = false) {
    const key = keyOf(sel);
    const fresh = key !== shownKey;
    if (!fresh && !again) return;
    shownKey = key;
    const wasOpen = !root.hidden;
    open();
    const wait = setTimeout(() => shownKey === key && fresh && loading(sel), wasOpen ? 150 : 0);
    const renderer = renderers[sel.kind];
    try {
      const data = await latest((signal) => renderer.load(sel.id, signal));
      clearTimeout(wait);
      const scroll = again ? (root.querySelector(".drawer-body")?.scrollTop ?? 0) : 0;
      const { body, foot, title } = renderer.render(data);
      frame(sel, body, foot);
      root.querySelector(".drawer-body").scrollTop = scroll;
      renderer.onShow?.(data, { fresh });
      if (fresh || document.activeElement === document.body)
        root.querySelector("h1")?.focus({ preventScroll: true });
      if (fresh) announce(title);
    } catch (error) {
      clearTimeout(wait);
      if (!isAbort(error)) problem(sel, error);
    }
  }

  function hide() {
    if (root.hidden) return true;
    root.hidden = true;
    shownKey = "";
    document.body.classList.remove("has-drawer");
    const back = returnTo;
    returnTo = null;
    return Boolean(back?.isConnected && back !== document.body && (back.focus(), true));
  }

  // The list came anew: "case 3 of 66" and the steps to its neighbours follow it.
  store.on(["order"], ({ sel }) => {
    const old = root.querySelector(".drawer-head");
    if (!old || root.hidden || !sel || keyOf(sel) !== shownKey) return;
    const at = [...old.querySelectorAll("button")].indexOf(document.activeElement);
    const made = head(sel);
    old.replaceWith(made);
    if (at >= 0) made.querySelectorAll("button")[at]?.focus();
  });

  store.on(["sel"], (state, before) => {
    if (state.sel) show(state.sel);
    else {
      const last = before.sel;
      if (!hide() && last?.kind === "event") list.focusRow(last.id);
    }
  });
  function open() {
    if (root.hidden) returnTo = document.activeElement;
    root.hidden = false;
    document.body.classList.add("has-drawer");
  }

  return { show, hide, open, reload: () => store.get().sel && show(store.get().sel, true), frame };
}
