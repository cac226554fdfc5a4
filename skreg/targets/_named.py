"""Targets of numbers by the name of their loss."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sklearn.base import clone

from .._training._losses import REGRESSION_LOSSES
from ._base import Target
from .classes import ClassTarget
from .point import PointTarget
from .quantiles import QuantileTarget


def _quantile(
    loss: Any, *, quantiles: float | Sequence[float], standardize: bool
) -> Target:
    return QuantileTarget(quantiles=quantiles, standardize=standardize)


def _point(
    loss: Any, *, quantiles: float | Sequence[float], standardize: bool
) -> Target:
    return PointTarget(loss=loss, standardize=standardize)


NAMED_LOSSES: dict[str, Callable[..., Target]] = {
    **dict.fromkeys(REGRESSION_LOSSES, _point),
    "quantile": _quantile,
}


def numeric_target(
    loss: Any, *, quantiles: float | Sequence[float], standardize: bool
) -> Target:
    """Return a new target for the parameter `loss` of a regressor.

    Parameters
    ----------
    loss : str, callable or Target
        A name, a function of outputs and targets, or a target, which is cloned and
        has its own parameters.
    quantiles : float or sequence of float
        Levels, if the loss is that of quantiles.
    standardize : bool
        Whether targets are scaled.

    Raises
    ------
    ValueError
        If the target is for labels, or its parameters do not fit.
    """
    if isinstance(loss, ClassTarget):
        raise ValueError(f"loss={loss!r} is for labels; use a classifier for them.")
    if isinstance(loss, Target):
        made: Target = clone(loss)
        made._validate_params()
        return made
    make = NAMED_LOSSES[loss] if isinstance(loss, str) else _point
    return make(loss, quantiles=quantiles, standardize=standardize)
