"""The categorical part of the encoder's output: codes or indicators of levels."""

from collections.abc import Iterable
from dataclasses import dataclass
from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._levels import Levels, write_codes, write_onehot
from ._quantiles import relative_weight


@dataclass(frozen=True, slots=True)
class LevelBlock:
    """What ``fit`` learnt about the categorical columns of a table."""

    columns: list[Levels]
    onehot: bool

    @classmethod
    def learn(
        cls,
        columns: Iterable[NDArray[Any]],
        weight: NDArray[np.float64],
        min_frequency: float | None,
        onehot: bool,
    ) -> "LevelBlock":
        """Learn the levels of rows of positive weight."""
        present = weight > 0
        weight, exponent = relative_weight(weight)
        least = _least(min_frequency, weight, exponent)
        weight = weight[present]
        learnt = [Levels.learn(column[present], weight, least) for column in columns]
        return cls(learnt, onehot)

    def with_room(self) -> "LevelBlock":
        """Return the same with codes for levels that are still to come."""
        return LevelBlock([levels.with_room() for levels in self.columns], self.onehot)

    def grown(
        self, columns: Iterable[NDArray[Any]]
    ) -> tuple["LevelBlock", dict[int, int]]:
        """Return the block after further rows.

        How many new levels found no code is told for each column where it happened.
        """
        pairs = [
            levels.grown(column)
            for levels, column in zip(self.columns, columns, strict=True)
        ]
        full = {j: lost for j, (_, lost) in enumerate(pairs) if lost}
        return LevelBlock([levels for levels, _ in pairs], self.onehot), full

    @property
    def cardinalities(self) -> list[int]:
        """Number of codes of each column, code 0 included."""
        return [levels.n_codes for levels in self.columns]

    @property
    def widths(self) -> list[int]:
        """Columns of the output for each column."""
        if self.onehot:
            return [cardinality - 1 for cardinality in self.cardinalities]
        return [1] * len(self.columns)

    def write(self, columns: Iterable[NDArray[Any]], out: NDArray[Any]) -> None:
        """Write codes or indicators, a column of the table at a time."""
        write, stop = write_onehot if self.onehot else write_codes, 0
        for column, levels, width in zip(
            columns, self.columns, self.widths, strict=True
        ):
            start, stop = stop, stop + width
            write(levels.encode(column), out[:, start:stop])

    def names(self, names: NDArray[Any]) -> list[str]:
        """Name the columns of the output after those of the input."""
        if not self.onehot:
            return [*names]
        return [
            f"{name}_{level}"
            for name, levels in zip(names, self.columns, strict=True)
            for level in levels.code_names
        ]


def _least(
    min_frequency: float | None, weight: NDArray[np.float64], exponent: int
) -> float:
    """Relative weight that a level needs for a code of its own."""
    if min_frequency is None:
        return 0.0
    if isinstance(min_frequency, Integral):
        with np.errstate(over="ignore"):
            return float(np.ldexp(float(min_frequency), -exponent))
    return float(min_frequency * weight.sum())
