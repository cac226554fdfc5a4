"""Progressive self-knowledge distillation: learn from one's own last predictions."""

from __future__ import annotations

from numbers import Real
from typing import Annotated, ClassVar

import torch
from torch import Tensor

from ..._parameters import Doc, Interval, field, parameters
from .._base import Regularizer
from .._fit_state import FitInfo, Step
from .._precision import at_least_single
from .._requirements import Requirement
from .._sample_table import SampleTable


def pskd_targets(target: Tensor, previous: Tensor, alpha: float) -> Tensor:
    r"""Blend targets with the predictions of the epoch before.

    Parameters
    ----------
    target : Tensor of shape (batch, n_classes) or (batch, n_targets)
        Class probabilities (one-hot labels included), or values.
    previous : Tensor of the same shape
        Earlier predictions for the same rows; NaN where there are none yet.
    alpha : float
        Weight of the predictions, in [0, 1].

    Returns
    -------
    target : Tensor of the same shape
        ``(1 - alpha) * target + alpha * previous``; rows without a prediction keep
        their target.

    References
    ----------
    .. [1] K. Kim, B. Ji, D. Yoon, S. Hwang. "Self-Knowledge Distillation with
       Progressive Refinement of Targets", ICCV 2021, eq. 3.

    Examples
    --------
    >>> import torch
    >>> from skreg.regularizers import pskd_targets
    >>> previous = torch.tensor([[0.5, 0.5], [float("nan"), float("nan")]])
    >>> pskd_targets(torch.eye(2), previous, alpha=0.4)
    tensor([[0.8000, 0.2000],
            [0.0000, 1.0000]])
    """
    blend = (1.0 - alpha) * target + alpha * previous.to(target.dtype)
    return torch.where(blend.isnan(), target, blend)


@parameters
class PSKD(Regularizer):
    r"""Soften the targets with the net's own predictions of the epoch before.

    In epoch :math:`e` of :math:`E` a row's target is
    :math:`(1 - \alpha_e) y + \alpha_e \hat y_{e - 1}` with
    :math:`\alpha_e = \alpha (e + 1) / E`, so the net becomes its own teacher by and
    by. Probabilities get better calibrated; wrong labels are memorised nearly as
    without it, see :class:`ELR` for those.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    {attributes}

    Notes
    -----
    The paper treats classification. In regression the same blend is taken of the
    (standardised) target and the prediction before, which is an extension of ours.
    Early stopping cuts the ramp short, since it is laid out for `max_epochs`. With
    mixed batches, predictions for the unmixed rows are remembered, at the cost of a
    second forward pass.

    References
    ----------
    .. [1] K. Kim, B. Ji, D. Yoon, S. Hwang. "Self-Knowledge Distillation with
       Progressive Refinement of Targets", ICCV 2021, eq. 3 and 4.

    Examples
    --------
    >>> from sklearn.datasets import load_wine
    >>> from skreg import RegularizedClassifier
    >>> from skreg.regularizers import PSKD
    >>> X, y = load_wine(return_X_y=True)
    >>> net = RegularizedClassifier(regularizers=[PSKD()], random_state=0)
    >>> net.fit(X, y).score(X, y) > 0.95
    True
    >>> net.regularizers_["pskd"].table_
    SampleTable(n_rows=178, n_columns=3)
    """

    requires: ClassVar[frozenset[Requirement]] = frozenset(
        {Requirement.TARGETS, Requirement.ONE_OUTPUT}
    )
    remembers: ClassVar[bool] = True

    strength: Annotated[
        float,
        Interval(Real, 0, 1, closed="both"),
        Doc(
            "float",
            "Weight of the net's own predictions in the last epoch, in [0, 1]; 0 is "
            "off.",
        ),
    ] = 0.8

    table_: Annotated[
        SampleTable,
        Doc(
            "SampleTable",
            "Last predictions for all training rows, of shape (n_samples, "
            "n_outputs): probabilities, or values in standardised units. NaN where "
            "a row has not been visited.",
        ),
    ] = field(init=False)

    def setup(self, info: FitInfo) -> None:
        """Start with no prediction for any row."""
        self._epochs = info.max_epochs
        self._is_classification = info.is_classification
        self.table_ = info.sample_table(fill=torch.nan)

    def resume(self, info: FitInfo) -> None:
        """Go on with the predictions of the earlier fit."""
        table = self.table_
        self.setup(info)
        self.table_ = table.to(info.device)

    def refine(self, step: Step) -> None:
        """Blend the targets, then remember the new predictions."""
        target = pskd_targets(
            step.soft_target(), step.blend(self.table_), self.alpha(step.progress)
        )
        self.table_.write(step.index, self._predictions(step.unmixed_output()))
        step.target = target

    def alpha(self, progress: float) -> float:
        """Return the weight of the predictions in an epoch.

        Parameters
        ----------
        progress : float
            Fraction of the planned steps already done, in [0, 1].

        Returns
        -------
        alpha : float
            The same within an epoch; `strength` in the last.
        """
        # A step early in the epoch may lie an ulp before it.
        epoch = int(progress * self._epochs + 1e-6)
        return self.strength * min(epoch + 1, self._epochs) / self._epochs

    def _predictions(self, output: Tensor) -> Tensor:
        return (
            at_least_single(output).softmax(-1) if self._is_classification else output
        )
