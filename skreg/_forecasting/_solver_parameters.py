"""Parameters of the solver and of nets, which regressor and forecaster share."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral, Real
from typing import Annotated, Any

import numpy as np

from .._parameters import Doc, Interval, StrOptions, field, parameters
from ._parameters import PenaltyParameters


@parameters
class SolverParameters(PenaltyParameters):
    """Closed form or gradients, and a net on top.

    Parameters
    ----------
    {parameters}
    """

    solver: Annotated[
        str,
        StrOptions({"auto", "sgd"}),
        Doc(
            "{'auto', 'sgd'}",
            "'auto' is the closed form. 'sgd' trains a linear net with the published "
            "penalty, for comparison: slower, and without exact zeros. It needs a "
            "number for `alpha`, or `expected_sparsity`.",
        ),
    ] = "auto"
    hidden_layer_sizes: Annotated[
        Sequence[int],
        "array-like",
        Doc(
            "tuple of int",
            "Hidden layers of a net that corrects the linear part, which stays as it "
            "is. Without layers there is none; and none is kept unless it lowers the "
            "error of the latest rows.",
        ),
    ] = ()
    max_epochs: Annotated[
        int,
        Interval(Integral, 1, None, closed="left"),
        Doc("int", "Most passes over the rows, if a net is trained."),
    ] = 50
    lr: Annotated[
        float,
        Interval(Real, 0, None, closed="neither"),
        Doc("float", "Learning rate of a net."),
    ] = 1e-3
    batch_size: Annotated[
        int | str,
        StrOptions({"auto"}),
        Interval(Integral, 1, None, closed="left"),
        Doc("int or 'auto'", "Rows of a training step of a net."),
    ] = "auto"
    validation_fraction: Annotated[
        float,
        Interval(Real, 0, 1, closed="neither"),
        Doc("float", "Share of rows, the latest, that judge a correction."),
    ] = 0.15
    device: Annotated[
        str, str, Doc("str", "Where a net is trained: 'auto', 'cpu', 'cuda'.")
    ] = "cpu"
    random_state: Annotated[
        int | np.random.RandomState | None,
        "random_state",
        Doc(
            "int, RandomState instance or None",
            "Seed of a net. The closed form draws nothing.",
        ),
    ] = None

    correction_: Annotated[
        Any,
        Doc("estimator or None", "The net that corrects the linear part, if any."),
    ] = field(init=False)
