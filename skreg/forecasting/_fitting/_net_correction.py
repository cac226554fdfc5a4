"""What a net adds to a linear model's forecasts from the same windows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..._types import Floats
from ...regression import RegularizedRegressor
from ._window_design import Design


@dataclass(frozen=True)
class NetCorrection:
    """A net that has learnt the errors of a linear model.

    Attributes
    ----------
    design : Design
        Of the windows that it reads.
    net : RegularizedRegressor
        Predicts the errors of all steps and channels at once.
    """

    design: Design
    net: RegularizedRegressor

    def block(self, past: Floats, exog: Floats) -> Floats:
        """Return what is to be added to the steps of the design.

        Parameters
        ----------
        past : ndarray of shape (n_windows, order, n_channels)
            Past values, oldest first.
        exog : ndarray of shape (n_windows, order + steps, n_exog)
            Exogenous columns of past and future.
        """
        found: Floats = self.net.predict(inputs(self.design, past, exog))
        return found.reshape(len(past), self.design.steps, self.design.n_channels)


def inputs(design: Design, past: Floats, exog: Floats) -> Floats:
    """Return what a net reads of windows, one row each.

    Parameters
    ----------
    design : Design
        Its lags, and the exogenous columns of all its steps.
    past : ndarray of shape (n_windows, order, n_channels)
        Past values, oldest first.
    exog : ndarray of shape (n_windows, order + steps, n_exog)
        Exogenous columns of past and future.
    """
    order, count = design.order, len(past)
    ahead = exog[:, order : order + design.steps][:, :, list(design.known)]
    return np.concatenate(
        [
            past[:, order - np.array(design.lags)].reshape(count, -1),
            *(exog[:, order - np.array(lags), c] for c, lags in design.past.items()),
            ahead.reshape(count, -1),
        ],
        axis=1,
    )
