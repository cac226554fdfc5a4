"""Classification with any regularizers."""

from __future__ import annotations

from .._estimator._roles import NetClassifier
from .._parameters import defaults, parameters


@parameters
@defaults(dropout=0.1, lr=8e-3)
class RegularizedClassifier(NetClassifier):
    """A neural net for classification, with any regularizers.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    {attributes}

    See Also
    --------
    ELRClassifier : Classification when part of the labels is wrong.
    RegularizedRegressor : The same for numbers.

    Examples
    --------
    >>> from sklearn.datasets import load_wine
    >>> from skreg import RegularizedClassifier
    >>> from skreg.regularizers import LabelSmoothing, Mixup
    >>> X, y = load_wine(return_X_y=True)
    >>> net = RegularizedClassifier(
    ...     regularizers=[Mixup(), LabelSmoothing()], random_state=0
    ... )
    >>> net = net.set_params(mixup__strength=0.5).fit(X[::2], y[::2])
    >>> net.score(X[1::2], y[1::2]) > 0.9  # on the other rows
    True
    """
