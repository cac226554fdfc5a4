"""The regressor's other solvers: stochastic gradients, and a net on top."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from .._estimator._roles import NetRegressor
from .._types import Floats
from ..autoregression import sparsity_strength
from ..regularizers import SparseAR

# Epochs without improvement after which a correction is no longer trained.
_PATIENCE = 10
# Batches of neighbouring rows by which the error of a gain is measured.
_BATCHES = 20
# What `solver='sgd'` knows of parameters of the closed form.
_HEEDED: dict[str, tuple[Any, ...]] = {
    "penalty": ("arnet", None),
    "loss": ("squared_error",),
    "fit_intercept": (True,),
}
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


@dataclass(frozen=True)
class NetOptions:
    """What nets are told, apart from the estimator that they serve."""

    penalty: str | None
    alpha: float | str
    expected_sparsity: float | None
    c1: float
    c2: float
    solver: str
    hidden_layer_sizes: Sequence[int]
    max_epochs: int
    lr: float
    batch_size: int | str
    validation_fraction: float
    device: str
    random_state: Any

    @classmethod
    def of(cls, estimator: Any) -> NetOptions:
        """Read the parameters of an estimator, and check how they go together."""
        require_compatible(estimator)
        return cls(**{f.name: getattr(estimator, f.name) for f in fields(cls)})


def require_compatible(estimator: Any) -> None:
    """Raise if parameters are set that a net would not heed.

    Parameters
    ----------
    estimator : estimator
        Its public parameters are read.
    """
    if estimator.solver == "sgd":
        _strength(estimator)
        for name, allowed in _HEEDED.items():
            given = getattr(estimator, name)
            if given not in allowed:
                raise ValueError(
                    f"solver='sgd' does not heed {name}={given!r}; give "
                    f"{' or '.join(map(repr, allowed))}, or use solver='auto'."
                )
    if len(estimator.hidden_layer_sizes) and estimator.loss == "quantile":
        raise ValueError(
            "hidden_layer_sizes corrects the mean, which loss='quantile' does not "
            "forecast; use hidden_layer_sizes=() or another loss."
        )


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
    constant = y.std(axis=0) == 0  # what nets take many steps to learn
    coef[constant] = 0.0
    values[0, constant] = y[0, constant]
    return coef, values[0] - coef @ centre, alpha


def correction(
    parameters: Any,
    X: Floats,
    residual: Floats,
    weight: Floats | None,
    *,
    gap: int = 0,
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
    gap : int, default=0
        Rows left out between those that train and those that judge.

    Returns
    -------
    net : estimator or None
        None if no epoch lowers the squared error of the latest rows by more than a
        standard error.
    """
    cut = len(X) - round(parameters.validation_fraction * len(X))
    stop = cut - gap
    if not 2 <= stop <= cut < len(X):
        return None
    if weight is not None and not (weight[:stop].any() and weight[cut:].any()):
        return None
    early = None if weight is None else weight[:stop]
    late = None if weight is None else weight[cut:]

    plain = np.mean(residual[cut:] ** 2, axis=1)
    net = _net(parameters, parameters.hidden_layer_sizes)
    best, most, waited = None, 0.0, 0
    for _ in range(parameters.max_epochs):
        net.partial_fit(X[:stop], _flat(residual[:stop]), sample_weight=early)
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


def _strength(parameters: Any) -> float:
    """Return the strength in the standardised units of the net; noise counts as 1."""
    if parameters.penalty is None:
        return 0.0
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
