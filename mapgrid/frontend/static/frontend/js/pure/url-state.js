// The page's state as a query string and back. What is default is left out, so that links stay short.

export const LAYERS = ["heat", "grids", "buildings", "components", "hazards", "events", "closed"];
export const CLOCKS = ["late", "soon", "ok", "still", "lost"];
export const STAGES = ["todo", "in_hand", "suspended", "closed", "unassigned"];
export const KINDS = ["event", "grid", "component", "hazard", "building"];

export function defaultState() {
  return {
    view: null,
    sel: null,
    layers: [...LAYERS],
    shading: false,
    from: "",
    to: "",
    clock: [],
    stage: [],
    category: [],
    theme: "",
  };
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

function list(value, allowed) {
  const parts = (value ?? "").split(",").filter(Boolean);
  return allowed ? allowed.filter((a) => parts.includes(a)) : [...new Set(parts)];
}

function readView(value) {
  const parts = (value ?? "").split("/").map(Number);
  if (parts.length !== 3 || parts.some((n) => !Number.isFinite(n))) return null;
  const [zoom, lat, lon] = parts;
  if (zoom < 1 || zoom > 22 || Math.abs(lat) > 85 || Math.abs(lon) > 180) return null;
  return { zoom, lat, lon };
}

function readSelection(value) {
  const at = (value ?? "").indexOf(":");
  if (at < 1) return null;
  const kind = value.slice(0, at);
  const id = value.slice(at + 1);
  return KINDS.includes(kind) && id ? { kind, id } : null;
}

export function parseState(search) {
  const query = new URLSearchParams(search);
  const state = defaultState();
  state.view = readView(query.get("m"));
  state.sel = readSelection(query.get("sel"));
  if (query.has("layers")) {
    const names = list(query.get("layers"));
    state.layers = LAYERS.filter((name) => names.includes(name));
    state.shading = names.includes("shading");
  }
  for (const key of ["from", "to"]) state[key] = DAY.test(query.get(key) ?? "") ? query.get(key) : "";
  state.clock = list(query.get("clock"), CLOCKS);
  state.stage = list(query.get("stage"), STAGES);
  state.category = list(query.get("category"));
  state.theme = ["light", "dark", "wall"].includes(query.get("theme")) ? query.get("theme") : "";
  return state;
}

function layersText(state) {
  const same = LAYERS.every((name) => state.layers.includes(name));
  if (same && !state.shading) return "";
  return (
    [...LAYERS.filter((name) => state.layers.includes(name)), ...(state.shading ? ["shading"] : [])].join(
      ",",
    ) || "none"
  );
}

export function formatState(state) {
  const parts = [];
  const put = (key, value) => {
    // Commas, colons and slashes are legal in a query and keep the address readable.
    if (value)
      parts.push(
        `${key}=${encodeURIComponent(value).replace(/%2C/g, ",").replace(/%3A/g, ":").replace(/%2F/g, "/")}`,
      );
  };
  if (state.view)
    put("m", `${+state.view.zoom.toFixed(2)}/${state.view.lat.toFixed(6)}/${state.view.lon.toFixed(6)}`);
  if (state.sel) put("sel", `${state.sel.kind}:${state.sel.id}`);
  put("layers", layersText(state));
  put("from", state.from);
  put("to", state.to);
  put("clock", state.clock.join(","));
  put("stage", state.stage.join(","));
  put("category", state.category.join(","));
  put("theme", state.theme);
  return parts.length ? `?${parts.join("&")}` : "";
}
