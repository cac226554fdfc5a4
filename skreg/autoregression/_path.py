"""Lasso paths with one weight a coefficient, exact, from correlations alone."""

from __future__ import annotations

import warnings
from typing import NamedTuple

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import lars_path_gram

from ._moments import Floats

# Coefficients and weights that would overflow the scaled correlations.
_HEAVIEST = 1e8


class Path(NamedTuple):
    """The lasso's solutions where a coefficient enters or leaves.

    Attributes
    ----------
    alphas : ndarray of shape (n_knots,)
        Strengths, falling; solutions in between are interpolated linearly.
    coefs : ndarray of shape (n_regressors, n_knots)
        The solutions.
    complete : bool
        Whether the path reached `alpha_min` or the end.
    """

    alphas: Floats
    coefs: Floats
    complete: bool

    def at(self, alpha: float) -> Floats:
        """Return the solution for a strength."""
        right = int(np.searchsorted(-self.alphas, -alpha))
        if right == 0:
            return np.zeros(len(self.coefs))
        if right == len(self.alphas):
            return self.coefs[:, -1]
        above, below = self.alphas[right - 1], self.alphas[right]
        share = (above - alpha) / (above - below)
        left = self.coefs[:, right - 1]
        found: Floats = left + share * (self.coefs[:, right] - left)
        # What is active on neither side of a knot stays exactly zero.
        return found


def weighted_lasso_path(
    gram: Floats,
    cross: Floats,
    weights: Floats,
    *,
    alpha_min: float = 0.0,
    max_steps: int = 500,
) -> Path:
    r"""Minimise :math:`w'Gw/2 - c'w + \alpha \sum_j \omega_j |w_j|` for all alpha.

    Parameters
    ----------
    gram : ndarray of shape (n_regressors, n_regressors)
        Correlations G of the regressors.
    cross : ndarray of shape (n_regressors,)
        Correlations c with the target.
    weights : ndarray of shape (n_regressors,)
        Weights, positive.
    alpha_min : float, default=0.0
        Where the path ends.
    max_steps : int, default=500
        Most steps of the path.

    Returns
    -------
    path : Path
        From the strength at which the first coefficient enters.
    """
    share = 1.0 / np.minimum(weights, _HEAVIEST)
    scaled = (gram * share).T  # in Fortran order, as it is symmetric
    scaled *= share
    max_steps = min(max_steps, len(gram))
    with warnings.catch_warnings():
        # Collinear lags are dropped, which is what we want of them.
        warnings.simplefilter("ignore", ConvergenceWarning)
        warnings.simplefilter("ignore", RuntimeWarning)
        alphas, _, coefs = lars_path_gram(
            Xy=cross * share,
            Gram=scaled,
            n_samples=1,
            max_iter=max_steps,
            alpha_min=alpha_min,
            method="lasso",
            copy_Gram=False,
        )
    complete = len(alphas) <= max_steps or len(gram) <= max_steps
    return Path(alphas, coefs * share[:, None], complete)
