"""Regression with few labels."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import RegressorMixin
from sklearn.utils import Tags

from .._parameters import parameters
from ._missing_labels import read_values
from ._pretrained_predictor import PretrainedPredictor


@parameters
class TJEPARegressor(RegressorMixin, PretrainedPredictor):
    """Regression where rows are many and values of the target few.

    An encoder learns from all rows, labelled or not, to embed them
    (:class:`TJEPATransformer`); a head learns from the labelled ones.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    {attributes}

    See Also
    --------
    TJEPATransformer : The embedding on its own, and how it is judged.
    TJEPAClassifier : The same for classes.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.datasets import load_diabetes
    >>> from skreg.pretraining import TJEPARegressor, TJEPATransformer
    >>> X, y = load_diabetes(return_X_y=True)
    >>> y_few = np.where(np.arange(len(y)) < 100, y, np.nan)  # NaN has no value
    >>> encoder = TJEPATransformer(max_epochs=5)
    >>> net = TJEPARegressor(pretrained=encoder, random_state=0).fit(X, y_few)
    >>> net.n_labeled_, net.score(X[100:], y[100:]) > 0.3
    (100, True)
    """

    def _read_target(
        self, y: ArrayLike, counted: NDArray[np.bool_]
    ) -> tuple[NDArray[Any], NDArray[np.bool_]]:
        values = read_values(y)
        known = ~np.isnan(values.reshape(len(values), -1)).any(axis=1)
        return values, counted & known

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags
