// Filters of the page as the API's query parameters.

export const WINDOW_DAYS = 30;

export function dayText(date) {
  const two = (n) => String(n).padStart(2, "0");
  return `${date.getUTCFullYear()}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}`;
}

// A day is held as UTC midnight, so that no daylight-saving hour can move it.
export function parseDay(text) {
  const [y, m, d] = text.split("-").map(Number);
  return new Date(Date.UTC(y, m - 1, d));
}

export function addDays(text, days) {
  return dayText(new Date(parseDay(text).getTime() + days * 86400000));
}

export function daysBetween(from, to) {
  return Math.round((parseDay(to) - parseDay(from)) / 86400000) + 1;
}

// Today in the city's time zone, whatever the browser's clock zone is.
export function todayIn(timeZone, now) {
  return new Intl.DateTimeFormat("en-CA", {
    timeZone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  }).format(now);
}

// The days that heat and closed cases look back on when the reader chose none.
export function windowOf(state, today) {
  const to = state.to || today;
  return { from: state.from || addDays(to, 1 - WINDOW_DAYS), to };
}

function base(state) {
  const query = {};
  if (state.category.length) query.category = state.category.join(",");
  if (state.stage.length) query.stage = state.stage.join(",");
  return query;
}

// Open cases, whenever reported; with a period chosen, those of its cases that are still open.
export function listQuery(state) {
  const query = { ...base(state), show: "open" };
  if (state.clock.length) query.clock = state.clock.join(",");
  if (state.from || state.to)
    Object.assign(query, { show: "period", stage: query.stage ?? OPEN_STAGES }, dated(state));
  return query;
}

const OPEN_STAGES = "todo,in_hand,suspended,unassigned";

function dated(state) {
  return { ...(state.from ? { from: state.from } : {}), ...(state.to ? { to: state.to } : {}) };
}

export function countQuery(state) {
  const query = listQuery(state);
  delete query.clock;
  return query;
}

// Closed cases of the window, as small dots; none while the reader asks for a clock, since theirs stand still.
export function closedQuery(state, today) {
  return { ...base(state), show: "closed", ...windowOf(state, today) };
}

export function heatQuery(state, today) {
  return { ...base(state), ...windowOf(state, today) };
}

export function queryText(query) {
  const text = new URLSearchParams(Object.entries(query).sort(([a], [b]) => (a < b ? -1 : 1))).toString();
  return text ? `?${text}` : "";
}

export function activeFilters(state) {
  return state.clock.length + state.stage.length + state.category.length + (state.from || state.to ? 1 : 0);
}
