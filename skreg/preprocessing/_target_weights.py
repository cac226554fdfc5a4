"""Weights that let rare values of a numeric target count as much as frequent ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from numbers import Real

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._checks import Numbers, OneOf, Whole, checked
from .._sklearn import check_sample_weight
from .._types import Floats
from ._lds import KERNELS, SIGMA, bin_weights, lds_kernel
from ._quantiles import relative_weight
from ._target_bins import TargetBins, check_bins, check_targets
from ._target_density import TargetDensity

# From labels to their weights, before scaling.
Weights = Callable[[Floats], Floats]

# The published clip of counts to [5, 1000] bounds the ratio of two weights by this.
MAX_RATIO = 200.0
_WEIGHTS = Numbers(low=-np.inf, high=np.finfo(np.float64).max)
# DenseWeight's least weight, before scaling.
_LEAST = 1e-6


@checked(
    kernel=OneOf(KERNELS),
    kernel_size=Whole(1, 10_001),
    sigma=SIGMA,
)
def label_weights(
    y: ArrayLike,
    method: str | None = "lds",
    *,
    n_bins: int = 40,
    sample_weight: ArrayLike | None = None,
    at: ArrayLike | None = None,
    kernel: str = "gaussian",
    kernel_size: int = 5,
    sigma: float = 2.0,
    max_ratio: float = MAX_RATIO,
    alpha: float = 1.0,
) -> NDArray[np.float64]:
    """Return weights that grow as labels get rare.

    Frequency is counted in equal bins over the range of the training labels, or is
    a density. Rescaling or shifting y changes nothing. Up to 3 % of the
    labels may be far off all others, more than seven times their width: they have
    the bins at the ends for themselves, so that a sentinel such as 999999 does not
    put all others into one bin.

    Parameters
    ----------
    y : array-like of shape (n_samples,) or (n_samples, n_outputs)
        Labels of the training rows. With several outputs each has bins of its own,
        and a row has the mean of its weights: it counts more if any label is rare.
    method : {'sqrt_inverse', 'inverse', 'lds', 'dense'} or None, default='lds'
        One over the square root of the frequency, or over the frequency; the former
        from smoothed counts (label distribution smoothing); DenseWeight; None for
        equal weights.
    n_bins : int, default=40
        Number of bins; 'dense' has none.
    sample_weight : array-like of shape (n_samples,), default=None
        Weights of the rows: one of weight k counts like k of them in the bins; the
        bandwidth of 'dense' is that of (sum w)^2 / sum w^2 rows. They are not part of
        the result; multiply by it to train with both.
    at : array-like of shape (n_other,) or (n_other, n_outputs), default=None
        Labels to weigh, such as those of test rows; None means y itself. Labels
        outside the range of y get the weights of its ends.
    kernel : {'gaussian', 'triang', 'laplace'}, default='gaussian'
        Window of 'lds', see :func:`lds_kernel`.
    kernel_size : int, default=5
        Number of bins that it covers; odd.
    sigma : float, default=2.0
        Its width in bins.
    max_ratio : float, default=200.0
        For 'inverse', the largest ratio of two weights: bins count at least as
        1 / max_ratio of the fullest one.
    alpha : float, default=1.0
        For 'dense', how much the density p, scaled to [0, 1], counts: weights are
        proportional to 1 - alpha p. At 1 the most frequent labels weigh next to
        nothing.

    Returns
    -------
    weights : ndarray of shape (n_samples,) or (n_other,)
        Their mean over the training rows, weighted by `sample_weight`, is 1.

    Raises
    ------
    ValueError
        If y has a missing or infinite entry, no row has a positive weight, or an
        option is out of its range.

    See Also
    --------
    bin_weights : From counts to weights.
    skreg.metrics.balanced_mean_absolute_error : What such weights improve.

    References
    ----------
    .. [1] Y. Yang, K. Zha, Y.-C. Chen, H. Wang, D. Katabi. "Delving into Deep
       Imbalanced Regression", ICML 2021, section 3.1.
    .. [2] M. Steininger, K. Kobs, P. Davidson, A. Krause, A. Hotho. "Density-based
       weighting for imbalanced regression", Machine Learning 110, 2021.

    Examples
    --------
    >>> from skreg.preprocessing import label_weights
    >>> label_weights([1.0, 1.1, 1.2, 9.0], "sqrt_inverse", n_bins=4).round(2)
    array([0.85, 0.85, 0.85, 1.46])
    """
    if not isinstance(method, str | None) or method not in _METHODS:
        names = [name for name in _METHODS if name]
        raise ValueError(f"method={method!r} must be None or one of {names}.")
    options = _Options(n_bins, kernel, kernel_size, sigma, max_ratio, alpha)
    labels = check_targets(y)
    mass = _mass(sample_weight, labels)
    others = labels if at is None else _others(at, labels)
    total = np.zeros(len(others))
    for column, other in zip(labels.T, others.T, strict=True):
        weights = _METHODS[method](column, mass, options)
        total += weights(other) / np.average(weights(column), weights=mass)
    return total / labels.shape[1]


@dataclass(frozen=True)
class _Options:
    """What the methods can be told, checked."""

    n_bins: int
    kernel: str
    kernel_size: int
    sigma: float
    max_ratio: float
    alpha: float

    def __post_init__(self) -> None:
        check_bins(self.n_bins)
        for name, least in (("max_ratio", 1), ("alpha", 0)):
            value: float = getattr(self, name)
            if not (isinstance(value, Real) and least <= value < np.inf):
                raise ValueError(f"{name}={value!r} must be at least {least}.")


def _mass(sample_weight: ArrayLike | None, labels: Floats) -> Floats | None:
    if sample_weight is None:
        return None
    if not _WEIGHTS(sample_weight, "sample_weight").any():
        raise ValueError(
            "sample_weight is zero for every row. Sample weights must contain at least "
            "one non-zero number."
        )
    weight: Floats = check_sample_weight(
        sample_weight, labels, dtype=np.float64, ensure_non_negative=True
    )
    return relative_weight(weight)[0]


def _others(at: ArrayLike, labels: Floats) -> Floats:
    others = check_targets(at, "at")
    if others.shape[1] != labels.shape[1]:
        raise ValueError(
            f"at has {others.shape[1]} outputs, but y has {labels.shape[1]}; give the "
            "same columns in the same order."
        )
    return others


def _equal(y: Floats, mass: Floats | None, options: _Options) -> Weights:
    return lambda at: np.ones(len(at))


def _sqrt_inverse(y: Floats, mass: Floats | None, options: _Options) -> Weights:
    bins, counts = _counted(y, mass, options)
    return _in_bins(bins, bin_weights(counts, power=0.5))


def _inverse(y: Floats, mass: Floats | None, options: _Options) -> Weights:
    bins, counts = _counted(y, mass, options)
    clip = counts.max() / options.max_ratio, counts.max()
    return _in_bins(bins, bin_weights(counts, power=1.0, clip=clip))


def _lds(y: Floats, mass: Floats | None, options: _Options) -> Weights:
    bins, counts = _counted(y, mass, options)
    window = lds_kernel(options.kernel, options.kernel_size, options.sigma)
    return _in_bins(bins, bin_weights(counts, power=0.5, window=window))


def _dense(y: Floats, mass: Floats | None, options: _Options) -> Weights:
    density = TargetDensity.of(y, mass)
    return lambda at: np.maximum(1.0 - options.alpha * density(at), _LEAST)


def _in_bins(bins: TargetBins, weights: Floats) -> Weights:
    return lambda at: weights[bins.index(at)]


def _counted(
    y: Floats, mass: Floats | None, options: _Options
) -> tuple[TargetBins, Floats]:
    """Return bins over the labels of positive weight, and what is in them."""
    bins = TargetBins.over(y, options.n_bins, mass)
    return bins, bins.mass(y, mass)


_METHODS: dict[str | None, Callable[[Floats, Floats | None, _Options], Weights]] = {
    None: _equal,
    "sqrt_inverse": _sqrt_inverse,
    "inverse": _inverse,
    "lds": _lds,
    "dense": _dense,
}
