"""Label distribution smoothing: from counts of labels in bins to weights."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.ndimage import convolve1d, gaussian_filter1d
from scipy.signal.windows import triang

from .._checks import Number, Numbers, OneOf, OrNone, Whole, checked
from .._types import Floats

KERNELS = ("gaussian", "triang", "laplace")
# Wider ones are flat, and would take their time.
SIGMA = Number(0.0, 1e4, is_open=True)


@checked(kernel=OneOf(KERNELS), size=Whole(1, 10_001), sigma=SIGMA)
def lds_kernel(
    kernel: str = "gaussian", size: int = 5, sigma: float = 2.0
) -> NDArray[np.float64]:
    """Return the window that smooths the counts of label bins.

    Parameters
    ----------
    kernel : {'gaussian', 'triang', 'laplace'}, default='gaussian'
        Its form. As published, 'gaussian' is a filtered impulse, reflected at the
        ends of the window.
    size : int, default=5
        Number of bins that it covers; odd.
    sigma : float, default=2.0
        Width in bins; 'triang' has none.

    Returns
    -------
    window : ndarray of shape (size,)
        Symmetric; 1 at the centre.

    Raises
    ------
    ValueError
        If the kernel is unknown, the size even or less than 1, or sigma not positive.

    References
    ----------
    .. [1] Y. Yang, K. Zha, Y.-C. Chen, H. Wang, D. Katabi. "Delving into Deep
       Imbalanced Regression", ICML 2021, section 3.1.

    Examples
    --------
    >>> from skreg.preprocessing import lds_kernel
    >>> lds_kernel("triang", size=3)
    array([0.5, 1. , 0.5])
    """
    if size % 2 == 0:
        raise ValueError(f"size={size!r} must be an odd number of at least 1.")
    window = _KERNELS[kernel](int(size), float(sigma))
    return window / window.max()


def _gaussian(size: int, sigma: float) -> Floats:
    impulse = np.zeros(size)
    impulse[size // 2] = 1.0
    return np.asarray(gaussian_filter1d(impulse, sigma=sigma))


def _triangle(size: int, sigma: float) -> Floats:
    return np.asarray(triang(size))


def _laplace(size: int, sigma: float) -> Floats:
    return np.exp(-np.abs(np.arange(size) - size // 2) / sigma)


def _pair(clip: tuple[float, float]) -> Floats:
    bounds = Numbers(low=0.0, high=np.inf)(clip, "clip")
    if len(bounds) != 2 or bounds[0] > bounds[1]:
        raise ValueError(f"clip={clip!r} must be two bounds, the lower one first.")
    return bounds


_KERNELS = {"gaussian": _gaussian, "triang": _triangle, "laplace": _laplace}


@checked(
    mass=Numbers(low=0.0, high=1e15),
    power=Number(0.0, 10.0),
    window=OrNone(Numbers(low=0.0, high=1e15)),
)
def bin_weights(
    mass: ArrayLike,
    *,
    power: float = 0.5,
    clip: tuple[float, float] | None = None,
    window: ArrayLike | None = None,
) -> NDArray[np.float64]:
    r"""Return the weight of a label in each bin, from how many labels are there.

    .. math:: w_b = 1 / \sum_c k_{b - c} \, \mathrm{clip}(m_c)^p

    Parameters
    ----------
    mass : array-like of shape (n_bins,)
        Number of labels in each bin, or their total weight.
    power : float, default=0.5
        p: 1 is inverse frequency, 0.5 its square root.
    clip : (float, float), default=None
        Bounds of the mass; published with power 1: (5, 1000).
    window : array-like of shape (size,), default=None
        The window k of label distribution smoothing, see :func:`lds_kernel`; zeros
        are taken beyond the ends. None smooths nothing.

    Returns
    -------
    weights : ndarray of shape (n_bins,)
        Not scaled. Where nothing is near, the weight of the rarest bin.

    References
    ----------
    .. [1] Y. Yang, K. Zha, Y.-C. Chen, H. Wang, D. Katabi. "Delving into Deep
       Imbalanced Regression", ICML 2021, section 3.1; the root comes first, then
       the window, as in the authors' code.

    Examples
    --------
    >>> from skreg.preprocessing import bin_weights
    >>> bin_weights([100.0, 25.0, 4.0])
    array([0.1, 0.2, 0.5])
    """
    value = np.asarray(mass, np.float64)
    if clip is not None:
        low, high = _pair(clip)
        value = np.clip(value, low, high)
    value = value**power
    if window is not None:
        value = convolve1d(value, np.asarray(window, np.float64), mode="constant")
    least = value[value > 0].min(initial=np.inf)
    # A bin without labels far and wide: its labels are as rare as the rarest.
    return 1.0 / np.maximum(value, least if np.isfinite(least) else 1.0)
