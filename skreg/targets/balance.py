"""Numbers of which any balance of frequent and rare ones may be asked."""

from __future__ import annotations

from dataclasses import astuple
from numbers import Real
from typing import Annotated, Any

import numpy as np
import torch
from numpy.typing import ArrayLike
from scipy.ndimage import gaussian_filter1d
from sklearn.base import clone
from torch import Tensor

from .._parameters import Doc, Interval, parameters
from .._training._losses import absolute_error
from .._types import Array, Floats
from ..preprocessing._target_bins import shared_counts
from ..preprocessing._target_weights import MAX_RATIO
from ..preprocessing._usual_range import UsualRange
from ._base import Target
from .numeric import NumericTarget
from .point import PointTarget, Standardize

# Bins of the histogram of a target, and how far they reach beyond its range.
N_BINS = 48
_MARGIN = 0.05
# Widths, in bins, of the bell that stands for a value, and of the smoothed density.
_BELL = 0.75
_SMOOTHING = 1.5
# What is tried for the largest balance of a cost that is allowed.
_BALANCES = np.linspace(0.0, 1.0, 51)
# A prediction can be shifted if it is the output, scaled back.
_AS_IN_NUMBERS = ("link", "inverse_link", "n_outputs", "combine", "decode")

Point = Annotated[
    Any,
    NumericTarget,
    None,
    Doc(
        "NumericTarget or None",
        "What is learnt of a number as one value; None is `PointTarget()`.",
    ),
]
Balance = Annotated[
    float,
    Interval(Real, 0, 1, closed="both"),
    Doc("float", "Power of the density by which predictions are divided."),
]


