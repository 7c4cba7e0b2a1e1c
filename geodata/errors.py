"""What can be wrong with a caller's input, as a small tree of exceptions.

Every error carries a stable ``code`` (for programs), a ``message`` (what is wrong with the input)
and a ``hint`` (what to do next). Applications translate by code; the English text is a fallback.
"""


class GeodataError(Exception):
    """Base of all errors that this library raises on purpose.

    Parameters
    ----------
    message : str
        What is wrong with the input.
    code : str, optional
        Stable identifier in snake_case; the class's own one by default.
    hint : str, optional
        What the caller can do about it.
    """

    default_code = "geodata_error"

    def __init__(self, message: str, *, code: str | None = None, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.default_code
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()

    def __reduce__(self) -> tuple[object, ...]:
        # Exceptions travel between worker processes; keyword arguments would be lost by default.
        return (_rebuild, (type(self), self.message, self.code, self.hint))


class CRSError(GeodataError):
    """A coordinate system is unknown, not metric, or does not fit the data."""

    default_code = "crs_error"


class GeometryError(GeodataError):
    """A geometry has the wrong type, is empty or has impossible coordinates."""

    default_code = "geometry_error"


class CoverageError(GeodataError):
    """A table of cells does not fit together."""

    default_code = "coverage_error"


class ReadError(GeodataError):
    """A file cannot be read as what it claims to be."""

    default_code = "read_error"


def _rebuild(kind: type[GeodataError], message: str, code: str, hint: str) -> GeodataError:
    return kind(message, code=code, hint=hint)
