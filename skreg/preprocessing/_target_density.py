"""The density of numeric labels, by a Gaussian kernel on a fine grid."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.signal import fftconvolve

from .._types import Floats
from ._target_bins import shared_counts, unit_positions
from ._usual_range import UsualRange

_N_GRID = 4096
# How far kernels reach, in bandwidths; beyond it they are below the rounding of sums.
_REACH = 8.0


@dataclass(frozen=True)
class TargetDensity:
    """A density scaled to [0, 1] over the range of the labels and some way beyond.

    Parameters
    ----------
    low, high : float
        The smallest and the largest label that is not far off.
    grid : ndarray
        Positions relative to them, where the density is known.
    values : ndarray
        The scaled density there.
    """

    low: float
    high: float
    grid: Floats
    values: Floats

    @classmethod
    def of(
        cls,
        labels: Floats,
        weight: Floats | None = None,
        bandwidth: float | None = None,
    ) -> TargetDensity:
        """Estimate the density of a vector of labels.

        Parameters
        ----------
        labels, weight : ndarray of shape (n_samples,)
            The labels and what they weigh.
        bandwidth : float or None, default=None
            Of the kernel, in standard deviations of the labels. None follows a rule of
            thumb, by which a weight of two is less than two labels.
        """
        mass = np.ones(len(labels)) if weight is None else weight / weight.max()
        labels, mass = labels[mass > 0], mass[mass > 0]
        usual = UsualRange.of(labels, mass)
        near = ~usual.far(labels)
        labels, mass = labels[near], mass[near]
        low, high = usual.low, usual.high
        if low == high:
            return cls(low, high, np.zeros(1), np.ones(1))
        positions = unit_positions(labels, low, high)
        width = _bandwidth(positions, mass, bandwidth)
        border = max(0.05, 3.0 * width)
        grid = np.linspace(-border, 1.0 + border, _N_GRID)
        density = _smoothed(positions, mass, grid, width)
        least, most = density.min(), density.max()
        return cls(low, high, grid, (density - least) / (most - least))

    def __call__(self, labels: Floats) -> Floats:
        """Return the scaled density at labels."""
        positions = unit_positions(labels, self.low, self.high)
        return np.interp(positions, self.grid, self.values)


def _bandwidth(positions: Floats, mass: Floats, given: float | None) -> float:
    """Return the given bandwidth, or 1.06 n^(-1/5) with as many rows as weigh in."""
    mean = np.average(positions, weights=mass)
    variance = np.average((positions - mean) ** 2, weights=mass)
    if given is None:
        given = 1.06 * float(mass.sum() ** 2 / (mass**2).sum()) ** -0.2
    return float(given * np.sqrt(variance))


def _smoothed(positions: Floats, mass: Floats, grid: Floats, width: float) -> Floats:
    """Count the labels on the grid and smooth the counts."""
    step = grid[1] - grid[0]
    counts = shared_counts((positions - grid[0]) / step, mass, len(grid))
    reach = min(int(np.ceil(_REACH * width / step)), len(grid)) + 1
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) * step / width) ** 2)
    smooth = fftconvolve(counts, kernel, mode="full")[reach : reach + len(grid)]
    # The transform leaves rounding errors, also negative ones, where nothing is.
    return np.maximum(smooth, 0.0)
