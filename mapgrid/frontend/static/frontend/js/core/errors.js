// What can go wrong between page and server, as a small family.

export class RequestError extends Error {
  constructor(message, { code = "unknown", status = 0, fields = {}, reference = "", data = {} } = {}) {
    super(message);
    this.name = new.target.name;
    Object.assign(this, { code, status, fields, reference, data });
  }
}

// Nobody answered: no network, or the server is away.
export class OfflineError extends RequestError {}
// The session is over.
export class SignedOutError extends RequestError {}
export class ForbiddenError extends RequestError {}
export class NotFoundError extends RequestError {}
// Somebody else changed it first; `data` says who and when.
export class ConflictError extends RequestError {}
export class InvalidError extends RequestError {}
export class TooLargeError extends RequestError {}
export class ServerError extends RequestError {}

const BY_STATUS = {
  400: InvalidError,
  401: SignedOutError,
  403: ForbiddenError,
  404: NotFoundError,
  409: ConflictError,
  413: TooLargeError,
  422: InvalidError,
};

export function errorFor(status, body, fallback) {
  const error = body?.error ?? {};
  const Kind = BY_STATUS[status] ?? ServerError;
  return new Kind(error.message || fallback, {
    code: error.code,
    status,
    fields: error.fields,
    reference: error.reference,
    data: error.data ?? error,
  });
}
