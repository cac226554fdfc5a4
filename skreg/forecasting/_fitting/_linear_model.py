"""The fitted linear model: forecasts from windows of the past."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from ..._types import Floats, Integers
from ._net_correction import NetCorrection
from ._window_design import Design

_CHUNK = 2048


@dataclass(frozen=True)
class LinearModel:
    """Coefficients of all columns of a window, for all steps and channels.

    Attributes
    ----------
    design : Design
        The meaning of the columns.
    weights : ndarray of shape (steps, n_channels, width)
        Zero for columns that a step does not use.
    intercepts : ndarray of shape (steps, n_channels)
        Constants.
    correction : NetCorrection or None
        A net that adds to the forecasts.
    """

    design: Design
    weights: Floats
    intercepts: Floats
    correction: NetCorrection | None = None

    @cached_property
    def lag_weights(self) -> Floats:
        """Coefficients (steps, n_channels, n_channels, order), oldest lag first."""
        design = self.design
        shape = (design.n_channels, design.length)
        lagged = self.weights[:, :, : design.n_channels * design.length]
        lagged = lagged.reshape(*lagged.shape[:2], *shape)
        return lagged[..., : design.order]

    @cached_property
    def _used(self) -> tuple[Integers, Floats]:
        """Past times with a coefficient, and the coefficients of these."""
        used = np.flatnonzero(self.lag_weights.any(axis=(0, 1, 2)))
        kept = np.moveaxis(self.lag_weights[..., used], -1, -2)
        targets = self.design.steps * self.design.n_channels
        return used, kept.reshape(targets, -1).T

    def block(self, past: Floats, exog: Floats) -> Floats:
        """Forecast the steps of the design from several windows.

        Parameters
        ----------
        past, exog
            As for :meth:`linear`.
        """
        found = self.linear(past, exog)
        if self.correction is None:
            return found
        return found + self.correction.block(past, exog)

    def linear(self, past: Floats, exog: Floats) -> Floats:
        """Return the linear part of the forecasts.

        Parameters
        ----------
        past : ndarray of shape (n_windows, order, n_channels)
            Past values, oldest first.
        exog : ndarray of shape (n_windows, order + steps, n_exog)
            Exogenous columns of past and future.

        Returns
        -------
        forecasts : ndarray of shape (n_windows, steps, n_channels)
            One block.
        """
        used, kept = self._used
        found = past[:, used].reshape(len(past), -1) @ kept
        found = found.reshape(len(past), self.design.steps, self.design.n_channels)
        return found + self.intercepts + self._exogenous(exog)

    def _exogenous(self, exog: Floats) -> Floats | float:
        design = self.design
        total: Floats | float = 0.0
        for c, columns in design.past_columns().items():
            at = design.order - np.array(design.past[c])
            weights = self.weights[:, :, columns]
            total = total + np.einsum("wl,scl->wsc", exog[:, at, c], weights)
        for step in range(design.steps if design.known else 0):
            columns = design.known_columns(step)
            values = exog[:, design.order + step][:, list(design.known)]
            part = np.zeros((len(exog), design.steps, design.n_channels))
            part[:, step] = values @ self.weights[step][:, columns].T
            total = total + part
        return total

    def forecast(self, past: Floats, exog: Floats, horizon: int) -> Floats:
        """Forecast any number of steps, feeding back forecasts after each block.

        Parameters
        ----------
        past : ndarray of shape (n_windows, order, n_channels)
            Past values, oldest first.
        exog : ndarray of shape (n_windows, order + horizon, n_exog)
            Exogenous columns of past and future.
        horizon : int
            Steps to forecast.
        """
        order, steps = self.design.order, self.design.steps
        n_blocks = -(-horizon // steps)
        shape = (len(past), order + n_blocks * steps, past.shape[2])
        values = np.empty(shape)
        values[:, :order] = past
        # What lies beyond the horizon is cut off again.
        beyond = shape[1] - exog.shape[1]
        exog = np.pad(exog, ((0, 0), (0, max(beyond, 0)), (0, 0)))
        for start in range(0, n_blocks * steps, steps):
            window = slice(start, start + order)
            values[:, start + order : start + order + steps] = self.block(
                values[:, window], exog[:, start : start + order + steps]
            )
        return values[:, order : order + horizon]

    def rolling(
        self, values: Floats, exog: Floats, horizon: int, first: int = 0
    ) -> Floats:
        """Forecast from every time of a complete series.

        Parameters
        ----------
        values : ndarray of shape (n_times, n_channels)
            The series, without missing values.
        exog : ndarray of shape (n_times, n_exog)
            Exogenous columns of these times.
        horizon : int
            Steps to forecast; the last origin is `horizon` before the end.
        first : int, default=0
            First window.

        Returns
        -------
        forecasts : ndarray of shape (n_windows, horizon, n_channels)
            Row i is made from the times before ``first + order + i``.
        """
        order = self.design.order
        count = len(values) - order - horizon + 1 - first
        if count < 1:
            return np.empty((0, horizon, values.shape[1]))
        past = sliding_window_view(values[: len(values) - horizon], order, axis=0)
        columns = sliding_window_view(exog, order + horizon, axis=0)
        parts = []
        for start in range(first, first + count, _CHUNK):
            rows = slice(start, min(start + _CHUNK, first + count))
            parts.append(
                self.forecast(
                    np.moveaxis(past[rows], 1, 2),
                    np.moveaxis(columns[rows], 1, 2),
                    horizon,
                )
            )
        return np.concatenate(parts)


def sliding_targets(values: Floats, horizon: int, first: int) -> Floats:
    """Return what is to be forecast from every time on.

    Parameters
    ----------
    values : ndarray of shape (n_times, n_channels)
        The series.
    horizon : int
        Steps to forecast.
    first : int
        Time of the first target.

    Returns
    -------
    targets : ndarray of shape (n_windows, horizon, n_channels)
        A view.
    """
    if len(values) - first < horizon:
        return np.empty((0, horizon, values.shape[1]))
    return np.moveaxis(sliding_window_view(values[first:], horizon, axis=0), 1, 2)
