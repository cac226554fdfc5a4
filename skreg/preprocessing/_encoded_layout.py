"""Which columns of an encoded table come from which columns of the table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .._types import Array
from ._levels import Levels


@dataclass(frozen=True, eq=False, kw_only=True)
class EncodedLayout:
    """What the columns that :class:`TabularEncoder` writes mean.

    They are, from left to right, the numeric columns, the indicators of their gaps,
    and the codes (or indicators of the levels) of the categorical columns.

    Attributes
    ----------
    numeric : ndarray of int of shape (n_numeric,)
        Where the numeric columns are in the table.
    categorical : ndarray of int of shape (n_categorical,)
        Where the categorical columns are in the table.
    indicated : tuple of int
        The numeric columns with an indicator, counted among the numeric ones.
    cardinalities : tuple of int
        Number of codes of each categorical column; code 0 is an unknown level.
    missing_codes : tuple of int
        The code of missing entries of each categorical column, 0 without any.

    Examples
    --------
    >>> from skreg.preprocessing import TabularEncoder
    >>> layout = TabularEncoder().fit([["red", 1.0], ["blue", None]]).layout_
    >>> layout.numeric, layout.indicated, layout.cardinalities
    (array([1]), (0,), (3,))
    """

    numeric: Array
    categorical: Array
    indicated: tuple[int, ...]
    cardinalities: tuple[int, ...]
    missing_codes: tuple[int, ...]

    @classmethod
    def of(
        cls,
        numeric: Array,
        categorical: Array,
        indicated: Array,
        levels: Sequence[Levels],
    ) -> EncodedLayout:
        """Return the layout for what an encoder has learnt of its columns."""
        return cls(
            numeric=numeric,
            categorical=categorical,
            indicated=tuple(indicated.tolist()),
            cardinalities=tuple(column.n_codes for column in levels),
            missing_codes=tuple(column.missing for column in levels),
        )

    @property
    def columns(self) -> list[int]:
        """Columns of the table in the order in which they are encoded."""
        return [*self.numeric.tolist(), *self.categorical.tolist()]
