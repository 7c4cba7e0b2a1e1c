// Spans of time in words. `words` brings gettext, ngettext and interpolate, so that this file stays free of the page.

export function createDurations({ gettext, interpolate }) {
  const say = (text, values) => interpolate(text, values, true);

  function span(seconds) {
    const minutes = Math.max(0, Math.round(Math.abs(seconds) / 60));
    const days = Math.floor(minutes / 1440);
    const hours = Math.floor((minutes % 1440) / 60);
    const rest = minutes % 60;
    if (days >= 10) return say(gettext("%(days)s d"), { days });
    if (days) {
      return hours
        ? say(gettext("%(days)s d %(hours)s h"), { days, hours })
        : say(gettext("%(days)s d"), { days });
    }
    if (hours) {
      return rest
        ? say(gettext("%(hours)s h %(minutes)s min"), { hours, minutes: rest })
        : say(gettext("%(hours)s h"), { hours });
    }
    return say(gettext("%(minutes)s min"), { minutes: rest });
  }

  function clock(event) {
    if (event.clock === "lost") return gettext("In no grid");
    if (event.stage === "suspended") return gettext("Clock stopped");
    if (event.stage === "closed") return event.state_label ?? gettext("Closed");
    if (event.seconds_left === null || event.seconds_left === undefined) return gettext("No limit");
    return event.seconds_left < 0
      ? say(gettext("%(d)s late"), { d: span(event.seconds_left) })
      : say(gettext("%(d)s left"), { d: span(event.seconds_left) });
  }

  return { span, clock };
}

// The clock of a symbol moves while the page is open: from its due second and its warning second.
export function clockNow(symbol, nowSeconds) {
  if (!symbol.due || symbol.clock === "lost" || symbol.clock === "still") return symbol.clock;
  return nowSeconds > symbol.due ? "late" : symbol.clock;
}
