"""Series with and without gaps as the moments of their windows."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import add
from typing import Protocol, Self

from ..._types import Floats, Integers
from ...autoregression import Moments, pairwise_moments, window_moments
from ...autoregression._windows import few_moments
from ._missing_values import complete_runs
from ._window_design import Design


class Source(Protocol):
    """One series, seen as the moments of its windows."""

    @property
    def values(self) -> Floats:
        """The series, with or without gaps."""

    def __len__(self) -> int: ...

    def part(self, where: slice) -> Source:
        """Return some of the times."""

    def moments(self, design: Design) -> Moments:
        """Return the moments of all windows."""

    def few(self, design: Design, columns: Integers) -> Moments:
        """Return those of a few columns."""


@dataclass(frozen=True)
class _Windows(ABC):
    """A series, standardised, with its exogenous columns."""

    values: Floats
    exog: Floats

    def __len__(self) -> int:
        return len(self.values)

    def part(self, where: slice) -> Self:
        """Return some of the times."""
        return replace(self, values=self.values[where], exog=self.exog[where])

    @abstractmethod
    def moments(self, design: Design) -> Moments:
        """Return the moments of all windows."""

    def few(self, design: Design, columns: Integers) -> Moments:
        """Return those of a few columns, here taken from all."""
        return self.moments(design).take(columns)


class PlainWindows(_Windows):
    """A series without a gap."""

    def moments(self, design: Design) -> Moments:
        """Return the moments of all windows."""
        return window_moments(design.channels(self.values, self.exog), design.length)

    def few(self, design: Design, columns: Integers) -> Moments:
        """Return those of a few columns, by plain products."""
        channels = design.channels(self.values, self.exog)
        return few_moments(channels, design.length, columns)


class CompleteWindows(_Windows):
    """Only windows without a gap count."""

    def moments(self, design: Design) -> Moments:
        """Return the moments of these windows."""
        found = [
            window_moments(
                design.channels(self.values[run], self.exog[run]), design.length
            )
            for run in complete_runs(self.values, self.exog, design.length)
        ]
        if not found:
            raise ValueError(
                f"missing='drop' leaves no window of {design.length} values without a "
                "gap; use missing='auto' or fewer lags."
            )
        return reduce(add, found)


class PairwiseWindows(_Windows):
    """Every pair of known values counts, whatever lies between them."""

    def moments(self, design: Design) -> Moments:
        """Return moments as of all windows."""
        return pairwise_moments(design.channels(self.values, self.exog), design.length)


@dataclass(frozen=True)
class ExpectedWindows(_Windows):
    """Gaps hold expected values, and draws say how far the true ones may be off.

    Attributes
    ----------
    draws : sequence of (values, exog)
        Deviations from the expected values, zero where a value is known.
    share : float
        What a window counts, compared with one without a gap.
    """

    draws: Sequence[tuple[Floats, Floats]]
    share: float

    def part(self, where: slice) -> Self:
        """Return some of the times."""
        draws = [(values[where], exog[where]) for values, exog in self.draws]
        return replace(super().part(where), draws=draws)

    def moments(self, design: Design) -> Moments:
        """Return expected moments: products of expected values, plus covariances."""
        channels = design.channels(self.values, self.exog)
        found = window_moments(channels, design.length)
        products = found.products
        for draw in self.draws:
            spread = window_moments(design.channels(*draw), design.length)
            products = products + spread.products / len(self.draws)
        share = self.share
        return Moments(share * products, share * found.sums, share * found.count)


def total_moments(sources: Sequence[Source], design: Design) -> Moments:
    """Return the sum of the moments of all series.

    Parameters
    ----------
    sources : sequence of Source
        The series.
    design : Design
        Columns of a window.
    """
    return reduce(add, (source.moments(design) for source in sources))


def n_complete(values: Floats, exog: Floats, length: int) -> int:
    """Return how many windows of some length have no gap.

    Parameters
    ----------
    values, exog : ndarray of shape (n_times, n_columns)
        NaN where missing.
    length : int
        Times that a window spans.
    """
    runs = complete_runs(values, exog, length)
    return int(sum(run.stop - run.start - length + 1 for run in runs))
