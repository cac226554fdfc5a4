"""Times of a series: checked, and continued by their own frequency."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._sklearn import check_pandas_support


def index_of(y: Any) -> Any:
    """Return the pandas index of a series or frame, None for anything else."""
    return y.index if hasattr(y, "iloc") else None


def has_times(index: Any) -> bool:
    """Whether labels are times."""
    return type(index).__name__ in ("DatetimeIndex", "PeriodIndex", "TimedeltaIndex")


def adopted(index: Any, trained: Any, name: str) -> Any:
    """Return the index of later values with the frequency of the training series.

    Parameters
    ----------
    index : pandas.Index or None
        As returned by :func:`checked`.
    trained : pandas.Index or None
        That of the training series.
    name : str
        What the values are called in messages.
    """
    if index is None or not has_times(index):
        return index
    if type(index) is not type(trained):
        return index if index.freq is not None else None
    if type(index).__name__ == "PeriodIndex":
        fits, found = index.freq == trained.freq, index
    else:
        fits, found = _with(index, trained.freq)
    if not fits:
        raise ValueError(
            f"the times of {name} do not have the frequency {trained.freqstr!r} of the "
            "training series; bring them to it, for instance by asfreq() or resample()."
        )
    return found


def _with(index: Any, freq: Any) -> tuple[bool, Any]:
    """Return whether labels have a frequency, and the index, with it if they have."""
    try:
        return True, type(index)(index, freq=freq)
    except ValueError:
        return False, index


def checked(index: Any, name: str) -> Any:
    """Return an index that can be continued, or explain why it cannot.

    Parameters
    ----------
    index : pandas.Index or None
        Times, or any other labels.
    name : str
        What the series is called in messages.

    Returns
    -------
    index : pandas.Index or None
        With a frequency if its labels are three times or more; None for numbers of
        rows that are a part of a table.

    Raises
    ------
    ValueError
        If times are duplicated, unordered or irregular, or if labels are text or other
        objects, whose order in time is not known.
    """
    if index is None or not len(index):
        return None
    if not index.is_unique:
        twice = index[index.duplicated()][0]
        raise ValueError(
            f"{name} has the time {twice!s} more than once; aggregate the duplicates, "
            "or fit one series a group with groups=."
        )
    if getattr(index, "nlevels", 1) > 1:
        raise ValueError(
            f"{name} has an index of several levels {list(index.names)}; take its "
            "times only (droplevel), and tell series apart by groups, for instance "
            "groups=y.index.get_level_values(0)."
        )
    if has_times(index):
        if index.hasnans:
            raise ValueError(f"the index of {name} contains NaT; drop these rows.")
        _require_order(index, name)
        return _with_frequency(index, name)
    return _numbered(index, name)


def _numbered(index: Any, name: str) -> Any:
    """Return an index of numbers with equal steps; None for other numbers."""
    if getattr(index.dtype, "kind", "O") not in "iuf":
        raise ValueError(
            f"the index of {name} holds labels such as {index[0]!r} (dtype "
            f"{index.dtype}), whose order in time is not known. Read them as times, "
            "for instance by y.index = pd.to_datetime(y.index), and sort by "
            "sort_index(); or drop them by reset_index(drop=True) if the oldest row is "
            "the first."
        )
    if index.hasnans:
        raise ValueError(f"the index of {name} contains NaN; drop these rows.")
    _require_order(index, name)
    labels = index.to_numpy()
    steps = np.diff(labels)
    # Row numbers of a part of a table, for instance, are no times.
    if not len(steps):
        return None
    rounding = 8 * np.finfo(np.float64).eps * np.abs(labels).max()
    return index if np.ptp(steps) <= rounding * (labels.dtype.kind == "f") else None


def _require_order(index: Any, name: str) -> None:
    if not index.is_monotonic_increasing:
        raise ValueError(
            f"the index of {name} does not increase; sort it by time with sort_index()."
        )


def _with_frequency(index: Any, name: str) -> Any:
    if index.freq is not None:
        if type(index).__name__ == "PeriodIndex":
            _require_no_gap(index, name)
        return index
    if len(index) < 3:
        return index
    regular = type(index)(index, freq="infer")
    if regular.freq is None:
        regular = _monthly(index, name)
    if regular.freq is None:
        by_month = _months(index) > 0
        labels = 12 * index.year + index.month if by_month else index
        steps = np.diff(labels.to_numpy())
        usual = np.sort(steps)[len(steps) // 2]
        where = int(np.flatnonzero(steps != usual)[0])
        raise ValueError(
            f"the index of {name} is irregular: {index[where]!s} is followed by "
            f"{index[where + 1]!s}. Put the series on a regular grid, for instance by "
            f"{_grid(index)}, which marks absent times by NaN (see the parameter "
            "`missing`)."
        )
    return regular


def _months(index: Any) -> int:
    """Return the fewest months between times on the same day of a month, else 0."""
    if type(index).__name__ != "DatetimeIndex" or len(np.unique(index.day)) > 1:
        return 0
    return int(np.diff(12 * index.year + index.month).min())


def _monthly(index: Any, name: str) -> Any:
    """Return times on the same day of every month with their frequency, if they are."""
    months = _months(index)
    if months < 1:
        return index
    pd = check_pandas_support(f"an index of {name}")
    return _with(index, pd.DateOffset(months=months))[1]


def _grid(index: Any) -> str:
    """Return the call that puts times on a grid."""
    months = _months(index)
    return f"asfreq(pd.DateOffset(months={months}))" if months else "asfreq()"


def _require_no_gap(index: Any, name: str) -> None:
    ordinals = np.asarray(index.asi8)
    # Periods of several hours, say, are counted in hours.
    gaps = np.flatnonzero(np.diff(ordinals) != index.freq.n)
    if len(gaps):
        where = int(gaps[0])
        raise ValueError(
            f"the index of {name} is irregular: {index[where]!s} is followed by "
            f"{index[where + 1]!s}. Insert the absent times with reindex()."
        )


def after(index: Any, steps: int) -> Any:
    """Return the labels of the next times.

    Parameters
    ----------
    index : pandas.Index
        As returned by :func:`checked`.
    steps : int
        How many.
    """
    kind = getattr(index.dtype, "kind", "O")
    if kind in "iu":
        step = int(index[1] - index[0])
        ahead = range(int(index[-1]) + step, int(index[-1]) + step * (steps + 1), step)
        return type(index)(ahead, name=index.name)
    if kind == "f":
        pace = (index[-1] - index[0]) / (len(index) - 1)
        return type(index)(index[-1] + pace * np.arange(1, steps + 1), name=index.name)
    times = [index[-1] + (k + 1) * index.freq for k in range(steps)]
    if kind in "mM" and getattr(index, "tz", None) is None:
        # In their own unit: nanoseconds end in 2262.
        exact = np.array([time.to_numpy() for time in times], dtype=index.dtype)
        return type(index)(exact, freq=index.freq, name=index.name)
    found = type(index)(times, freq=index.freq, name=index.name)
    return found.as_unit(index.unit) if hasattr(index, "unit") else found


def extended(index: Any, steps: int) -> Any:
    """Return an index with the labels of the next times at its end."""
    longer = index.append(after(index, steps))
    if getattr(longer, "freq", 0) is None:  # pandas forgets it
        longer = type(longer)(longer, freq=index.freq, name=index.name)
    return longer


def follows(index: Any, earlier: Any) -> bool:
    """Whether an index starts where an earlier one ends."""
    if index is None or earlier is None or not len(index):
        return True
    wanted, first = after(earlier, 1)[0], index[0]
    if isinstance(wanted, float) and isinstance(first, (int, float)):
        return bool(abs(wanted - first) < 1e-6 * (earlier[1] - earlier[0]))
    return bool(wanted == first)
