"""The demonstration's people: five who log in, a worker and a head for every grid. All invented."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext_lazy as _

from mapgrid.grids.models import Grid, Post
from mapgrid.grids.services import post_appoint
from mapgrid.people.models import Department, User
from mapgrid.people.roles import Role
from mapgrid.people.services import user_save

# Public on purpose: it opens an invented city on the reader's own machine, and nothing else.
PASSWORD = "mapgrid-demo"
_SURNAMES = "李王张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = (
    "敏", "建国", "丽华", "志强", "秀英", "海涛", "晓燕", "文博", "玉兰", "国栋", "春梅", "振宇",
    "雪莲", "家兴", "红霞", "立新", "思远", "桂芳", "长青", "亚楠",
)  # fmt: skip


@dataclass(frozen=True)
class Login:
    """One login of the demonstration, as the start page and the command line show it."""

    username: str
    role: str
    where: str


def logins() -> list[Login]:
    """Return the demonstration's logins in the order of the ladder, with what each sees."""
    return [
        Login("worker", Role.WORKER, str(_("one grid"))),
        Login("community", Role.COMMUNITY, str(_("one community"))),
        Login("centre", Role.CENTRE, str(_("the whole street"))),
        Login("roads", Role.DEPARTMENT, str(_("its own cases"))),
        Login("admin", Role.ADMINISTRATOR, str(_("everything, and the office"))),
    ]


def _name(rng: np.random.Generator) -> str:
    return str(rng.choice(list(_SURNAMES))) + str(rng.choice(_GIVEN))


def people_load(
    *, grids: list[Grid], departments: dict[str, Department], since: dt.date, seed: int
) -> int:
    """Create the people and their posts; return how many people.

    Parameters
    ----------
    grids : list of Grid
        All grids of the demonstration, ordered by code.
    departments : mapping of str to Department
        By key; ``roads`` gets a login.
    since : date
        First day of every post.
    """
    rng = np.random.default_rng(seed)
    # One hash for all: the password is public, and hashing it five times costs two seconds.
    password = make_password(PASSWORD)
    by_level: dict[str, list[Grid]] = {}
    for grid in grids:
        by_level.setdefault(grid.level, []).append(grid)

    def create(
        username: str, role: str, department: Department | None = None, login: bool = False
    ) -> User:
        user = User(username=username, role=role, display_name=_name(rng), department=department)
        user.password = password if login else make_password(None)
        user.phone = f"1{rng.integers(30, 99)}0000{rng.integers(1000, 9999)}"
        return user_save(user=user)

    def appoint(user: User, grid: Grid, duty: str) -> None:
        post_appoint(user=user, grid=grid, duty=duty, valid_from=since)

    count = 5
    create("admin", Role.ADMINISTRATOR, login=True)
    create("roads", Role.DEPARTMENT, departments["roads"], login=True)
    centre = create("centre", Role.CENTRE, login=True)
    for street in by_level["street"]:
        appoint(centre, street, Post.Duty.DISPATCHER)
    for i, community in enumerate(by_level["community"]):
        name = "community" if i == 2 else f"c{community.code}"
        staff = create(name, Role.COMMUNITY, login=i == 2)
        appoint(staff, community, Post.Duty.COMMUNITY_STAFF)
        count += i != 2
    shown = _first_below(by_level["grid"], by_level["community"][2].code)
    for grid in by_level["grid"]:
        login = grid.pk == shown.pk
        worker = create("worker" if login else f"w{grid.code}", Role.WORKER, login=login)
        head = create(f"h{grid.code}", Role.WORKER)
        appoint(worker, grid, Post.Duty.WORKER)
        appoint(head, grid, Post.Duty.HEAD)
        count += 2 - login
    return count


def _first_below(grids: list[Grid], community: str) -> Grid:
    below = [g for g in grids if g.code.startswith(community)]
    return below[len(below) // 2]
