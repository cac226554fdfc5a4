"""Classifiers."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Real
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from ._estimator._roles import NetClassifier
from ._estimator._session import Session
from ._parameters import Doc, Interval, field, parameters
from ._training._predict import softmax
from .regularizers import ELR, Regularizer

__all__ = ["ELRClassifier", "RegularizedClassifier"]


@parameters
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
    >>> net.set_params(mixup__strength=0.5).fit(X, y).score(X, y) > 0.95
    True
    """


@parameters
class ELRClassifier(NetClassifier):
    """A neural net that learns well although part of the labels is wrong.

    Early-learning regularization keeps what the net learnt before it began to
    memorise wrong labels. One training gives a classifier and a quality score for
    every training label.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    {attributes}

    See Also
    --------
    skreg.regularizers.ELR : The penalty on its own.
    RegularizedClassifier : The same net with any other regularizers.

    Notes
    -----
    Leave `early_stopping` off: validation labels would be as wrong as the others.
    The penalty is negative. With few wrong labels a `strength` of 1 costs less.

    References
    ----------
    .. [1] S. Liu, J. Niles-Weed, N. Razavian, C. Fernandez-Granda. "Early-Learning
       Regularization Prevents Memorization of Noisy Labels", NeurIPS 2020.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.datasets import load_wine
    >>> from skreg import ELRClassifier
    >>> X, y = load_wine(return_X_y=True)
    >>> wrong = np.random.default_rng(0).permutation(len(y))[:50]
    >>> noisy = y.copy()
    >>> noisy[wrong] = (y[wrong] + 1) % 3
    >>> net = ELRClassifier(random_state=0).fit(X, noisy)
    >>> net.score(X, y) > 0.9
    True
    >>> suspects = np.argsort(net.label_quality_)[:50]
    >>> np.isin(suspects, wrong).mean() > 0.8
    np.True_
    """

    strength: Annotated[
        float,
        Interval(Real, 0, None, closed="left"),
        Doc("float", "Factor of the penalty; 0 equals the plain net bit for bit."),
    ] = 3.0
    beta: Annotated[
        float,
        Interval(Real, 0, 1, closed="left"),
        Doc("float", "Momentum of the averaged predictions."),
    ] = 0.9

    targets_: Annotated[
        NDArray[np.float64],
        Doc(
            "ndarray of shape (n_samples, n_classes)",
            "Averaged predictions for the training rows; rows sum to 1.",
        ),
    ] = field(init=False)
    label_quality_: Annotated[
        NDArray[np.float64],
        Doc(
            "ndarray of shape (n_samples,)",
            "Share of `targets_` on the given label, in [0, 1]; low is suspicious.",
        ),
    ] = field(init=False)

    def _preset(self) -> Mapping[str, Regularizer]:
        return {"elr": ELR(strength=self.strength, beta=self.beta)}

    def _finish(self, session: Session) -> None:
        """Publish the memory; rows never visited get the net's own probabilities."""
        elr = self.regularizers_["elr"]
        assert isinstance(elr, ELR)
        mass = elr.table_.numpy().astype(np.float64)
        mass = mass.reshape(-1, *mass.shape[-2:]).mean(axis=0)  # over the members
        unseen = mass.sum(axis=1) == 0
        if unseen.any():
            mass[unseen] = softmax(self._forward(session.inputs[unseen]))
        self.targets_ = mass / mass.sum(axis=1, keepdims=True)
        self.label_quality_ = self.targets_[np.arange(len(mass)), session.target]