@parameters
class BalancedTarget(NumericTarget):
    r"""Numbers, each learnt twice: as one value and as a histogram given the inputs.

    A histogram :math:`p(y | x)` learnt from skewed targets can be turned into that of
    other targets: dividing it by their density to the power of the balance, up to a
    factor, gives what would have been learnt from targets that are skewed less, and
    from even ones for a balance of 1 [1]_. The prediction is the mean of the value and
    of the histogram's median, plus the way that the median goes when it is tilted.

    Values far off all others, by more than seven times the width of these, are learnt
    as the end of their range if they are at most 3 %: one sentinel such as 999999
    would put all others into one bin.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    point_ : NumericTarget
        What is learnt of the values.
    balance_ : float
        The power in use.
    ranges_ : ndarray of shape (n_targets, 4)
        The smallest and the largest value that is not far off all others, and the
        two fences beyond which values are far off.
    centers_ : ndarray of shape (n_targets, 48)
        Of the bins, as the net learns the targets.
    rarity_ : ndarray of shape (n_targets, 48)
        Logarithm of the inverse density.

    References
    ----------
    .. [1] M. Saerens, P. Latinne, C. Decaestecker. "Adjusting the Outputs of a
       Classifier to New a Priori Probabilities", Neural Computation 14, 2002.
    .. [2] E. Imani, M. White. "Improving Regression Performance with Distributional
       Losses", ICML 2018.

    Examples
    --------
    >>> from skreg.targets import BalancedTarget, PointTarget
    >>> target = BalancedTarget.of(PointTarget(loss="huber"), 0.5)
    >>> target.balance, target.point
    (0.5, PointTarget(loss='huber'))
    """

    point: Point = None
    balance: Balance = 0.0
    standardize: Standardize = True

    @classmethod
    def of(cls, target: Target, balance: float) -> BalancedTarget:
        """Return the target that learns the same value, and any balance.

        Parameters
        ----------
        target : Target
            What is learnt of a number as one value.
        balance : float
            In [0, 1].

        Raises
        ------
        ValueError
            If predictions of the target cannot be shifted, such as quantiles or
            numbers behind a link.
        """
        own = [getattr(type(target), name, None) for name in _AS_IN_NUMBERS]
        if own != [getattr(NumericTarget, name) for name in _AS_IN_NUMBERS]:
            raise ValueError(
                f"balance={balance!r} does not go with loss={target.shown()}; set "
                "balance=None, or another loss."
            )
        assert isinstance(target, NumericTarget)
        return cls(point=target, standardize=target.standardize, balance=balance)

    def learn(self, values: Array, classes: ArrayLike | None = None) -> None:
        """Learn the number of targets."""
        point = PointTarget() if self.point is None else clone(self.point)
        point.learn(values)
        self.point_: NumericTarget = point
        self.balance_: float = self.balance
        super().learn(values, classes)

    def resume(self, previous: Any, classes: ArrayLike | None = None) -> None:
        """Take over scales, bins and densities, but not the balance."""
        super().resume(previous)
        self.balance_ = self.balance

    @property
    def is_robust(self) -> bool:
        """Yes: values far off are learnt as the end of the range of the others."""
        return True

    def scale(self, encoded: Array, weight: Floats | None) -> None:
        """Learn the scales of the training rows, and how dense they lie."""
        super().scale(encoded, weight)
        usual = [UsualRange.of(column, weight) for column in encoded.T]
        self.ranges_: Floats = np.array([astuple(one) for one in usual])
        pairs = [_density(column, weight) for column in self.transform(encoded).T]
        centers, rarity = (np.stack(values) for values in zip(*pairs, strict=True))
        self.centers_: Floats = centers
        self.rarity_: Floats = rarity

    def transform(self, encoded: Array) -> Array:
        """Return scaled values, where those far off are the end of the range."""
        near = [
            UsualRange(*ends).pulled(column)
            for ends, column in zip(self.ranges_, encoded.T, strict=True)
        ]
        return super().transform(np.stack(near, axis=1))

    @property
    def n_outputs(self) -> int:
        """Outputs of the net: the values of all targets, then their histograms."""
        return self.n_targets * (1 + N_BINS)

    def criterion(
        self, output: Tensor, target: Tensor, /, *, reduction: str = "none"
    ) -> Tensor:
        """Return the loss of the values plus the cross-entropy of the histograms."""
        logits = output[..., self.n_targets :]
        logits = logits.unflatten(-1, (self.n_targets, N_BINS))
        centers = torch.as_tensor(self.centers_, dtype=target.dtype).to(target.device)
        width = _BELL * (centers[:, 1:2] - centers[:, :1])
        bells = (((target.unsqueeze(-1) - centers) / width).square() / -2).softmax(-1)
        entropy = -(bells * logits.log_softmax(-1)).sum(-1).mean(-1)
        losses = self.point_.criterion(self._values(output), target) + entropy
        return losses.mean(-1) if reduction == "mean" else losses

    def _try_criterion(self) -> None:
        """Do nothing: the loss of the values has been tried, histograms are ours."""

    def error(
        self, output: Tensor, target: Tensor, /, *, reduction: str = "none"
    ) -> Tensor:
        """Return the absolute error of the values."""
        return absolute_error(self._values(output), target, reduction=reduction)

    def predictions(self, output: Tensor) -> Tensor:
        """Return the values, one for each target."""
        return super().predictions(self._values(output))

    def combine(self, outputs: Tensor) -> Tensor:
        """Return mean values, and logarithms of mean probabilities."""
        values, logits = outputs.tensor_split([self.n_targets], -1)
        logits = logits.unflatten(-1, (self.n_targets, N_BINS)).log_softmax(-1)
        mean = logits.logsumexp(0).flatten(-2)
        return torch.cat([values.mean(0), mean], -1)

    def decode(self, output: Array, balance: float | None = None) -> Array:
        """Return predictions in the units and the shape of y, for any balance.

        Parameters
        ----------
        output : ndarray of shape (n_samples, n_outputs)
            Outputs of the net.
        balance : float, default=None
            Another balance than `balance_`.
        """
        balance = self.balance_ if balance is None else balance
        return super().decode(self._tilted(output, balance))

    def choose_balance(
        self,
        output: Array,
        target: Array,
        weight: Floats | None,
        max_cost: float,
    ) -> None:
        """Take the largest balance up to which the error rises by the cost or less.

        Parameters
        ----------
        output : ndarray of shape (n_samples, n_outputs)
            For rows that did not train.
        target : ndarray of shape (n_samples, n_targets)
            Scaled.
        weight : ndarray of shape (n_samples,) or None
            Sample weights.
        max_cost : float
            Admissible rise, as a share of the error of balance 0.
        """
        errors = [
            np.abs(self._tilted(output, balance) - target).mean(axis=1)
            for balance in _BALANCES
        ]
        excess = np.array(errors) - (1.0 + max_cost) * errors[0]
        mean = np.average(excess, axis=1, weights=weight)
        spread = (excess - mean[:, None]) ** 2
        # Few rows know little: a standard error is left for that.
        risk = np.sqrt(np.average(spread, axis=1, weights=weight) / len(target))
        too_much = np.append((mean + risk > 0)[1:], True)
        self.balance_ = float(_BALANCES[too_much.argmax()])

    def _tilted(self, output: Array, balance: float) -> Floats:
        """Return scaled predictions."""
        values, logits = output[:, : self.n_targets], output[:, self.n_targets :]
        logits = logits.reshape(len(output), self.n_targets, N_BINS).astype(float)
        natural = _medians(logits, self.centers_)
        tilted = _medians(logits + balance * self.rarity_, self.centers_)
        return tilted + (values - natural) / 2

    def _values(self, output: Tensor) -> Tensor:
        return output[..., : self.n_targets]


def _density(target: Floats, weight: Floats | None) -> tuple[Floats, Floats]:
    """Return centers of bins and the logarithm of the inverse density there."""
    low, high = target.min(), target.max()
    margin = _MARGIN * (high - low) or 1.0
    centers = np.linspace(low - margin, high + margin, N_BINS)
    # Shared by the two bins next to it, a target that moves a little changes little.
    place = np.interp(target, centers, np.arange(N_BINS))
    given = np.ones(len(target)) if weight is None else weight
    mass = shared_counts(place, given, N_BINS)
    mass = gaussian_filter1d(mass, _SMOOTHING, mode="nearest")
    return centers, -np.log(mass / mass.max() + 1.0 / MAX_RATIO)


def _medians(logits: Floats, centers: Floats) -> Floats:
    """Return the medians of histograms, between the edges of their middle bins."""
    mass = np.exp(logits - logits.max(axis=-1, keepdims=True))
    total = mass.cumsum(axis=-1)
    half = total[..., -1:] / 2
    middle = (total < half).sum(axis=-1, keepdims=True)
    above = np.take_along_axis(total, middle, -1) - half
    share = 0.5 - above / np.take_along_axis(mass, middle, -1)
    width = centers[:, 1] - centers[:, 0]
    bins = np.take_along_axis(np.broadcast_to(centers, mass.shape), middle, -1)
    medians: Floats = bins[..., 0] + width * share[..., 0]
    return medians
