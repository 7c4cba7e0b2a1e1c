"""A street in force, a reporter, and one condition to report."""

from __future__ import annotations

import datetime as dt

import pytest

from mapgrid.catalogue.loading import catalogue_load
from mapgrid.catalogue.models import Condition
from mapgrid.core.scope import Scope
from mapgrid.grids.models import Edition, Post
from mapgrid.grids.scopes import scope_of
from mapgrid.grids.services import post_appoint
from mapgrid.people.models import User
from mapgrid.people.roles import Role
from tests import world


@pytest.fixture
def edition(db: None) -> Edition:
    return world.publish()


@pytest.fixture
def missing_cover(db: None) -> Condition:
    """Sewage cover missing: two emergency hours."""
    catalogue_load()
    return Condition.objects.filter(
        category__kind="component", category__code="0102", limit_unit="emergency_hours"
    ).order_by("code")[0]


@pytest.fixture
def reporter(edition: Edition) -> Scope:
    user = User.objects.create(username="reporter", role=Role.WORKER)
    post_appoint(
        user=user, grid=world.grid(1, 1), duty=Post.Duty.WORKER, valid_from=dt.date(2024, 1, 1)
    )
    return scope_of(user)


@pytest.fixture
def centre(edition: Edition) -> Scope:
    user = User.objects.create(username="centre", role=Role.CENTRE)
    post_appoint(
        user=user,
        grid=world.grid(),
        duty=Post.Duty.DISPATCHER,
        valid_from=dt.date(2024, 1, 1),
    )
    return scope_of(user)
