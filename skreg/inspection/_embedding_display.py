"""A picture of an embedding: its two main directions."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator
from sklearn.decomposition import PCA
from sklearn.utils import check_array, check_consistent_length, column_or_1d
from sklearn.utils.validation import check_is_fitted

from .._checks import is_none
from ..metrics import embedding_diversity
from ._axes import axes

# Rows that are drawn and measured: more are neither seen nor needed.
_MOST_ROWS = 2000
# Different numbers up to which they are taken for classes.
_MOST_CLASSES = 20


class EmbeddingDisplay:
    """Rows along the two main directions of their embedding.

    In a useful embedding, rows are spread out and neighbours have similar targets. The
    title tells the number of directions in use: of few factors well told apart there
    are few, of a collapsed embedding hardly one. Make it with :meth:`from_estimator`.
    Needs matplotlib.

    Parameters
    ----------
    embedding : array-like of shape (n_samples, n_dimensions)
        Embedded rows; 2,000 of them are drawn if there are more.
    y : array-like of shape (n_samples,), default=None
        Classes or numbers that colour the points.

    Attributes
    ----------
    coordinates : ndarray of shape (n_points, 2)
        The points.
    shares : ndarray of shape (2,)
        Their directions' shares of the variance.
    diversity : dict of str to float
        Of the rows drawn, as :func:`skreg.metrics.embedding_diversity` returns it.
    ax_ : matplotlib Axes
        Axes with the points.
    figure_ : matplotlib Figure
        Figure of the axes.

    See Also
    --------
    skreg.pretraining.TJEPATransformer : Makes embeddings.

    Examples
    --------
    >>> import matplotlib
    >>> matplotlib.use("agg")
    >>> import numpy as np
    >>> from skreg.inspection import EmbeddingDisplay
    >>> display = EmbeddingDisplay(np.eye(4), y=[0, 0, 1, 1]).plot()
    >>> display.ax_.get_title()
    '3.0 of 4 directions in use'
    """

    def __init__(self, embedding: ArrayLike, y: ArrayLike | None = None) -> None:
        rows = check_array(embedding, ensure_min_samples=2, ensure_min_features=2)
        target = None if y is None else column_or_1d(y)
        check_consistent_length(rows, target)
        if len(rows) > _MOST_ROWS:
            random = np.random.default_rng(0)
            chosen = random.choice(len(rows), _MOST_ROWS, replace=False)
            rows = rows[chosen]
            target = None if target is None else target[chosen]
        with np.errstate(invalid="ignore"):  # rows that are all alike
            reduced = PCA(2, svd_solver="covariance_eigh").fit(rows)
        self.coordinates: NDArray[Any] = reduced.transform(rows)
        self.shares: NDArray[Any] = np.nan_to_num(reduced.explained_variance_ratio_)
        self.diversity = embedding_diversity(rows)
        self.n_dimensions = rows.shape[1]
        self.y = target

    @classmethod
    def from_estimator(
        cls,
        estimator: BaseEstimator,
        X: Any,
        y: ArrayLike | None = None,
        *,
        ax: Any = None,
    ) -> EmbeddingDisplay:
        """Embed rows and draw them.

        Parameters
        ----------
        estimator : transformer, TJEPAClassifier, TJEPARegressor or Pipeline
            Fitted.
        X : array-like or dataframe of shape (n_samples, n_features)
            Rows.
        y : array-like of shape (n_samples,), default=None
            Classes or numbers that colour the points.
        ax : matplotlib Axes, default=None
            Axes to draw on; None makes a new figure.

        Returns
        -------
        display : EmbeddingDisplay
            The plot.

        Raises
        ------
        TypeError
            If the estimator does not embed rows.

        Examples
        --------
        >>> import matplotlib
        >>> matplotlib.use("agg")
        >>> from skreg.datasets import make_redundant_columns
        >>> from skreg.inspection import EmbeddingDisplay
        >>> from skreg.pretraining import TJEPATransformer
        >>> X, y = make_redundant_columns(200, random_state=0)
        >>> encoder = TJEPATransformer(max_epochs=2, random_state=0).fit(X)
        >>> display = EmbeddingDisplay.from_estimator(encoder, X, y)
        >>> len(display.coordinates)
        200
        """
        check_is_fitted(estimator)
        embedder = getattr(estimator, "transformer_", estimator)
        if not hasattr(embedder, "transform"):
            raise TypeError(
                f"{type(estimator).__name__} has no transform and no transformer_; "
                "pass a transformer, such as TJEPATransformer, or what holds one."
            )
        return cls(np.asarray(embedder.transform(X)), y).plot(ax=ax)

    def plot(self, ax: Any = None) -> EmbeddingDisplay:
        """Draw the points.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Axes to draw on; None makes a new figure.

        Returns
        -------
        display : EmbeddingDisplay
            This object.
        """
        ax = axes(ax, "EmbeddingDisplay.plot")
        options = {"s": 9, "alpha": 0.6, "linewidths": 0}
        first, second = self.coordinates.T
        if self.y is None:
            ax.scatter(first, second, color="#0072B2", **options)
        elif self._has_classes():
            unlabeled = _unlabeled(self.y)
            if unlabeled.any():
                grey = {**options, "color": "0.75", "label": "unlabelled"}
                ax.scatter(first[unlabeled], second[unlabeled], **grey)
            for label in np.unique(self.y[~unlabeled]):
                rows = self.y == label
                ax.scatter(first[rows], second[rows], label=str(label), **options)
            ax.legend(markerscale=2, fontsize="small")
        else:
            points = ax.scatter(first, second, c=self.y, cmap="viridis", **options)
            ax.figure.colorbar(points, ax=ax, label="target")
        rank = self.diversity["effective_rank"]
        ax.set(
            title=f"{rank:.1f} of {self.n_dimensions} directions in use",
            xlabel=f"first direction ({self.shares[0]:.0%} of the variance)",
            ylabel=f"second direction ({self.shares[1]:.0%})",
        )
        ax.spines[["top", "right"]].set_visible(False)
        self.ax_, self.figure_ = ax, ax.figure
        return self

    def _has_classes(self) -> bool:
        assert self.y is not None
        known = self.y[~_unlabeled(self.y)]
        few = len(np.unique(known)) <= _MOST_CLASSES
        return few or self.y.dtype.kind not in "fiu"


def _unlabeled(y: NDArray[Any]) -> NDArray[np.bool_]:
    """Tell which rows have no label: those of the number -1, or missing."""
    values = y.tolist()
    missing = np.array([is_none(value) for value in values], dtype=bool)
    marked = [isinstance(value, int | float) and value == -1 for value in values]
    # Many numbers, or -1 beside 1 alone, are no marks.
    others = {value for value, gone in zip(values, missing, strict=True) if not gone}
    are_marks = len(others) <= _MOST_CLASSES + 1 and others != {-1, 1}
    return missing | (np.array(marked, dtype=bool) & are_marks)
