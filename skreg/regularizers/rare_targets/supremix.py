"""SupReMix: contrast every row with mixtures of rows."""

from __future__ import annotations

from numbers import Integral, Real
from typing import Annotated, ClassVar, cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from ..._parameters import Doc, Interval, defaults, parameters
from .._base import Penalty
from .._fit_state import FitInfo, Step
from .._requirements import Requirement
from ._target_axis import TargetAxis

# Stands for the logarithm of 0, where an infinite number would make NaN.
_NOTHING = -1e30
# Keeps rows of dead units from having an infinite gradient.
_EPS = 1e-6


def supremix_loss(
    features: Tensor,
    target: Tensor,
    *,
    temperature: float = 0.2,
    neighbors: int = 5,
    anchor_share: float = 0.5,
    weight: Tensor | None = None,
    generator: torch.Generator | None = None,
) -> Tensor:
    r"""Contrast every row with a mixture that has its label, and with others.

    .. math:: l_i = -\log \frac{e^{s(z_i, p_i)}}
        {e^{s(z_i, p_i)} + \sum_{j \ne i} w_{ij}
        \big(e^{s(z_i, z_j)} + e^{s(z_i, q_{ij})}\big)}, \quad
        w_{ij} = \frac{(n - 1) \, |y_i - y_j|}{\sum_k |y_i - y_k|}

    with cosines s over the temperature, the hard positive
    :math:`p_i = \lambda z_j + (1 - \lambda) z_k` of two rows with
    :math:`y_j \le y_i \le y_k` and :math:`\lambda y_j + (1 - \lambda) y_k = y_i`, and
    the hard negative :math:`q_{ij} = \mu_i z_i + (1 - \mu_i) z_j` with a random
    share of the anchor. All z have length 1.

    Parameters
    ----------
    features : Tensor of shape (..., batch, n_features)
        z, before they are scaled to length 1.
    target : Tensor of shape (batch,)
        Labels y.
    temperature : float, default=0.2
        Divisor of the cosines.
    neighbors : int, default=5
        Positives are mixed from one of this many rows next below in y, and one of
        those next above. The smallest and the largest label have none.
    anchor_share : float, default=0.5
        Largest share of the anchor in its negatives, in [0, 1).
    weight : Tensor of shape (batch,), default=None
        Weights of the anchors.
    generator : torch.Generator, default=None
        Random numbers for neighbours and shares.

    Returns
    -------
    loss : Tensor of shape (...)
        Mean over the rows; those without a positive count 0.

    Notes
    -----
    A reading of the paper's idea for continuous labels without augmentation, next to
    the loss of the regression instead of before it: instead of positives with the same
    label there are mixtures only, and the weight of a negative grows with its distance
    in y.

    References
    ----------
    .. [1] Y. Wu, Z. Dong, C. Chen, W. Zhou, J. H. Zhou. "Mixup Your Own Pairs",
       arXiv:2309.16633, 2023.

    Examples
    --------
    >>> import torch
    >>> from skreg.regularizers import supremix_loss
    >>> y = torch.tensor([0.0, 1.0, 2.0])
    >>> good = torch.tensor([[1.0, 0.0], [0.7, 0.7], [0.0, 1.0]])
    >>> shares = {"anchor_share": 0.0, "neighbors": 1}
    >>> right = supremix_loss(good, y, **shares)
    >>> wrong = supremix_loss(good[[1, 0, 2]], y, **shares)
    >>> bool(right < wrong)
    True
    """
    n = len(target)
    directions = functional.normalize(features, dim=-1, eps=_EPS)
    cosine = directions @ directions.mT
    lower, upper, share, exists = _brackets(target, neighbors, generator)
    mixed = torch.lerp(
        directions.index_select(-2, upper),
        directions.index_select(-2, lower),
        share.unsqueeze(-1),
    )
    positive = functional.cosine_similarity(directions, mixed, dim=-1, eps=_EPS)
    mu = torch.rand(n, 1, generator=generator, device=target.device).to(cosine)
    mixture = _to_mixture(cosine, mu * anchor_share)
    logits = torch.logaddexp(cosine / temperature, mixture / temperature)
    distance = (target.unsqueeze(-1) - target).abs()
    log_push = (distance * ((n - 1) / distance.sum(-1, keepdim=True))).log()
    # Rows with the label of the anchor are no negatives, above all itself.
    log_push = log_push.nan_to_num(_NOTHING, neginf=_NOTHING)
    negative = (logits + log_push).logsumexp(-1)
    losses = functional.softplus(negative - positive / temperature) * exists
    return (losses if weight is None else losses * weight).mean(-1)


