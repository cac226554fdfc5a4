"""Numbers as users pass them, as matrices of doubles."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.utils.validation import column_or_1d

from .._types import Floats

# Beyond these, sums of series and columns, and their squares, leave the range of
# doubles. Series are scaled before they are squared, exogenous columns are not.
LARGEST = 1e300
_MODERATE = (1e-100, 1e100)


def numbers(values: Any, name: str) -> Floats:
    """Return numbers as a matrix with one row a time; NaN stays, masked becomes NaN.

    Parameters
    ----------
    values : array-like
        One column or several.
    name : str
        What they are called in messages.
    """
    array = _as_floats(values, name)
    if array.ndim not in (1, 2):
        found = f"shape {array.shape}" if array.ndim else type(values).__name__
        raise ValueError(
            f"{name} must be a series of numbers, with one or two dimensions, got "
            f"{found}."
        )
    if np.isinf(array).any():
        raise ValueError(
            f"{name} contains infinity; replace it by a number, or by NaN if missing."
        )
    if array.size and np.nanmax(np.abs(array), initial=0.0) > LARGEST:
        raise ValueError(
            f"{name} contains numbers beyond {LARGEST:g}, whose sums overflow; divide "
            "it by a constant."
        )
    if array.ndim == 1:
        array = column_or_1d(array)[:, None]
    return array


def _as_floats(values: Any, name: str) -> Floats:
    if isinstance(values, np.ma.MaskedArray):
        values = np.where(np.ma.getmaskarray(values), np.nan, values.data)
    kind = getattr(getattr(values, "dtype", None), "kind", "f")
    kind = kind if isinstance(kind, str) else "f"
    if kind in "cSUMm":
        raise ValueError(
            f"{name} must hold numbers only, got dtype {values.dtype}; convert it to "
            "real numbers first."
        )
    try:
        array: Floats = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"{name} must hold numbers only, got {type(values).__name__}: {error}"
        ) from error
    return array


def exogenous(values: Any, name: str) -> Floats:
    """Return exogenous columns, after a look at their sizes.

    Parameters
    ----------
    values : array-like
        One column or several.
    name : str
        What they are called in messages.
    """
    _require_numeric_columns(values, name)
    found = numbers(values, name)
    low, high = _MODERATE
    for c, column in enumerate(found.T):
        top = np.nanmax(np.abs(column), initial=0.0)
        if top and not low < top < high:
            raise ValueError(
                f"column {c} of {name} has numbers of the size {top:.1g}, whose "
                f"squares overflow or vanish; bring it between {low:g} and {high:g}."
            )
    return found


def _require_numeric_columns(values: Any, name: str) -> None:
    """Raise if a column holds text, categories or times, and say what to do."""
    if hasattr(values, "columns") and hasattr(values, "iloc"):
        columns = [(c, values.iloc[:, i]) for i, c in enumerate(values.columns)]
    elif np.ndim(values) == 2:
        array = np.asarray(values)
        columns = list(enumerate(array.T)) if array.dtype.kind in "OSUMm" else []
    else:
        columns = [(getattr(values, "name", 0), values)]
    for label, column in columns:
        dtype = getattr(column, "dtype", None)
        try:
            is_odd = getattr(dtype, "kind", "f") in "Mm"
            np.asarray(column, dtype=np.float64)
        except (TypeError, ValueError):
            is_odd = True
        if is_odd:
            raise ValueError(
                f"column {label!r} of {name} must hold numbers only, but has dtype "
                f"{dtype}, for instance {_first(column)!r}; turn text, categories and "
                "times into numbers first, for instance by pd.get_dummies(X) or "
                "skreg.preprocessing.TabularEncoder."
            )


def _first(column: Any) -> Any:
    """Return an entry that is no number, the first entry if all are."""
    entries = list(column)
    odd = [entry for entry in entries if not isinstance(entry, (int, float))]
    return (odd or entries)[0]
