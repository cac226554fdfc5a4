"""The lags of a forecaster, drawn."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils.validation import check_is_fitted

from ._axes import axes


class LagDisplay:
    """Coefficients of the selected lags over the whole range that was searched.

    Parameters
    ----------
    lags : array-like of shape (n_lags,)
        All lags on offer.
    coef : array-like of shape (n_lags,)
        Their coefficients, zero for those not selected.
    step : int, default=1
        Step ahead that the coefficients belong to.

    Attributes
    ----------
    ax_ : matplotlib Axes
        The axes of the latest plot.
    figure_ : matplotlib Figure
        Its figure.

    Examples
    --------
    >>> from skreg import ARNetForecaster
    >>> from skreg.datasets import load_sunspots
    >>> from skreg.inspection import LagDisplay
    >>> model = ARNetForecaster(lags=150).fit(load_sunspots(return_y=True))
    >>> display = LagDisplay.from_estimator(model)  # doctest: +SKIP
    """

    def __init__(self, lags: ArrayLike, coef: ArrayLike, step: int = 1) -> None:
        self.lags: NDArray[np.int64] = np.asarray(lags, dtype=np.int64)
        self.coef: NDArray[np.float64] = np.asarray(coef, dtype=np.float64)
        shape = self.lags.shape
        if len(shape) != 1 or shape != self.coef.shape or not shape[0]:
            raise ValueError(
                "lags and coef must be vectors of the same length, at least 1, got the "
                f"shapes {self.lags.shape} and {self.coef.shape}."
            )
        self.step = step

    @classmethod
    def from_estimator(
        cls,
        forecaster: Any,
        *,
        step: int = 1,
        channel: int = 0,
        source: int | None = None,
        ax: Any = None,
    ) -> LagDisplay:
        """Draw the lags of a fitted forecaster.

        Parameters
        ----------
        forecaster : ARNetForecaster
            Fitted.
        step : int, default=1
            Step ahead; direct forecasts have coefficients for each.
        channel : int, default=0
            Channel that is explained, if the series has several.
        source : int or None, default=None
            Channel that explains; None means the same.
        ax : matplotlib Axes or None, default=None
            Where to draw; None means a new figure.

        Returns
        -------
        display : LagDisplay
            With the axes in `ax_`.

        Raises
        ------
        ValueError
            If there are no coefficients for that step or channel, or the estimator is
            no forecaster.
        """
        check_is_fitted(forecaster)
        coef = getattr(forecaster, "ar_coef_", None)
        if coef is None:
            raise ValueError(
                f"{type(forecaster).__name__} has no coefficients of lags (ar_coef_); "
                "give an ARNetForecaster, or call LagDisplay(lags, coef) itself."
            )
        if not isinstance(step, (int, np.integer)) or not 1 <= step <= len(coef):
            raise ValueError(
                f"step={step} must lie between 1 and {len(coef)}, the steps that have "
                "coefficients."
            )
        chosen = coef[step - 1]
        source = channel if source is None else source
        n_channels = len(chosen) if chosen.ndim == 3 else 1
        if not (0 <= channel < n_channels and 0 <= source < n_channels):
            raise ValueError(
                f"channel={channel} and source={source} must lie between 0 and "
                f"{n_channels - 1}, the channels of the series."
            )
        if chosen.ndim == 3:
            chosen = chosen[channel, :, source]
        lags = forecaster.lags_
        return cls(lags, chosen[lags - 1], step).plot(ax=ax)

    def plot(self, ax: Any = None) -> LagDisplay:
        """Draw the coefficients.

        Parameters
        ----------
        ax : matplotlib Axes or None, default=None
            Where to draw; None means a new figure.

        Returns
        -------
        display : LagDisplay
            Itself.
        """
        ax = axes(ax, "LagDisplay.plot")
        used = np.flatnonzero(self.coef)
        ax.axhline(0.0, color="0.7", linewidth=0.8)
        ax.vlines(self.lags[used], 0.0, self.coef[used], color="#0072B2")
        ax.plot(self.lags[used], self.coef[used], "o", color="#0072B2", markersize=4)
        for place in used[np.argsort(-np.abs(self.coef[used]))][:6]:
            above = self.coef[place] > 0
            ax.annotate(
                str(self.lags[place]),
                (self.lags[place], self.coef[place]),
                xytext=(4, 3 if above else -3),
                textcoords="offset points",
                va="bottom" if above else "top",
                fontsize="small",
            )
        ax.set(
            title=f"{len(used)} of {len(self.lags)} lags matter, step {self.step}",
            xlabel="lag",
            ylabel="coefficient",
            xlim=(0, self.lags.max() * 1.04 + 1),
        )
        ax.margins(y=0.15)
        ax.spines[["top", "right"]].set_visible(False)
        self.ax_, self.figure_ = ax, ax.figure
        return self
