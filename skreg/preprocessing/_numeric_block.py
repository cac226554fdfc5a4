"""The numeric part of the encoder's output: scaled columns and indicators of gaps."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._column_statistics import column_ranges, indicators, row_blocks, standardize
from ._quantiles import relative_weight
from ._scaling import SCALINGS, STATISTICS, Scaler, replaced

# A missing entry in a column of zeros and ones.
_UNKNOWN = 0.5


@dataclass(frozen=True, slots=True)
class NumericBlock:
    """What ``fit`` learnt about the numeric columns of a table."""

    scaler: Scaler
    empty: NDArray[np.intp]  # columns without a single entry
    indicated: NDArray[np.intp]  # columns with an indicator
    unscaled: NDArray[np.intp]  # columns of zeros and ones that stay what they are
    width: int  # of the output
    still: NDArray[np.intp]  # columns with one value or none
    low: NDArray[np.float64]  # least value of each column, the only one if still
    mass: float  # weight of the rows

    @classmethod
    def learn(
        cls,
        X: NDArray[Any],
        weight: NDArray[np.float64],
        scaling: str | None,
        missing_indicator: bool,
        scale_indicators: bool,
    ) -> "NumericBlock":
        """Learn from a matrix of numbers with gaps."""
        weight, exponent = relative_weight(weight)
        with np.errstate(over="ignore"):
            mass = np.ldexp(weight.sum(), exponent)
        ranges = column_ranges(X, weight)
        # Where all entries are missing, the indicator would be constant.
        partly = ranges.has_missing & ~ranges.all_missing
        indicated = np.flatnonzero(partly & missing_indicator)
        none = np.empty(0, dtype=np.intp)
        return cls(
            SCALINGS[scaling].learn(X, weight, ranges),
            np.flatnonzero(ranges.all_missing),
            indicated,
            none if scale_indicators else indicators(X, weight, ranges),
            X.shape[1] + len(indicated),
            np.flatnonzero(ranges.constant),
            np.where(ranges.all_missing, np.nan, ranges.low),
            float(np.minimum(mass, np.finfo(np.float64).max)),
        )

    def relearnt(
        self,
        X: NDArray[Any],
        weight: NDArray[np.float64],
        scaling: str | None,
        scale_indicators: bool,
    ) -> "NumericBlock":
        """Return what other rows tell; the columns of the output stay what they are."""
        learnt = self.learn(X, weight, scaling, False, scale_indicators)
        return replace(learnt, indicated=self.indicated, width=self.width)

    def moved_by(
        self,
        X: NDArray[Any],
        weight: NDArray[np.float64],
        scaling: str | None,
        scale_indicators: bool,
    ) -> "NumericBlock":
        """Return the block after further rows, in which a column may begin to move.

        Such a column is scaled as if all rows had come at once; the others stay.
        """
        still = self.still
        if not len(still) or not weight.any():
            return self
        rows = np.vstack([self.low[still], X[:, still]])
        weight = np.concatenate([[self.mass], weight])
        learnt = self.learn(rows, weight, scaling, False, scale_indicators)
        low = self.low.copy()
        low[still] = learnt.low
        return replace(
            self,
            scaler=replaced(self.scaler, still, learnt.scaler),
            empty=still[learnt.empty],
            unscaled=np.union1d(self.unscaled, still[learnt.unscaled]),
            still=still[learnt.still],
            low=low,
            mass=learnt.mass,
        )

    def show(self, encoder: object) -> None:
        """Set the statistics as attributes, in place of those of another scaling."""
        shown = self.scaler.attributes()
        for name in STATISTICS:
            if name in shown:
                setattr(encoder, name, shown[name])
            elif hasattr(encoder, name):
                delattr(encoder, name)

    def write(self, X: NDArray[Any], out: NDArray[Any]) -> None:
        """Write scaled columns and indicators, a block of rows at a time."""
        width = X.shape[1]
        for rows in row_blocks(X.shape):
            self.scaler.write(X[rows], out[rows, :width])
            if len(self.unscaled):
                part = X[rows][:, self.unscaled]
                kept = np.empty(part.shape, dtype=out.dtype)
                standardize(part, 0.0, 1.0, _UNKNOWN, kept)
                out[rows, self.unscaled] = kept
            if len(self.indicated):
                out[rows, width:] = np.isnan(X[rows, self.indicated])
        out[:, self.empty] = 0.0

    def names(self, names: NDArray[Any]) -> list[str]:
        """Name the columns of the output after those of the input."""
        indicators = [f"missingindicator_{name}" for name in names[self.indicated]]
        return [*names, *indicators]
