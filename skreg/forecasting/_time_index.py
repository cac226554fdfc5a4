"""Times of a series: checked, and continued by their own frequency."""

from __future__ import annotations

from typing import Any

import numpy as np


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
    """Return whether labels have a frequency, and the index that knows it."""
    try:
        return True, type(index)(index, freq=freq)
    except ValueError:
        return False, None


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
        With a frequency if its labels are three times or more; None for labels that
        have no order in time, such as strings.

    Raises
    ------
    ValueError
        If times are duplicated, unordered or irregular.
    """
    if index is None:
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
    if index.dtype.kind in "iu":
        _require_order(index, name)
        steps = np.diff(index.to_numpy())
        # Row numbers of a part of a table, for instance, are no times.
        return index if len(steps) and (steps == steps[0]).all() else None
    return None


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
        steps = np.diff(index.to_numpy())
        usual = np.sort(steps)[len(steps) // 2]
        where = int(np.flatnonzero(steps != usual)[0])
        raise ValueError(
            f"the index of {name} is irregular: {index[where]!s} is followed by "
            f"{index[where + 1]!s}. Put the series on a regular grid, for instance by "
            "asfreq(), which marks absent times by NaN (see the parameter `missing`)."
        )
    return regular


def _require_no_gap(index: Any, name: str) -> None:
    ordinals = np.asarray(index.asi8)
    gaps = np.flatnonzero(np.diff(ordinals) != 1)
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
    if index.dtype.kind in "iu":
        step = int(index[1] - index[0])
        ahead = range(int(index[-1]) + step, int(index[-1]) + step * (steps + 1), step)
        return type(index)(ahead, name=index.name)
    last = index[-1]
    return type(index)(
        [last + (k + 1) * index.freq for k in range(steps)],
        freq=index.freq,
        name=index.name,
    )


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
    return bool(after(earlier, 1)[0] == index[0])
