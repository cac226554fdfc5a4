"""Training that goes on: rows in many calls, and new rows after a fit.

A schedule that falls to 0 needs an end, and a stream has none. A net that goes on at
its full rate forgets in a few steps what it knew. So the rate here is low and
constant, the lower the more the net knows from a whole fit, and the mean of the
weights over the last steps predicts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from .._training._plan import Plan
from ..regularizers import Regularizer, WeightAverage
from ..regularizers.general._stream_average import StreamAverage
from ._inputs import GivenRows

# Share of the highest rate of a schedule: of a net that knows streams only, and of one
# that has just been fitted.
_STREAM, _FINE_TUNING = 0.25, 0.05
# The rate that 'auto' stands for, and the rows of a step that can bear it.
_AUTO, _ENOUGH = 0.008, 32


@dataclass(frozen=True)
class RowsSeen:
    """How many rows have trained a net so far.

    Attributes
    ----------
    fitted : int
        Rows of whole fits.
    streamed : int
        Rows of the calls since.
    n_steps : int
        Steps of the optimizer so far.
    early : GivenRows or None
        The rows of a stream that has just begun.
    """

    fitted: int = 0
    streamed: int = 0
    n_steps: int = 0
    early: GivenRows | None = None

    @property
    def total(self) -> int:
        """All rows."""
        return self.fitted + self.streamed

    def plus(
        self, n_rows: int, n_steps: int, early: GivenRows | None, *, streamed: bool
    ) -> RowsSeen:
        """Return the rows seen after some more.

        Parameters
        ----------
        n_rows : int
            Rows that trained.
        n_steps : int
            Steps on them.
        early : GivenRows or None
            Rows to keep.
        streamed : bool
            Whether they are a part of a stream.
        """
        return RowsSeen(
            fitted=self.fitted + (0 if streamed else n_rows),
            streamed=self.streamed + (n_rows if streamed else 0),
            n_steps=self.n_steps + n_steps,
            early=early,
        )

    def rate(self, lr: float | str, batch_size: int) -> float:
        """Return the learning rate of the next call.

        Parameters
        ----------
        lr : float or 'auto'
            The parameter: the highest rate of a schedule.
        batch_size : int
            Rows of a step: the gradient of few is noisy.

        Examples
        --------
        >>> from skreg._estimator._stream import RowsSeen
        >>> RowsSeen(fitted=2000).rate(0.008, 64), RowsSeen().rate(0.008, 64)
        (0.0004, 0.002)
        """
        highest = _AUTO if isinstance(lr, str) else lr
        new = self.streamed / self.total if self.total else 1.0
        share = max(_FINE_TUNING, _STREAM * new**2)
        return highest * share * float(np.sqrt(min(batch_size / _ENOUGH, 1.0)))

    def planned(self, plan: Plan, lr: float | str) -> Plan:
        """Return the plan of a call in place of that of a fit.

        Parameters
        ----------
        plan : Plan
            Of a fit on the same rows.
        lr : float or 'auto'
            The parameter.
        """
        return replace(plan, lr=self.rate(lr, plan.batch_size), lr_schedule="constant")


def with_average(
    named: list[tuple[str, Regularizer]], seen: RowsSeen
) -> list[tuple[str, Regularizer]]:
    """Add the average of the weights, unless there is one."""
    if any(isinstance(regularizer, WeightAverage) for _, regularizer in named):
        return named
    return [*named, ("streamaverage", StreamAverage(n_before=seen.n_steps))]
