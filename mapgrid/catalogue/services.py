"""Every change of the catalogue: publish a draft, copy a version as a draft, save its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mapgrid.catalogue.models import CatalogueVersion, Category, Condition, Major
from mapgrid.core.editing import clean
from mapgrid.core.errors import ConflictError, InvalidError

Row = TypeVar("Row", Major, Category, Condition)
State = CatalogueVersion.State

WORDING = frozenset({"name", "name_en"})
"""What may still be corrected once a version is published: its rows keep their meaning."""

BOOKKEEPING = frozenset({"id", "created_at", "updated_at", "version"})


@transaction.atomic
def catalogue_save(*, catalogue: CatalogueVersion) -> CatalogueVersion:
    """Save a version's own fields; the state changes only by :func:`catalogue_publish`.

    Raises
    ------
    InvalidError
        A field does not validate.
    ConflictError
        The version is published or retired and more than its name would change.
    """
    clean(catalogue)
    if catalogue.pk is not None:
        stored = CatalogueVersion.objects.select_for_update().get(pk=catalogue.pk)
        _refuse_locked(stored, stored, catalogue)
        catalogue.state = stored.state
        catalogue.version = stored.version + 1
    else:
        catalogue.state = State.DRAFT
    catalogue.save()
    return catalogue


@transaction.atomic
def catalogue_publish(
    *, catalogue: CatalogueVersion, effective_from: date | None = None
) -> CatalogueVersion:
    """Put a draft into force from a local day (today by default) and retire what it replaces.

    Events keep the category that they were reported under; only new reports use the new version.

    Raises
    ------
    ConflictError
        The version is no draft, or another one already starts on that day or later.
    InvalidError
        The draft has no categories, or active ones without active conditions; ``data`` lists them.
    """
    locked = CatalogueVersion.objects.select_for_update().get(pk=catalogue.pk)
    if locked.state != State.DRAFT:
        raise ConflictError("catalogue.not_a_draft", _("Only a draft can be published."))
    _refuse_incomplete(locked)
    today = timezone.localdate()
    start = effective_from or locked.effective_from or today
    published = CatalogueVersion.objects.select_for_update().filter(state=State.PUBLISHED)
    if published.filter(effective_from__gte=start).exists():
        raise ConflictError(
            "catalogue.starts_too_early",
            _("Another version already starts on or after %(day)s. Choose a later day.")
            % {"day": start.isoformat()},
        )
    locked.state, locked.effective_from = State.PUBLISHED, start
    locked.version += 1
    if start <= today:  # one that starts later leaves the present version in force until then
        for old in published:
            old.state = State.RETIRED
            old.version += 1
            old.save()
    locked.save()
    return locked


def _refuse_incomplete(catalogue: CatalogueVersion) -> None:
    active = catalogue.categories.filter(active=True)
    if not active.exists():
        raise InvalidError("catalogue.empty", _("This draft has no active category yet."))
    measured = Condition.objects.filter(category=models.OuterRef("pk"), active=True)
    bare = [
        str(category)
        for category in active.exclude(models.Exists(measured)).order_by("kind", "code")
    ]
    if bare:
        raise InvalidError(
            "catalogue.category_without_condition",
            _("These categories have no active condition: %(names)s.") % {"names": ", ".join(bare)},
            data={"categories": bare},
        )


@transaction.atomic
def catalogue_copy_as_draft(
    *, catalogue: CatalogueVersion, name: str, name_en: str
) -> CatalogueVersion:
    """Copy a version with all its rows into a new draft: the way to change a published one.

    Raises
    ------
    InvalidError
        The name is empty or taken.
    """
    draft = CatalogueVersion(name=name, name_en=name_en, standard=catalogue.standard)
    clean(draft)
    draft.save()
    majors = _copy(catalogue.majors.all(), lambda row: {"catalogue": draft})
    categories = _copy(
        catalogue.categories.all(),
        lambda row: {"catalogue": draft, "major": majors[row.major_id]},
    )
    _copy(
        Condition.objects.filter(category__catalogue=catalogue),
        lambda row: {"category": categories[row.category_id]},
    )
    return draft


def _copy(rows: Iterable[Row], links: Callable[[Row], dict[str, Any]]) -> dict[int, Row]:
    """Insert copies of rows with other foreign keys; return them by the original's primary key."""
    copies = {}
    for row in rows:
        values = {
            field.name: getattr(row, field.attname)
            for field in row._meta.concrete_fields
            if field.name not in BOOKKEEPING and not field.is_relation
        }
        copies[row.pk] = type(row)(**values, **links(row))
    if copies:
        type(next(iter(copies.values()))).objects.bulk_create(copies.values())
    return copies


@transaction.atomic
def major_save(*, major: Major) -> Major:
    """Save a major group of a draft; in a published version only its name.

    Raises InvalidError or ConflictError as :func:`category_save` does.
    """
    return _save(major, major.catalogue_id)


@transaction.atomic
def category_save(*, category: Category) -> Category:
    """Save a category of a draft; in a published version only its name. Its code names its major.

    Raises
    ------
    InvalidError
        A field does not validate; ``fields`` says which.
    ConflictError
        The version is published or retired and more than the name would change.
    """
    return _save(category, category.catalogue_id)


@transaction.atomic
def condition_save(*, condition: Condition) -> Condition:
    """Save a condition of a draft; in a published version only its name.

    Raises InvalidError or ConflictError as :func:`category_save` does.
    """
    return _save(condition, condition.category.catalogue_id)


@transaction.atomic
def row_delete(*, row: Major | Category | Condition) -> None:
    """Delete a row of a draft.

    Raises
    ------
    ConflictError
        The version is published or retired.
    """
    _refuse_locked(_lock(_catalogue_id(row)), row, None)
    row.delete()


def _save(row: Row, catalogue_id: int) -> Row:
    catalogue = _lock(catalogue_id)
    if isinstance(row, Category) and (major := row.find_major()) is not None:
        row.major = major
    clean(row)
    stored = type(row).objects.filter(pk=row.pk).first() if row.pk else None
    if stored is not None and _catalogue_id(stored) != catalogue_id:
        raise ConflictError("catalogue.moved", _("A row cannot move to another version."))
    _refuse_locked(catalogue, stored, row)
    if stored is not None:
        row.version = stored.version + 1
    row.save()
    return row


def _catalogue_id(row: Major | Category | Condition) -> int:
    return row.category.catalogue_id if isinstance(row, Condition) else row.catalogue_id


def _lock(catalogue_id: int) -> CatalogueVersion:
    """Hold the version, so that publishing and editing it cannot overtake each other."""
    return CatalogueVersion.objects.select_for_update().get(pk=catalogue_id)


def _refuse_locked(
    catalogue: CatalogueVersion, stored: models.Model | None, row: models.Model | None
) -> None:
    """Let a published or retired version change in its wording only."""
    if catalogue.is_draft:
        return
    if stored is not None and row is not None and changed_fields(stored, row) <= WORDING:
        return
    raise ConflictError(
        "catalogue.locked",
        _(
            "%(version)s is published: only names can be corrected."
            " Copy it as a draft to change more."
        )
        % {"version": catalogue.title},
    )


def changed_fields(stored: models.Model, row: models.Model) -> set[str]:
    """Names of the fields in which two rows of one table differ, bookkeeping left out."""
    return {
        field.name
        for field in stored._meta.concrete_fields
        if field.name not in BOOKKEEPING
        and getattr(stored, field.attname) != getattr(row, field.attname)
    }
