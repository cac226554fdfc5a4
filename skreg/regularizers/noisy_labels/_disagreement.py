"""What the averages of ELR say about the labels, noted while a net is trained."""

from __future__ import annotations

import torch
from torch import Tensor

from .._fit_state import FitInfo, Step
from .._sample_table import SampleTable
from ._class_confidence import ClassConfidence, given_share
from ._elr_auto import (
    CORRECTION_RANGE,
    FULL_FROM,
    PENALTY_RANGE,
    WARM_UP,
    automatic_eps,
    full_strength,
    share_by_overlap,
)
from ._elr_terms import clipped, normalized, unbound
from ._noise_transition import NoiseTransition
from ._row_overlap import RowOverlap


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
    adjustment : float, default=0.0
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
    auto_correction : float
        How far labels are corrected where that is 'auto'.
    """

    def __init__(
        self,
        info: FitInfo,
        beta: float,
        bound: float,
        adjustment: float = 0.0,
        correction: float | str = 0.0,
    ) -> None:
        shape = info.n_samples, 1
        unknown = torch.full(shape, -1, device=info.device)  # not visited yet
        self.labels = SampleTable(unknown)
        equal = torch.ones(shape, dtype=info.dtype, device=info.device)
        self.weights = SampleTable(equal)
        self.n_classes, self.bound = info.n_outputs, bound
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
        self.transition = NoiseTransition()
        self.auto_correction, self.given_correction = 1.0, correction

    def set(self, adjustment: float, correction: float | str) -> None:
        """Change how predictions and labels are corrected."""
        self.confidence.power, self.given_correction = adjustment, correction

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
    def correction(self) -> float:
        """How far labels are corrected."""
        given = self.given_correction
        return self.auto_correction if isinstance(given, str) else given

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

    def judged(self, beliefs: Tensor) -> Tensor:
        """Return probabilities of the classes of all rows, by inputs and label."""
        return self.transition.judged(beliefs, *self._known())

    def trust(self) -> Tensor:
        """Return the probabilities of the labels, by what all epochs said of them."""
        beliefs = unbound(self.transition.beliefs.values, self.bound)
        return given_share(self.judged(beliefs), self._known()[0])

    def _known(self) -> tuple[Tensor, Tensor]:
        """Return labels and weights of all rows; the weight is 0 of those not seen."""
        labels, weights = self.labels.values[:, 0], self.weights.values[:, 0]
        return labels.clamp_min(0), weights * (labels >= 0)

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
        labels, weights = self._known()
        known = self.labels.values[:, 0] >= 0
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
            self._follow(averages, labels, weights)
            if self.is_mature:
                self.confidence.learn(averages, labels, weights)
        self.period, self.n_since = int(n_known), 0

    def _set_full(self, n_rows: int) -> None:
        """Take less of the factor where labels are learnt slowly."""
        n_alike = n_rows * self.overlap.mean() / self.n_classes
        self.full *= share_by_overlap(n_alike, *PENALTY_RANGE)
        self.auto_correction = share_by_overlap(n_alike, *CORRECTION_RANGE)
        self.is_full_known = True

    def _follow(self, averages: Tensor, labels: Tensor, weights: Tensor) -> None:
        """Let one more epoch say which labels went wrong."""
        shares = normalized(self.confidence.restored(averages))
        self.transition.gather(shares.mean(0) if shares.ndim > 2 else shares)
        if self.transition.is_ready:
            beliefs = unbound(self.transition.beliefs.values, self.bound)
            beliefs = self.confidence.adjusted(beliefs)
            self.transition.estimate(beliefs, labels, weights)
