"""Any file to plain records, and what was wrong with it.

`read` is the way in; `occurrence_ids` gives rows an identity that survives a second import, and
`compare_names` sets names beside an official list.
"""

from .limits import DEFAULT_LIMITS, Limits
from .official import Match, NameComparison, compare_names
from .readers import read
from .records import Occurrences, Records, occurrence_ids
from .report import ReadReport, Remark, RowNote

__all__ = [
    "DEFAULT_LIMITS",
    "Limits",
    "Match",
    "NameComparison",
    "Occurrences",
    "ReadReport",
    "Records",
    "Remark",
    "RowNote",
    "compare_names",
    "occurrence_ids",
    "read",
]
