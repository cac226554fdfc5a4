"""Weighted quantiles of columns, one column at a time.

A quantile is the smallest value whose share of the weight, together with all smaller
values, reaches the level (the inverse of the distribution function). It is always a
value of the column, and a row of weight k counts as k rows to the last bit.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

# Sums of weights that should be equal differ by rounding; a level counts as reached
# if it is missed by no more than this share.
ROUNDING = 2.0**-40


@dataclass(frozen=True, slots=True)
class Distribution:
    """The distinct values of a column, sorted, and the weight up to each of them."""

    values: NDArray[np.float64]
    mass: NDArray[np.float64]

    def quantiles(self, levels: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the values at levels from 0 (the smallest) to 1 (the largest)."""
        # Nothing is granted at the ends: the largest value may weigh next to nothing.
        least = levels - ROUNDING * levels * (1.0 - levels)
        values: NDArray[np.float64] = self.values[
            np.searchsorted(self.mass, self.mass[-1] * least)
        ]
        return values

    def midranks(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Share of the weight below each of some values, plus half of that on it."""
        below = np.concatenate([[0.0], self.mass])
        at = np.searchsorted(self.values, values)
        total = self.mass[-1]
        ranks: NDArray[np.float64] = (below[at] / total + below[at + 1] / total) / 2
        return ranks

    def unweighted(self) -> "Distribution":
        """Return the distribution in which all distinct values weigh the same."""
        return Distribution(self.values, np.arange(1.0, len(self.values) + 1.0))


def relative_weight(weight: NDArray[np.float64]) -> tuple[NDArray[np.float64], int]:
    """Weights relative to the largest, and the power of two they were divided by.

    Sums of them cannot leave the range of floats, and whole weights stay exact.
    """
    exponent = int(np.frexp(weight.max())[1])
    return np.ldexp(weight, -exponent), exponent


def distributions(
    X: NDArray[Any], weight: NDArray[np.float64] | None
) -> Iterator[Distribution]:
    """Distribution of each column over its known entries of positive weight.

    It is empty where there are none. The memory is that of a few columns.
    """
    rows, weight = _counted(weight)
    for column in X.T:
        yield _distribution(column if rows is None else column[rows], weight)


def _counted(
    weight: NDArray[np.float64] | None,
) -> tuple[NDArray[np.bool_] | None, NDArray[np.float64] | None]:
    """Rows of positive weight and these weights; None for all and for equal ones."""
    if weight is None:
        return None, None
    rows = weight > 0
    # What vanishes next to the largest weight is still present.
    least = np.finfo(np.float64).tiny
    positive = np.maximum(relative_weight(weight)[0][rows], least)
    equal = not len(positive) or positive.min() == positive.max()
    return None if rows.all() else rows, None if equal else positive


def _distribution(
    column: NDArray[Any], weight: NDArray[np.float64] | None
) -> Distribution:
    values = column.astype(np.float64)
    values += 0.0  # no negative zeros
    known = ~np.isnan(values)
    if not known.all():
        values, weight = values[known], None if weight is None else weight[known]
    if weight is None:
        values.sort()
        mass = np.arange(1.0, len(values) + 1.0)
    else:
        order = values.argsort(kind="stable")
        values, mass = values[order], weight[order].cumsum(dtype=np.float64)
    last = np.ones(len(values), dtype=bool)
    np.not_equal(values[1:], values[:-1], out=last[:-1])
    return Distribution(values[last], mass[last])
