"""Geometric constraints: the features run along y as an even, far-reaching curve."""

from __future__ import annotations

from numbers import Integral, Real
from typing import Annotated, Any, ClassVar, cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from ..._parameters import Doc, Interval, defaults, field, parameters
from .._base import Penalty
from .._fit_state import FitInfo, Step
from .._requirements import Requirement
from ._bin_statistics import bin_shares
from ._target_axis import TargetAxis

# Keeps curves through the origin from having an infinite gradient.
_EPS = 1e-6
# Sharpness of the soft maximum of cosines.
_SHARPNESS = 10.0


def envelope_loss(curve: Tensor, points: Tensor) -> Tensor:
    r"""Return how badly a curve on the sphere covers random directions.

    .. math:: L = 1 - \frac{1}{m} \sum_{k=1}^{m}
        \sum_b \pi_{kb} \cos(p_k, c_b), \quad
        \pi_{kb} = \mathrm{softmax}_b (10 \cos(p_k, c_b))

    Parameters
    ----------
    curve : Tensor of shape (..., n_bins, n_features)
        Points c of the curve, one for each label bin.
    points : Tensor of shape (n_points, n_features)
        Directions p of length 1.

    Returns
    -------
    loss : Tensor of shape (...)
        In [0, 2]; low for a curve that comes near to every direction.

    References
    ----------
    .. [1] Z. Dong, Y. Wu, C. Chen, Y. Zou, Y. Zhang, J. H. Zhou. "Improve
       Representation for Imbalanced Regression through Geometric Constraints", CVPR
       2025, arXiv:2503.00876, enveloping loss; there a direction counts as covered
       within a fixed angle, here by its cosine with the nearest points.

    Examples
    --------
    >>> import torch
    >>> from skreg.regularizers import envelope_loss
    >>> points = torch.eye(2)
    >>> collapsed, spread = torch.tensor([[[1.0, 0], [1, 0]], [[1, 0], [0, 1]]])
    >>> bool(envelope_loss(spread, points) < envelope_loss(collapsed, points))
    True
    """
    cosine = points @ functional.normalize(curve, dim=-1, eps=_EPS).mT
    share = (_SHARPNESS * cosine).softmax(-1)
    return 1.0 - (share * cosine).sum(-1).mean(-1)


def homogeneity_loss(curve: Tensor, positions: Tensor) -> Tensor:
    r"""Return how long and uneven a curve on the sphere is.

    .. math:: L = \sum_b \frac{\|c_{b+1} - c_b\|^2}{t_{b+1} - t_b}
        \approx \int_0^1 \|c'(t)\|^2 \, dt

    Parameters
    ----------
    curve : Tensor of shape (..., n_bins, n_features)
        Points c of the curve, scaled to length 1 first.
    positions : Tensor of shape (n_bins,)
        Labels t of the points, increasing, as shares of their range.

    Returns
    -------
    loss : Tensor of shape (...)
        Least for a straight curve with an even speed.

    References
    ----------
    .. [1] Z. Dong, Y. Wu, C. Chen, Y. Zou, Y. Zhang, J. H. Zhou. "Improve
       Representation for Imbalanced Regression through Geometric Constraints", CVPR
       2025, arXiv:2503.00876, homogeneity loss.

    Examples
    --------
    >>> import torch
    >>> from skreg.regularizers import homogeneity_loss
    >>> curve = torch.tensor([[1.0, 0.0], [0.0, 1.0]])
    >>> homogeneity_loss(curve, torch.tensor([0.0, 1.0]))
    tensor(2.)
    """
    directions = functional.normalize(curve, dim=-1, eps=_EPS)
    steps = directions.diff(dim=-2).square().sum(-1)
    return (steps / positions.diff()).sum(-1)


