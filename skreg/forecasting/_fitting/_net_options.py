"""What the nets are told: a linear one, or one that corrects a linear model."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..._types import Floats
from ...autoregression._penalties import penalty_named
from ...autoregression._rule import Rule
from ...regression import RegularizedRegressor
from ...regularizers import Regularizer, SparseAR

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
    """Parameters of an estimator that matter to its nets, known to go together."""

    penalty: str | None
    alpha: float | str
    expected_sparsity: float | None
    c1: float
    c2: float
    loss: str
    fit_intercept: bool
    solver: str
    hidden_layer_sizes: Sequence[int]
    max_epochs: int
    lr: float
    batch_size: int | str
    validation_fraction: float
    device: str
    random_state: int | np.random.RandomState | None

    def __post_init__(self) -> None:
        if self.solver == "sgd":
            self._require_heeded()
            _strength(self)  # or an error that says that it must be given
        if len(self.hidden_layer_sizes) and self.loss == "quantile":
            raise ValueError(
                "hidden_layer_sizes corrects the mean, which loss='quantile' does not "
                "forecast; use hidden_layer_sizes=() or another loss."
            )

    def _require_heeded(self) -> None:
        """Raise if parameters are set that a linear net would not heed."""
        for name, allowed in _HEEDED.items():
            given = getattr(self, name)
            if given not in allowed:
                raise ValueError(
                    f"solver='sgd' does not heed {name}={given!r}; give "
                    f"{' or '.join(map(repr, allowed))}, or use solver='auto'."
                )

    @property
    def strength(self) -> float:
        """Strength in the standardised units of a linear net; noise counts as 1."""
        return _strength(self)

    def net(self, hidden: Sequence[int]) -> RegularizedRegressor:
        """Return a net, not yet trained.

        Parameters
        ----------
        hidden : sequence of int
            Its hidden layers; none makes it linear.
        """
        return RegularizedRegressor(
            hidden_layer_sizes=tuple(hidden),
            max_epochs=self.max_epochs,
            lr=self.lr,
            batch_size=self.batch_size,
            device=self.device,
            random_state=self.random_state,
            **_PLAIN,
        )

    def linear_net(self) -> RegularizedRegressor:
        """Return a linear net with the published penalty, not yet trained."""
        regularizers = _REGULARIZERS[self.penalty](self)
        return self.net(()).set_params(regularizers=regularizers)


def _strength(options: NetOptions) -> float:
    penalty = penalty_named(options.penalty, c1=options.c1, c2=options.c2)
    alpha = penalty.strength(Rule(penalty, options.alpha, options.expected_sparsity), 1)
    if isinstance(alpha, str):
        raise ValueError(
            f"solver='sgd' cannot choose alpha={alpha!r}; give a number or "
            "expected_sparsity, or use solver='auto'."
        )
    return float(alpha)


def _sparse_ar(options: NetOptions) -> list[Regularizer]:
    return [SparseAR(strength=options.strength, c1=options.c1, c2=options.c2)]


def _nothing(options: NetOptions) -> list[Regularizer]:
    return []


# The penalties that a linear net can be trained with.
_REGULARIZERS: Mapping[str | None, Callable[[NetOptions], list[Regularizer]]] = {
    "arnet": _sparse_ar,
    None: _nothing,
}
# What `solver='sgd'` knows of parameters of the closed form.
_HEEDED: Mapping[str, tuple[Any, ...]] = {
    "penalty": tuple(_REGULARIZERS),
    "loss": ("squared_error",),
    "fit_intercept": (True,),
}


def as_target(y: Floats) -> Floats:
    """Return a single column as a vector, which is what estimators expect.

    Parameters
    ----------
    y : ndarray of shape (n_samples, n_targets)
        Targets.
    """
    return y[:, 0] if y.shape[1] == 1 else y
