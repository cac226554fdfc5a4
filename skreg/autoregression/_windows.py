"""The Gram matrix of all windows of a series, without the windows.

Moving both ends of a product one step along the series drops one term of its sum and
adds another,

``M[i+1, j+1] = M[i, j] - a[i] b[j] + a[m+i] b[m+j]``,

so the first row and column determine the matrix. They are correlations, which take one
fast Fourier transform: O(n log n + L^2) for L columns instead of O(n L^2).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from reprlib import repr as short
from typing import Any, NamedTuple

import numpy as np
from scipy import fft

from .._checks import Numbers, OrNone, Whole, checked
from .._types import Floats, Integers
from ._moments import Moments

# Up to this many products of full length, plain dot products beat transforms.
_FEW = 48
# Rows that are multiplied at once.
_ROWS = 4096


class Channel(NamedTuple):
    """One series and the positions of the windows at which it is a column.

    Attributes
    ----------
    values : ndarray of shape (n_times,)
        The series, with a rough mean subtracted, for the sake of digits.
    start : int
        First position in the window, counted from its oldest time.
    stop : int
        One past the last position.
    """

    values: Floats
    start: int
    stop: int


@dataclass(frozen=True)
class Channels:
    """Channels of equal length whose windows lie inside them."""

    gaps: bool = False

    def __call__(self, value: Any, name: str, /) -> list[Channel]:
        """Return them as a list."""
        whole, numbers = Whole(0), Numbers(gaps=self.gaps)
        if not isinstance(value, list | tuple) or not value:
            raise ValueError(f"{name} must be a list of Channel, got {short(value)}.")
        found = []
        for one in value:
            if not isinstance(one, Channel):
                raise ValueError(f"{name} must hold Channel only, not {short(one)}.")
            places = [whole(one[i], f"{name}: {one._fields[i]}") for i in (1, 2)]
            found.append(Channel(numbers(one.values, f"{name}: values"), *places))
        lengths = {len(one.values) for one in found}
        if len(lengths) > 1 or any(one.start >= one.stop for one in found):
            raise ValueError(
                f"{name} must have values of equal length, and a start before its stop."
            )
        return found


def require_inside(channels: Sequence[Channel], length: int) -> None:
    """Raise a ValueError if windows are shorter than what channels take of them."""
    last = max(one.stop for one in channels)
    if last > length:
        raise ValueError(
            f"channels reach to position {last}, which is not inside windows of "
            f"length={length}."
        )


@checked(channels=Channels(), length=Whole(), first=Whole(0), last=OrNone(Whole(0)))
def window_moments(
    channels: Sequence[Channel], length: int, *, first: int = 0, last: int | None = None
) -> Moments:
    """Return the moments of all windows of some series.

    Parameters
    ----------
    channels : sequence of Channel
        Series of equal length. Their columns follow each other, oldest time first.
    length : int
        Times that a window spans.
    first : int, default=0
        Number of the first window, which starts at that time.
    last : int, default=None
        One past the last window; None means all.

    Returns
    -------
    moments : Moments
        Of the windows `first` to `last`.

    Raises
    ------
    ValueError
        If there is no window, or a channel is no series of finite numbers.

    Examples
    --------
    >>> import numpy as np
    >>> from skreg.autoregression import Channel, window_moments
    >>> y = np.array([1.0, -1.0, 2.0, 0.0, 3.0])
    >>> window_moments([Channel(y, 0, 2)], 2).products  # (1,-1), (-1,2), (2,0), (0,3)
    array([[ 6., -3.],
           [-3., 14.]])
    """
    n_times = len(channels[0].values)
    require_inside(channels, length)
    n_windows = n_times - length + 1
    last = n_windows if last is None else last
    count = last - first
    if count < 1 or last > n_windows:
        raise ValueError(
            f"a series of {n_times} values has no windows of length={length} from "
            f"first={first} to last={last}; use fewer lags, a shorter horizon or more "
            "values."
        )
    parts = [c.values[first + c.start : last - 1 + c.stop] for c in channels]
    edges = np.cumsum([0, *(c.stop - c.start for c in channels)])
    products = np.empty((edges[-1], edges[-1]))
    sums = np.empty(edges[-1])
    for i, a in enumerate(parts):
        rows = slice(edges[i], edges[i + 1])
        sums[rows] = _moving_sums(a, count)
        for j, b in enumerate(parts[: i + 1]):
            columns = slice(edges[j], edges[j + 1])
            _fill(products[rows, columns], a, b, count, symmetric=i == j)
            if i != j:
                products[columns, rows] = products[rows, columns].T
    return Moments(products, sums, float(count))


def few_moments(
    channels: Sequence[Channel], length: int, columns: Sequence[int] | Integers
) -> Moments:
    """Return the moments of a few columns of all windows, by plain products.

    Parameters
    ----------
    channels : sequence of Channel
        As for :func:`window_moments`.
    length : int
        Times that a window spans.
    columns : sequence of int
        Columns to keep.

    Returns
    -------
    moments : Moments
        Those of :func:`window_moments`, then ``take(columns)``.
    """
    count = len(channels[0].values) - length + 1
    edges = np.cumsum([0, *(c.stop - c.start for c in channels)])
    owners = np.searchsorted(edges, np.asarray(columns), side="right") - 1
    views = []
    for column, owner in zip(columns, owners, strict=True):
        channel = channels[owner]
        first = channel.start + int(column) - int(edges[owner])
        views.append(channel.values[first : first + count])
    total: Moments | None = None
    for start in range(0, count, _ROWS):
        part = Moments.of_rows(np.stack([v[start : start + _ROWS] for v in views], 1))
        total = part if total is None else total + part
    assert total is not None
    return total


def _moving_sums(values: Floats, count: int) -> Floats:
    """Return the sums of the first `count` values and of those shifted by 1, 2, ..."""
    moves = values[count:] - values[: len(values) - count]
    return values[:count].sum() + np.concatenate([[0.0], np.cumsum(moves)])


def _fill(out: Floats, a: Floats, b: Floats, count: int, *, symmetric: bool) -> None:
    """Write the sums of products of two series, one row a position of the first."""
    out[0] = correlations(a[:count], b)
    out[:, 0] = out[0] if symmetric else correlations(b[:count], a)
    heads, tails = (b[: out.shape[1] - 1], b[count:])
    for i in range(len(out) - 1):
        row = out[i + 1, 1:]
        np.multiply(tails, a[count + i], out=row)
        row -= a[i] * heads
        row += out[i, :-1]


def correlations(a: Floats, b: Floats) -> Floats:
    """Return ``sum_t a[t] b[t + j]`` for every j at which all of `a` meets `b`."""
    n_shifts = len(b) - len(a) + 1
    if n_shifts <= _FEW:
        return np.array([a @ b[j : j + len(a)] for j in range(n_shifts)])
    size = fft.next_fast_len(len(b), real=True)
    spectrum = fft.rfft(b, size)
    spectrum *= np.conj(fft.rfft(a, size))
    # A circular correlation, but no pair that is asked for wraps around.
    found: Floats = fft.irfft(spectrum, size)[:n_shifts].copy()
    return found
