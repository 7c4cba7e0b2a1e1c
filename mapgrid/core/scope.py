"""What a reader may see, as a plain value. Queries take a Scope, never a user."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import Q


@dataclass(frozen=True)
class Scope:
    """The grid subtrees, departments and abilities of one reader at one moment.

    Parameters
    ----------
    user_id : int or None
        None for a job that acts for the system.
    everything : bool
        True lifts every row filter (administrators and the system).
    paths : tuple of str
        Prefixes of ``scope_path``; each ends with a full stop.
    department_ids : tuple of int
        Departments whose cases the reader may see wherever they lie.
    abilities : frozenset of str
        Names such as ``event.report``; see ``mapgrid.people.roles``.
    unassigned : bool
        Whether rows that lie in no grid are the reader's business.
    """

    user_id: int | None = None
    everything: bool = False
    paths: tuple[str, ...] = ()
    department_ids: tuple[int, ...] = ()
    abilities: frozenset[str] = field(default_factory=frozenset)
    unassigned: bool = False

    def can(self, ability: str) -> bool:
        """Return whether the reader has the ability at all (rows are cut apart from this)."""
        return self.everything or ability in self.abilities

    def covers(self, scope_path: str) -> bool:
        """Return whether a row with this path lies in one of the reader's subtrees."""
        if self.everything:
            return True
        if not scope_path:
            return self.unassigned
        return any(scope_path.startswith(p) for p in self.paths)

    @property
    def key(self) -> str:
        """A stable text for cache keys: equal scopes see equal rows."""
        if self.everything:
            return "*"
        parts = ["|".join(self.paths), ",".join(map(str, self.department_ids))]
        return f"{parts[0]};{parts[1]};{int(self.unassigned)}"


SYSTEM = Scope(everything=True)
NOBODY = Scope()


def within(scope: Scope, path_field: str = "scope_path") -> Q:
    """Return the row filter of a scope over a column of paths, for tables without departments."""
    if scope.everything:
        return Q()
    rows = Q(pk__in=[])
    for path in scope.paths:
        rows |= Q(**{f"{path_field}__startswith": path})
    if scope.unassigned:
        rows |= Q(**{path_field: ""})
    return rows
