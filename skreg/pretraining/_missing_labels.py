"""Which rows have a label, in all the ways in which tables say that one has none."""

from __future__ import annotations

import warnings
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils import column_or_1d

from .._types import Array, Floats
from ..preprocessing._levels import is_missing
from ..targets import ClassTarget
from ..targets._reading import numbers, target_array

_UNLABELED = -1
_LARGEST = 1e100
# The old coding of two classes, -1 and 1, is one where at most this share is -1.
_MOST_SIGNS = 0.5


def read_labels(
    y: ArrayLike, counted: NDArray[np.bool_]
) -> tuple[Array, NDArray[np.bool_]]:
    """Return labels, and which of the rows that count have one.

    Parameters
    ----------
    y : array-like of shape (n_samples,)
        Labels. Rows with a missing entry, or with the number -1, have none.
    counted : ndarray of bool of shape (n_samples,)
        Rows that count.

    Returns
    -------
    labels : ndarray of shape (n_samples,)
        Of the type of the labels; without meaning where there are none.
    labeled : ndarray of bool of shape (n_samples,)
        Which rows count and have a label.

    Raises
    ------
    ValueError
        If -1 is a text, texts and numbers are mixed, or all other labels are 1.

    Warns
    -----
    UserWarning
        If -1 and 1 are taken as two classes.
    """
    given = column_or_1d(_plain(y), warn=True)
    marked, missing = _marked(given), _missing(given)
    if _are_signs(given[counted & ~missing]):
        marked = np.zeros_like(marked)
    labeled = counted & ~(marked | missing)
    if not labeled.any():
        return given, labeled
    chosen = ClassTarget().read(_typed(given[labeled]))
    _refuse_text(given[~missing], chosen)
    labels = np.full(len(given), chosen[0], dtype=chosen.dtype)
    labels[labeled] = chosen
    return labels, labeled


def read_values(y: ArrayLike) -> Floats:
    """Return numbers, with NaN where an entry is missing in any form.

    Parameters
    ----------
    y : array-like of shape (n_samples,) or (n_samples, n_targets)
        Numbers.

    Raises
    ------
    ValueError
        If an entry is infinite, huge or no number.
    """
    values = numbers(target_array(_plain(y), dtype="numeric"))
    if values.size and np.nanmax(np.abs(values), initial=0.0) > _LARGEST:
        raise ValueError(
            f"y holds numbers beyond {_LARGEST:g}, whose squares overflow in the head; "
            "divide y by a constant."
        )
    return values


def _plain(y: Any) -> Array:
    """Return an array that tells whole numbers and booleans beside missing entries."""
    if hasattr(y, "to_pylist"):
        return _objects(y.to_pylist())
    if hasattr(y, "to_numpy"):
        given = np.asarray(y.to_numpy())
        own = getattr(y, "dtype", given.dtype)
        # Arrays of series with gaps hold floats, whatever the labels are.
        became_float = given.dtype.kind == "f" and own != given.dtype
        return _objects(y.to_list()) if became_float else given
    if isinstance(y, list | tuple) and not all(isinstance(label, str) for label in y):
        given = np.asarray(y)
        # ["yes", -1] would become two texts.
        return np.asarray(y, dtype=object) if given.dtype.kind in "US" else given
    return np.asarray(y)


def _objects(entries: list[Any]) -> Array:
    given = np.empty(len(entries), dtype=object)
    given[:] = entries
    return given


def _missing(given: Array) -> NDArray[np.bool_]:
    if given.dtype == object:
        return np.fromiter(map(is_missing, given), bool, len(given))
    return np.asarray(given != given, bool)


def _marked(given: Array) -> NDArray[np.bool_]:
    """Tell which entries are the number -1."""
    if given.dtype == object:
        are = [isinstance(entry, Real) and entry == _UNLABELED for entry in given]
        return np.array(are, dtype=bool)
    if given.dtype.kind not in "if":
        return np.zeros(len(given), dtype=bool)
    return np.asarray(given == _UNLABELED, bool)


def _typed(labels: Array) -> Array:
    """Return objects that are all booleans, whole numbers or numbers as such."""
    if labels.dtype != object:
        return labels
    kinds = set(map(type, labels))
    are_texts = [issubclass(kind, str | bytes) for kind in kinds]
    if any(are_texts) and not all(are_texts):
        names = sorted(kind.__name__ for kind in kinds)
        raise ValueError(
            f"y mixes labels of the types {', '.join(names)}; make all of them text, "
            "with the number -1 or None for rows without label."
        )
    return labels if any(are_texts) else np.array(labels.tolist())


def _are_signs(known: Array) -> bool:
    """Whether -1 is a class: beside 1 alone, in half of the rows or less.

    Raises
    ------
    ValueError
        If most rows are -1 and the others 1.
    """
    marked = _marked(known)
    share = marked.mean() if len(known) else 0.0
    if not 0 < share < 1 or any(label != 1 for label in known[~marked]):
        return False
    if share > _MOST_SIGNS:
        raise ValueError(
            f"y is -1 in {marked.sum()} rows and 1 in the others. The number -1 marks "
            "rows without label, which leaves the single class 1. If -1 is a class, "
            "code the two as 0 and 1; if not, label some rows of another class."
        )
    warnings.warn(
        "y holds -1 and 1 alone, which are taken as two classes. If -1 marks rows "
        "without label, use None or NaN there, and label rows of another class, too; "
        "if it is a class, code the two as 0 and 1 to be spared this warning.",
        UserWarning,
        stacklevel=2,
    )
    return True


def _refuse_text(known: Array, chosen: Array) -> None:
    is_text = chosen.dtype.kind in "OSTU"
    if is_text and any(str(label) in {"-1", "b'-1'"} for label in known if label != -1):
        raise ValueError(
            "y holds the text '-1'. If it marks rows without label, give an array of "
            "dtype object with the number -1, or None, there; if it is a class, give "
            "it another name."
        )
