"""Weighted statistics of columns, and standardising with them, in small blocks.

Every function walks over blocks of rows which fit into the cache, so that a large
table costs no second table: the extra memory is a few MiB whatever its height.
"""

import math
from collections.abc import Iterator
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ._quantiles import relative_weight

# One number a column, or one for all of them.
PerColumn: TypeAlias = NDArray[np.float64] | float

# 2**17 float64 numbers are 1 MiB: a block and its temporary share a level 2 cache.
_BLOCK_SIZE = 2**17
# A column whose entries differ by a few units in the last place is a constant that
# was computed: its spread is rounding, not information.
_CONSTANT_ULPS = 4


class ColumnRanges(NamedTuple):
    """Extreme known entries of each numeric column, and what they tell at once."""

    low: NDArray[np.float64]  # 0, like high, where all entries are missing
    high: NDArray[np.float64]
    constant: NDArray[np.bool_]
    has_missing: NDArray[np.bool_]
    all_missing: NDArray[np.bool_]


class ColumnStatistics(NamedTuple):
    """What standardising a column asks for."""

    mean: NDArray[np.float64]
    scale: NDArray[np.float64]


def row_blocks(shape: tuple[int, ...]) -> Iterator[slice]:
    """Slices of rows which cover an array of this shape, one cache block each."""
    n_rows, width = shape[0], math.prod(shape[1:])
    step = max(1, _BLOCK_SIZE // max(1, width))
    for start in range(0, n_rows, step):
        yield slice(start, start + step)


def column_statistics(X: NDArray[Any], weight: NDArray[np.float64]) -> ColumnStatistics:
    """Weighted mean and standard deviation of each column over its known entries."""
    weight, _ = relative_weight(weight)
    return mean_and_scale(X, weight, column_ranges(X, weight))


def column_ranges(X: NDArray[Any], weight: NDArray[np.float64]) -> ColumnRanges:
    """Range of each column over its known entries of positive weight."""
    low, high, has_missing = _ranges(X, weight)
    all_missing = np.isnan(low)
    low, high = np.where(all_missing, 0.0, (low, high))
    return ColumnRanges(
        low, high, is_constant(low, high, X.dtype), has_missing, all_missing
    )


def indicators(
    X: NDArray[Any], weight: NDArray[np.float64], ranges: ColumnRanges
) -> NDArray[np.intp]:
    """Columns whose known entries of positive weight are zeros and ones, both."""
    columns = np.flatnonzero((ranges.low == 0) & (ranges.high == 1))
    for rows in row_blocks((len(X), len(columns))):
        block = X[rows][:, columns][weight[rows] > 0]
        # What is not between the ends is at one of them, or missing.
        columns = columns[~((block > 0) & (block < 1)).any(axis=0)]
    return columns


def is_constant(
    low: NDArray[np.float64], high: NDArray[np.float64], dtype: np.dtype[Any]
) -> NDArray[np.bool_]:
    """Whether two numbers that came in this dtype are the same up to rounding."""
    precision = np.finfo(dtype if dtype.kind == "f" else np.float64).eps
    tolerance = _CONSTANT_ULPS * precision * np.maximum(abs(low), abs(high))
    constant: NDArray[np.bool_] = high / 2 - low / 2 <= tolerance
    return constant


def mean_and_scale(
    X: NDArray[Any], weight: NDArray[np.float64], ranges: ColumnRanges
) -> ColumnStatistics:
    """Mean and standard deviation from relative weights and known ranges.

    Two passes (mean, spread) work on entries mapped to [-1, 1] by the column's range.
    Nothing can overflow or underflow on the way, a large offset does not eat the
    spread, and a constant column is known by its range.
    """
    unit = ranges.high / 2 - ranges.low / 2
    centre = ranges.low + unit
    unit[ranges.constant] = 1.0
    offset = _moment(X, weight, centre, unit, offset=0.0, power=1)
    spread = np.sqrt(_moment(X, weight, centre, unit, offset, power=2))
    # Weights may be too small to be felt: then no spread is left to divide by.
    scale = np.where(ranges.constant | (spread == 0), 1.0, unit * spread)
    return ColumnStatistics(centre + unit * offset, scale)


def standardize(
    block: NDArray[Any],
    mean: PerColumn,
    scale: PerColumn,
    missing: PerColumn,
    out: NDArray[Any],
) -> None:
    """Write ``(block - mean) / scale`` to ``out``, ``missing`` where it is NaN.

    What leaves the range of the dtype of ``out`` is clipped to it.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        values = block.astype(np.float64)
        values -= mean
        values /= scale
        out[...] = values
        # One cheap sum tells that there is nothing to mend, which is the usual case.
        if not math.isfinite(out.sum()):
            _mend(block, mean, scale, missing, out)


def _mend(
    block: NDArray[Any],
    mean: PerColumn,
    scale: PerColumn,
    missing: PerColumn,
    out: NDArray[Any],
) -> None:
    np.copyto(out, missing, where=np.isnan(block), casting="same_kind")
    if math.isfinite(out.sum()):
        return
    apart = np.isinf(block.astype(np.float64) - mean)
    if apart.any():
        # The difference is out of range, but its quotient need not be.
        np.copyto(out, block / scale - mean / scale, where=apart, casting="same_kind")
    limit = np.finfo(out.dtype).max
    np.clip(out, -limit, limit, out=out)


def _weighted_blocks(
    X: NDArray[Any], weight: NDArray[np.float64]
) -> Iterator[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Float64 copies of blocks of rows; rows of weight zero are left out."""
    for rows in row_blocks(X.shape):
        block, w = X[rows].astype(np.float64, order="C"), weight[rows]
        if not w.all():
            block, w = block[w > 0], w[w > 0]
        if len(w):
            yield block, w


def _ranges(
    X: NDArray[Any], weight: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    low, high = np.full((2, X.shape[1]), np.nan)
    has_missing = np.zeros(X.shape[1], dtype=bool)
    for block, _ in _weighted_blocks(X, weight):
        most = block.max(axis=0)
        absent = np.isnan(most)
        if absent.any():
            has_missing |= absent
            most = np.fmax.reduce(block)
        low, high = np.fmin(low, np.fmin.reduce(block)), np.fmax(high, most)
    return low, high, has_missing


def _moment(
    X: NDArray[Any],
    weight: NDArray[np.float64],
    centre: NDArray[np.float64],
    unit: NDArray[np.float64],
    offset: PerColumn,
    power: int,
) -> NDArray[np.float64]:
    """Weighted mean of ``((X - centre) / unit - offset) ** power`` over known entries.

    ``einsum`` and not ``@``, since the last bits of a BLAS product depend on the
    number of its threads.
    """
    total, mass = np.zeros((2, X.shape[1]))
    for block, w in _weighted_blocks(X, weight):
        block -= centre
        block /= unit
        if power == 2:
            block -= offset
            block *= block
        absent = np.isnan(block)
        if absent.any():
            np.copyto(block, 0.0, where=absent)
            mass += np.einsum("i,ij->j", w, ~absent)
        else:
            mass += w.sum()
        total += np.einsum("i,ij->j", w, block)
    return total / np.where(mass > 0, mass, 1.0)