@parameters
@defaults(strength=0.1)
class GeometricConstraints(Penalty):
    r"""Let the features of all labels form an even curve that covers much space.

    The curve is the mean direction of the last hidden features in equal bins over the
    range of y. Its points come from the batch, where it has rows of their bin, and
    else from a running mean. With the losses of :func:`envelope_loss` and
    :func:`homogeneity_loss` the term is :math:`L_{env} + h \, L_{hom}`: rare labels get
    as much of the space as frequent ones. With several targets, bins are those of
    their first principal axis.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    {attributes}

    Notes
    -----
    The two geometric losses of the paper, without its third, contrastive one; for
    that see :class:`ConR` and :class:`SupReMix`.

    References
    ----------
    .. [1] Z. Dong, Y. Wu, C. Chen, Y. Zou, Y. Zhang, J. H. Zhou. "Improve
       Representation for Imbalanced Regression through Geometric Constraints", CVPR
       2025, arXiv:2503.00876.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from skreg import RegularizedRegressor
    >>> from skreg.regularizers import GeometricConstraints
    >>> X, y = load_diabetes(return_X_y=True)
    >>> net = RegularizedRegressor(
    ...     regularizers=[GeometricConstraints()], random_state=0
    ... )
    >>> net.fit(X, y).predict(X[:2]).shape
    (2,)
    """

    requires: ClassVar[frozenset[Requirement]] = frozenset(
        {Requirement.REGRESSION, Requirement.FEATURES}
    )

    homogeneity: Annotated[
        float,
        Interval(Real, 0, None, closed="left"),
        Doc("float", "h, the share of evenness."),
    ] = 0.01
    n_bins: Annotated[
        int,
        Interval(Integral, 2, None, closed="left"),
        Doc("int", "Points of the curve: bins of equal width over the range of y."),
    ] = 20
    n_points: Annotated[
        int,
        Interval(Integral, 1, None, closed="left"),
        Doc("int", "Number of random directions, drawn once a fit."),
    ] = 256
    momentum: Annotated[
        float,
        Interval(Real, 0, 1, closed="left"),
        Doc("float", "What remains of the running means from one step to the next."),
    ] = 0.9

    curve_: Annotated[
        Tensor | None, Doc("Tensor", "Running means of the directions in each bin.")
    ] = field(init=False)
    axis_: TargetAxis = field(init=False)
    points_: Tensor | None = field(init=False)

    def setup(self, info: FitInfo) -> None:
        """Lay the bins over the range of y."""
        self.axis_, self.curve_ = TargetAxis.of(info, self.n_bins), None
        self.points_, self._random = None, info.random

    def resume(self, info: FitInfo) -> None:
        """Go on with bins, curve and directions of the earlier fit."""
        if self.axis_.n_bins != self.n_bins:
            self.setup(info)
            return
        self._random = info.random
        self._move(info.device, info.dtype)

    def finish(self, module: nn.Module) -> nn.Module:
        """Keep bins, curve and directions on the host."""
        self._move("cpu")
        del self._random
        return module

    def _move(self, *place: Any) -> None:
        self.axis_ = self.axis_.to(*place)
        self.curve_ = None if self.curve_ is None else self.curve_.to(*place)
        self.points_ = None if self.points_ is None else self.points_.to(*place)

    def penalty(self, step: Step) -> Tensor:
        """Return the losses of the curve as it is after the batch."""
        features = functional.normalize(cast(Tensor, step.features), dim=-1, eps=_EPS)
        bins = self.axis_.bins(step.target)
        mass, shares = bin_shares(bins, self.n_bins, step.weight, features.dtype)
        curve = self._update(shares @ features, mass > 0)
        known = (curve.detach().abs().sum(-1) > 0).reshape(-1, self.n_bins).any(0)
        points = known.nonzero().squeeze(-1)
        if len(points) < 2:
            return curve.sum((-2, -1)) * 0.0
        curve = curve.index_select(-2, points)
        envelope = envelope_loss(curve, self._directions(curve))
        positions = points.to(curve.dtype) / (self.n_bins - 1)
        return envelope + self.homogeneity * homogeneity_loss(curve, positions)

    def _update(self, mean: Tensor, present: Tensor) -> Tensor:
        """Return the curve with the points of this batch, and remember it."""
        old = torch.zeros_like(mean) if self.curve_ is None else self.curve_
        known = old.abs().sum(-1, keepdim=True) > 0
        moved = torch.where(known, torch.lerp(mean, old, self.momentum), mean)
        self.curve_ = torch.where(present, moved, old).detach()
        return torch.where(present, mean, old)

    def _directions(self, curve: Tensor) -> Tensor:
        if self.points_ is None or len(self.points_) != self.n_points:
            drawn = self._random.normal(size=(self.n_points, curve.shape[-1]))
            points = torch.as_tensor(drawn, dtype=curve.dtype, device=curve.device)
            self.points_ = functional.normalize(points, dim=-1)
        return self.points_
