"""What becomes of the numbers of a column: one class a scaling, behind one dict."""

from dataclasses import dataclass, fields, is_dataclass
from typing import Any, ClassVar, Protocol, Self

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from ._column_statistics import ColumnRanges, is_constant, mean_and_scale, standardize
from ._quantiles import Distribution, distributions

# Smooth clipping keeps a robustly scaled entry within this distance of 0.
_REACH = 3.0
# From here on smooth clipping is at its limit, and squares are still in range.
_FAR = 1e9
_MAX_KNOTS = 1000
# Shares are kept off 0 and 1, where the normal score is infinite; as scikit-learn.
_LEAST_SHARE = 1e-7


class Scaler(Protocol):
    """Statistics of all numeric columns, and how entries are scaled with them.

    They are the fields of a dataclass, one entry a column, or scalers themselves.
    """

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @classmethod
    def learn(
        cls, X: NDArray[Any], weight: NDArray[np.float64], ranges: ColumnRanges
    ) -> Self:
        """Learn from the known entries of rows of positive weight."""

    def attributes(self) -> dict[str, Any]:
        """Return what the encoder shows of it, by the name of the attribute."""

    def write(self, block: NDArray[Any], out: NDArray[Any]) -> None:
        """Write the scaled block of rows to ``out``, which has the same shape."""


@dataclass(frozen=True, slots=True)
class Standard:
    """Mean 0, standard deviation 1."""

    mean: NDArray[np.float64]
    scale: NDArray[np.float64]

    @classmethod
    def learn(
        cls, X: NDArray[Any], weight: NDArray[np.float64], ranges: ColumnRanges
    ) -> Self:
        """Learn mean and standard deviation."""
        return cls(*mean_and_scale(X, weight, ranges))

    def attributes(self) -> dict[str, Any]:
        """Mean and standard deviation."""
        return {"mean_": self.mean, "scale_": self.scale}

    def write(self, block: NDArray[Any], out: NDArray[Any]) -> None:
        """Centre and divide."""
        standardize(block, self.mean, self.scale, 0.0, out)


@dataclass(frozen=True, slots=True)
class Unscaled:
    """Numbers as they are; missing entries become the mean."""

    statistics: Standard

    @classmethod
    def learn(
        cls, X: NDArray[Any], weight: NDArray[np.float64], ranges: ColumnRanges
    ) -> Self:
        """Learn mean and standard deviation."""
        return cls(Standard.learn(X, weight, ranges))

    def attributes(self) -> dict[str, Any]:
        """Mean and standard deviation."""
        return self.statistics.attributes()

    def write(self, block: NDArray[Any], out: NDArray[Any]) -> None:
        """Copy, and fill the gaps."""
        standardize(block, 0.0, 1.0, self.statistics.mean, out)


@dataclass(frozen=True, slots=True)
class Robust:
    """Median 0, interquartile range 1, outliers drawn in smoothly."""

    median: NDArray[np.float64]
    # Half of what entries are divided by, since the whole may be out of range.
    half: NDArray[np.float64]

    @classmethod
    def learn(
        cls, X: NDArray[Any], weight: NDArray[np.float64], ranges: ColumnRanges
    ) -> Self:
        """Learn median and interquartile range, the range where that is 0."""
        levels = np.array([0.25, 0.5, 0.75])
        quartiles = [
            column.quantiles(levels) if len(column.values) else np.zeros(3)
            for column in distributions(X, weight)
        ]
        lower, median, upper = np.array(quartiles).reshape(-1, 3).T
        flat = is_constant(lower, upper, X.dtype)
        range_ = ranges.high / 2 - ranges.low / 2
        half = np.where(flat, range_ / 2, upper / 2 - lower / 2)
        # What is divided by infinity is 0, whatever comes after fit.
        half[ranges.constant | (half == 0)] = np.inf
        return cls(median, half)

    def attributes(self) -> dict[str, Any]:
        """Median and scale."""
        with np.errstate(over="ignore"):
            return {"median_": self.median, "scale_": 2 * self.half}

    def write(self, block: NDArray[Any], out: NDArray[Any]) -> None:
        """Centre, divide and clip smoothly."""
        values = np.empty(block.shape)
        standardize(block, self.median, self.half, 0.0, values)
        values /= 2 * _REACH
        np.clip(values, -_FAR, _FAR, out=values)
        values /= np.sqrt(1 + values * values)
        np.multiply(values, _REACH, out=out)


