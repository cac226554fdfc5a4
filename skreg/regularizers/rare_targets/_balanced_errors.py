"""Balanced squared errors, for three ways to know the labels."""

from __future__ import annotations

import torch
from torch import Tensor


def balanced_mse(
    output: Tensor,
    target: Tensor,
    noise: Tensor | float,
    *,
    weight: Tensor | None = None,
) -> Tensor:
    r"""Return the balanced squared errors of the rows of a batch.

    .. math:: l_i = 2 \sigma^2 \Big( \frac{\|\hat y_i - y_i\|^2}{2 \sigma^2}
        + \log \frac{1}{n} \sum_j e^{-\|\hat y_i - y_j\|^2 / 2 \sigma^2}
        + \log n \Big)

    The second term is larger where labels are frequent.

    Parameters
    ----------
    output : Tensor of shape (..., batch, n_targets)
        Predictions.
    target : Tensor of shape (batch, n_targets)
        Labels.
    noise : float or Tensor of shape ()
        :math:`\sigma`, standard deviation of the labels around the predictions; for
        an ensemble also one for each member. The factor in front carries no gradient
        to it.
    weight : Tensor of shape (batch,), default=None
        Sample weights in the inner sum: a row of weight k is in it k times.

    Returns
    -------
    losses : Tensor of shape (..., batch)
        One value a row, at least 0 without weights.

    References
    ----------
    .. [1] J. Ren, M. Zhang, C. Yu, Z. Liu. "Balanced MSE for Imbalanced Visual
       Regression", CVPR 2022, section 4 (BMC).

    Examples
    --------
    >>> import torch
    >>> from skreg.regularizers import balanced_mse
    >>> y = torch.tensor([[0.0], [0.0], [0.0], [4.0]])
    >>> output = torch.tensor([[0.0], [0.0], [0.0], [2.0]])
    >>> balanced_mse(output, y, noise=1.0)
    tensor([2.1974, 2.1974, 2.1974, 2.7726])
    """
    variance = torch.as_tensor(noise, dtype=output.dtype, device=output.device) ** 2
    variance = variance.unsqueeze(-1)
    own = (output - target).square().sum(-1) / (2.0 * variance)
    apart = (output.unsqueeze(-2) - target.unsqueeze(-3)).square().sum(-1)
    logits = -apart / (2.0 * variance.unsqueeze(-1))
    if weight is not None:
        logits = logits + weight.log()
    return (own + logits.logsumexp(-1)) * (2.0 * variance).detach()


def balanced_mse_of_bins(
    output: Tensor,
    target: Tensor,
    noise: Tensor | float,
    *,
    centers: Tensor,
    shares: Tensor,
) -> Tensor:
    r"""Return balanced squared errors, with the labels given as a histogram.

    .. math:: l_i = 2 \sigma^2 \Big( \frac{(\hat y_i - y_i)^2}{2 \sigma^2}
        + \log \sum_b p_b e^{-(\hat y_i - c_b)^2 / 2 \sigma^2} \Big)

    Parameters
    ----------
    output : Tensor of shape (..., batch, 1)
        Predictions.
    target : Tensor of shape (batch, 1)
        Labels.
    noise : float or Tensor of shape ()
        :math:`\sigma`, for an ensemble also one for each member; the factor in
        front carries no gradient to it.
    centers, shares : Tensor of shape (n_bins,)
        Centres c of the bins and their shares p of the labels.

    Returns
    -------
    losses : Tensor of shape (..., batch)
        One value a row; negative ones are normal.

    References
    ----------
    .. [1] J. Ren, M. Zhang, C. Yu, Z. Liu. "Balanced MSE for Imbalanced Visual
       Regression", CVPR 2022, section 4 (BNI).

    Examples
    --------
    >>> import torch
    >>> from skreg.regularizers import balanced_mse_of_bins
    >>> bins = {"centers": torch.tensor([0.0, 4.0]), "shares": torch.tensor([0.9, 0.1])}
    >>> zeros = torch.zeros(1, 1)
    >>> balanced_mse_of_bins(zeros, zeros, 1.0, **bins)
    tensor([-0.2106])
    """
    variance = torch.as_tensor(noise, dtype=output.dtype, device=output.device) ** 2
    variance = variance.unsqueeze(-1)
    own = (output - target).square().squeeze(-1) / (2.0 * variance)
    apart = (output - centers).square()
    logits = shares.log() - apart / (2.0 * variance.unsqueeze(-1))
    return (own + logits.logsumexp(-1)) * (2.0 * variance).detach()


def balanced_mse_of_mixture(
    output: Tensor,
    target: Tensor,
    noise: Tensor | float,
    *,
    means: Tensor,
    variances: Tensor,
    shares: Tensor,
) -> Tensor:
    r"""Return balanced squared errors, with the labels given as a Gaussian mixture.

    .. math:: l_i = 2 \sigma^2 \Big( \frac{(\hat y_i - y_i)^2}{2 \sigma^2}
        + \log \sigma + \log \sum_k p_k (v_k + \sigma^2)^{-1/2}
        e^{-(\hat y_i - m_k)^2 / 2 (v_k + \sigma^2)} \Big)

    Parameters
    ----------
    output, target : Tensor of shape (batch, 1)
        Predictions and labels.
    noise : Tensor or float
        :math:`\sigma`; the factor in front carries no gradient to it.
    means, variances, shares : Tensor of shape (n_components,)
        The mixture, such as that of ``sklearn.mixture.GaussianMixture``.

    Returns
    -------
    losses : Tensor of shape (batch,)
        One value a row; negative ones are normal.

    References
    ----------
    .. [1] J. Ren, M. Zhang, C. Yu, Z. Liu. "Balanced MSE for Imbalanced Visual
       Regression", CVPR 2022, section 4 (GAI).

    Examples
    --------
    >>> import torch
    >>> from skreg.regularizers import balanced_mse_of_mixture
    >>> one = torch.ones(1)
    >>> mixture = {"means": 0 * one, "variances": 3 * one, "shares": one}
    >>> zeros = torch.zeros(1, 1)
    >>> balanced_mse_of_mixture(zeros, zeros, 1.0, **mixture)
    tensor([-1.3863])
    """
    variance = torch.as_tensor(noise, dtype=output.dtype, device=output.device) ** 2
    own = (output - target).square().squeeze(-1) / (2.0 * variance)
    total = variances + variance
    logits = shares.log() - 0.5 * total.log() - (output - means).square() / (2 * total)
    normalizer = 0.5 * variance.log() + logits.logsumexp(-1)
    return (own + normalizer) * (2.0 * variance).detach()
