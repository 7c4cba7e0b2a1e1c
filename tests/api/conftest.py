"""The cast, once a module, and a client for each of them.

Each test works in a savepoint that is rolled back, so that no test sees another's writes. A test
with threads stands in a module of its own, uses ``transactional_db`` and builds a cast of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client, override_settings

from tests import cast as casting
from tests.cast import Cast

ClientOf = Callable[..., Client]


@pytest.fixture(scope="module")
def _stage(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Cast]:
    media: Path = tmp_path_factory.mktemp("media")
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=media), transaction.atomic():
        yield casting.build()
        transaction.set_rollback(True)


@pytest.fixture
def cast(_stage: Cast, db: None) -> Cast:
    """The small world with everybody in it; what a test writes there is undone."""
    return _stage


@pytest.fixture
def client_of(cast: Cast) -> ClientOf:
    """Return a logged-in client by the name of a role; ``anonymous`` is not logged in."""

    def make(role: str, language: str = "en") -> Client:
        return login(cast, role, language)

    return make


def login(cast: Cast, role: str, language: str = "en") -> Client:
    """Return a client that speaks a language."""
    client = Client(headers={"accept-language": language})
    if role != "anonymous":
        client.force_login(cast.users[role], "django.contrib.auth.backends.ModelBackend")
    return client
