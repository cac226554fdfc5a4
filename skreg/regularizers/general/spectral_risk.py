"""Spectral risk measures: train on the bad rows, not on the average one."""

from __future__ import annotations

import math
from numbers import Real
from typing import Annotated

import numpy as np
import torch
from scipy.optimize import isotonic_regression
from torch import Tensor

from ..._parameters import Doc, Interval, StrOptions, parameters
from ..._types import Floats
from .._base import Regularizer
from .._fit_state import Step


def _cvar(u: Floats, level: float) -> Floats:
    return np.maximum(u - level, 0.0) / (1.0 - level)


def _extremile(u: Floats, order: float) -> Floats:
    return u**order


def _exponential(u: Floats, rate: float) -> Floats:
    return np.expm1(rate * u) / math.expm1(rate)


# Integrated spectra: how much of the weight the best share u of the rows gets.
# Each comes with the admissible parameter and its default.
SPECTRA = {
    "cvar": (_cvar, Interval(Real, 0, 1, closed="left"), 0.5),
    "extremile": (_extremile, Interval(Real, 1, None, closed="left"), 2.0),
    "exponential": (_exponential, Interval(Real, 0, 700, closed="neither"), 1.0),
}


def spectral_risk(
    losses: Tensor,
    *,
    spectrum: str = "cvar",
    level: float | None = None,
    smoothing: float = 1.0,
    weight: Tensor | None = None,
) -> Tensor:
    r"""Return a smoothed spectral risk of the losses.

    .. math:: \max_q \; q^\top l - \frac{\nu}{2} \sum_i p_i (q_i / p_i - 1)^2

    over all :math:`q` in the permutahedron of the spectrum, with :math:`p` the
    normalised weights (:math:`1 / n` without). :math:`\nu = 0` is the plain
    spectral risk, such as the mean of the worst half; a large :math:`\nu` tends to
    the mean.

    Parameters
    ----------
    losses : Tensor of shape (n,)
        One loss a row.
    spectrum : {'cvar', 'extremile', 'exponential'}, default='cvar'
        How the weight grows from the smallest loss to the largest.
    level : float, default=None
        Parameter of the spectrum: for 'cvar' the ignored share of small losses in
        [0, 1) (default 0.5), for 'extremile' the order, at least 1 (default 2), for
        'exponential' the rate, positive (default 1).
    smoothing : float, default=1.0
        :math:`\nu`, at least 0, in units of the losses.
    weight : Tensor of shape (n,), default=None
        Positive sample weights.

    Returns
    -------
    risk : Tensor of shape ()
        Its gradient with respect to the losses is the maximising :math:`q`.

    Raises
    ------
    ValueError
        If level is outside the range of the spectrum.

    References
    ----------
    .. [1] R. Mehta, V. Roulet, K. Pillutla, Z. Harchaoui. "Distributionally Robust
       Optimization with Bias and Variance Reduction", ICLR 2024.

    Examples
    --------
    >>> import torch
    >>> from skreg.regularizers import spectral_risk
    >>> spectral_risk(torch.tensor([4.0, 1.0, 2.0, 3.0]), level=0.5, smoothing=0)
    tensor(3.5000)
    """
    mass = _mass(losses, weight)
    values = losses.detach().cpu().to(torch.float64).numpy()
    ratio = _maximizer(values, mass, _integrated(spectrum, level), smoothing)
    q = torch.as_tensor(mass * ratio, dtype=losses.dtype, device=losses.device)
    cost = 0.5 * smoothing * float(mass @ (ratio - 1.0) ** 2)
    return (q * losses).sum(-1) - cost


def _mass(losses: Tensor, weight: Tensor | None) -> Floats:
    if weight is None:
        return np.full(losses.shape[-1], 1.0 / losses.shape[-1])
    mass: Floats = weight.detach().cpu().to(torch.float64).numpy()
    return mass / mass.sum()


def _integrated(spectrum: str, level: float | None) -> tuple[str, float]:
    _, allowed, default = SPECTRA[spectrum]
    value = default if level is None else level
    if not allowed.is_satisfied_by(value):
        raise ValueError(
            f"SpectralRisk: level={value!r} does not fit spectrum={spectrum!r}; give "
            f"{allowed} or None for {default}."
        )
    return spectrum, value


def _maximizer(
    losses: Floats, mass: Floats, spectrum: tuple[str, float], smoothing: float
) -> Floats:
    """Return the maximising q as a ratio to the row's own mass."""
    name, level = spectrum
    order = np.argsort(losses, kind="stable")
    share = np.concatenate([[0.0], np.cumsum(mass[order])])
    share /= share[-1]
    increments = np.diff(SPECTRA[name][0](share, level))
    ratio = increments / mass[order]
    if smoothing > 0:
        score = losses[order] / smoothing + 1.0
        fit = isotonic_regression(score - ratio, weights=mass[order])
        ratio = score - fit.x
    result = np.empty_like(ratio)
    result[order] = ratio
    return result


@parameters
class SpectralRisk(Regularizer):
    """Minimise a spectral risk of each batch instead of its mean loss.

    The default is a smoothed conditional value at risk: the mean over the worse
    half of the rows. Useful where the hard rows matter; harmful where they are
    mislabelled. The risk of a batch is a biased estimate of the risk of all rows,
    so prefer batches of at least 64.

    Parameters
    ----------
    {parameters}

    References
    ----------
    .. [1] R. Mehta, V. Roulet, K. Pillutla, Z. Harchaoui. "Distributionally Robust
       Optimization with Bias and Variance Reduction", ICLR 2024.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from skreg import RegularizedRegressor
    >>> from skreg.regularizers import SpectralRisk
    >>> X, y = load_diabetes(return_X_y=True)
    >>> net = RegularizedRegressor(regularizers=[SpectralRisk(level=0.8)])
    >>> net.fit(X, y).predict(X[:2]).shape
    (2,)
    """

    spectrum: Annotated[
        str,
        StrOptions(set(SPECTRA)),
        Doc(
            "{'cvar', 'extremile', 'exponential'}",
            "How the weight grows from the smallest loss to the largest.",
        ),
    ] = "cvar"
    level: Annotated[
        float | None,
        Interval(Real, 0, None, closed="left"),
        None,
        Doc(
            "float or None",
            "Parameter of the spectrum: the ignored share of small losses for "
            "'cvar' (None: 0.5), the order for 'extremile' (2), the rate for "
            "'exponential' (1).",
        ),
    ] = None
    smoothing: Annotated[
        float,
        Interval(Real, 0, None, closed="left"),
        Doc("float", "Pull towards equal weights, in units of the losses; 0 is none."),
    ] = 1.0
    strength: Annotated[
        float,
        Interval(Real, 0, 1, closed="both"),
        Doc("float", "Blend of the mean loss (0, off) and the risk (1)."),
    ] = 1.0

    def setup(self, info: object) -> None:
        """Check the level against the spectrum before training."""
        _integrated(self.spectrum, self.level)

    def reduce(self, losses: Tensor, step: Step) -> Tensor:
        """Return the blend of mean and risk of the batch."""
        if losses.ndim == 1:
            risk = self._risk(losses, step)
        else:  # the members of an ensemble, each with its own
            risk = torch.stack([self._risk(member, step) for member in losses])
        if self.strength == 1:
            return risk
        return self.strength * risk + (1.0 - self.strength) * step.mean(losses)

    def _risk(self, losses: Tensor, step: Step) -> Tensor:
        return spectral_risk(
            losses,
            spectrum=self.spectrum,
            level=self.level,
            smoothing=self.smoothing,
            weight=step.weight,
        )
