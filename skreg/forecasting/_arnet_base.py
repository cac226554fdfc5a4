"""What regressor and forecaster share: a penalty, a solver and a net on top."""

from __future__ import annotations

from dataclasses import fields

from sklearn.base import BaseEstimator

from .._estimator._composition import ClearKeys
from .._fitted_state import Savable
from .._parameters import field, parameters
from ..autoregression._penalties import penalty_named
from ..autoregression._rule import Rule
from . import _arnet_attributes as fitted
from . import _arnet_parameters as arnet
from ._fitting._net_options import NetOptions


@parameters
class ARNetBase(Savable, ClearKeys, BaseEstimator):
    """A linear model that is regularized, in closed form or as a net.

    Parameters
    ----------
    {parameters}
    """

    penalty: arnet.Penalty = "arnet"
    alpha: arnet.Alpha = "ebic"
    expected_sparsity: arnet.ExpectedSparsity = None
    refit: arnet.Refit = True
    n_alphas: arnet.NAlphas = 30
    c1: arnet.Steepness = 3.0
    c2: arnet.Root = 3.0
    loss: arnet.Loss = "squared_error"
    fit_intercept: arnet.FitIntercept = True
    solver: arnet.Solver = "auto"
    hidden_layer_sizes: arnet.HiddenLayerSizes = ()
    max_epochs: arnet.MaxEpochs = 50
    lr: arnet.LearningRate = 1e-3
    batch_size: arnet.BatchSize = "auto"
    validation_fraction: arnet.ValidationFraction = 0.15
    device: arnet.Device = "cpu"
    random_state: arnet.RandomState = None

    correction_: fitted.Correction = field(init=False)

    def _rule(self) -> Rule:
        """Return the penalty and how its strength is found."""
        return Rule(
            penalty_named(self.penalty, c1=self.c1, c2=self.c2),
            self.alpha,
            self.expected_sparsity,
            self.refit,
            self.n_alphas,
        )

    def _net_options(self) -> NetOptions:
        """Return what nets are told, or raise if it does not go together."""
        return NetOptions(**{f.name: getattr(self, f.name) for f in fields(NetOptions)})
