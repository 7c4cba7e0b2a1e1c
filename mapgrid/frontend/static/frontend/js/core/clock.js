// The server's clock, not the reader's: a phone that is ten minutes off must not turn symbols red.

let offsetMs = 0;

export function setClock(serverNow) {
  const at = Date.parse(serverNow);
  if (Number.isFinite(at)) offsetMs = at - Date.now();
}

export const now = () => Date.now() + offsetMs;
export const offset = () => offsetMs;