def _brackets(
    target: Tensor, neighbors: int, generator: torch.Generator | None
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Return a row below and one above in y, the share of the former, if they exist."""
    n, device = len(target), target.device
    order = target.argsort(stable=True)
    place = torch.empty_like(order)
    place[order] = torch.arange(n, device=device)
    down, up = torch.randint(
        1, neighbors + 1, (2, n), generator=generator, device=device
    )
    exists = (place > 0) & (place < n - 1)
    lower = order[(place - down).clamp_min(0)]
    upper = order[(place + up).clamp_max(n - 1)]
    gap = target[upper] - target[lower]
    share = (target[upper] - target) / torch.where(gap > 0, gap, 1.0)
    share = torch.where(gap > 0, share, 0.5)
    return lower, upper, share, exists


def _to_mixture(cosine: Tensor, share: Tensor) -> Tensor:
    """Return the cosines of anchors and mixtures of them with other rows."""
    along = share + (1.0 - share) * cosine
    across = (1.0 - share).square() * (1.0 - cosine.square()).clamp_min(0.0)
    return along / (along.square() + across).clamp_min(_EPS).sqrt()


@parameters
@defaults(strength=0.1)
class SupReMix(Penalty):
    """Order the features along y by contrast with mixtures of rows.

    A row shall be near to a mixture of two rows with its label, one from below and
    one from above, and far from other rows and from mixtures of itself with these.
    Several targets are ordered along their first principal axis.

    Parameters
    ----------
    {parameters}

    See Also
    --------
    supremix_loss : The formula, and in which points it is a reading of the paper.

    References
    ----------
    .. [1] Y. Wu, Z. Dong, C. Chen, W. Zhou, J. H. Zhou. "Mixup Your Own Pairs",
       arXiv:2309.16633, 2023.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from skreg import RegularizedRegressor
    >>> from skreg.regularizers import SupReMix
    >>> X, y = load_diabetes(return_X_y=True)
    >>> net = RegularizedRegressor(regularizers=[SupReMix()], random_state=0)
    >>> net.fit(X, y).predict(X[:2]).shape
    (2,)
    """

    requires: ClassVar[frozenset[Requirement]] = frozenset(
        {Requirement.REGRESSION, Requirement.FEATURES}
    )

    temperature: Annotated[
        float,
        Interval(Real, 0, None, closed="neither"),
        Doc("float", "Divisor of the cosines; the lower, the more close rows count."),
    ] = 0.2
    neighbors: Annotated[
        int,
        Interval(Integral, 1, None, closed="left"),
        Doc("int", "How many rows below and above in y positives are mixed from."),
    ] = 5
    anchor_share: Annotated[
        float,
        Interval(Real, 0, 1, closed="left"),
        Doc("float", "Largest share of a row in the mixtures it shall be far from."),
    ] = 0.5

    def setup(self, info: FitInfo) -> None:
        """Find the axis of the labels."""
        self._axis = TargetAxis.of(info)

    def finish(self, module: nn.Module) -> nn.Module:
        """Forget the axis."""
        del self._axis
        return module

    def penalty(self, step: Step) -> Tensor:
        """Return the mean loss of the rows of the batch."""
        return supremix_loss(
            cast(Tensor, step.features),
            self._axis.positions(step.target),
            temperature=self.temperature,
            neighbors=self.neighbors,
            anchor_share=self.anchor_share,
            weight=step.weight,
            generator=step.generator,
        )
