"""Names of exogenous columns: the same in every call."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def column_names(X: Any) -> NDArray[Any] | None:
    """Return the names of exogenous columns, None if they have none.

    Parameters
    ----------
    X : array-like, pandas object, or list or dict of these, or None
        Exogenous columns.
    """
    tables = _tables(X)
    columns = getattr(tables[0], "columns", None) if tables else None
    if columns is None or not all(isinstance(name, str) for name in columns):
        return None
    return np.asarray(columns, dtype=object)


def _tables(X: Any) -> list[Any]:
    if isinstance(X, dict):
        return list(X.values())
    return list(X) if isinstance(X, (list, tuple)) else [X]


def require_names(X: Any, names: Any) -> None:
    """Raise if tables have other columns than those of the fit, or another order.

    Parameters
    ----------
    X : array-like, pandas object, or list or dict of these, or None
        Exogenous columns.
    names : sequence of str or None
        Those of the fit; None means that they had no names.
    """
    if names is None:
        return
    for table in _tables(X):
        found = column_names(table)
        if found is not None and list(found) != list(names):
            raise ValueError(
                f"X has the columns {list(found)}, but the model was fitted with "
                f"{list(names)}; give the same columns in the same order, for "
                f"instance X[{list(names)}]."
            )
