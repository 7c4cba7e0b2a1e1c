"""The cast, and tiles decoded by a library that knows nothing of ours."""

from __future__ import annotations

from tests.api.conftest import _stage, cast, client_of

__all__ = ["_stage", "cast", "client_of"]
