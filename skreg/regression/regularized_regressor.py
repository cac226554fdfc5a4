"""Regression with any regularizers."""

from __future__ import annotations

from .._estimator._roles import NetRegressor
from .._parameters import parameters


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
    >>> net.fit(X[::2], y[::2]).score(X[1::2], y[1::2]) > 0.3  # on the other rows
    True
    """
