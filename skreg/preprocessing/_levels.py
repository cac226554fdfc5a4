"""The levels of a categorical column and their codes."""

from collections.abc import Iterable
from dataclasses import dataclass
from numbers import Number
from typing import Any

import numpy as np
from numpy.typing import NDArray

# The types of None, pandas.NA and NaT, told by name: pandas need not be installed.
MISSING_TYPES = frozenset({"NoneType", "NAType", "NaTType"})


def is_missing(value: Any) -> bool:
    """Whether a single entry is None, NaN, NA or NaT."""
    return type(value).__name__ in MISSING_TYPES or bool(value != value)


@dataclass(frozen=True, slots=True)
class Levels:
    """Sorted levels, coded 1, 2, ...; code 0 stands for what was not seen in fit."""

    codes: dict[Any, int]
    missing: int  # 0 where fit saw no missing entry

    @classmethod
    def learn(cls, column: NDArray[Any]) -> "Levels":
        """Collect the levels of a column; a missing entry is the last of them."""
        seen = dict.fromkeys(column.tolist())
        known = [value for value in seen if not is_missing(value)]
        codes = {level: code for code, level in enumerate(_sort(known), start=1)}
        return cls(codes, missing=len(codes) + 1 if len(known) < len(seen) else 0)

    @property
    def names(self) -> NDArray[np.object_]:
        """The levels in the order of their codes, from code 1 on."""
        levels = [*self.codes, np.nan] if self.missing else [*self.codes]
        names = np.empty(len(levels), dtype=object)
        names[:] = levels
        return names

    def encode(self, column: NDArray[Any]) -> NDArray[np.intp]:
        """Code every entry of a column."""
        values = column.tolist()
        # Python is asked once a level, not once a row, what a value stands for.
        code_of = {
            value: self.missing if is_missing(value) else self.codes.get(value, 0)
            for value in dict.fromkeys(values)
        }
        return np.fromiter(map(code_of.__getitem__, values), np.intp, len(values))


def write_codes(codes: NDArray[np.intp], out: NDArray[Any]) -> None:
    """Write codes to the only column of ``out``."""
    out[:, 0] = codes


def write_onehot(codes: NDArray[np.intp], out: NDArray[Any]) -> None:
    """Write a 1 to the column of each code from 1 on; code 0 has none."""
    out[:] = 0
    rows = np.flatnonzero(codes)
    out[rows, codes[rows] - 1] = 1


def _sort(levels: Iterable[Any]) -> list[Any]:
    """Sort numbers before strings before the rest, which Python cannot compare."""
    try:
        return sorted(levels, key=lambda level: (_rank(level), level))
    except TypeError:
        return sorted(levels, key=lambda level: (type(level).__name__, repr(level)))


def _rank(level: Any) -> int:
    if isinstance(level, Number | np.bool_):
        return 0
    return 1 if isinstance(level, str) else 2
