"""Classification with few labels."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import ClassifierMixin
from sklearn.utils.metaestimators import available_if

from .._parameters import Doc, field, parameters
from ._missing_labels import read_labels
from ._pretrained_predictor import PretrainedPredictor


def _has_probabilities(estimator: PretrainedPredictor) -> bool:
    """Whether the head predicts probabilities."""
    head = getattr(estimator, "head_", estimator.head)
    return isinstance(head, str) or hasattr(head, "predict_proba")


@parameters
class TJEPAClassifier(ClassifierMixin, PretrainedPredictor):
    """Classification where rows are many and labels few.

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
    TJEPARegressor : The same for numbers.

    Notes
    -----
    Rows have no label where y is the number -1, as in `sklearn.semi_supervised`, or
    missing: NaN, None, ``pandas.NA``, NaT or null. Beside texts, -1 needs an array of
    dtype object; the text "-1" is refused. If all other labels
    are 1, which would leave one class, -1 is refused too where most rows have it, and
    else taken as a class with a warning: code two classes as 0 and 1. Rows without
    label may also be passed to `fit` as `X_unlabeled`.

    Examples
    --------
    >>> import numpy as np
    >>> from skreg.datasets import make_redundant_columns
    >>> from skreg.pretraining import TJEPAClassifier, TJEPATransformer
    >>> X, y = make_redundant_columns(600, random_state=0)
    >>> y_few = np.where(np.arange(600) < 60, y, -1)  # -1 has no label
    >>> encoder = TJEPATransformer(target_norm="batch", max_epochs=5)
    >>> net = TJEPAClassifier(pretrained=encoder, random_state=0).fit(X, y_few)
    >>> net.n_labeled_, net.score(X[60:], y[60:]) > 0.5
    (60, True)
    """

    classes_: Annotated[
        NDArray[Any], Doc("ndarray of shape (n_classes,)", "The labels, sorted.")
    ] = field(init=False)

    @available_if(_has_probabilities)
    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """Return the probabilities of the classes.

        Parameters
        ----------
        X : array-like or dataframe of shape (n_samples, n_features)
            Rows of a table with the columns of the training table.

        Returns
        -------
        probabilities : ndarray of shape (n_samples, n_classes)
            Columns in the order of ``classes_``.
        """
        inputs = self._head_inputs(X)
        probabilities: NDArray[np.float64] = self.head_.predict_proba(inputs)
        return probabilities

    def _read_target(
        self, y: ArrayLike, counted: NDArray[np.bool_]
    ) -> tuple[NDArray[Any], NDArray[np.bool_]]:
        labels, labeled = read_labels(y, counted)
        self.classes_ = np.unique(labels[labeled])
        return labels, labeled
