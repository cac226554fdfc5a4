"""A picture of where on the range of a target a regressor errs."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator

from .._types import Floats
from ..metrics import shot_groups
from ..preprocessing._target_bins import TargetBins, check_bins, check_vector
from ._axes import axes

# Share of the height that bars and lines take; the legend has the rest.
_FILLED = 0.75
# One for each model of a picture, which may be printed in grey.
_MARKERS = "os^Dv"
# Bins that many times as wide as others are those of targets far off.
_FAR = 5.0


class ImbalanceDisplay:
    """Error by target region, in front of the density of the training targets.

    Make it with :meth:`from_estimator` or :meth:`from_predictions`; draw another model
    into the same axes with ``ax=display.ax_``. Needs matplotlib.

    Parameters
    ----------
    edges : array-like of shape (n_bins + 1,)
        Edges of the bins.
    n_train : array-like of shape (n_bins,)
        Training rows in each.
    error : array-like of shape (n_bins,)
        Mean absolute error of the test rows in each; NaN where there are none.
    deviation : array-like of shape (n_bins,)
        Standard error of that mean.
    is_rare : array-like of bool of shape (n_bins,)
        Bins that count as few-shot.
    name : str, default=None
        Name of the model.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Axes with the errors.
    density_ax_ : matplotlib Axes
        Axes with the training rows.
    figure_ : matplotlib Figure
        Figure of both.
    line_ : matplotlib Line2D
        The errors.

    See Also
    --------
    skreg.metrics.shot_metrics : The same as three numbers.

    Examples
    --------
    >>> import matplotlib
    >>> matplotlib.use("agg")
    >>> from skreg.inspection import ImbalanceDisplay
    >>> y = [0.0, 0.0, 0.1, 0.1, 0.2, 0.9]
    >>> display = ImbalanceDisplay.from_predictions(y, [0.1] * 6, n_bins=2)
    >>> display.error.round(2)
    array([0.06, 0.8 ])
    """

    def __init__(
        self,
        edges: ArrayLike,
        n_train: ArrayLike,
        error: ArrayLike,
        deviation: ArrayLike,
        is_rare: ArrayLike,
        *,
        name: str | None = None,
    ) -> None:
        self.edges: Floats = np.asarray(edges, np.float64)
        self.n_train: Floats = np.asarray(n_train, np.float64)
        self.error: Floats = np.asarray(error, np.float64)
        self.deviation: Floats = np.asarray(deviation, np.float64)
        self.is_rare: NDArray[np.bool_] = np.asarray(is_rare, bool)
        self.name = name

    @classmethod
    def from_estimator(
        cls,
        estimator: BaseEstimator,
        X: Any,
        y: ArrayLike,
        *,
        y_train: ArrayLike | None = None,
        n_bins: int = 20,
        name: str | None = None,
        ax: Any = None,
        **line_kw: Any,
    ) -> ImbalanceDisplay:
        """Plot the errors of a fitted regressor.

        Parameters
        ----------
        estimator : regressor
            Fitted.
        X : array-like or DataFrame of shape (n_samples, n_features)
            Test rows.
        y : array-like of shape (n_samples,)
            Their targets.
        y_train : array-like of shape (n_train,), default=None
            Targets of the training rows, for density and bins; None takes `y`.
        n_bins : int, default=20
            Number of bins of equal width.
        name : str, default=None
            Name in the legend; None takes that of the class.
        ax : matplotlib Axes, default=None
            Axes to draw on; None makes a new figure.
        **line_kw : dict
            Passed to ``matplotlib.pyplot.errorbar``.

        Returns
        -------
        display : ImbalanceDisplay
            The plot.
        """
        return cls.from_predictions(
            y,
            estimator.predict(X),
            y_train=y_train,
            n_bins=n_bins,
            name=type(estimator).__name__ if name is None else name,
            ax=ax,
            **line_kw,
        )

    @classmethod
    def from_predictions(
        cls,
        y_true: ArrayLike,
        y_pred: ArrayLike,
        *,
        y_train: ArrayLike | None = None,
        n_bins: int = 20,
        name: str | None = None,
        ax: Any = None,
        **line_kw: Any,
    ) -> ImbalanceDisplay:
        """Plot the errors of predictions.

        Parameters
        ----------
        y_true : array-like of shape (n_samples,)
            Targets of the test rows.
        y_pred : array-like of shape (n_samples,)
            Predictions.
        y_train : array-like of shape (n_train,), default=None
            Targets of the training rows, for density and bins; None takes `y_true`.
        n_bins : int, default=20
            Number of bins of equal width.
        name : str, default=None
            Name in the legend.
        ax : matplotlib Axes, default=None
            Axes to draw on, such as ``ax_`` of another display with the same training
            rows; None makes a new figure.
        **line_kw : dict
            Passed to ``matplotlib.pyplot.errorbar``.

        Returns
        -------
        display : ImbalanceDisplay
            The plot.

        Raises
        ------
        ValueError
            If an entry is missing or infinite, or shapes do not fit.
        """
        check_bins(n_bins)
        true, predicted = check_vector(y_true, "y_true"), check_vector(y_pred, "y_pred")
        if len(true) != len(predicted):
            raise ValueError(
                f"y_true has {len(true)} rows, but y_pred has {len(predicted)}."
            )
        train = true if y_train is None else check_vector(y_train, "y_train")
        bins = TargetBins.over(train, n_bins)
        edges = _drawn(bins.edges)
        mean, deviation = _by_bin(np.abs(predicted - true), bins.index(true), n_bins)
        groups = shot_groups(
            bins.edges[:-1], y_train=train, thresholds="auto", n_bins=n_bins
        )
        display = cls(
            edges, bins.mass(train), mean, deviation, groups == "few", name=name
        )
        return display.plot(ax=ax, **line_kw)

    def plot(self, *, ax: Any = None, **line_kw: Any) -> ImbalanceDisplay:
        """Draw the errors, and the density where it is not drawn yet.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Axes to draw on; None makes a new figure.
        **line_kw : dict
            Passed to ``matplotlib.pyplot.errorbar``.

        Returns
        -------
        display : ImbalanceDisplay
            This object.
        """
        self.ax_ = axes(ax, "ImbalanceDisplay.plot")
        self.figure_ = self.ax_.figure
        self.density_ax_ = self._density_axes()
        centers, known = (self.edges[:-1] + self.edges[1:]) / 2, ~np.isnan(self.error)
        marker = _MARKERS[len(self.ax_.containers) % len(_MARKERS)]
        options = {"fmt": f"-{marker}", "capsize": 2, "label": self.name, **line_kw}
        bars = self.ax_.errorbar(
            centers[known], self.error[known], self.deviation[known], **options
        )
        self.line_ = bars[0]
        rare = known & self.is_rare
        hollow = {"mfc": "white", "color": self.line_.get_color(), "zorder": 4}
        hollow |= {"linestyle": "none", "marker": self.line_.get_marker()}
        self.ax_.plot(centers[rare], self.error[rare], **hollow)
        self.ax_.set(xlabel="target", ylabel="mean absolute error")
        self.ax_.set_ylim(bottom=0)
        if self.name is not None:
            self._name_lines()
        return self

    def _name_lines(self) -> None:
        """Draw the legend in a band above bars and lines, so that it hides neither."""
        names = self.ax_.get_legend_handles_labels()[1]
        self.ax_.set_ylim(top=max(self.ax_.dataLim.ymax, 1e-12) / _FILLED)
        self.ax_.legend(
            title="hollow: rare targets",
            loc="upper center",
            ncols=min(len(names), 3),
            frameon=False,
        )

    def _density_axes(self) -> Any:
        """Return the axes with the density, which all models in a picture share."""
        for other in self.figure_.axes:
            if getattr(other, "_skreg_density_of", None) is self.ax_:
                return other
        twin = self.ax_.twinx()
        twin._skreg_density_of = self.ax_
        twin.stairs(self.n_train, self.edges, fill=True, color="0.88")
        # On a logarithmic scale, a power is a share of the height.
        top = max(self.n_train.max(), 2.0) ** (1 / _FILLED)
        twin.set(ylabel="training rows", yscale="symlog", ylim=(0, top))
        self.ax_.set_zorder(twin.get_zorder() + 1)
        self.ax_.patch.set_visible(False)
        return twin


def _drawn(edges: Floats) -> Floats:
    """Return edges for a picture: bins of far-off targets are as wide as the others."""
    widths = np.diff(edges)
    usual = 2.0 * np.median(widths)
    drawn = edges.copy()
    if len(widths) > 2 and widths[0] > _FAR * usual:
        drawn[0] = edges[1] - usual
    if len(widths) > 2 and widths[-2] > _FAR * usual:  # up to the first far target
        drawn[-2] = edges[-3] + usual
    if len(widths) > 2 and (widths[-1] > _FAR * usual or drawn[-2] < edges[-2]):
        drawn[-1] = drawn[-2] + usual
    return drawn


def _by_bin(
    error: Floats, bins: NDArray[np.int64], n_bins: int
) -> tuple[Floats, Floats]:
    """Return the mean of every bin, NaN for an empty one, and its standard error."""
    count = np.bincount(bins, minlength=n_bins)
    known = count > 0
    mean, deviation = np.full(n_bins, np.nan), np.full(n_bins, np.nan)
    mean[known] = np.bincount(bins, error, n_bins)[known] / count[known]
    squares = np.bincount(bins, (error - mean[bins]) ** 2, n_bins)[known]
    deviation[known] = np.sqrt(squares) / np.maximum(count[known], 1)
    # A single row tells nothing of its spread: the best guess is that of the others.
    n_free = len(error) - known.sum()
    spread = np.sqrt(squares.sum() / n_free) if n_free else error.std()
    deviation[count == 1] = spread
    return mean, deviation
