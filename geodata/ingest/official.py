"""A file's names against an official list of the same codes: what differs is shown, not mended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Match(StrEnum):
    """How a name stands to the official one of the same code."""

    SAME = "same"
    DIFFERS = "differs"
    OTHER_SCRIPT = "other_script"
    NOT_LISTED = "not_listed"


@dataclass(frozen=True, slots=True)
class NameComparison:
    """One code with both names."""

    code: str
    name: str
    official_name: str
    match: Match


def compare_names(
    codes: Sequence[str], names: Sequence[str], official: Mapping[str, str]
) -> list[NameComparison]:
    """Compare names with an official list by code.

    Parameters
    ----------
    codes, names : sequence of str
        Of the file, parallel.
    official : mapping of str to str
        Official names by code.

    Returns
    -------
    list of NameComparison
        In the order of the input. A name in Latin letters beside an official one in Chinese
        is ``other_script``: whether it is the same place cannot be told by comparing letters.
        A code that is not in the list is ``not_listed``, with an empty official name.
    """
    result = []
    for code, name in zip(codes, names, strict=True):
        listed = official.get(code)
        result.append(NameComparison(code, name, listed or "", _match(name, listed)))
    return result


def _match(name: str, listed: str | None) -> Match:
    if listed is None:
        return Match.NOT_LISTED
    if name == listed:
        return Match.SAME
    return Match.OTHER_SCRIPT if name.isascii() != listed.isascii() else Match.DIFFERS