@dataclass(frozen=True, slots=True)
class Quantile:
    """The score that an entry of the same rank has in a normal distribution."""

    knots: list[NDArray[np.float64]]
    shares: list[NDArray[np.float64]]

    @classmethod
    def learn(
        cls, X: NDArray[Any], weight: NDArray[np.float64], ranges: ColumnRanges
    ) -> Self:
        """Learn knots and the share of the weight up to each of them."""
        columns = zip(
            ranges.constant, ranges.low, distributions(X, weight), strict=True
        )
        pairs = [
            (np.array([low]), np.array([0.5])) if constant else _knots(column)
            for constant, low, column in columns
        ]
        return cls([knots for knots, _ in pairs], [shares for _, shares in pairs])

    def attributes(self) -> dict[str, Any]:
        """Values between which shares are interpolated."""
        return {"quantiles_": self.knots}

    def write(self, block: NDArray[Any], out: NDArray[Any]) -> None:
        """Interpolate the shares of a column, and take their normal scores."""
        scores = np.empty(block.shape)
        for j, (knots, shares) in enumerate(zip(self.knots, self.shares, strict=True)):
            scores[:, j] = _interpolate(block[:, j], knots, shares)
        ndtri(scores, out=scores)
        np.copyto(scores, 0.0, where=np.isnan(scores))
        out[...] = scores


def _knots(column: Distribution) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """At most 1,000 distinct values and the share of the weight up to each.

    Half of the weight on a knot counts: the average of the shares with and without
    the entries tied with it.
    """
    knots = column.values
    if len(knots) > _MAX_KNOTS:
        knots = np.unique(column.quantiles(np.linspace(0.0, 1.0, _MAX_KNOTS)))
    shares = column.midranks(knots).clip(_LEAST_SHARE, 1 - _LEAST_SHARE)
    return knots, shares


def _interpolate(
    column: NDArray[Any], knots: NDArray[np.float64], shares: NDArray[np.float64]
) -> NDArray[np.float64]:
    share: NDArray[np.float64] = np.interp(column, knots, shares)
    # Between knots as close as the smallest floats the slope is infinite; there an
    # entry counts as the knot below.
    steep = np.isinf(share)
    if steep.any():
        share[steep] = shares[np.searchsorted(knots, column[steep]) - 1]
    return share


def replaced(scaler: Scaler, columns: NDArray[np.intp], other: Scaler) -> Scaler:
    """Return a scaler with the statistics of another one for some columns.

    Parameters
    ----------
    scaler : Scaler
        For all columns.
    columns : ndarray of shape (n_replaced,)
        Which to replace.
    other : Scaler
        Of the same class, for these columns only.
    """
    values: dict[str, Any] = {}
    for field in fields(scaler):
        mine, new = getattr(scaler, field.name), getattr(other, field.name)
        put = replaced if is_dataclass(mine) else _with_entries
        values[field.name] = put(mine, columns, new)
    return type(scaler)(**values)


def _with_entries(mine: Any, columns: NDArray[np.intp], new: Any) -> Any:
    values = mine.copy()
    for column, value in zip(columns.tolist(), new, strict=True):
        values[column] = value
    return values


SCALINGS: dict[str | None, type[Scaler]] = {
    "standard": Standard,
    "robust": Robust,
    "quantile": Quantile,
    None: Unscaled,
}
# Everything that one of them shows.
STATISTICS = ("mean_", "median_", "scale_", "quantiles_")
