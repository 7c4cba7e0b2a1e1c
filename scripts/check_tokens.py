"""Check the interface's colours: contrast, and status colours apart in every kind of colour vision.

Run as ``python scripts/check_tokens.py [tokens.css]``; exits 1 and names each pair that fails.
"""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

TOKENS = Path(__file__).resolve().parent.parent / "mapgrid/frontend/static/frontend/css/tokens.css"
Rgb = tuple[float, float, float]

SURFACES = ("bg", "surface", "surface-2", "surface-3", "sunken")
FILLS = (
    "map-land", "map-block", "map-water", "map-green", "map-bld", "map-road", "map-road-major",
)  # fmt: skip
CLOCKS = ("ok", "soon", "late", "lost", "still")
TEXT, SYMBOL, APART = 4.5, 3.0, 12.0

# Machado, Oliveira and Fernandes 2009, severity 1, on linear RGB.
VISION: dict[str, tuple[Rgb, Rgb, Rgb]] = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deutan": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritan": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


@dataclass(frozen=True)
class Finding:
    """One measured pair."""

    theme: str
    what: str
    value: float
    needed: float

    @property
    def ok(self) -> bool:
        return self.value >= self.needed


def read_themes(css: str) -> dict[str, dict[str, Rgb]]:
    """Return the opaque colours of each theme, 0 to 1; dark and wall stand on the light ones."""
    plain = re.sub(r"/\*.*?\*/", "", css, flags=re.S)
    blocks = {
        "light": r":root\s*\{(.*?)\}",
        "dark": r'\[data-theme="dark"\]\s*\{(.*?)\}',
        "wall": r'\[data-theme="wall"\]\s*\{(.*?)\}',
    }
    themes: dict[str, dict[str, Rgb]] = {}
    for name, pattern in blocks.items():
        found = re.search(pattern, plain, flags=re.S)
        if found is None:
            msg = f"tokens.css has no block for the {name} theme"
            raise ValueError(msg)
        colours = re.findall(r"--([\w-]+):\s*#([0-9a-fA-F]{6})", found[1])
        own = {key: _hex(value) for key, value in colours}
        themes[name] = {**themes.get("light", {}), **own}
    return themes


def _hex(value: str) -> Rgb:
    r, g, b = (int(value[i : i + 2], 16) / 255 for i in (0, 2, 4))
    return r, g, b


def linear(colour: Rgb) -> Rgb:
    """Undo the sRGB transfer curve (IEC 61966-2-1)."""
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour)
    return r, g, b


