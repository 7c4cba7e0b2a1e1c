"""Every write to users and departments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from mapgrid.core.editing import clean
from mapgrid.core.errors import InvalidError
from mapgrid.people.models import Department, User
from mapgrid.people.roles import Role


def _office(user: User) -> None:
    """Only administrators enter the office, and every administrator does."""
    user.is_staff = user.is_superuser = user.role == Role.ADMINISTRATOR


@transaction.atomic
def user_create(
    *,
    username: str,
    password: str | None,
    role: str,
    display_name: str = "",
    phone: str = "",
    department: Department | None = None,
    check_password: bool = True,
) -> User:
    """Create somebody who can log in.

    Raises
    ------
    InvalidError
        ``user.password`` when it is too easy, ``user.department`` when a department's handler has
        none, ``row.invalid`` for other fields.
    """
    user = User(
        username=username, role=role, display_name=display_name, phone=phone, department=department
    )
    if password is not None and check_password:
        try:
            validate_password(password, user)
        except ValidationError as error:
            raise InvalidError("user.password", " ".join(error.messages)) from error
    if password is None:
        user.set_unusable_password()
    else:
        user.set_password(password)
    return user_save(user=user)


@transaction.atomic
def user_save(*, user: User) -> User:
    """Store a user that a form filled in; the role decides who enters the office."""
    if user.role == Role.DEPARTMENT and user.department is None:
        raise InvalidError(
            "user.department", _("A department's handler needs a department; choose one.")
        )
    _office(user)
    clean(user)
    user.save()
    return user


@transaction.atomic
def department_save(*, department: Department) -> Department:
    """Store a department.

    Raises
    ------
    InvalidError
        ``department.circle`` when it would be its own parent.
    """
    above = department.parent
    while above is not None:
        if above.pk == department.pk and department.pk is not None:
            raise InvalidError("department.circle", _("A department cannot be its own parent."))
        above = above.parent
    clean(department)
    department.version += 1 if department.pk else 0
    department.save()
    return department


@transaction.atomic
def departments_load(*, rows: list[Mapping[str, Any]]) -> dict[str, Department]:
    """Create or update departments by key; return them all by key."""
    for row in rows:
        Department.objects.update_or_create(
            key=row["key"], defaults={k: v for k, v in row.items() if k != "key"}
        )
    return {d.key: d for d in Department.objects.all()}
