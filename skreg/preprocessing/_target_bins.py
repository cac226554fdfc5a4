"""Equal-width bins over the usual range of numeric labels."""

from __future__ import annotations

import re
from dataclasses import dataclass
from numbers import Integral
from reprlib import repr as short

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils import check_array

from .._types import Floats
from ._usual_range import UsualRange

_MOST_BINS = 10**6


@dataclass(frozen=True)
class TargetBins:
    """Bins with an upper end of their own; labels outside go to the end bins.

    One label far off would put all others into one of equal bins over the full range,
    so those far off have the bin at their end for themselves.

    Parameters
    ----------
    edges : ndarray of shape (n_bins + 1,)
        Not decreasing. The bins are closed on the left.
    """

    edges: Floats

    @classmethod
    def over(
        cls, labels: Floats, n_bins: int, weight: Floats | None = None
    ) -> TargetBins:
        """Return equal bins over all labels but those far off, which have their own.

        Parameters
        ----------
        labels, weight : ndarray of shape (n_samples,)
            The labels and what they weigh; those of weight 0 are left out.
        n_bins : int
            Number of bins.
        """
        present = labels if weight is None else labels[weight > 0]
        usual = UsualRange.of(labels, weight)
        below, above = present[present < usual.least], present[present > usual.most]
        n_usual = n_bins - (len(below) > 0) - (len(above) > 0)
        if n_usual < 1:
            return cls(_equal(present.min(), present.max(), n_bins))
        edges = _equal(usual.low, usual.high, n_usual)
        if len(below):
            edges = np.append(below.min(), edges)
        if len(above):
            # Bins are closed on the left: the largest usual label is none of the far.
            edges = np.append(edges[:-1], (above.min(), above.max()))
        return cls(edges)

    @property
    def n_bins(self) -> int:
        """Number of bins."""
        return len(self.edges) - 1

    def index(self, labels: Floats) -> NDArray[np.int64]:
        """Return the bin of each label."""
        inner = self.edges[1:-1]
        return np.searchsorted(inner, labels, side="right").astype(np.int64)

    def mass(self, labels: Floats, weight: Floats | None = None) -> Floats:
        """Return the number of labels, or their weight, in each bin."""
        index = self.index(labels)
        return np.bincount(index, weight, minlength=self.n_bins).astype(np.float64)


def _equal(low: float, high: float, n_bins: int) -> Floats:
    """Return the edges of bins of equal width."""
    share = np.linspace(0.0, 1.0, n_bins + 1)
    # Not low + share * (high - low): the difference may leave the range of floats.
    edges = low * (1.0 - share) + high * share
    edges[-1] = high
    return np.maximum.accumulate(edges)


def check_targets(y: ArrayLike, name: str = "y") -> Floats:
    """Return labels as a matrix with one column for each output.

    Raises
    ------
    ValueError
        If y is empty, has more than two dimensions or an entry that is not finite.
    """
    try:
        with np.errstate(invalid="ignore"):  # of the sum that scikit-learn tries first
            values = check_array(y, dtype=np.float64, ensure_2d=False, input_name=name)
    except (TypeError, ValueError, OverflowError) as error:
        if re.search(rf"\b{name}\b", str(error)):
            raise
        raise ValueError(f"{name} must hold numbers, one a row: {error}") from error
    return values.reshape(len(values), -1)


def check_vector(y: ArrayLike, name: str = "y") -> Floats:
    """Return the labels of a single output as a vector.

    Raises
    ------
    ValueError
        As :func:`check_targets`, and if there are several outputs.
    """
    labels = check_targets(y, name)
    if labels.shape[1] > 1:
        raise ValueError(
            f"{name} has {labels.shape[1]} outputs; give one output at a time, as a "
            "vector."
        )
    return labels[:, 0]


def check_bins(n_bins: int) -> None:
    """Raise a ValueError unless there is at least one bin, and no more than memory."""
    is_whole = isinstance(n_bins, Integral) and not isinstance(n_bins, bool)
    if not is_whole or not 1 <= n_bins <= _MOST_BINS:
        raise ValueError(
            f"n_bins={short(n_bins)} must be a whole number of at least 1 and at most "
            f"{_MOST_BINS}; 40 is usual."
        )


def shared_counts(places: Floats, mass: Floats, n_points: int) -> Floats:
    """Count what lies between whole numbers, shared by the two next to it.

    Parameters
    ----------
    places : ndarray of shape (n_samples,)
        In [0, n_points - 1].
    mass : ndarray of shape (n_samples,)
        What each of them counts.
    n_points : int
        At least 2.
    """
    below = np.minimum(places.astype(np.int64), n_points - 2)
    share = places - below
    counts = np.bincount(below, mass * (1.0 - share), minlength=n_points)
    counts += np.bincount(below + 1, mass * share, minlength=n_points)
    return np.asarray(counts, np.float64)


def unit_positions(labels: Floats, low: float, high: float) -> Floats:
    """Return where labels lie between two others: 0 is the low end, 1 the high one."""
    scale = max(abs(low), abs(high))
    if low == high or scale == 0.0:
        return np.zeros_like(labels)
    # Halves of the largest differ by at most 1: no overflow, whatever the labels.
    start, end = low / scale, high / scale
    with np.errstate(over="ignore"):  # labels far outside the two are infinitely far
        return (labels / scale - start) / (end - start)
