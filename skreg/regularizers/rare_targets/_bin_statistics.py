"""Means and variances of features in label bins, and how they are smoothed."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor

# Bounds of the ratio of a smoothed variance to that of the bin itself.
_RATIOS = 0.1, 10.0
_TINY = torch.finfo(torch.float32).tiny
# Standard deviations below this many roundings of the mean are those of equal rows.
_ROUNDINGS = 64.0


def smoothing_matrix(n_bins: int, window: ArrayLike) -> NDArray[np.float64]:
    """Return the weights of all bins in the smoothed value of each.

    Parameters
    ----------
    n_bins : int
        Number of bins.
    window : array-like of shape (size,)
        Weights of the neighbours, scaled to sum 1; reflected at the ends.

    Returns
    -------
    matrix : ndarray of shape (n_bins, n_bins)
        Its rows sum to 1.
    """
    shares = np.asarray(window, np.float64)
    shares = shares / shares.sum()
    half = len(shares) // 2
    source = np.pad(np.arange(n_bins), half, mode="reflect")
    matrix = np.zeros((n_bins, n_bins))
    for offset, share in enumerate(shares):
        np.add.at(matrix, (np.arange(n_bins), source[offset : offset + n_bins]), share)
    return matrix


def bin_shares(
    bins: Tensor, n_bins: int, weight: Tensor | None, dtype: torch.dtype
) -> tuple[Tensor, Tensor]:
    """Return the mass of each bin and the shares of the rows in it.

    Parameters
    ----------
    bins : Tensor of shape (batch,)
        Bins of the rows.
    n_bins : int
        Number of bins.
    weight : Tensor of shape (batch,) or None
        Sample weights.
    dtype : torch.dtype
        Precision of the results.

    Returns
    -------
    mass : Tensor of shape (n_bins, 1)
        Number of rows, or their weight.
    shares : Tensor of shape (n_bins, batch)
        Times features they are means over the bins, 0 for an empty one.
    """
    member = torch.nn.functional.one_hot(bins, n_bins).to(dtype)
    if weight is not None:
        member = member * weight.unsqueeze(-1)
    mass = member.sum(0).unsqueeze(-1)
    return mass, (member / mass.squeeze(-1).clamp_min(_TINY)).mT


class Moments(NamedTuple):
    """Mass of each bin, means and sums of squared deviations of the features."""

    mass: Tensor
    mean: Tensor
    deviation: Tensor

    @classmethod
    def of(
        cls, features: Tensor, bins: Tensor, n_bins: int, weight: Tensor | None
    ) -> Moments:
        """Count rows; empty bins have mean 0."""
        mass, share = bin_shares(bins, n_bins, weight, features.dtype)
        mean = share @ features
        apart = features - mean.index_select(-2, bins)
        return cls(mass, mean, (share @ apart.square()) * mass)

    def merge(self, other: Moments) -> Moments:
        """Return the moments of the rows of both."""
        mass = self.mass + other.mass
        share = other.mass / mass.clamp_min(_TINY)
        step = other.mean - self.mean
        between = step.square() * self.mass * share
        deviation = self.deviation + other.deviation + between
        return Moments(mass, self.mean + step * share, deviation)

    @property
    def variance(self) -> Tensor:
        """Variances, without a correction: the scale of weights does not matter."""
        return self.deviation / self.mass.clamp_min(_TINY)


def smooth_bins(values: Tensor, matrix: Tensor, present: Tensor | None) -> Tensor:
    """Smooth over bins, the second to last axis, with those that are present alone.

    Parameters
    ----------
    values : Tensor of shape (..., n_bins, n_features)
        What is smoothed.
    matrix : Tensor of shape (n_bins, n_bins)
        See :func:`smoothing_matrix`.
    present : Tensor of bool of shape (n_bins,) or None
        Bins that count; None means all, as published, where bins without rows have
        mean 0 and variance 1.
    """
    if present is not None:
        matrix = matrix * present
        matrix = matrix / matrix.sum(-1, keepdim=True).clamp_min(_TINY)
    return matrix @ values


def calibrate(
    features: Tensor,
    bins: Tensor,
    before: tuple[Tensor, Tensor],
    after: tuple[Tensor, Tensor],
) -> Tensor:
    """Give the features of each bin another mean and variance.

    Parameters
    ----------
    features : Tensor of shape (..., batch, n_features)
        Features of rows.
    bins : Tensor of shape (batch,)
        Their bins.
    before, after : (Tensor, Tensor) of shape (..., n_bins, n_features)
        Means and variances of the bins, and those that rows shall have. The ratio of
        variances is kept within 0.1 and 10; features without variance stay.
    """
    mean, variance, new_mean, new_variance = (
        values.index_select(-2, bins) for values in (*before, *after)
    )
    # Equal rows have none, but for rounding: k copies must do what a weight of k does.
    rounding = _ROUNDINGS * torch.finfo(mean.dtype).eps * mean
    spread = variance > rounding.square()
    ratio = new_variance / torch.where(spread, variance, 1.0)
    scale = ratio.clamp(*_RATIOS).sqrt()
    moved = (features - mean) * scale + new_mean
    return torch.where(spread, moved, features)
