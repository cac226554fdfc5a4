"""Lasso paths with one weight a coefficient, exact, from correlations alone."""

from __future__ import annotations

import warnings
from typing import NamedTuple

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import lars_path_gram

from .._checks import Number, Numbers, Whole, checked
from .._types import Floats, Integers

# Coefficients and weights that would overflow the scaled correlations.
_HEAVIEST = 1e8
# Regressors that a path is first tried with, besides four for each step.
_FEW = 64


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
        after = int(np.searchsorted(-self.alphas, -alpha))
        if after == 0:
            return np.zeros(len(self.coefs))
        if after == len(self.alphas):
            return self.coefs[:, -1]
        above, below = self.alphas[after - 1], self.alphas[after]
        share = (above - alpha) / (above - below)
        before = self.coefs[:, after - 1]
        found: Floats = before + share * (self.coefs[:, after] - before)
        # What is active on neither side of a knot stays exactly zero.
        return found


@checked(
    gram=Numbers(n_axes=(2,)),
    cross=Numbers(),
    weights=Numbers(low=1e-300, high=np.inf),
    alpha_min=Number(0.0),
    max_steps=Whole(least=0),
)
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

    Raises
    ------
    ValueError
        If an argument is not finite, a weight not positive, or shapes do not fit.

    Notes
    -----
    A short path of many regressors is computed on those with the largest correlations
    first. Whether others would have entered is checked afterwards; if so, they join.
    """
    width = len(cross)
    if gram.shape != (width, width) or weights.shape != (width,):
        raise ValueError(
            f"gram, cross and weights have the shapes {gram.shape}, {cross.shape} and "
            f"{weights.shape}; give (p, p), (p,) and (p,)."
        )
    share = 1.0 / np.minimum(weights, _HEAVIEST)
    max_steps = min(max_steps, len(gram))
    eager = np.argsort(-np.abs(cross * share), kind="stable")
    n_kept = 4 * max_steps + _FEW
    while n_kept < len(gram):
        kept = np.sort(eager[:n_kept])
        path = _path(gram, cross, share, kept, alpha_min, max_steps)
        late = _violations(gram, cross, share, kept, path)
        if not len(late):
            return path
        # Those that should have entered come next.
        eager = np.concatenate([kept, late, np.setdiff1d(eager[n_kept:], late)])
        n_kept += max(len(late), n_kept // 4)
    return _path(gram, cross, share, np.arange(len(gram)), alpha_min, max_steps)


def _path(
    gram: Floats,
    cross: Floats,
    share: Floats,
    kept: Integers,
    alpha_min: float,
    max_steps: int,
) -> Path:
    """Return the path on some of the regressors; the others stay zero."""
    all_kept = len(kept) == len(gram)
    part = gram if all_kept else gram[np.ix_(kept, kept)]
    scaled = (part * share[kept]).T  # in Fortran order, as it is symmetric
    scaled *= share[kept]
    with warnings.catch_warnings():
        # Collinear lags are dropped, which is what we want of them.
        warnings.simplefilter("ignore", ConvergenceWarning)
        warnings.simplefilter("ignore", RuntimeWarning)
        alphas, _, coefs = lars_path_gram(
            Xy=cross[kept] * share[kept],
            Gram=scaled,
            n_samples=1,
            max_iter=max_steps,
            alpha_min=alpha_min,
            method="lasso",
            copy_Gram=False,
        )
    found = np.zeros((len(gram), len(alphas)))
    found[kept] = coefs * share[kept, None]
    complete = len(alphas) <= max_steps or len(gram) <= max_steps
    return Path(alphas, found, complete)


def _violations(
    gram: Floats, cross: Floats, share: Floats, kept: Integers, path: Path
) -> Integers:
    """Return the regressors left out that the path on all would have taken up.

    Between two knots correlations and strength are linear, so the knots are enough.
    """
    used = np.flatnonzero(path.coefs.any(axis=1))
    residual = cross[:, None] - gram[:, used] @ path.coefs[used]
    above = np.abs(residual) * share[:, None] > path.alphas * (1.0 + 1e-9) + 1e-14
    above[kept] = False
    return np.flatnonzero(above.any(axis=1))
