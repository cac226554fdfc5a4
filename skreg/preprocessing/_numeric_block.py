"""The numeric part of the encoder's output: scaled columns and indicators of gaps."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._column_statistics import column_ranges, indicators, row_blocks, standardize
from ._quantiles import relative_weight
from ._scaling import SCALINGS, STATISTICS, Scaler

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
        weight, _ = relative_weight(weight)
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
