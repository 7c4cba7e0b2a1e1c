// One store. Whoever cares about some keys is told once after they changed.

const same = (a, b) =>
  a === b || (typeof a === "object" && typeof b === "object" && JSON.stringify(a) === JSON.stringify(b));

export function createStore(initial) {
  let state = { ...initial };
  const listeners = new Set();

  function set(patch, source = "") {
    const changed = Object.keys(patch).filter((key) => !same(state[key], patch[key]));
    if (!changed.length) return;
    const before = state;
    state = { ...state, ...patch };
    for (const l of [...listeners])
      if (l.keys.some((key) => changed.includes(key))) l.listen(state, before, source);
  }

  function on(keys, listen) {
    const entry = { keys, listen };
    listeners.add(entry);
    return () => listeners.delete(entry);
  }

  return { get: () => state, set, on };
}
