"""Parameters that the regressor and the forecaster share."""

from __future__ import annotations

from numbers import Integral, Real
from typing import Annotated

from sklearn.base import BaseEstimator

from .._parameters import Doc, Interval, Options, StrOptions, parameters
from ..autoregression import Rule


@parameters
class PenaltyParameters(BaseEstimator):
    """How coefficients are regularized, and how strongly.

    Parameters
    ----------
    {parameters}
    """

    penalty: Annotated[
        str | None,
        StrOptions({"arnet", "l1", "l2"}),
        None,
        Doc(
            "{'arnet', 'l1', 'l2'} or None",
            "'arnet' and 'l1' set coefficients to exactly zero, 'arnet' hardly shrinks "
            "the others. None is least squares.",
        ),
    ] = "arnet"
    alpha: Annotated[
        float | str,
        Interval(Real, 0, None, closed="left"),
        StrOptions({"ebic", "bic", "cv"}),
        Doc(
            "float or {'ebic', 'bic', 'cv'}",
            "Strength of the penalty on standardised columns, or how to choose it: by "
            "the extended Bayesian criterion, by BIC, or by `cv` time-ordered folds "
            "('l2': by generalised cross-validation in place of the first two). "
            "For 'arnet' a number is the paper's lambda, for 'l1' that of the lasso, "
            "for 'l2' that of ridge divided by the number of rows.",
        ),
    ] = "ebic"
    expected_sparsity: Annotated[
        float | None,
        Interval(Real, 0, 1, closed="right"),
        None,
        Doc(
            "float or None",
            "Share of coefficients expected to matter. If given, 'arnet' uses the "
            "strength of the paper, `noise / 100 * (1 / expected_sparsity - 1)`, in "
            "place of `alpha`; 1 means no penalty.",
        ),
    ] = None
    refit: Annotated[
        bool,
        "boolean",
        Doc("bool", "Whether selected columns are fitted anew without penalty."),
    ] = True
    cv: Annotated[
        int,
        Interval(Integral, 1, None, closed="left"),
        Doc(
            "int",
            "Folds for ``alpha='cv'``: equal parts of the later half, each of which "
            "validates what was trained on all before it.",
        ),
    ] = 5
    n_alphas: Annotated[
        int,
        Interval(Integral, 2, None, closed="left"),
        Doc("int", "Strengths to compare with ``alpha='cv'`` or ``penalty='l2'``."),
    ] = 30
    c1: Annotated[
        float,
        Interval(Real, 0, None, closed="neither"),
        Doc("float", "Steepness of the AR-Net penalty."),
    ] = 3.0
    c2: Annotated[
        float,
        Interval(Real, 1, None, closed="left"),
        Doc("float", "Root of the AR-Net penalty: `|w| ** (1 / c2)`."),
    ] = 3.0
    loss: Annotated[
        str,
        Options(str, {"squared_error", "huber", "quantile"}),
        Doc(
            "{'squared_error', 'huber', 'quantile'}",
            "Loss of an error. The columns are always selected by squared errors; the "
            "other losses then determine their coefficients.",
        ),
    ] = "squared_error"
    fit_intercept: Annotated[
        bool, "boolean", Doc("bool", "Whether there is a constant.")
    ] = True

    def _rule(self) -> Rule:
        return Rule(
            self.penalty,
            self.alpha,
            self.expected_sparsity,
            self.c1,
            self.c2,
            self.refit,
            self.n_alphas,
        )
