// Building the page out of elements. Text is always text: there is no way in here for an HTML string.

const SVG = "http://www.w3.org/2000/svg";

function apply(element, props) {
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "class") element.setAttribute("class", value);
    else if (name === "dataset") Object.assign(element.dataset, value);
    else if (["value", "checked", "disabled", "hidden", "selected"].includes(name)) element[name] = value;
    else element.setAttribute(name, value === true ? "" : String(value));
  }
}

function append(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child === undefined || child === null || child === false) continue;
    element.append(child instanceof Node ? child : String(child));
  }
  return element;
}

export function h(tag, props, ...children) {
  const element = document.createElement(tag);
  apply(element, props);
  return append(element, children);
}

export function s(tag, props, ...children) {
  const element = document.createElementNS(SVG, tag);
  apply(element, props);
  return append(element, children);
}

export const byId = (id) => document.getElementById(id);

export function fill(element, ...children) {
  element.replaceChildren();
  return append(element, children);
}

// The same, while somebody works in it: whatever has the focus and a data-key gets the focus back.
export function refill(element, ...children) {
  const at = element.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
  fill(element, ...children);
  if (at) element.querySelector(`[data-key="${CSS.escape(at)}"]`)?.focus({ preventScroll: true });
  return element;
}

export function icon(name, small = false) {
  return s("svg", { class: small ? "i s" : "i", "aria-hidden": "true" }, s("use", { href: `#i-${name}` }));
}

const SHAPES = { todo: "todo", in_hand: "hand", suspended: "hold", closed: "done", unassigned: "lost" };

// The same symbol as on the map: shape for the stage, colour for the clock.
export function symbol(stage, clock) {
  let shape = clock === "lost" ? "lost" : (SHAPES[stage] ?? "todo");
  if (["todo", "hand"].includes(shape) && ["soon", "late"].includes(clock)) shape += `-${clock}`;
  return s(
    "svg",
    { class: `sym c-${clock === "lost" ? "lost" : clock}`, "aria-hidden": "true" },
    s("use", { href: `#s-${shape}` }),
  );
}

export function button(label, onclick, props = {}) {
  return h("button", { type: "button", class: "btn", onclick, ...props }, label);
}

export function iconButton(name, label, onclick, props = {}) {
  return h("button", { type: "button", "aria-label": label, title: label, onclick, ...props }, icon(name));
}

// Empty, error, no permission: what is or is not there, what still holds, one action.
export function stateBox({ title, text, action, onaction, small }) {
  return h(
    "div",
    { class: "state" },
    title && h("b", {}, title),
    text && h("span", {}, text),
    action && button(action, onaction, { class: "btn small" }),
    small && h("small", { class: "n" }, small),
  );
}

export function skeletonRows(n, make) {
  return Array.from({ length: n }, (_, i) => make(i));
}
