"""ConR: keep rows of rare targets apart from those that the net takes them for."""

from __future__ import annotations

import math
from collections.abc import Callable
from numbers import Integral, Real
from typing import Annotated, Any, ClassVar, cast

import numpy as np
import torch
from torch import Tensor, nn

from ..._parameters import Doc, Interval, StrOptions, field, parameters
from ..._types import Floats
from ...preprocessing import label_weights
from ...preprocessing._usual_range import UsualRange, usual_statistics
from .._base import Penalty
from .._fit_state import FitInfo, Step
from .._requirements import Requirement
from ._conr_loss import MAX_PAIRS, conr_loss
from ._views import VIEWS, second_view

# Parameters of the penalty that the preset shows, too.
Window = Annotated[
    float,
    Interval(Real, 0, None, closed="left"),
    Doc(
        "float",
        "Up to which difference targets, or predictions, are close, in standard "
        "deviations of the targets.",
    ),
]
Temperature = Annotated[
    float,
    Interval(Real, 0, None, closed="neither"),
    Doc(
        "float",
        "Divisor of the cosines of features; the lower, the stronger the penalty, and "
        "the more the closest pairs count. Tables are harmed by the published 0.07 "
        "and 0.2.",
    ),
]
Push = Annotated[
    float,
    Interval(Real, 0, None, closed="left"),
    Doc(
        "float",
        "How much more rows repel the further their targets are apart: by a "
        "factor of exp(push) over the whole range of the targets.",
    ),
]


@parameters
class ConR(Penalty):
    """Keep rows of rare targets apart from rows that the net takes them for.

    The features of rows with close targets are pulled together; rows whose targets
    differ, but whose predictions do not, are pushed apart. All parameters are free
    of units, so that rescaling the targets changes nothing. Nothing changes in
    prediction.

    On tables the effect is small at best, and strong settings do harm, so the defaults
    are weak. What rare targets need is weights, see
    :func:`skreg.preprocessing.label_weights`, or a balance, see
    :class:`skreg.ConRRegressor`.

    Parameters
    ----------
    {parameters}

    See Also
    --------
    skreg.ConRRegressor : The regressor with this penalty, weights and more.
    conr_loss : The same as a function of tensors.

    Notes
    -----
    Published settings are in units of the target: a strength of 4 for ages is one of
    0.25 here, and a window of one year is 0.06. Taken literally on scaled targets,
    they do harm.

    References
    ----------
    .. [1] M. Keramati, L. Meng, R. D. Evans. "ConR: Contrastive Regularizer for Deep
       Imbalanced Regression", ICLR 2024.

    Examples
    --------
    >>> from skreg import RegularizedRegressor
    >>> from skreg.datasets import load_abalone
    >>> from skreg.regularizers import ConR
    >>> X, y = load_abalone(return_X_y=True)
    >>> net = RegularizedRegressor(
    ...     regularizers=[ConR()], max_epochs=5, random_state=0
    ... )
    >>> net.fit(X, y).score(X, y) > 0.5
    True
    """

    requires: ClassVar[frozenset[Requirement]] = frozenset(
        {Requirement.REGRESSION, Requirement.FEATURES}
    )

    strength: Annotated[
        float | Tensor,
        Interval(Real, 0, 1, closed="both"),
        Tensor,
        Doc(
            "float",
            "Factor of the penalty, for scaled targets. 0 equals the plain net bit "
            "for bit. More than 1 does harm, and is refused: published factors are in "
            "units of the target, 4 years of an age are 0.25.",
        ),
    ] = 0.05
    window: Window = 0.2
    temperature: Temperature = 1.0
    push: Push = 1.0
    views: Annotated[
        str | None,
        StrOptions(set(VIEWS)),
        None,
        Doc(
            "{'gaussian', 'swap', 'dropout'} or None",
            "Whether to compare with a second view of the rows: with noise on the "
            "net's inputs, with a part of them from other rows, or with other units "
            "dropped. It costs another forward pass. None compares the rows alone.",
        ),
    ] = None
    push_weight: Annotated[
        str | None,
        StrOptions({"density", "sample_weight"}),
        None,
        Doc(
            "{'density', 'sample_weight'} or None",
            "Whether rows push, and count, by the rarity of their target or by their "
            "sample weight. None pushes alike.",
        ),
    ] = None
    max_pairs: Annotated[
        int,
        Interval(Integral, 1, None, closed="left"),
        Doc("int", "Pairs of rows that are in memory at the same time."),
    ] = MAX_PAIRS

    scale_: Tensor = field(init=False)
    reach_: float = field(init=False)
    rarity_: Tensor | None = field(init=False)
    predictions_: Callable[[Tensor], Tensor] = field(init=False)

    def setup(self, info: FitInfo) -> None:
        """Learn spread, range and density of the targets."""
        target, weight = _known_targets(info)
        scale = usual_statistics(target, weight).scale
        self.scale_ = torch.as_tensor(scale, dtype=info.dtype, device=info.device)
        # The distance of opposite corners: the range, if there is one target.
        usual = [UsualRange.of(column, weight) for column in target.T]
        ends = np.array([(one.low, one.high) for one in usual]).T
        ranges = np.ptp(ends / scale, axis=0)
        self.reach_ = math.sqrt(np.mean(ranges**2)) or 1.0
        self._read(target, weight, info)

    def resume(self, info: FitInfo) -> None:
        """Keep spread and range; the density is that of the new rows."""
        self.scale_ = self.scale_.to(info.device, info.dtype)
        self._read(*_known_targets(info), info)

    def finish(self, module: nn.Module) -> nn.Module:
        """Forget what only training needs."""
        del self.predictions_
        return module

    def penalty(self, step: Step) -> Tensor:
        """Contrast the rows of the batch, with their second view if there is one."""
        views = [(step.output, cast(Tensor, step.features))]
        if self.views is not None:
            views.append(second_view(step, self.views))
        outputs, features = zip(*views, strict=True)

        def of_views(rows: Tensor, axis: int) -> Tensor:
            return torch.cat([rows] * len(views), axis)

        weights = self._weights(step)
        return conr_loss(
            torch.cat(features, -2),
            of_views(step.target / self.scale_, -2),
            self.predictions_(torch.cat(outputs, -2)).mean(-1) / self.scale_,
            window=self.window,
            temperature=self.temperature,
            push=self.push / self.reach_,
            weights=None if weights is None else of_views(weights, -1),
            counts=None if step.weight is None else of_views(step.weight, -1),
            # In full, so that a row of weight k equals k rows; views have each other.
            self_weight=1.0 if self.views is None else 0.0,
            max_pairs=self.max_pairs,
        )

    def _read(self, target: Floats, weight: Floats, info: FitInfo) -> None:
        self.predictions_, self.rarity_ = info.predictions, None
        if self.push_weight == "density":
            rarity = label_weights(target, "sqrt_inverse", sample_weight=weight)
            options: Any = {"dtype": info.dtype, "device": info.device}
            self.rarity_ = torch.as_tensor(rarity, **options)

    def _weights(self, step: Step) -> Tensor | None:
        """Return the weights with which rows push."""
        if self.rarity_ is not None:
            return self.rarity_.index_select(-1, step.index)
        return step.weight if self.push_weight == "sample_weight" else None


def _known_targets(info: FitInfo) -> tuple[Floats, Floats]:
    """Return the targets of the table and the weights of its rows."""
    target = cast(Floats, info.target)
    weight = np.ones(len(target)) if info.weight is None else info.weight
    return target, weight
