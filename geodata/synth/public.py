"""Where the houses of a school, a hospital, a market, a yard or a park stand."""

from __future__ import annotations

import numpy as np

from geodata.synth.draft import EL, RECT, Draft, H, U
from geodata.synth.parcels import Rect


def school(draft: Draft, rng: np.random.Generator, leaf: int, rect: Rect, tilt: float) -> None:
    """A wing around a court, a second block and a gym; the rest is the sports ground."""
    x0, y0, x1, y1 = rect
    w, h = x1 - x0, y1 - y0
    draft.add(
        leaf,
        (x0 + 0.3 * w, y1 - 0.32 * h),
        (0.44 * w, 0.44 * h),
        "school",
        tilt=tilt,
        outline=U,
        floors=4,
    )
    if w * h > 5000:
        draft.add(
            leaf, (x0 + 0.29 * w, y0 + 0.22 * h), (0.42 * w, 13), "school", tilt=tilt, floors=4
        )
        draft.add(
            leaf, (x1 - 0.13 * w, y1 - 0.2 * h), (0.16 * w, 0.26 * h), "school", tilt=tilt, floors=2
        )


def hospital(draft: Draft, rng: np.random.Generator, leaf: int, rect: Rect, tilt: float) -> None:
    """Wards in an H, an out-patient block at the street and two service houses."""
    x0, y0, x1, y1 = rect
    w, h = x1 - x0, y1 - y0
    draft.add(
        leaf,
        (x0 + 0.36 * w, y0 + 0.62 * h),
        (0.5 * w, 0.5 * h),
        "hospital",
        tilt=tilt,
        outline=H,
        floors=9,
    )
    draft.add(
        leaf, (x0 + 0.36 * w, y0 + 0.15 * h), (0.56 * w, 0.17 * h), "hospital", tilt=tilt, floors=5
    )
    draft.add(
        leaf, (x1 - 0.14 * w, y0 + 0.68 * h), (0.17 * w, 0.38 * h), "hospital", tilt=tilt, floors=3
    )
    draft.add(
        leaf, (x1 - 0.14 * w, y0 + 0.2 * h), (0.15 * w, 0.2 * h), "service", tilt=tilt, floors=2
    )


def market(draft: Draft, rng: np.random.Generator, leaf: int, rect: Rect, tilt: float) -> None:
    """Two long halls and a fish house."""
    x0, y0, x1, y1 = rect
    w, h = x1 - x0, y1 - y0
    for share in (0.27, 0.72):
        draft.add(leaf, (x0 + 0.42 * w, y0 + share * h), (0.7 * w, 0.32 * h), "market", tilt=tilt)
    draft.add(
        leaf, (x1 - 0.1 * w, y0 + 0.5 * h), (0.12 * w, 0.6 * h), "market", tilt=tilt, floors=2
    )


def commercial(draft: Draft, rng: np.random.Generator, leaf: int, rect: Rect, tilt: float) -> None:
    """A shopping house and, where there is room, an office slab beside it."""
    x0, y0, x1, y1 = rect
    w, h = x1 - x0, y1 - y0
    if w * h < 3500:
        draft.add(
            leaf,
            (x0 + w / 2, y0 + h / 2),
            (0.8 * w, 0.7 * h),
            "commercial",
            tilt=tilt,
            outline=EL,
            floors=3,
        )
        return
    draft.add(
        leaf,
        (x0 + 0.36 * w, y0 + 0.5 * h),
        (0.58 * w, 0.74 * h),
        "commercial",
        tilt=tilt,
        outline=int(rng.choice((RECT, U))),
        floors=5,
    )
    draft.add(
        leaf, (x1 - 0.16 * w, y0 + 0.5 * h), (0.2 * w, 0.62 * h), "office", tilt=tilt, floors=14
    )


def industrial(draft: Draft, rng: np.random.Generator, leaf: int, rect: Rect, tilt: float) -> None:
    """Sheds of the freight yard in uneven rows, offices at the gate."""
    x0, y0, x1, y1 = rect
    w, h = x1 - x0, y1 - y0
    rows, columns = max(1, round(h / 42)), max(2, round(w / 70))
    for row in range(rows):
        for column in range(columns):
            if rng.random() < 0.14:
                continue
            centre = (x0 + w * (column + 0.5) / columns, y0 + h * (row + 0.5) / rows)
            size = (w / columns * rng.uniform(0.62, 0.86), h / rows * rng.uniform(0.4, 0.62))
            draft.add(
                leaf,
                centre,
                size,
                "industrial",
                tilt=tilt,
                outline=EL if rng.random() < 0.2 else RECT,
                floors=1,
            )


def park(draft: Draft, rng: np.random.Generator, leaf: int, rect: Rect, tilt: float) -> None:
    """A pavilion and a keeper's house near the corners, away from the pond."""
    x0, y0, x1, y1 = rect
    draft.add(leaf, (x0 + 9, y1 - 8), (7, 7), "service", tilt=tilt + 0.5)
    if (x1 - x0) * (y1 - y0) > 9000:
        draft.add(leaf, (x1 - 14, y0 + 10), (16, 8), "service", tilt=tilt, outline=EL)
