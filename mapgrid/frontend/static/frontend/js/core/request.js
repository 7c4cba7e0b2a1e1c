// The one way to the server.

import { errorFor, OfflineError, ServerError } from "./errors.js";
import { queryText } from "../pure/filters.js";
import { gettext } from "./i18n.js";

export function createRequest({ api, csrfToken, onSignedOut, onReach }) {
  async function send(method, path, { query, json, form, signal, timeoutMs = 30000 } = {}) {
    const headers = { Accept: "application/json" };
    let body = form;
    if (json !== undefined) {
      headers["Content-Type"] = "application/json";
      body = JSON.stringify(json);
    }
    if (method !== "GET") headers["X-CSRFToken"] = csrfToken;
    const timeout = AbortSignal.timeout(timeoutMs);
    let response;
    try {
      response = await fetch(`${api}${path}${query ? queryText(query) : ""}`, {
        method,
        headers,
        body,
        credentials: "same-origin",
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      });
    } catch (error) {
      if (signal?.aborted) throw error;
      onReach?.(false);
      throw new OfflineError(gettext("The server cannot be reached."), { code: "offline" });
    }
    onReach?.(true);
    return read(response);
  }

  async function read(response) {
    if (response.status === 204) return null;
    const isJson = (response.headers.get("Content-Type") ?? "").includes("json");
    const body = isJson ? await response.json().catch(() => null) : null;
    if (response.ok) {
      if (body === null)
        throw new ServerError(gettext("The answer could not be read."), { status: response.status });
      return body;
    }
    const error = errorFor(response.status, body, gettext("That did not work."));
    if (response.status === 401 || (response.status === 403 && error.code === "not_authenticated"))
      onSignedOut?.();
    throw error;
  }

  return {
    get: (path, options) => send("GET", path, options),
    post: (path, options) => send("POST", path, options),
    patch: (path, options) => send("PATCH", path, options),
    url: (path, query) => `${api}${path}${query ? queryText(query) : ""}`,
  };
}

// Only the newest of a series of questions may answer.
export function createLatest() {
  let controller = null;
  return async (work) => {
    controller?.abort();
    controller = new AbortController();
    const mine = controller;
    const result = await work(mine.signal);
    if (mine.signal.aborted) throw new DOMException("superseded", "AbortError");
    return result;
  };
}

export const isAbort = (error) => error?.name === "AbortError";
