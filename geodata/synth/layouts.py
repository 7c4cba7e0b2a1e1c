"""Where buildings stand in a parcel: rows of slabs, towers, village houses, shop fronts, yards.

Everything is placed on the board (metres); ``Draft`` collects columns that are bent together later.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from geodata.synth.parcels import Frontage, Parcel, Rect
from geodata.synth.shapes import OUTLINE_NAMES

RECT, EL, U, H, TEE = (OUTLINE_NAMES.index(name) for name in ("rect", "l", "u", "h", "t"))
# Length of one stairwell's part of a slab, in metres.
STAIR_M = {"danwei": 13.6, "walkup": 14.0, "tower": 15.0}


@dataclass
class Draft:
    """Columns of buildings not yet bent. ``quarter`` turns by 90 degrees, ``tilt`` by radians."""

    leaf: list[int] = field(default_factory=list)
    x: list[float] = field(default_factory=list)
    y: list[float] = field(default_factory=list)
    width_m: list[float] = field(default_factory=list)
    depth_m: list[float] = field(default_factory=list)
    tilt: list[float] = field(default_factory=list)
    outline: list[int] = field(default_factory=list)
    kind: list[str] = field(default_factory=list)
    entrances: list[int] = field(default_factory=list)
    floors: list[int] = field(default_factory=list)

    def add(
        self,
        leaf: int,
        centre: tuple[float, float],
        size_m: tuple[float, float],
        kind: str,
        *,
        tilt: float = 0.0,
        outline: int = RECT,
        entrances: int = 1,
        floors: int = 1,
    ) -> None:
        """Add one building; ``floors`` of housing are set later, to suit the households wanted."""
        self.leaf.append(leaf)
        self.x.append(centre[0])
        self.y.append(centre[1])
        self.width_m.append(size_m[0])
        self.depth_m.append(size_m[1])
        self.tilt.append(tilt)
        self.outline.append(outline)
        self.kind.append(kind)
        self.entrances.append(entrances)
        self.floors.append(floors)


Layout = Callable[[Draft, np.random.Generator, int, Rect, float], None]


def _rows(
    draft: Draft,
    rng: np.random.Generator,
    leaf: int,
    rect: Rect,
    tilt: float,
    kind: str,
    stairs: int,
    pitch_m: float,
    depth_m: float,
) -> list[float]:
    """Lay rows of slabs with ``stairs`` stairwells in all; return the y between rows."""
    x0, y0, x1, y1 = rect
    width, height = x1 - x0, y1 - y0
    rows = max(1, min(round(height / pitch_m), int(height // (depth_m + 9))))
    unit = STAIR_M[kind]
    fits = max(1, int((width - 2) // (unit + 1)))
    pitch = height / rows
    left = stairs
    for row in range(rows):
        wanted = min(fits, max(1, round(left / (rows - row))))
        left -= wanted
        y = y0 + pitch * (row + 0.5) + min(3.0, (pitch - depth_m) / 4)
        _row(draft, rng, leaf, (x0 + 1, x1 - 1), y, wanted, tilt, kind, unit, depth_m)
    return [y0 + pitch * row for row in range(1, rows)]


def _row(
    draft: Draft,
    rng: np.random.Generator,
    leaf: int,
    span: tuple[float, float],
    y: float,
    stairs: int,
    tilt: float,
    kind: str,
    unit: float,
    depth_m: float,
) -> None:
    parts: list[int] = []
    while stairs > 0:
        part = int(min(stairs, rng.choice((2, 2, 2, 3, 3, 4)) if stairs > 1 else 1))
        parts.append(part)
        stairs -= part
    lengths = [part * unit * rng.uniform(0.94, 1.0) for part in parts]
    spare = span[1] - span[0] - sum(lengths)
    slots = len(parts) + 1
    share = rng.dirichlet(np.full(slots, 2.2)) * max(0.0, spare - 6.0 * (slots - 2))
    x = span[0]
    for i, (part, length) in enumerate(zip(parts, lengths, strict=True)):
        x += share[i] + (6.0 if i else 0.0)
        depth = depth_m * rng.uniform(0.95, 1.06)
        draft.add(
            leaf,
            (x + length / 2, y + rng.uniform(-0.8, 0.8)),
            (length, depth),
            kind,
            tilt=tilt,
            entrances=part,
        )
        x += length


def danwei(draft: Draft, rng: np.random.Generator, leaf: int, rect: Rect, tilt: float) -> None:
    """Two- and three-storey mill housing in close rows, bicycle sheds between them."""
    gaps = _rows(draft, rng, leaf, rect, tilt, "danwei", int(rng.integers(11, 15)), 24.0, 10.2)
    for y in gaps:
        if rng.random() < 0.5:
            x = rng.uniform(rect[0] + 14, rect[2] - 14)
            draft.add(leaf, (x, y - 1.5), (rng.uniform(14, 22), 3.6), "shed", tilt=tilt)


def walkup(draft: Draft, rng: np.random.Generator, leaf: int, rect: Rect, tilt: float) -> None:
    """Five- and six-storey slabs with wider yards."""
    gaps = _rows(draft, rng, leaf, rect, tilt, "walkup", int(rng.integers(6, 9)), 31.0, 12.0)
    for y in gaps:
        if rng.random() < 0.42:
            x = rng.uniform(rect[0] + 14, rect[2] - 14)
            draft.add(leaf, (x, y - 2), (rng.uniform(16, 24), 4.2), "shed", tilt=tilt)


def tower(draft: Draft, rng: np.random.Generator, leaf: int, rect: Rect, tilt: float) -> None:
    """One or two towers in a garden, with a low pavilion."""
    x0, y0, x1, y1 = rect
    count = 2 if max(x1 - x0, y1 - y0) > 100 else 1
    for i in range(count):
        share = (i + 0.5) / count + rng.uniform(-0.06, 0.06)
        along = x1 - x0 > y1 - y0
        x = x0 + (x1 - x0) * (share if along else rng.uniform(0.4, 0.6))
        y = y0 + (y1 - y0) * (rng.uniform(0.5, 0.62) if along else share)
        draft.add(
            leaf,
            (x, y),
            (rng.uniform(27, 33), rng.uniform(15, 18)),
            "tower",
            tilt=tilt,
            outline=int(rng.choice((RECT, TEE, H))),
            entrances=2,
        )
    if rng.random() < 0.7:
        draft.add(leaf, (x0 + 12, y0 + 7), (16, 9), "service", tilt=tilt, outline=EL)


def village(draft: Draft, rng: np.random.Generator, leaf: int, rect: Rect, tilt: float) -> None:
    """Self-built houses wall to wall along lanes."""
    x0, y0, x1, y1 = rect
    columns = max(2, int((x1 - x0) // 12.6))
    rows = max(1, int((y1 - y0) // 14.0))
    if columns * rows > 34:
        columns, rows = max(2, int((x1 - x0) // 15.5)), max(1, int((y1 - y0) // 17))
    dx, dy = (x1 - x0) / columns, (y1 - y0) / rows
    for row in range(rows):
        for column in range(columns):
            if rng.random() < 0.07:
                continue
            # Two rows stand back to back; a lane runs between the pairs.
            shift = (1.2 if row % 2 else -1.2) * (rows > 1)
            x = x0 + dx * (column + 0.5) + rng.uniform(-0.5, 0.5)
            y = y0 + dy * (row + 0.5) - shift + rng.uniform(-0.4, 0.4)
            size = (dx * rng.uniform(0.74, 0.9), min(dy - 3.2, dy * rng.uniform(0.68, 0.82)))
            draft.add(
                leaf,
                (x, y),
                size,
                "village",
                tilt=tilt * 0.5,
                outline=EL if rng.random() < 0.16 else RECT,
            )


def shops(draft: Draft, rng: np.random.Generator, front: Frontage) -> None:
    """One- and two-storey shop houses along a street, with gaps for gates."""
    x0, y0, x1, y1 = front.rect
    upright = front.side in {0, 2}
    low, high = (y0, y1) if upright else (x0, x1)
    # Shops leave the corner free, and the row ends where the money did.
    at = low + rng.uniform(2, 8)
    end = low + (high - low) * rng.uniform(0.62, 1.0) - 3
    if rng.random() < 0.5:
        at, end = low + high - end, low + high - at
    while at + 11 < end:
        length = min(rng.uniform(11, 21), end - at)
        middle = at + length / 2
        centre = ((x0 + x1) / 2, middle) if upright else (middle, (y0 + y1) / 2)
        depth = rng.uniform(7.0, 8.6)
        draft.add(
            front.leaf,
            centre,
            (length, depth),
            "shop",
            tilt=np.pi / 2 if upright else 0.0,
            floors=int(rng.choice((1, 1, 2, 2, 3))),
        )
        at += length + (0.6 if rng.random() < 0.7 else rng.uniform(4, 9))


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


LAYOUTS: dict[str, Layout] = {
    "danwei": danwei,
    "walkup": walkup,
    "tower": tower,
    "village": village,
    "school": school,
    "hospital": hospital,
    "market": market,
    "commercial": commercial,
    "industrial": industrial,
    "park": park,
}


def draw_buildings(
    parcels: list[Parcel], fronts: list[Frontage], tilts: list[float], rng: np.random.Generator
) -> Draft:
    """Lay out every parcel and frontage; ``tilts`` gives each leaf's turn against its streets."""
    draft = Draft()
    for parcel in parcels:
        LAYOUTS[parcel.use](draft, rng, parcel.leaf, parcel.rect, tilts[parcel.leaf])
    for front in fronts:
        shops(draft, rng, front)
    return draft
