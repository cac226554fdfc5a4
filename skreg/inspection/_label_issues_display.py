"""A picture of how much the training labels are to be trusted."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator
from sklearn.utils import check_consistent_length, column_or_1d
from sklearn.utils.validation import check_is_fitted

from .._checks import Whole, same_length
from ._axes import axes

# Light bars, and dark outlines with hatching over them: told apart in grey, too.
_STYLES = (
    {"color": "#9ecae1"},
    {"facecolor": "none", "edgecolor": "#a63603", "hatch": "////"},
)


class LabelIssuesDisplay:
    """Histogram of the quality of training labels, suspicious ones apart.

    Make it with :meth:`from_estimator`. Needs matplotlib.

    Parameters
    ----------
    label_quality : array-like of shape (n_samples,)
        Trust in each label, in [0, 1].
    is_label_issue : array-like of bool of shape (n_samples,)
        Which labels are suspicious.
    names : (str, str), default=('no issue', 'label issue')
        Names of the two groups of rows.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Axes with the histogram.
    figure_ : matplotlib Figure
        Figure of the axes.
    patches_ : list of two BarContainer
        The bars of the trusted and of the suspicious rows.

    See Also
    --------
    skreg.ELRClassifier : Finds the label issues.

    Examples
    --------
    >>> import matplotlib
    >>> matplotlib.use("agg")
    >>> from skreg.inspection import LabelIssuesDisplay
    >>> display = LabelIssuesDisplay([0.9, 0.8, 0.1], [False, False, True]).plot()
    >>> display.ax_.get_xlabel()
    'label quality'
    """

    def __init__(
        self,
        label_quality: ArrayLike,
        is_label_issue: ArrayLike,
        *,
        names: tuple[str, str] = ("no issue", "label issue"),
    ) -> None:
        self.label_quality: NDArray[np.float64] = column_or_1d(label_quality)
        self.is_label_issue = column_or_1d(is_label_issue).astype(bool)
        same_length(label_quality=self.label_quality, is_label_issue=is_label_issue)
        self.names = names

    @classmethod
    def from_estimator(
        cls,
        estimator: BaseEstimator,
        *,
        is_wrong: ArrayLike | None = None,
        bins: int = 40,
        ax: Any = None,
        **bar_kw: Any,
    ) -> LabelIssuesDisplay:
        """Plot the label quality of the rows that a classifier was trained on.

        Parameters
        ----------
        estimator : ELRClassifier or Pipeline that ends with one
            Fitted.
        is_wrong : array-like of bool of shape (n_samples,), default=None
            Where it is known, which labels are wrong; the two groups are then right
            and wrong labels instead of the classifier's own opinion.
        bins : int, default=40
            Number of bars over [0, 1].
        ax : matplotlib Axes, default=None
            Axes to draw on; None makes a new figure.
        **bar_kw : dict
            Passed to ``matplotlib.pyplot.hist``.

        Returns
        -------
        display : LabelIssuesDisplay
            The plot.

        Raises
        ------
        TypeError
            If the estimator has no label quality.
        ValueError
            If `is_wrong` has another length.

        Examples
        --------
        >>> import matplotlib
        >>> matplotlib.use("agg")
        >>> from sklearn.datasets import load_wine
        >>> from skreg import ELRClassifier
        >>> from skreg.inspection import LabelIssuesDisplay
        >>> X, y = load_wine(return_X_y=True)
        >>> net = ELRClassifier(random_state=0).fit(X, y)
        >>> display = LabelIssuesDisplay.from_estimator(net)
        >>> display.ax_.get_ylabel()
        'training rows'
        """
        final = estimator[-1] if hasattr(estimator, "named_steps") else estimator
        check_is_fitted(final)
        if not hasattr(final, "label_quality_"):
            raise TypeError(
                f"{type(final).__name__} has no label_quality_; pass an ELRClassifier "
                "or a Pipeline that ends with one."
            )
        if is_wrong is None:
            display = cls(final.label_quality_, final.label_issues_)
        else:
            check_consistent_length(final.label_quality_, is_wrong)
            names = ("right labels", "wrong labels")
            display = cls(final.label_quality_, is_wrong, names=names)
        return display.plot(bins=bins, ax=ax, **bar_kw)

    def plot(
        self, *, bins: int = 40, ax: Any = None, **bar_kw: Any
    ) -> LabelIssuesDisplay:
        """Draw the histogram.

        Parameters
        ----------
        bins : int, default=40
            Number of bars over [0, 1].
        ax : matplotlib Axes, default=None
            Axes to draw on; None makes a new figure.
        **bar_kw : dict
            Passed to ``matplotlib.pyplot.hist``.

        Returns
        -------
        display : LabelIssuesDisplay
            This object.
        """
        ax = axes(ax, "LabelIssuesDisplay.plot")
        edges = np.linspace(0.0, 1.0, Whole(1, 10**6)(bins, "bins") + 1)
        suspicious = self.is_label_issue
        self.patches_ = []
        groups = zip((~suspicious, suspicious), self.names, _STYLES, strict=True)
        for rows, name, style in groups:
            label = f"{name} ({rows.sum():,})"
            options = {"label": label, **style, **bar_kw}
            *_, patches = ax.hist(self.label_quality[rows], edges, **options)
            self.patches_.append(patches)
        # A few suspicious rows among thousands are still to be seen.
        ax.set(xlabel="label quality", ylabel="training rows", yscale="symlog")
        ax.legend()
        self.ax_, self.figure_ = ax, ax.figure
        return self
