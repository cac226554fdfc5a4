"""What is to be fitted to standardised series, and what came out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from ..._types import Floats
from ...autoregression._residual_losses import Loss
from ...autoregression._rule import Rule
from ...autoregression._sparse import Solution
from ._linear_model import LinearModel
from ._net_options import NetOptions
from ._window_design import Design


class Pair(NamedTuple):
    """A series as the linear model sees it, standardised, NaN where missing.

    Attributes
    ----------
    values : ndarray of shape (n_times - lost, n_channels)
        Differences, if any are taken.
    exog : ndarray of shape (n_times - lost, n_exog)
        Exogenous columns of the same times.
    levels : ndarray of shape (n_times, n_channels)
        What the differences were taken of, in their unit.
    offset : ndarray of shape (n_channels,)
        What was subtracted from the differences.
    """

    values: Floats
    exog: Floats
    levels: Floats
    offset: Floats


@dataclass(frozen=True)
class Task:
    """What to fit, apart from the data.

    Attributes
    ----------
    design : Design
        Lags, steps, exogenous columns.
    rule : Rule
        Penalty and its strength.
    centred : bool
        Whether there is an intercept.
    missing : {'auto', 'pairwise', 'drop'}
        What to do about gaps.
    periods : tuple of int
        Of the differences that were taken.
    n_splits : int
        Time-ordered folds, if the strength is chosen by cross-validation.
    losses : mapping of str or float to Loss
        Besides the squared error: of the forecast, 'mean', and of quantiles.
    net : NetOptions
        How nets are trained, if there are any.
    """

    design: Design
    rule: Rule
    centred: bool
    missing: str
    periods: tuple[int, ...]
    n_splits: int
    losses: Mapping[str | float, Loss]
    net: NetOptions

    @property
    def by_gradients(self) -> bool:
        """Whether the linear part is trained as a net."""
        return self.net.solver == "sgd"


@dataclass(frozen=True)
class Fit:
    """A fitted model and what is known about it.

    Attributes
    ----------
    model : LinearModel
        Coefficients.
    solutions : list of list of Solution
        How they were chosen, by step and channel.
    errors : ndarray of shape (steps, n_channels)
        Mean squared errors on the training windows.
    deviations : ndarray of shape (n_channels, width)
        Standard errors of the first step's coefficients, relative to the standard
        deviation of the errors.
    count : float
        Number of windows.
    """

    model: LinearModel
    solutions: list[list[Solution]]
    errors: Floats
    deviations: Floats
    count: float
