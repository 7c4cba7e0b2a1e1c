import { now } from "./clock.js";

// Texts come from Django's catalogue (texts.js, loaded before this module); message ids are the English texts.

const catalogue = globalThis.django ?? {};

export const gettext = catalogue.gettext ?? ((text) => text);
export const ngettext = catalogue.ngettext ?? ((one, many, n) => (n === 1 ? one : many));
export const pgettext = catalogue.pgettext ?? ((_context, text) => text);

export function interpolate(text, values) {
  return text.replace(/%\((\w+)\)s/g, (_all, name) => String(values[name]));
}

// gettext with named values: say(gettext("%(n)s open"), {n: 3}).
export const say = interpolate;

const language = document.documentElement.lang || "zh-CN";
export const isChinese = language.startsWith("zh");

export function number(value) {
  return new Intl.NumberFormat(language).format(value);
}

// Times are shown in the city's time zone: 11月21日 18:05, or 21 Nov 18:05.
export function createDates(timeZone) {
  const dayFormat = new Intl.DateTimeFormat(isChinese ? "zh-CN" : "en-GB", {
    timeZone,
    month: isChinese ? "numeric" : "short",
    day: "numeric",
  });
  const timeFormat = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    hour: "2-digit",
    minute: "2-digit",
    hour12: false,
  });
  const keyFormat = new Intl.DateTimeFormat("en-CA", { timeZone });
  const month = (text) =>
    isChinese ? text.replace("/", "月").replace(/(\d+)月(\d+)日?$/, "$1月$2日") : text;
  const thisYear = () => keyFormat.format(new Date(now())).slice(0, 4);
  // A day of another year says which.
  const withYear = (text, year) => {
    if (year === thisYear()) return text;
    return isChinese ? `${year}年${text}` : `${text} ${year}`;
  };
  const day = (value) => {
    const at = value instanceof Date ? value : new Date(value);
    return withYear(month(dayFormat.format(at)), keyFormat.format(at).slice(0, 4));
  };
  const time = (value) => timeFormat.format(new Date(value));
  const sameDay = (a, b) => keyFormat.format(new Date(a)) === keyFormat.format(new Date(b));
  const moment = (value) => (sameDay(value, now()) ? time(value) : `${day(value)} ${time(value)}`);
  // A plain day such as 2026-11-21 belongs to no zone.
  const plainDay = (text) => {
    const [year, m, d] = text.split("-").map(Number);
    const short = isChinese
      ? `${m}月${d}日`
      : new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", month: "short", day: "numeric" }).format(
          new Date(`${text}T00:00:00Z`),
        );
    return withYear(short, String(year));
  };
  return { day, time, moment, plainDay };
}

// Between parts of one line: a bare middle dot in Chinese, one with spaces in English.
export const DOT = isChinese ? "·" : " · ";
export const dotted = (...parts) =>
  parts
    .flat()
    .filter((p) => p !== "" && p !== null && p !== undefined && p !== false)
    .join(DOT);
