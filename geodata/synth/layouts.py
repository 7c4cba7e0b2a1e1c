"""Where buildings stand in a parcel of housing: rows of slabs, towers, village houses, shop fronts.

Everything is placed on the board (metres); ``buildings`` bends and checks it.
"""

from __future__ import annotations

import numpy as np

from geodata.synth.draft import EL, RECT, TEE, Draft, H, Layout
from geodata.synth.parcels import Frontage, Parcel, Rect
from geodata.synth.public import commercial, hospital, industrial, market, park, school

# Length of one stairwell's part of a slab, in metres.
STAIR_M = {"danwei": 13.6, "walkup": 14.0, "tower": 15.0}


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
