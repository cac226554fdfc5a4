"""The regressor's other solvers: stochastic gradients, and a net on top."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .._estimator._roles import NetRegressor
from ..autoregression import sparsity_strength
from ..regularizers import SparseAR

Floats = NDArray[np.float64]

# Epochs without improvement after which a correction is no longer trained.
_PATIENCE = 10
# A plain net on standardised numbers, whatever suits tables: its first layer holds the
# coefficients of the columns, and epochs are alike, as a correction may end after any.
_PLAIN: dict[str, Any] = {
    "numeric_embedding": None,
    "wide": False,
    "scaling": "standard",
    "activation": "relu",
    "dropout": 0.0,
    "weight_decay": 0.0,
    "lr_schedule": "constant",
}


def linear_net(parameters: Any, X: Floats, y: Floats, weight: Floats | None) -> Any:
    """Train a linear net with the published penalty.

    Parameters
    ----------
    parameters : estimator
        Its public parameters are read.
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
    alpha = _strength(parameters)
    penalty = SparseAR(strength=alpha, c1=parameters.c1, c2=parameters.c2)
    net = _net(parameters, ()).set_params(
        regularizers=[penalty] if parameters.penalty == "arnet" else []
    )
    net.fit(X, _flat(y), sample_weight=weight)
    # A linear map is known from what it does to the origin and to the unit vectors,
    # which are taken about the mean, in steps that single precision resolves.
    centre, scale = X.mean(axis=0), X.std(axis=0)
    scale = np.where(scale > 0, scale, 1.0)
    points = np.vstack([centre, centre + np.diag(scale)])
    values = net.predict(points).reshape(len(points), -1)
    coef = (values[1:] - values[0]).T / scale
    return coef, values[0] - coef @ centre, alpha


def correction(
    parameters: Any, X: Floats, residual: Floats, weight: Floats | None
) -> Any:
    """Train a net on the errors of the linear part, if the latest rows approve of it.

    Parameters
    ----------
    parameters : estimator
        Its public parameters are read.
    X : ndarray of shape (n_samples, n_features)
        Regressors, in time order.
    residual : ndarray of shape (n_samples, n_targets)
        Errors of the linear part.
    weight : ndarray of shape (n_samples,) or None
        Sample weights.

    Returns
    -------
    net : estimator or None
        None if no epoch lowers the squared error of the latest rows by more than a
        standard error.
    """
    cut = len(X) - round(parameters.validation_fraction * len(X))
    known = weight is None or (weight[:cut].any() and weight[cut:].any())
    if not 2 <= cut < len(X) or not known:
        return None
    early = None if weight is None else weight[:cut]
    late = None if weight is None else weight[cut:]

    plain = np.mean(residual[cut:] ** 2, axis=1)
    net = _net(parameters, parameters.hidden_layer_sizes)
    best, most, waited = None, 0.0, 0
    for _ in range(parameters.max_epochs):
        net.partial_fit(X[:cut], _flat(residual[:cut]), sample_weight=early)
        found = net.predict(X[cut:]).reshape(len(X) - cut, -1)
        gain = plain - np.mean((residual[cut:] - found) ** 2, axis=1)
        waited += 1
        if _sure(gain, late) > most:
            best, most, waited = copy.deepcopy(net), _sure(gain, late), 0
        if waited == _PATIENCE:
            break
    return best


def _flat(y: Floats) -> Floats:
    """Return a single column as a vector, which is what estimators expect."""
    return y[:, 0] if y.shape[1] == 1 else y


def _sure(gain: Floats, weight: Floats | None) -> float:
    """Return the mean gain of rows minus its standard error."""
    mean = np.average(gain, weights=weight)
    spread = np.average((gain - mean) ** 2, weights=weight)
    count = len(gain) if weight is None else weight.sum()
    return float(mean - np.sqrt(spread / max(count, 1.0)))


def _strength(parameters: Any) -> float:
    """Return the strength in the standardised units of the net; noise counts as 1."""
    if parameters.expected_sparsity is not None:
        return sparsity_strength(parameters.expected_sparsity, 1.0)
    if isinstance(parameters.alpha, str):
        raise ValueError(
            f"solver='sgd' cannot choose alpha={parameters.alpha!r}; give a number or "
            "expected_sparsity, or use solver='auto'."
        )
    return float(parameters.alpha)


def _net(parameters: Any, hidden: Sequence[int]) -> NetRegressor:
    return NetRegressor(
        hidden_layer_sizes=tuple(hidden),
        max_epochs=parameters.max_epochs,
        lr=parameters.lr,
        batch_size=parameters.batch_size,
        device=parameters.device,
        random_state=parameters.random_state,
        **_PLAIN,
    )
