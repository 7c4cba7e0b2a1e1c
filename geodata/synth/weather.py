"""Invented daily rain with Zhengzhou's calendar: dry winters, a wet July and August."""

from __future__ import annotations

import numpy as np

from geodata.synth.model import Floats, Times

EPOCH = np.datetime64("2015-01-01")
LAST = np.datetime64("2045-01-01")
# Chance of rain on a day and mean fall on a rainy day in mm, January to December. The annual
# course follows the published climate of the city in outline; the days themselves are made up.
RAIN_CHANCE = np.array([0.10, 0.13, 0.17, 0.20, 0.23, 0.26, 0.38, 0.35, 0.30, 0.22, 0.17, 0.10])
RAIN_MEAN_MM = np.array([2.6, 3.0, 4.4, 6.2, 7.6, 9.0, 13.5, 12.0, 8.6, 6.4, 4.4, 2.4])
PERSISTENCE = 0.22
SHAPE = 0.75


def rain_mm(seed: int, days: Times) -> Floats:
    """Return the rain of each day in mm.

    A day has the same rain whatever period is asked for.

    Parameters
    ----------
    days : array of datetime64[D]
        Local days between 2015 and 2044.

    Raises
    ------
    ValueError
        If a day lies outside these years.
    """
    days = days.astype("datetime64[D]")
    if len(days) and (days.min() < EPOCH or days.max() >= LAST):
        raise ValueError(f"weather is made for {EPOCH} to {LAST} only")
    rng = np.random.default_rng([seed, 61])
    count = int((LAST - EPOCH).astype(int))
    month = month_of(EPOCH + np.arange(count))
    draw = rng.random(count)
    amount = rng.gamma(SHAPE, RAIN_MEAN_MM[month] / SHAPE)
    # Rain makes rain tomorrow likelier: the dry chance is lowered so that the monthly share stays.
    chance = RAIN_CHANCE[month]
    after_dry = chance * (1 - PERSISTENCE)
    after_wet = after_dry + PERSISTENCE
    wet = np.zeros(count, dtype=bool)
    for i in range(1, count):
        wet[i] = draw[i] < (after_wet[i] if wet[i - 1] else after_dry[i])
    series = np.round(np.where(wet, np.maximum(amount, 0.1), 0.0), 1)
    return np.asarray(series[(days - EPOCH).astype(int)])


def month_of(days: Times) -> np.ndarray:
    """Return the month of each day, 0 for January."""
    return days.astype("datetime64[M]").astype(int) % 12


def weekday_of(days: Times) -> np.ndarray:
    """Return the weekday of each day, 0 for Monday."""
    return (days.astype("datetime64[D]").astype(int) + 3) % 7
