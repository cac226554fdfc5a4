"""Which numeric labels are far off all others: sentinels, wrong units, slips."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .._types import Floats
from ._column_statistics import ColumnStatistics, column_statistics
from ._quantiles import ROUNDING, Distribution, distributions

# Of the rows beside a value that most rows have, such as the zeros of counts, at most
# this share is far off.
_MOST_FAR_BESIDE = 0.2
_SPIKE = 0.5
# For scales, labels are constant if this share of the rows has one value, and the
# others have at most so many.
_CONSTANT = 0.99
_MOST_SLIPS = 2


class Rule(NamedTuple):
    """What is far off: a small share of the rows, many widths of the others away.

    The fences of both rules keep tails of exponential and log-normal samples of common
    sizes, and lie more than 30 standard deviations off the mean of a normal one.

    Attributes
    ----------
    share : float
        What is far off is at most this share of the rows.
    reach : float
        Far off is what is more than so many widths of the bulk away from it.
    """

    share: float
    reach: float


# Rare values have bins, so more than a few rows far off are taken seriously.
FOR_BINS = Rule(share=0.03, reach=7.0)
# Robust losses get by with the scale of most rows, whatever the others are.
FOR_SCALES = Rule(share=0.1, reach=10.0)


@dataclass(frozen=True)
class UsualRange:
    """The range of labels without those that are far off.

    The bulk is the shortest interval with all but a small share of the rows, 3 % for
    bins and 10 % for scales. If more than half of the rows share one value, it is that
    value and such an interval of the rows beside it. Labels are far off if they are
    more than 7 or 10 widths of the bulk away from it.

    Parameters
    ----------
    low, high : float
        The smallest and the largest label that is not far off.
    least, most : float
        Labels below or above are far off.
    """

    low: float
    high: float
    least: float
    most: float

    @classmethod
    def of(
        cls, labels: Floats, weight: Floats | None = None, rule: Rule = FOR_BINS
    ) -> UsualRange:
        """Find the range of a vector of labels.

        Parameters
        ----------
        labels, weight : ndarray of shape (n_samples,)
            The labels and what they weigh; those of weight 0 are left out.
        rule : Rule
            What is far off.
        """
        (found,) = distributions(labels[:, None], weight)
        values = found.values
        start, end = _bulk(found, rule.share)
        with np.errstate(over="ignore"):  # fences beyond all numbers are infinite
            reach = 2.0 * rule.reach * (end / 2 - start / 2)
            least, most = float(start - reach), float(end + reach)
        inside = values[(values >= least) & (values <= most)]
        return cls(float(inside[0]), float(inside[-1]), least, most)

    def far(self, labels: Floats) -> NDArray[np.bool_]:
        """Tell which labels are far off."""
        return (labels < self.least) | (labels > self.most)

    def pulled(self, labels: Floats) -> Floats:
        """Return labels with the ends of the range in place of those far off."""
        ends = np.clip(labels, self.low, self.high)
        return np.where(self.far(labels), ends, labels)


def usual_statistics(matrix: Floats, weight: Floats) -> ColumnStatistics:
    """Return mean and standard deviation of each column without far-off labels."""
    mean, scale = column_statistics(matrix, weight)
    for number, column in enumerate(matrix.T):
        far = _far_off(column, weight)
        if far[weight > 0].any():
            usual = column_statistics(column[:, None], np.where(far, 0.0, weight))
            mean[number], scale[number] = usual.mean[0], usual.scale[0]
    return ColumnStatistics(mean, scale)


def _far_off(column: Floats, weight: Floats) -> NDArray[np.bool_]:
    """Tell what is far off; of a constant with one or two slips, these."""
    (found,) = distributions(column[:, None], weight)
    share = np.diff(found.mass, prepend=0.0) / found.mass[-1]
    if len(share) <= _MOST_SLIPS + 1 and share.max() >= _CONSTANT:
        return column != found.values[share.argmax()]
    return UsualRange.of(column, weight, FOR_SCALES).far(column)


def usual_weight(matrix: Floats, weight: Floats) -> Floats:
    """Return the weights, with 0 for rows with a label that is far off."""
    far = [UsualRange.of(column, weight).far(column) for column in matrix.T]
    return np.where(np.any(far, axis=0), 0.0, weight)


def _bulk(found: Distribution, most_far: float) -> tuple[float, float]:
    """Return the ends of the shortest interval with nearly all rows."""
    values = found.values
    share = np.diff(found.mass, prepend=0.0) / found.mass[-1]
    top = int(share.argmax())
    if share[top] <= _SPIKE or len(values) == 1:
        return _shortest(values, share, most_far)
    spike = values[top]
    values, share = np.delete(values, top), np.delete(share, top)
    beside = share.sum()
    left_out = max(most_far, min(_MOST_FAR_BESIDE, most_far / beside))
    start, end = _shortest(values, share / beside, left_out)
    return min(start, spike), max(end, spike)


def _shortest(values: Floats, share: Floats, left_out: float) -> tuple[float, float]:
    """Return the shortest interval that leaves out no more than a share of rows."""
    total = np.cumsum(share)
    below = total - share
    needed = below + (1.0 - left_out) * total[-1] - ROUNDING
    last = np.searchsorted(total, needed)
    starts = np.flatnonzero(last < len(values))
    # Of halves, since the difference of two numbers may leave the range of floats.
    width = values[last[starts]] / 2 - values[starts] / 2
    best = starts[width.argmin()]
    return float(values[best]), float(values[last[best]])
