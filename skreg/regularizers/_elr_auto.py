"""How ELR sets itself: the rule behind ``"auto"`` for strength, beta and eps.

The constants are measured by ``benchmarks/noisy_labels_auto.py``; measure them anew
when the defaults of the nets change.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from ._class_confidence import ClassConfidence, given_share
from ._row_overlap import RowOverlap
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
FULL_FROM = 0.2
# Rows of a class that speak about a row beside itself. Up to the first number of them,
# single labels are learnt by heart so fast that the factor is full; from the second on,
# so slowly that more than this share of it protects what is not learnt yet.
FAST_UNTIL, SLOW_FROM, SLOW_SHARE = 55.0, 165.0, 0.3
# Probability that is left to all classes together, when the term pushes no more:
# where labels are wrong, and where so few are contradicted (up to the first share,
# from the second on) that these are rather open cases.
OPEN, WIDE_OPEN = 0.1, 0.4
WIDE_UNTIL, OPEN_FROM = 0.18, 0.26
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


def automatic_eps(n_classes: int, share: float = 1.0) -> float:
    """Return the bound of probabilities beyond which the term acts no more.

    A prediction that the term pushed up to 0.9999 costs nine nats where it is wrong,
    and some are: with this bound it costs three, at hardly any price in accuracy.

    Parameters
    ----------
    n_classes : int
        Number of classes.
    share : float, default=1.0
        Share of the labels that are contradicted, in [0, 1].

    Examples
    --------
    >>> from skreg.regularizers._elr_auto import automatic_eps
    >>> automatic_eps(2), automatic_eps(10), automatic_eps(10, share=0.05)
    (0.05, 0.01, 0.04)
    """
    few = (OPEN_FROM - share) / (OPEN_FROM - WIDE_UNTIL)
    return (OPEN + (WIDE_OPEN - OPEN) * min(max(few, 0.0), 1.0)) / n_classes


def share_by_overlap(n_alike: float) -> float:
    """Return the share of the factor that is needed where labels are learnt slowly.

    Parameters
    ----------
    n_alike : float
        Rows of a class that speak about a row beside itself: rows per class times
        their overlap.

    Examples
    --------
    >>> from skreg.regularizers._elr_auto import share_by_overlap
    >>> [round(share_by_overlap(n), 2) for n in (0.0, 50.0, 100.0, 1000.0)]
    [1.0, 1.0, 0.62, 0.3]
    """
    if n_alike <= FAST_UNTIL:
        return 1.0
    slow = math.log(n_alike / FAST_UNTIL) / math.log(SLOW_FROM / FAST_UNTIL)
    return 1.0 - (1.0 - SLOW_SHARE) * min(slow, 1.0)


class Disagreement:
    """What the averages say about the labels: as a whole, of classes, of rows.

    As a whole, it is the share of the training rows whose label they contradict. A net
    that could learn all labels early contradicts none in the end, and the penalty
    would only make it too sure of itself. Wrong labels, and rows whose class is open,
    remain contradicted as long as they are not memorised.

    Labels are noted batch by batch, but compared with the averages once an epoch:
    small steps feel every operation, and the factor changes slowly.

    Parameters
    ----------
    info : FitInfo
        The fit.
    beta : float
        Momentum of the averages.
    adjustment : float, default=0.0
        Power of the confidence in a class that predictions are divided by.

    Attributes
    ----------
    share : float
        The weighted share of contradicted labels among the rows visited, at the last
        comparison; the mean over the members of an ensemble.
    trust : SampleTable
        Share of the averages on the given label, the mean over the epochs so far:
        epoch k counts k times. What was learnt early says more of a label than the
        last averages, where some wrong labels have been memorised. The adjustment is
        taken out: it would rank all labels of a rare class before those of others.
    n_judged : int
        Epochs in this mean.
    confidence : ClassConfidence
        Confidence in the classes, which predictions are divided by before they are
        averaged.
    overlap : RowOverlap
        How much the rows have in common, by the inputs of the first epochs.
    full : float
        Factor of the penalty while many labels are contradicted.
    """

    def __init__(self, info: FitInfo, beta: float, adjustment: float = 0.0) -> None:
        shape = info.n_samples, 1
        unknown = torch.full(shape, -1, device=info.device)  # not visited yet
        self.labels = SampleTable(unknown)
        equal = torch.ones(shape, dtype=info.dtype, device=info.device)
        self.weights = SampleTable(equal)
        self.trust, self.n_judged = SampleTable(torch.zeros_like(equal)), 0
        self.n_classes = info.n_outputs
        self.full = full_strength(info.n_outputs)
        self.overlap, self.is_full_known = RowOverlap(), False
        # A row that was visited k times has a mass of 1 - beta^k in the averages.
        self.mature = min(1.0 - beta ** (WARM_UP - 0.5), 0.9)
        self.share, self.is_mature = 1.0, False
        self.period = self.n_since = 0
        self.is_complete = False
        self.confidence = ClassConfidence(
            info.n_outputs, adjustment, dtype=info.dtype, device=info.device
        )

    def to(self, device: torch.device) -> Disagreement:
        """Return this object, moved to a device."""
        self.is_complete = False  # weights may be new
        self.labels, self.weights = self.labels.to(device), self.weights.to(device)
        self.trust = self.trust.to(device)
        self.confidence = self.confidence.to(device)
        return self

    def note(self, step: Step) -> None:
        """Take note of the labels and weights of a batch, before they are changed.

        Parameters
        ----------
        step : Step
            The batch, of which target and weight are read.
        """
        self.n_since += step.target.shape[-1 - step.target.is_floating_point()]
        if self.is_complete:
            return
        if not self.is_full_known:
            self.overlap.learn(step.own_inputs, step.weight)
        label = step.target
        if label.is_floating_point():  # mixed by a method in front
            label = label.argmax(-1)
        self.labels.write(step.index, label.unsqueeze(-1))
        if step.weight is not None:
            self.weights.write(step.index, step.weight.unsqueeze(-1))

    @property
    def strength(self) -> float:
        """Factor of the penalty, by the last comparison."""
        if not self.is_mature:
            return 0.0
        return self.full * min(self.share / FULL_FROM, 1.0)

    @property
    def eps(self) -> float:
        """Bound of the probabilities in the penalty, by the last comparison."""
        return automatic_eps(self.n_classes, self.share)

    def watch(self, table: SampleTable) -> None:
        """Compare once an epoch, after the batch that was noted.

        Parameters
        ----------
        table : SampleTable
            Averaged predictions for all rows, those of the batch included.
        """
        if self.n_since >= self.period:
            self._compare(table.values)

    def _compare(self, averages: Tensor) -> None:
        """Compare all labels; again when as many rows were seen as are known now.

        That is once an epoch as soon as all rows are known.
        """
        labels, weights = self.labels.values[:, 0], self.weights.values[:, 0]
        known = labels >= 0
        weights = weights * known
        contradicted = (averages.argmax(-1) != labels).to(weights.dtype)
        if contradicted.ndim > 1:  # one factor for all members of an ensemble
            contradicted = contradicted.mean(0)
        wrong = weights * contradicted
        mass = averages.sum(-1).masked_fill(~known, 1.0).min()
        figures = torch.stack([wrong.sum() / weights.sum(), mass, known.sum()])
        self.share, least, n_known = figures.tolist()
        self.is_mature = least >= self.mature
        # An epoch without a row that is new: labels do not change, all are noted.
        self.is_complete = self.period == n_known
        if self.is_complete:
            if not self.is_full_known:
                self._set_full(int((weights > 0).sum()))
            self._judge(averages)
            if self.is_mature:
                self.confidence.learn(averages, labels.clamp_min(0), weights)
        self.period, self.n_since = int(n_known), 0

    def _set_full(self, n_rows: int) -> None:
        """Take less of the factor where labels are learnt slowly."""
        n_alike = n_rows * self.overlap.mean() / self.n_classes
        self.full = full_strength(self.n_classes) * share_by_overlap(n_alike)
        self.is_full_known = True

    def _judge(self, averages: Tensor) -> None:
        """Let one more epoch say how much it trusts the labels."""
        averages = self.confidence.restored(averages)
        share = given_share(averages, self.labels.values[:, 0].clamp_min(0))
        share = share.unsqueeze(-1)
        self.n_judged += 1
        # The mean of k numbers weighted by 1 to k moves by this part to a new one.
        mean, part = self.trust.values, 2.0 / (self.n_judged + 1)
        moved = torch.where(mean.isnan(), share, mean.lerp(share, part))
        self.trust = SampleTable(moved)
