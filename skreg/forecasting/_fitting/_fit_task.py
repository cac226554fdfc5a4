"""What is to be fitted to standardised series, and what came out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add

from ..._types import Floats
from ...autoregression import Moments
from ...autoregression._residual_losses import Loss
from ...autoregression._rule import Rule
from ...autoregression._sparse import Solution
from ._linear_model import LinearModel
from ._missing_values import moments_of
from ._net_options import NetOptions
from ._window_design import Design

# Values and exogenous columns of a series, standardised, NaN where missing.
Pair = tuple[Floats, Floats]


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
    missing : {'pairwise', 'drop'}
        What to do about gaps.
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


def total_moments(data: Sequence[Pair], task: Task) -> Moments:
    """Return the sum of the moments of all series."""
    parts = (moments_of(*pair, task.design, task.missing) for pair in data)
    return reduce(add, parts)
