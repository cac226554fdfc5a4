"""How ELR sets itself: the rule behind ``"auto"`` for strength, beta and eps.

The constants are measured by ``benchmarks/noisy_labels_auto.py``; measure them anew
when the defaults of the nets change.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from ._class_confidence import ClassConfidence
from ._elr_terms import clipped, unbound
from ._noise_transition import NoiseTransition
from ._row_overlap import RowOverlap
from ._step import FitInfo, Step
from ._table import SampleTable

# Momentum of the averages.
BETA = 0.85
# Factor of the penalty where many labels are contradicted and learnt fast.
STRENGTH = 3.0
# Share of contradicted labels from which on the factor is full.
FULL_FROM = 0.2
# Rows of a class that speak about a row beside itself. Up to the first number of them,
# single labels are learnt by heart so fast that protection is full; from the second on,
# so slowly that more than this share of it protects what is not learnt yet.
PENALTY_RANGE, CORRECTION_RANGE, SLOW_SHARE = (55.0, 165.0), (15.0, 100.0), 0.3
# Power of the confidence in a class: where labels went wrong evenly, and one way.
EVEN_ADJUSTMENT, ONE_WAY_ADJUSTMENT = 0.5, 1.0
# Probability that is left to all classes together, when the term pushes no more:
# where labels are wrong, and where so few are contradicted (up to the first share,
# from the second on) that these are rather open cases.
OPEN, WIDE_OPEN = 0.1, 0.4
WIDE_UNTIL, OPEN_FROM = 0.18, 0.26
# The matrix has no say in the judgement of labels while it explains less than the first
# share of the contradicted ones, and its whole say from the second on.
IDLE_UNTIL, TELLING_FROM = 0.2, 0.5
# Visits of a row that are averaged before its penalty acts.
WARM_UP = 3


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


def share_by_overlap(n_alike: float, fast_until: float, slow_from: float) -> float:
    """Return the share of the protection that is needed where labels are learnt slowly.

    Parameters
    ----------
    n_alike : float
        Rows of a class that speak about a row beside itself: rows per class times
        their overlap.
    fast_until, slow_from : float
        Numbers of such rows up to which it is 1, and from which on it is least.

    Examples
    --------
    >>> from skreg.regularizers._elr_auto import PENALTY_RANGE, share_by_overlap
    >>> [round(share_by_overlap(n, *PENALTY_RANGE), 2) for n in (0.0, 50.0, 100.0, 1e3)]
    [1.0, 1.0, 0.62, 0.3]
    """
    if n_alike <= fast_until:
        return 1.0
    slow = math.log(n_alike / fast_until) / math.log(slow_from / fast_until)
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
    bound : float
        Probabilities are clipped to [bound, 1 - bound] before they are averaged.
    adjustment : float or 'auto', default=0.0
        Power of the confidence in a class that predictions are divided by.
    correction : float or 'auto', default=0.0
        How far labels are corrected by what the matrix says of them.

    Attributes
    ----------
    share : float
        The weighted share of contradicted labels among the rows visited, at the last
        comparison; the mean over the members of an ensemble.
    transition : NoiseTransition
        From which class to which labels went wrong.
    confidence : ClassConfidence
        Confidence in the classes, which predictions are divided by before they are
        averaged.
    overlap : RowOverlap
        How much the rows have in common, by the inputs of the first epochs.
    full : float
        Factor of the penalty while many labels are contradicted.
    slow : float
        How far labels are corrected where they went wrong evenly.
    """

    def __init__(
        self,
        info: FitInfo,
        beta: float,
        bound: float,
        adjustment: float | str = 0.0,
        correction: float | str = 0.0,
    ) -> None:
        shape = info.n_samples, 1
        unknown = torch.full(shape, -1, device=info.device)  # not visited yet
        self.labels = SampleTable(unknown)
        equal = torch.ones(shape, dtype=info.dtype, device=info.device)
        self.weights = SampleTable(equal)
        self.n_classes, self.bound = info.n_outputs, bound
        self.full, self.slow = STRENGTH, 1.0
        self.overlap, self.is_full_known = RowOverlap(), False
        # A row that was visited k times has a mass of 1 - beta^k in the averages.
        self.mature = min(1.0 - beta ** (WARM_UP - 0.5), 0.9)
        self.share, self.is_mature = 1.0, False
        self.period = self.n_since = 0
        self.is_complete = False
        self.confidence = ClassConfidence(
            info.n_outputs, 0.0, dtype=info.dtype, device=info.device
        )
        self.transition = NoiseTransition(
            info.n_samples, info.n_outputs, dtype=info.dtype, device=info.device
        )
        self.set(adjustment, correction)

    def set(self, adjustment: float | str, correction: float | str) -> None:
        """Change how predictions and labels are corrected."""
        self.adjustment, self.given_correction = adjustment, correction
        self._follow_transition()

    def to(self, device: torch.device) -> Disagreement:
        """Return this object, moved to a device."""
        self.is_complete = False  # weights may be new
        self.labels, self.weights = self.labels.to(device), self.weights.to(device)
        self.transition = self.transition.to(device)
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
    def is_correcting(self) -> bool:
        """Whether labels are corrected by now."""
        return self.transition.matrix is not None and self.correction > 0

    def corrected(self, probabilities: Tensor, label: Tensor) -> Tensor:
        """Return soft labels: how far each class is what the label stands for.

        The gradient of the cross-entropy with the whole correction is that of the
        probability of the label, which is the predictions times the matrix.

        Parameters
        ----------
        probabilities : Tensor of shape (..., batch, n_classes)
            Predictions, without gradient.
        label : Tensor of shape (batch,)
            Classes given.
        """
        bounded = clipped(probabilities, self.eps)  # or they would feed themselves
        meant = self.transition.posterior(bounded, label)
        if self.correction == 1.0:
            return meant
        given = label.unsqueeze(-1).expand(*meant.shape[:-1], 1)
        rest = torch.full_like(meant[..., :1], 1.0 - self.correction)
        return meant.mul_(self.correction).scatter_add_(-1, given, rest)

    def judgement(self) -> Tensor:
        """Return probabilities of the classes of all rows, by inputs and label."""
        transition = self.transition
        beliefs = self.confidence.restored(transition.beliefs.values)
        if transition.matrix is None:
            return beliefs / beliefs.sum(-1, keepdim=True)
        label = self.labels.values[:, 0].clamp_min(0)
        explained = self._expected_flips(label) / max(self.share, 1e-6)
        power = (explained - IDLE_UNTIL) / (TELLING_FROM - IDLE_UNTIL)
        power = transition.one_way * min(max(power, 0.0), 1.0)
        return transition.posterior(beliefs, label, power)

    def _expected_flips(self, label: Tensor) -> float:
        """Return the share of the labels that are wrong by beliefs and matrix."""
        meant = self.transition.posterior(self.transition.beliefs.values, label)
        wrong = 1.0 - meant.gather(1, label.unsqueeze(1))[:, 0]
        weight = self.weights.values[:, 0].masked_fill(wrong.isnan(), 0.0)
        return ((weight * wrong.nan_to_num()).sum() / weight.sum()).item()

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
            labels = labels.clamp_min(0)
            self.transition.learn(self._beliefs(averages), labels, weights)
            self._follow_transition()
            if self.is_mature:
                self.confidence.learn(averages, labels, weights)
        self.period, self.n_since = int(n_known), 0

    def _set_full(self, n_rows: int) -> None:
        """Take less of the factor where labels are learnt slowly."""
        n_alike = n_rows * self.overlap.mean() / self.n_classes
        self.full = STRENGTH * share_by_overlap(n_alike, *PENALTY_RANGE)
        self.slow = share_by_overlap(n_alike, *CORRECTION_RANGE)
        self.is_full_known = True

    def _beliefs(self, averages: Tensor) -> Tensor:
        """Return averages without their bound, the mean over the nets."""
        shares = averages / averages.sum(-1, keepdim=True)
        return unbound(shares.mean(0) if shares.ndim > 2 else shares, self.bound)

    def _follow_transition(self) -> None:
        """Correct more where labels went wrong one way."""
        one_way, power = self.transition.one_way, self.adjustment
        given = self.given_correction
        self.correction = max(self.slow, one_way) if isinstance(given, str) else given
        if isinstance(power, str):
            more = ONE_WAY_ADJUSTMENT - EVEN_ADJUSTMENT
            power = EVEN_ADJUSTMENT + more * one_way
        self.confidence.power = power
