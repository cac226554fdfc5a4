"""Tables and columns that come as Arrow data, whatever library they are from."""

from __future__ import annotations

from typing import Any

import narwhals.stable.v2 as nw
import numpy as np


def from_arrow(X: Any) -> Any:
    """Return a table that is a stream of Arrow data as a frame, all else as it is.

    Record batches and the results of databases know the names of their columns, but
    only say so in this way.

    Parameters
    ----------
    X : object
        What a user passed as a table.
    """
    if _is_column(X):
        return column(X)
    known = nw.dependencies.is_into_dataframe(X) or nw.dependencies.is_into_series(X)
    if known or not hasattr(X, "__arrow_c_stream__"):
        return X
    return nw.from_arrow(X, backend="pyarrow").to_native()


def plain(values: Any) -> Any:
    """Return targets or weights of Arrow data as an array, all else as they are.

    Parameters
    ----------
    values : object
        What a user passed as targets or weights.
    """
    if not _is_arrow(values):
        return values
    if _is_column(values):
        return column(values)
    return nw.from_native(from_arrow(values), eager_only=True).to_numpy()


def column(values: Any) -> Any:
    """Return the entries of an Arrow array as an array of NumPy.

    Parameters
    ----------
    values : pyarrow.Array or pyarrow.ChunkedArray
        The column.
    """
    if "dictionary" in str(values.type):
        # Where entries are missing, ``to_numpy`` of pyarrow 26 repeats others.
        entries = np.empty(len(values), dtype=object)
        entries[:] = values.to_pylist()
        return entries
    return np.asarray(values)


def _is_column(values: Any) -> bool:
    """Whether these are an Arrow array, in one piece or in several."""
    return _is_arrow(values) and hasattr(values, "type")


def _is_arrow(values: Any) -> bool:
    return type(values).__module__.partition(".")[0] == "pyarrow"
