"""A linear net with the published penalty, and its coefficients."""

from __future__ import annotations

import numpy as np

from ..._types import Floats
from ._net_options import NetOptions, as_target


def fit_linear_net(
    options: NetOptions, X: Floats, y: Floats, weight: Floats | None
) -> tuple[Floats, Floats, float]:
    """Train a linear net with the published penalty.

    Parameters
    ----------
    options : NetOptions
        How it is trained.
    X : ndarray of shape (n_samples, n_features)
        Regressors.
    y : ndarray of shape (n_samples, n_targets)
        Targets.
    weight : ndarray of shape (n_samples,) or None
        Sample weights.

    Returns
    -------
    coef : ndarray of shape (n_targets, n_features)
        In units; small where the penalty was at work, never exactly zero.
    intercept : ndarray of shape (n_targets,)
        Constants.
    alpha : float
        Strength of the penalty.
    """
    net = options.linear_net()
    net.fit(X, as_target(y), sample_weight=weight)
    # A linear map is known from what it does to the origin and to the unit vectors,
    # which are taken about the mean, in steps that single precision resolves.
    centre, scale = X.mean(axis=0), X.std(axis=0)
    scale = np.where(scale > 0, scale, 1.0)
    points = np.vstack([centre, centre + np.diag(scale)])
    values = net.predict(points).reshape(len(points), -1)
    coef = (values[1:] - values[0]).T / scale
    constant = y.std(axis=0) == 0  # what nets take many steps to learn
    coef[constant] = 0.0
    values[0, constant] = y[0, constant]
    return coef, values[0] - coef @ centre, options.strength
