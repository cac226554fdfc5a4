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


def warm_cosine(
    progress: float, *, warm_up: float = 0.1, start: float = 0.0, end: float = 0.0
) -> float:
    """Return the factor of a learning rate that rises first and falls then.

    Parameters
    ----------
    progress : float
        In [0, 1].
    warm_up : float, default=0.1
        Share of the fit in which the factor rises along a line, from `start` to 1.
    start : float, default=0.0
        The factor at the beginning.
    end : float, default=0.0
        The factor at the end, reached along half a cosine.

    Examples
    --------
    >>> from skreg._pretraining._schedules import warm_cosine
    >>> [warm_cosine(p) for p in (0.05, 0.1, 1.0)]
    [0.5, 1.0, 0.0]
    """
    if progress < warm_up:
        return linear(progress / warm_up, start, 1.0)
    return half_cosine((progress - warm_up) / (1.0 - warm_up), 1.0, end)