def contrast(a: Rgb, b: Rgb) -> float:
    """Return the WCAG 2 contrast ratio."""

    def light(colour: Rgb) -> float:
        r, g, b = linear(colour)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    high, low = sorted((light(a), light(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def lab(colour: Rgb, vision: str = "normal") -> Rgb:
    """Return CIELAB (D65) of a colour as somebody with this vision sees it."""
    seen = [
        min(1.0, max(0.0, sum(m * c for m, c in zip(row, linear(colour), strict=True))))
        for row in VISION[vision]
    ]
    rows = (
        (0.4124564, 0.3575761, 0.1804375, 0.95047),
        (0.2126729, 0.7151522, 0.0721750, 1.0),
        (0.0193339, 0.1191920, 0.9503041, 1.08883),
    )
    x, y, z = (
        _cube(sum(m * c for m, c in zip(row[:3], seen, strict=True)) / row[3]) for row in rows
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _cube(t: float) -> float:
    return t ** (1 / 3) if t > 216 / 24389 else (24389 / 27 * t + 16) / 116


def delta_e_2000(first: Rgb, second: Rgb) -> float:
    """Return CIEDE2000 of two CIELAB colours (Sharma, Wu and Dalal 2005)."""
    l1, a1, b1 = first
    l2, a2, b2 = second
    mean_c7 = ((math.hypot(a1, b1) + math.hypot(a2, b2)) / 2) ** 7
    g = 0.5 * (1 - math.sqrt(mean_c7 / (mean_c7 + 25**7)))
    c1, h1 = _polar(a1 * (1 + g), b1)
    c2, h2 = _polar(a2 * (1 + g), b2)
    dh = _turn(h2 - h1) if c1 * c2 else 0.0
    big_dh = 2 * math.sqrt(c1 * c2) * math.sin(math.radians(dh) / 2)
    mean_l, mean_c = (l1 + l2) / 2, (c1 + c2) / 2
    mean_h = _mean_hue(h1, h2) if c1 * c2 else h1 + h2
    t = (
        1
        - 0.17 * math.cos(math.radians(mean_h - 30))
        + 0.24 * math.cos(math.radians(2 * mean_h))
        + 0.32 * math.cos(math.radians(3 * mean_h + 6))
        - 0.20 * math.cos(math.radians(4 * mean_h - 63))
    )
    s_l = 1 + 0.015 * (mean_l - 50) ** 2 / math.sqrt(20 + (mean_l - 50) ** 2)
    s_c, s_h = 1 + 0.045 * mean_c, 1 + 0.015 * mean_c * t
    rotation = 60 * math.exp(-(((mean_h - 275) / 25) ** 2))
    r_t = -2 * math.sqrt(mean_c**7 / (mean_c**7 + 25**7)) * math.sin(math.radians(rotation))
    dl, dc, dh_ = (l2 - l1) / s_l, (c2 - c1) / s_c, big_dh / s_h
    return math.sqrt(dl**2 + dc**2 + dh_**2 + r_t * dc * dh_)


def _polar(a: float, b: float) -> tuple[float, float]:
    return math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360 if a or b else 0.0


def _turn(degrees: float) -> float:
    return (degrees + 180) % 360 - 180 if abs(degrees) > 180 else degrees


def _mean_hue(h1: float, h2: float) -> float:
    if abs(h1 - h2) <= 180:
        return (h1 + h2) / 2
    return (h1 + h2 + (360 if h1 + h2 < 360 else -360)) / 2


def findings(themes: dict[str, dict[str, Rgb]]) -> Iterator[Finding]:
    """Measure every pair that the interface relies on."""
    for theme, c in themes.items():
        for fore, grounds, needed in _pairs():
            for ground in grounds:
                yield Finding(theme, f"{fore} on {ground}", contrast(c[fore], c[ground]), needed)
        for vision in VISION:
            for a, b in combinations(CLOCKS, 2):
                far = delta_e_2000(lab(c[f"clk-{a}"], vision), lab(c[f"clk-{b}"], vision))
                yield Finding(theme, f"{a} and {b}, {vision} vision", far, APART)


def _pairs() -> Iterator[tuple[str, tuple[str, ...], float]]:
    for ink in ("ink", "ink-2", "ink-3"):
        yield ink, SURFACES, TEXT
    yield "accent", ("surface", "surface-2", "accent-soft"), TEXT
    yield "ink-on-accent", ("accent",), TEXT
    yield "line-control", ("surface", "surface-2"), SYMBOL
    yield "focus", SURFACES, SYMBOL
    for label in ("map-label", "map-label2"):
        yield label, FILLS, TEXT
    for clock in CLOCKS:
        yield f"clk-{clock}", (*FILLS, "surface"), SYMBOL
        yield f"clk-{clock}-text", ("surface", f"clk-{clock}-soft"), TEXT
    for part in ("map-sel", "map-comp", "map-grid-street", "map-grid-community", "map-grid-grid"):
        yield part, FILLS, SYMBOL
    yield "map-grid-micro", ("map-land", "map-block"), SYMBOL
    yield "map-hazard", ("map-hazard-ink",), SYMBOL


def main(arguments: list[str]) -> int:
    """Print what falls short, or the narrowest of each theme."""
    path = Path(arguments[0]) if arguments else TOKENS
    measured = list(findings(read_themes(path.read_text(encoding="utf-8"))))
    bad = [f for f in measured if not f.ok]
    out = sys.stdout.write
    for f in bad:
        out(f"{f.theme}: {f.what}: {f.value:.2f}, needs {f.needed}\n")
    for theme in dict.fromkeys(f.theme for f in measured):
        narrow = min((f for f in measured if f.theme == theme), key=lambda f: f.value / f.needed)
        out(f"{theme}: narrowest is {narrow.what}: {narrow.value:.2f} of {narrow.needed}\n")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
