"""How ELR sets itself: the rule behind ``strength="auto"`` and ``beta="auto"``.

The constants are measured by ``benchmarks/noisy_labels_auto.py``; measure them anew
when the defaults of the nets change.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from ._step import FitInfo, Step
from ._table import SampleTable

# Momentum of the averages.
BETA = 0.85
# Factor of the penalty for up to ten classes, at twenty-six, and at least. More
# classes take longer to learn, and what is protected too early stays wrong.
FEW_CLASSES, FEW_STRENGTH = 10, 5.0
MANY_CLASSES, MANY_STRENGTH = 26, 3.0
LEAST_STRENGTH = 2.0
# Share of contradicted labels from which on the factor is full.
FULL_FROM = 0.1
# Visits of a row that are averaged before its penalty acts.
WARM_UP = 3


def full_strength(n_classes: int) -> float:
    """Return the factor of the penalty while many labels are contradicted.

    Parameters
    ----------
    n_classes : int
        Number of classes.

    Examples
    --------
    >>> from skreg.regularizers._elr_auto import full_strength
    >>> [round(full_strength(n), 1) for n in (2, 10, 26, 100)]
    [5.0, 5.0, 3.0, 2.0]
    """
    many = math.log(n_classes / FEW_CLASSES) / math.log(MANY_CLASSES / FEW_CLASSES)
    strength = FEW_STRENGTH + (MANY_STRENGTH - FEW_STRENGTH) * many
    return min(FEW_STRENGTH, max(LEAST_STRENGTH, strength))


class Disagreement:
    """The share of the training rows whose label the averages contradict.

    A net that could learn all labels early contradicts none in the end, and the
    penalty would only make it too sure of itself. Wrong labels, and rows whose class
    is open, remain contradicted as long as they are not memorised.

    Parameters
    ----------
    info : FitInfo
        The fit.
    beta : float
        Momentum of the averages.
    memory : SampleTable, default=None
        Of an earlier fit of the same rows.

    Attributes
    ----------
    memory : SampleTable
        The weight of every row and that weight again if its label is contradicted;
        zeros for rows not visited yet.
    """

    def __init__(
        self, info: FitInfo, beta: float, memory: SampleTable | None = None
    ) -> None:
        if memory is None:
            shape = info.n_samples, 2
            memory = SampleTable.zeros(*shape, dtype=info.dtype, device=info.device)
        self.memory = memory.to(info.device)
        self.totals = self.memory.values.sum(0)
        self.full = full_strength(info.n_outputs)
        # A row that was visited k times has a mass of 1 - beta^k in the averages.
        self.mature = min(1.0 - beta ** (WARM_UP + 0.5), 0.9)

    @property
    def share(self) -> Tensor:
        """The weighted share of contradicted labels among the rows visited."""
        seen, contradicted = self.totals
        return contradicted / seen.clamp_min(torch.finfo(seen.dtype).tiny)

    def strength(self, step: Step, averages: Tensor) -> Tensor:
        """Take note of a batch and return the factors of its rows.

        Parameters
        ----------
        step : Step
            The batch, of which target and weight are read.
        averages : Tensor of shape (batch, n_classes)
            Averaged predictions for its rows.
        """
        label = step.target
        if label.is_floating_point():
            label = label.argmax(-1)
        dtype = self.totals.dtype
        wrong = (averages.argmax(-1) != label).to(dtype)
        weight = torch.ones_like(wrong) if step.weight is None else step.weight
        rows = torch.stack([weight, weight * wrong], -1)
        self.totals += (rows - self.memory.read(step.index)).sum(0)
        self.memory.write(step.index, rows)
        factor = self.full * (self.share / FULL_FROM).clamp(max=1.0)
        return factor * (averages.sum(-1) >= self.mature).to(dtype)
