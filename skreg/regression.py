"""Regressors."""

from collections.abc import Mapping
from numbers import Real
from typing import Annotated, Any

from ._estimator._emphasis import Emphasis
from ._estimator._roles import NetRegressor
from ._parameters import Doc, Interval, StrOptions, parameters
from .regularizers import ConR, Regularizer

__all__ = ["ConRRegressor", "RegularizedRegressor"]


@parameters
class RegularizedRegressor(NetRegressor):
    """A neural net for regression, with any regularizers.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    {attributes}

    See Also
    --------
    ConRRegressor : Regression where rare targets matter.
    RegularizedClassifier : The same for labels.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from skreg import RegularizedRegressor
    >>> from skreg.regularizers import Mixup, NormLoss
    >>> X, y = load_diabetes(return_X_y=True)
    >>> net = RegularizedRegressor(
    ...     regularizers=[Mixup(), NormLoss()], max_epochs=20, random_state=0
    ... )
    >>> net.fit(X, y).score(X, y) > 0.4
    True
    """


@parameters
class ConRRegressor(NetRegressor):
    """A neural net for regression where the rare targets matter.

    Prices, claims, counts and demand are skewed: few rows have large targets, and
    those are the ones that a net predicts worst. Weights by rarity (`reweight`) are
    what helps them, at a price for the frequent ones; ConR keeps their features
    apart, and is neutral on most tables. All parameters are free of units: rescaling
    or shifting y changes predictions by just that.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    {attributes}

    See Also
    --------
    skreg.regularizers.ConR : The penalty on its own.
    skreg.preprocessing.label_weights : The weights.
    skreg.metrics.balanced_mean_absolute_error : The error that they improve.

    References
    ----------
    .. [1] M. Keramati, L. Meng, R. D. Evans. "ConR: Contrastive Regularizer for Deep
       Imbalanced Regression", ICLR 2024.
    .. [2] Y. Yang, K. Zha, Y.-C. Chen, H. Wang, D. Katabi. "Delving into Deep
       Imbalanced Regression", ICML 2021.

    Examples
    --------
    >>> from skreg import ConRRegressor
    >>> from skreg.datasets import load_abalone
    >>> X, y = load_abalone(return_X_y=True)
    >>> old = y > 20
    >>> options = {"max_epochs": 10, "random_state": 0}
    >>> plain = ConRRegressor(**options).fit(X[::2], y[::2])
    >>> weighted = ConRRegressor(reweight="lds", **options).fit(X[::2], y[::2])
    >>> errors = [abs(net.predict(X) - y)[old].mean() for net in (plain, weighted)]
    >>> errors[1] < 0.8 * errors[0]
    np.True_
    """

    strength: Annotated[
        float,
        Interval(Real, 0, 1, closed="both"),
        Doc(
            "float",
            "Factor of the penalty; 0 equals the plain net of the same parameters, bit "
            "for bit. More than 1 does harm, and is refused.",
        ),
    ] = 0.2
    window: Annotated[
        float,
        Interval(Real, 0, None, closed="left"),
        Doc(
            "float",
            "Up to which difference targets, or predictions, are close, in standard "
            "deviations of y.",
        ),
    ] = 0.2
    temperature: Annotated[
        float,
        Interval(Real, 0, None, closed="neither"),
        Doc("float", "Divisor of the cosines of features."),
    ] = 0.2
    push: Annotated[
        float,
        Interval(Real, 0, None, closed="left"),
        Doc(
            "float",
            "Rows at the two ends of the range of y repel each other by a factor of "
            "exp(push) more than close ones.",
        ),
    ] = 1.0
    reweight: Annotated[
        str | None,
        StrOptions({"sqrt_inverse", "inverse", "lds", "dense"}),
        None,
        Doc(
            "{'sqrt_inverse', 'inverse', 'lds', 'dense'} or None",
            "Weights by the rarity of the target, which multiply the sample weights, "
            "see :func:`skreg.preprocessing.label_weights`.",
        ),
    ] = None
    monitor: Annotated[
        str,
        StrOptions({"balanced", "loss"}),
        Doc(
            "{'balanced', 'loss'}",
            "What early stopping looks at: the mean absolute error (for quantiles, "
            "the loss), averaged over 40 equal bins of the target, or the loss of the "
            "rows.",
        ),
    ] = "balanced"

    def _preset(self) -> Mapping[str, Regularizer]:
        conr = ConR(
            strength=self.strength,
            window=self.window,
            temperature=self.temperature,
            push=self.push,
        )
        return {"conr": conr}

    def _make_codec(self) -> Any:
        codec = super()._make_codec()
        codec.emphasis = Emphasis(self.reweight, self.monitor == "balanced")
        return codec
