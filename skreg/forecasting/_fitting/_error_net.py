"""A net on the errors of a linear model, kept only if it lowers later ones."""

from __future__ import annotations

import copy

import numpy as np

from ..._types import Floats
from ...regression import RegularizedRegressor
from ._net_options import NetOptions, as_target

# Epochs without improvement after which a correction is no longer trained.
_PATIENCE = 10
# Batches of neighbouring rows by which the error of a gain is measured.
_BATCHES = 20


def error_net(
    options: NetOptions,
    X: Floats,
    residual: Floats,
    weight: Floats | None,
    *,
    gap: int = 0,
) -> RegularizedRegressor | None:
    """Train a net on the errors of the linear part, if the latest rows approve of it.

    Parameters
    ----------
    options : NetOptions
        How it is trained.
    X : ndarray of shape (n_samples, n_features)
        Regressors, in time order.
    residual : ndarray of shape (n_samples, n_targets)
        Errors of the linear part.
    weight : ndarray of shape (n_samples,) or None
        Sample weights.
    gap : int, default=0
        Rows left out between those that train and those that judge.

    Returns
    -------
    net : RegularizedRegressor or None
        None if no epoch lowers the squared error of the latest rows by more than a
        standard error.
    """
    cut = len(X) - round(options.validation_fraction * len(X))
    stop = cut - gap
    if not 2 <= stop <= cut < len(X):
        return None
    if weight is not None and not (weight[:stop].any() and weight[cut:].any()):
        return None
    early = None if weight is None else weight[:stop]
    late = None if weight is None else weight[cut:]

    plain = np.mean(residual[cut:] ** 2, axis=1)
    net = options.net(options.hidden_layer_sizes)
    best, most, waited = None, 0.0, 0
    for _ in range(options.max_epochs):
        net.partial_fit(X[:stop], as_target(residual[:stop]), sample_weight=early)
        found = net.predict(X[cut:]).reshape(len(X) - cut, -1)
        gain = plain - np.mean((residual[cut:] - found) ** 2, axis=1)
        waited += 1
        if _sure(gain, late) > most:
            best, most, waited = copy.deepcopy(net), _sure(gain, late), 0
        if waited == _PATIENCE:
            break
    return best


def _sure(gain: Floats, weight: Floats | None) -> float:
    """Return the mean gain of rows minus its standard error.

    Gains of neighbouring rows are alike, as their windows overlap, so that the error is
    that of the means of batches.
    """
    weight = np.ones(len(gain)) if weight is None else weight
    rows = np.array_split(np.arange(len(gain)), min(_BATCHES, len(gain)))
    rows = [part for part in rows if weight[part].any()]
    mean = np.average(gain, weights=weight)
    means = np.array([np.average(gain[part], weights=weight[part]) for part in rows])
    share = np.array([weight[part].sum() for part in rows]) / weight.sum()
    # Of a weighted mean; weights of rows count as numbers of rows.
    spread = np.sum(share**2 * (means - mean) ** 2)
    return float(mean - np.sqrt(spread * len(rows) / max(len(rows) - 1, 1)))
