"""The learning rate over the course of a fit."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

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
    return rise * 0.5 * (1.0 + math.cos(math.pi * progress))


LEARNING_RATES: dict[str, LearningRate] = {"constant": constant, "cosine": cosine}


class Pace:
    """Sets the learning rate before every step.

    A schedule spans the planned epochs of a fit. Training that goes on after them
    (``partial_fit``, ``warm_start``) starts the next round.

    Parameters
    ----------
    schedule : str or callable
        A name, or a factor as a function of the progress in (0, 1).
    optimizer : torch.optim.Optimizer
        Its groups keep the ratios of their rates.
    n_steps : int
        Steps of a round.
    n_done : int
        Steps already done.
    """

    def __init__(
        self, schedule: Any, optimizer: Any, *, n_steps: int, n_done: int
    ) -> None:
        self.factor = (
            LEARNING_RATES[schedule] if isinstance(schedule, str) else schedule
        )
        self.groups = optimizer.param_groups
        self.rates = [group["lr"] for group in self.groups]
        self.n_steps = max(n_steps, 1)
        self.n_done = n_done

    def __call__(self) -> None:
        """Set the rates of the next step."""
        progress = (self.n_done % self.n_steps + 0.5) / self.n_steps
        factor = self.factor(progress)
        for group, rate in zip(self.groups, self.rates, strict=True):
            group["lr"] = rate * factor
        self.n_done += 1

    def reset(self) -> None:
        """Put the rates back."""
        for group, rate in zip(self.groups, self.rates, strict=True):
            group["lr"] = rate
