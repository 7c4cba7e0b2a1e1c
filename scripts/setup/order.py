"""What `provision` asks of `prepare`, which runs in another interpreter."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Order:
    """What is wanted of a database; `answer` is the file that receives the timings.

    `migrations` is the hash of all migrations, `logins` the file that keeps the demo's logins.
    `only_new` migrates a database that knows nothing yet and leaves the tables of any other.
    """

    url: str
    answer: str
    migrations: str = ""
    migrate: bool = False
    only_new: bool = False
    open_city: bool = False
    demo: bool = False
    demo_options: dict[str, Any] = field(default_factory=dict)
    logins: str = ""
