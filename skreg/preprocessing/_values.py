"""What the entries of a single column are: numbers, levels or something else."""

import math
from collections.abc import Sequence
from numbers import Number
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._column_statistics import row_blocks
from ._levels import MISSING_TYPES

_REMEDIES = (
    ("date time period duration", "Turn it into numbers, such as year and weekday"),
    ("complex", "Split it into its real and its imaginary part"),
    ("sparse", "Densify it with X.sparse.to_dense()"),
    ("dict list tuple set array struct", "Spread its entries over several columns"),
)
_LEVEL_TYPES = (str, bytes, bool, np.bool_)
_COMPLEX_TYPES = (complex, np.complexfloating)


def label(names: Sequence[Any] | NDArray[Any] | None, index: int) -> str:
    """Name a column in an error message."""
    return f"column {index}" if names is None else f"column {names[index]!r}"


def is_number(dtype: np.dtype[Any]) -> bool:
    """Whether a column of this dtype holds numbers; all others hold levels."""
    return dtype.kind in "fiu"


def unsupported(where: str, kind: object) -> TypeError:
    """Name the column, its type and the remedy."""
    text = str(kind).lower()
    remedies = (
        how for words, how in _REMEDIES if any(w in text for w in words.split())
    )
    how = next(remedies, "Convert it to numbers, booleans, strings or categories")
    return TypeError(f"Cannot encode {where} of type {kind}. {how}, or drop it.")


def read_values(values: NDArray[Any], where: str) -> NDArray[Any]:
    """Numbers as numbers, levels as they are, an error for everything else."""
    if is_number(values.dtype):
        # Only a long double is wider than the statistics, which are in float64.
        return values.astype(np.float64) if values.dtype.itemsize > 8 else values
    if values.dtype.kind == "O":
        return _read_objects(values, where)
    if values.dtype.kind in "bUST":
        return values
    raise unsupported(where, values.dtype)


def _read_objects(values: NDArray[Any], where: str) -> NDArray[Any]:
    """Objects are levels as soon as one of them is a string, or all are booleans."""
    types = {t for t in set(map(type, values)) if t.__name__ not in MISSING_TYPES}
    for kind in types:
        known = issubclass(kind, (Number, *_LEVEL_TYPES))
        if not known or issubclass(kind, _COMPLEX_TYPES):
            name = f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins.")
            raise unsupported(where, f"object, with entries of type {name}")
    if types <= {bool, np.bool_} and types:
        return values
    if any(issubclass(kind, (str, bytes)) for kind in types):
        return values
    return to_float(values, f"{where} holds a number which is not a float")


def to_float(values: NDArray[Any], complaint: str) -> NDArray[np.float64]:
    """Convert objects to numbers, None and its kin to NaN."""
    numbers = [
        np.nan if type(value).__name__ in MISSING_TYPES else value
        for value in values.tolist()
    ]
    try:
        return np.array(numbers, dtype=np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        raise ValueError(f"{complaint}: {error}.") from error


def check_finite(
    data: NDArray[Any] | Sequence[NDArray[Any]],
    names: Sequence[Any] | NDArray[Any] | None,
) -> None:
    """Refuse infinity, by the name of its column."""
    if isinstance(data, np.ndarray):
        if not _has_infinity(data):
            return
        data = data.T
    for index, column in enumerate(data):
        if _has_infinity(column):
            raise ValueError(
                f"Input X contains infinity or a value too large for {column.dtype!r} "
                f"in {label(names, index)}. Replace it by a finite number, or by NaN "
                "where it means a missing entry."
            )


def _has_infinity(values: NDArray[Any]) -> bool:
    if values.dtype.kind != "f":
        return False
    with np.errstate(over="ignore", invalid="ignore"):
        if math.isfinite(values.sum()):
            return False
    # NaN, or large numbers whose sum is out of range: look at the single entries.
    return any(np.isinf(values[rows]).any() for rows in row_blocks(values.shape))
