"""The average of the weights that predicts in a stream."""

from __future__ import annotations

from typing import Any

from .._fit_state import FitInfo
from .weight_average import WeightAverage


class StreamAverage(WeightAverage):
    """A moving average that begins with the weights of a fitted net.

    Parameters
    ----------
    n_before : int, default=0
        Steps that the net has been trained for: its weights count as the average over
        as many.
    decay : float or 'auto', default='auto'
        As in `WeightAverage`.
    """

    def __init__(self, n_before: int = 0, decay: Any = "auto") -> None:
        self.n_before = n_before
        self.decay = decay

    def setup(self, info: FitInfo) -> None:
        """Start with the weights of the module as the average of earlier steps."""
        super().setup(info)
        self.n_averaged_ = self.n_before

    def _momentum(self, n_averaged: int) -> float:
        """Return the momentum of an average of the last half of all steps, at most 20.

        There are few steps at first, and each sees few rows.
        """
        return min(n_averaged / (n_averaged + 2), 0.95)
