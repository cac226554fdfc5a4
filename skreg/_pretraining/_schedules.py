"""Schedules of pretraining as functions of the progress in [0, 1]."""

from __future__ import annotations

import math


def linear(progress: float, start: float, end: float) -> float:
    """Return the value on the line from start to end, such as a momentum.

    Examples
    --------
    >>> from skreg._pretraining._schedules import linear
    >>> linear(0.5, 0.99, 1.0)
    0.995
    """
    return start + progress * (end - start)


def half_cosine(progress: float, start: float, end: float) -> float:
    """Return the value on half a cosine wave from start to end.

    Examples
    --------
    >>> from skreg._pretraining._schedules import half_cosine
    >>> half_cosine(0.5, 1.0, 0.0)
    0.5
    """
    return end + (start - end) * 0.5 * (1.0 + math.cos(math.pi * progress))
