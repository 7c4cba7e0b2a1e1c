"""Names for invented things, and the two official lists of one real subdistrict."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

FOLDER = Path(__file__).resolve().parents[2] / "fixtures" / "synth"


@cache
def words() -> dict[str, Any]:
    """Return the word lists of ``fixtures/synth/words.json``."""
    loaded: dict[str, Any] = json.loads((FOLDER / "words.json").read_text("utf-8"))
    return loaded


def _table(name: str) -> tuple[tuple[str, str], ...]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as handle:
        return tuple((row["code"], row["name"]) for row in csv.DictReader(handle))


@dataclass(frozen=True, slots=True)
class AreaName:
    """Code and names of a street or a community; ``short`` begins the names of its grids."""

    code: str
    name: str
    short: str
    official: bool


def _short(official_name: str) -> str:
    return official_name.split("社区")[0]


def area_names(index: int, district_code: str) -> tuple[AreaName, tuple[AreaName, ...]]:
    """Return the street and its communities: official for index 0, else invented (9xx)."""
    if index == 0:
        ((code, name),) = _table("street_410102003.csv")
        listed = _table("communities_410102003.csv")
        return (
            AreaName(code, name, name.removesuffix("街道"), True),
            tuple(AreaName(c, _short(n) + "社区", _short(n), True) for c, n in listed),
        )
    stems = words()["synthetic_streets"]
    turn, place = divmod(index - 1, len(stems))
    short = stems[place] + ("" if turn == 0 else str(turn + 1))
    code = f"{district_code}{900 + index}"
    parts = ("北园", "南园", "西南", "北", "南", "西北", "东北", "东南")
    communities = (
        AreaName(f"{code}{i + 1:03d}", f"{short}{part}社区", f"{short}{part}", False)
        for i, part in enumerate(parts)
    )
    return AreaName(code, f"{short}街道", short, False), tuple(communities)


@cache
def stem_pool(seed: int) -> tuple[str, ...]:
    """Return all two-character stems in the order of one city."""
    rng = np.random.default_rng([seed, 31])
    pairs = [a + b for a in words()["stems_a"] for b in words()["stems_b"] if a != b]
    return tuple(pairs[i] for i in rng.permutation(len(pairs)))
