// Nothing typed or photographed is lost: the draft lives in IndexedDB, photos included, until it was sent.

import { del, get, set } from "../../vendor/idb-keyval.js";

export function createDrafts(user) {
  const key = `draft:${user}`;
  const quietly = async (work) => {
    try {
      return await work();
    } catch {
      return null; // private windows may refuse storage; the form itself still holds everything
    }
  };
  return {
    load: () => quietly(() => get(key)),
    save: (draft) => quietly(() => set(key, draft).then(() => true)),
    clear: () => quietly(() => del(key)),
  };
}
