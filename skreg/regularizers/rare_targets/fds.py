"""FDS: rare labels borrow the feature statistics of their neighbours."""

from __future__ import annotations

from numbers import Integral, Real
from typing import Annotated, ClassVar, cast

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle

from ..._parameters import Doc, Interval, StrOptions, field, parameters
from ...modules._layers import find_head
from ...preprocessing import lds_kernel
from .._base import Regularizer
from .._fit_state import FitInfo, Step
from .._requirements import Requirement
from ._bin_statistics import Moments, calibrate, smooth_bins, smoothing_matrix
from ._target_axis import TargetAxis


@parameters
class FDS(Regularizer):
    """Smooth the distribution of the features over neighbouring labels.

    Mean and variance of the last hidden features are watched in equal bins over the
    range of y. While training, the features of a row get the mean and variance of
    its bin as they are after smoothing over the neighbouring bins, before the last
    layer reads them. Nothing changes in prediction.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    {attributes}

    Notes
    -----
    Statistics are collected while an epoch trains, not in a pass of their own, and
    used from the second epoch on, that of another call of `partial_fit` included.
    Bins without rows are left out of the smoothing; in the published code they pull
    their neighbours towards mean 0 and variance 1, and the mean that is subtracted is
    one epoch younger than the one that is added. Penalties on features see them
    unsmoothed. With several targets, bins are those of their first principal axis.

    References
    ----------
    .. [1] Y. Yang, K. Zha, Y.-C. Chen, H. Wang, D. Katabi. "Delving into Deep
       Imbalanced Regression", ICML 2021, section 3.2.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from skreg import RegularizedRegressor
    >>> from skreg.regularizers import FDS
    >>> X, y = load_diabetes(return_X_y=True)
    >>> net = RegularizedRegressor(regularizers=[FDS(n_bins=20)], random_state=0)
    >>> net.fit(X, y).predict(X[:2]).shape
    (2,)
    """

    requires: ClassVar[frozenset[Requirement]] = frozenset(
        {Requirement.REGRESSION, Requirement.FEATURES}
    )

    n_bins: Annotated[
        int,
        Interval(Integral, 1, None, closed="left"),
        Doc("int", "Bins of equal width over the range of y."),
    ] = 40
    kernel: Annotated[
        str,
        StrOptions({"gaussian", "triang", "laplace"}),
        Doc("{'gaussian', 'triang', 'laplace'}", "Form of the smoothing window."),
    ] = "gaussian"
    kernel_size: Annotated[
        int,
        Interval(Integral, 1, None, closed="left"),
        Doc("int", "Bins that it covers; odd."),
    ] = 5
    sigma: Annotated[
        float,
        Interval(Real, 0, None, closed="neither"),
        Doc("float", "Its width in bins."),
    ] = 2.0
    momentum: Annotated[
        float,
        Interval(Real, 0, 1, closed="left"),
        Doc("float", "What remains of the statistics from one epoch to the next."),
    ] = 0.9
    strength: Annotated[
        float,
        Interval(Real, 0, 1, closed="both"),
        Doc("float", "Blend of the features as they are (0, off) and smoothed (1)."),
    ] = 1.0

    moments_: Annotated[
        Moments | None,
        Doc(
            "Moments",
            "Number of rows, mean and squared deviations of the features in each bin.",
        ),
    ] = field(init=False)
    axis_: TargetAxis = field(init=False)

    def setup(self, info: FitInfo) -> None:
        """Lay the bins; there are no statistics yet."""
        self._prepare(info, TargetAxis.of(info, self.n_bins))
        self.moments_ = None

    def resume(self, info: FitInfo) -> None:
        """Go on with bins and statistics of the earlier fit."""
        if self.axis_.n_bins != self.n_bins:
            self.setup(info)
            return
        place = info.device, info.dtype
        self._prepare(info, self.axis_.to(*place))
        if self.moments_ is not None:
            self.moments_ = Moments(*(one.to(*place) for one in self.moments_))
            self._smooth()

    def _prepare(self, info: FitInfo, axis: TargetAxis) -> None:
        window = lds_kernel(self.kernel, self.kernel_size, self.sigma)
        matrix = smoothing_matrix(self.n_bins, window)
        self.axis_ = axis
        self._matrix = torch.as_tensor(matrix, dtype=info.dtype, device=info.device)
        given = info.weight
        self._n_train = info.n_samples if given is None else np.count_nonzero(given)
        self._n_seen = 0
        self._epoch: Moments | None = None
        self._smoothed: tuple[Tensor, Tensor] | None = None
        self._step: Step | None = None
        self._features: Tensor | None = None
        self._handle: RemovableHandle | None = None

    def transform_module(self, module: nn.Module) -> nn.Module:
        """Stand before the last layer."""
        head = cast(nn.Module, find_head(module))
        self._handle = head.register_forward_pre_hook(self._before_head)
        return module

    def finish(self, module: nn.Module) -> nn.Module:
        """Leave the net as it is without smoothing; keep what the last epoch saw."""
        self._end_epoch()
        if self._handle is not None:
            self._handle.remove()
        self.axis_ = self.axis_.to("cpu")
        if self.moments_ is not None:
            self.moments_ = Moments(*(one.cpu() for one in self.moments_))
        for name in _OF_TRAINING:
            delattr(self, name)
        return module

    def mix(self, step: Step) -> None:
        """Close an epoch; note whose features come next."""
        self._end_epoch()
        self._n_seen += len(step.index)
        self._step = step

    def refine(self, step: Step) -> None:
        """Let penalties see the features as they were."""
        if step.features is not None:
            step.features = self._features
        self._features = None

    def _before_head(
        self, head: nn.Module, args: tuple[Tensor]
    ) -> tuple[Tensor] | None:
        # Further passes of a step are not about the rows as they are.
        if not head.training or self._step is None:
            return None
        (features,), step, self._step = args, self._step, None
        self._features = features
        bins = self.axis_.bins(step.target)
        seen = Moments.of(features.detach(), bins, self.n_bins, step.weight)
        self._epoch = seen if self._epoch is None else self._epoch.merge(seen)
        if self._smoothed is None or self.moments_ is None:
            return None
        now = self.moments_.mean, self.moments_.variance
        smooth = calibrate(features, bins, now, self._smoothed)
        return (torch.lerp(features, smooth, self.strength),)

    def _end_epoch(self) -> None:
        """Average the statistics of an epoch that is over into those before it."""
        if self._epoch is None or self._n_seen < self._n_train:
            return
        new = self._epoch
        self._epoch, self._n_seen = None, 0
        self.moments_ = new if self.moments_ is None else self._averaged(new)
        self._smooth()

    def _averaged(self, new: Moments) -> Moments:
        old = cast(Moments, self.moments_)
        # Bins keep what they have where an epoch saw none of their rows.
        share = (1.0 - self.momentum * (old.mass > 0).to(new.mass)) * (new.mass > 0)
        mass = torch.maximum(old.mass, new.mass)
        variance = torch.lerp(old.variance, new.variance, share)
        return Moments(mass, torch.lerp(old.mean, new.mean, share), variance * mass)

    def _smooth(self) -> None:
        moments = cast(Moments, self.moments_)
        present = moments.mass[:, 0] > 0
        mean, variance = (
            smooth_bins(values, self._matrix, present)
            for values in (moments.mean, moments.variance)
        )
        self._smoothed = mean, variance


_OF_TRAINING = {
    "_epoch",
    "_features",
    "_handle",
    "_matrix",
    "_n_seen",
    "_n_train",
    "_smoothed",
    "_step",
}
