"""The levels of a categorical column and their codes."""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, replace
from numbers import Number
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._quantiles import ROUNDING

# How scikit-learn names the column that rare levels share.
INFREQUENT = "infrequent_sklearn"
# Codes kept for levels that come later in a stream.
_LEAST_ROOM = 64
# The types of None, pandas.NA and NaT, told by name: pandas need not be installed.
MISSING_TYPES = frozenset({"NoneType", "NAType", "NaTType"})


def is_missing(value: Any) -> bool:
    """Whether a single entry is None, NaN, NA or NaT."""
    return type(value).__name__ in MISSING_TYPES or bool(value != value)


@dataclass(frozen=True, slots=True)
class Levels:
    """Sorted levels, coded 1, 2, ...; code 0 stands for what was not seen in fit.

    Rare levels share the code after those of the others, and what was not seen joins
    them. Missing entries come last.
    """

    codes: dict[Any, int]
    infrequent: int  # 0 where no level is rare
    missing: int  # 0 where fit saw no missing entry
    reserved: int = 0  # number of codes if some are kept for levels to come

    @classmethod
    def learn(
        cls, column: NDArray[Any], weight: NDArray[np.float64], least: float = 0.0
    ) -> "Levels":
        """Collect the levels of a column; those which weigh less than ``least`` share.

        Missing entries are never rare.
        """
        values = column.tolist()
        seen = dict.fromkeys(values)
        known = _sort(value for value in seen if not is_missing(value))
        rare = _rare(known, values, weight, least) if least > 0 else frozenset()
        frequent = (level for level in known if level not in rare)
        codes = {level: code for code, level in enumerate(frequent, start=1)}
        infrequent = len(codes) + 1 if rare else 0
        last = max(infrequent, len(codes))
        return cls(
            {level: codes.get(level, infrequent) for level in known},
            infrequent,
            missing=last + 1 if len(known) < len(seen) else 0,
        )

    @property
    def n_codes(self) -> int:
        """Number of codes, code 0 included."""
        return max(self.reserved, self._n_used)

    @property
    def _n_used(self) -> int:
        return 1 + max(self.missing, *self.codes.values(), 0)

    def with_room(self) -> "Levels":
        """Return the same levels with codes for some that are still to come.

        Where rare levels share a code, new ones join them.
        """
        room = max(_LEAST_ROOM, 2 * self._n_used)
        return self if self.infrequent else replace(self, reserved=self._n_used + room)

    def grown(self, column: NDArray[Any]) -> tuple["Levels", int]:
        """Return the levels after further rows, and how many found no code."""
        new = [v for v in dict.fromkeys(column.tolist()) if not self._knows(v)]
        missing = self.missing
        codes, code = dict(self.codes), self._n_used
        ordered = _sort(v for v in new if not is_missing(v))
        room = max(self.n_codes - code, 0)
        if room and len(ordered) < len(new):
            missing, code, room = code, code + 1, room - 1
        codes |= {level: code + i for i, level in enumerate(ordered[:room])}
        lost = len(ordered[room:]) if self.reserved else 0
        return replace(self, codes=codes, missing=missing), lost

    def _knows(self, value: Any) -> bool:
        return bool(self.missing) if is_missing(value) else value in self.codes

    @property
    def names(self) -> NDArray[np.object_]:
        """All levels seen in fit, sorted, and NaN for missing entries."""
        return _objects([*self.codes, *self._nan()])

    @property
    def rare(self) -> NDArray[np.object_] | None:
        """The levels which share a code, None without any."""
        if not self.infrequent:
            return None
        return _objects(
            [level for level, code in self.codes.items() if code == self.infrequent]
        )

    @property
    def code_names(self) -> list[Any]:
        """What each code from 1 on stands for."""
        shared = [INFREQUENT] if self.infrequent else []
        frequent = (level for level in self.codes if self._is_frequent(level))
        return [*frequent, *shared, *self._nan()]

    def _nan(self) -> list[float]:
        return [np.nan] if self.missing else []

    def _is_frequent(self, level: Any) -> bool:
        return self.codes[level] != self.infrequent

    def encode(self, column: NDArray[Any]) -> NDArray[np.intp]:
        """Code every entry of a column."""
        values = column.tolist()
        # Python is asked once a level, not once a row, what a value stands for.
        unseen = self.infrequent
        missing = self.missing or unseen
        code_of = {
            value: missing if is_missing(value) else self.codes.get(value, unseen)
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


def _objects(values: list[Any]) -> NDArray[np.object_]:
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def _rare(
    levels: list[Any],
    values: list[Any],
    weight: NDArray[np.float64],
    least: float,
) -> frozenset[Any]:
    """Levels whose entries together weigh less than ``least``."""
    position = {level: index for index, level in enumerate(levels)}
    others = len(levels)
    at = np.fromiter(
        (position.get(value, others) for value in values), np.intp, len(values)
    )
    total = np.bincount(at, weight, minlength=others)[:others]
    # As with quantiles, rounding must not decide.
    below = total < least * (1.0 - ROUNDING)
    return frozenset(itertools.compress(levels, below))


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
