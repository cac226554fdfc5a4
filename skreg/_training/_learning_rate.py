"""The learning rate over the course of a fit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..regularizers._schedules import checked_schedule, cosine_decay

# Share of the fit in which the rate rises from 0: gradients of new nets are wild.
_WARM_UP = 0.02

LearningRate = Callable[[float], float]


def constant(progress: float) -> float:
    """Return 1."""
    return 1.0


def cosine(progress: float) -> float:
    """Return the falling half of a cosine, after a short rise.

    Examples
    --------
    >>> from skreg._training._learning_rate import cosine
    >>> [round(cosine(p), 2) for p in (0.01, 0.5, 1.0)]
    [0.5, 0.5, 0.0]
    """
    rise = min(progress / _WARM_UP, 1.0)
    return rise * cosine_decay(progress)


def warm_cosine(
    progress: float, *, warm_up: float = 0.1, start: float = 0.0, end: float = 0.0
) -> float:
    """Return the factor of a rate that rises along a line, then falls along a cosine.

    Transformers need the longer rise, and self-supervision has no labels to hurry for.

    Parameters
    ----------
    progress : float
        In [0, 1].
    warm_up : float, default=0.1
        Share of the fit in which the factor rises, from `start` to 1.
    start : float, default=0.0
        The factor at the beginning.
    end : float, default=0.0
        The factor at the end.

    Examples
    --------
    >>> from skreg._training._learning_rate import warm_cosine
    >>> [warm_cosine(p) for p in (0.05, 0.1, 1.0)]
    [0.5, 1.0, 0.0]
    """
    if progress < warm_up:
        return start + progress / warm_up * (1.0 - start)
    falling = (progress - warm_up) / (1.0 - warm_up)
    return end + (1.0 - end) * cosine_decay(falling)


LEARNING_RATES: dict[str, LearningRate] = {
    "constant": constant,
    "cosine": cosine,
    "warm_cosine": warm_cosine,
}


class Pace:
    """Does the optimizer's steps at the learning rate of the moment.

    A schedule spans the planned epochs of a fit. Training that goes on after them
    (``partial_fit``, ``warm_start``) starts the next round. Outside of a step, the
    optimizer shows the rate without the factor, so that callbacks may change it.

    Parameters
    ----------
    factor : callable
        Factor of the rate as a function of the progress in (0, 1).
    update : callable
        Does a step of the optimizer.
    groups : list of dict
        The parameter groups of the optimizer.
    n_steps : int
        Steps of a round.
    n_done : int
        Steps already done.
    """

    def __init__(
        self,
        factor: LearningRate,
        update: Callable[[], Any],
        groups: list[dict[str, Any]],
        *,
        n_steps: int,
        n_done: int,
    ) -> None:
        self.factor = factor
        self.update = update
        self.groups = groups
        self.n_steps = max(n_steps, 1)
        self.n_done = n_done

    def __call__(self) -> None:
        """Do the next step."""
        factor = self.factor((self.n_done % self.n_steps + 0.5) / self.n_steps)
        rates = [group["lr"] for group in self.groups]
        for group, rate in zip(self.groups, rates, strict=True):
            group["lr"] = rate * factor
        try:
            self.update()
        finally:
            for group, rate in zip(self.groups, rates, strict=True):
                group["lr"] = rate
        self.n_done += 1


def paced(
    schedule: str | LearningRate,
    update: Callable[[], Any],
    groups: list[dict[str, Any]],
    **steps: int,
) -> Callable[[], Any]:
    """Return what does a step, the bare update for a constant rate."""
    if isinstance(schedule, str):
        factor = LEARNING_RATES[schedule]
    else:
        factor = checked_schedule(schedule, "lr_schedule", least=0.0)
    return update if factor is constant else Pace(factor, update, groups, **steps)
