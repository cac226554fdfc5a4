"""Predicting where a row lies among the others, beside its hidden columns."""

from __future__ import annotations

from typing import cast

from torch import Tensor

from .._parameters import parameters
from ..modules import JEPA, KernelHead
from ..modules._jepa import MaskedRows
from ..regularizers import FitInfo, Penalty, Step


@parameters
class KernelPrediction(Penalty):
    """Predict random kernel features of a row from its embedding.

    Latents that are only to predict each other lose detail, down to collapse. From
    the features of a Gaussian kernel, all of a row can be told, and rows that are
    near each other have similar ones; the embedding has to keep what they hold.

    Parameters
    ----------
    {parameters}
    """

    def setup(self, info: FitInfo) -> None:
        """Make sure that there is a layer that predicts the features."""
        if cast(JEPA, info.module).kernel is None:
            raise ValueError(
                "kernel_weight asks for a layer that the first fit did not build; set "
                "it back to 0, or fit anew with warm_start=False."
            )

    def penalty(self, step: Step) -> Tensor:
        """Return the squared error of the features of whole rows."""
        rows = cast(MaskedRows, step.inputs).rows
        jepa = cast(JEPA, step.module)
        head = cast(KernelHead, jepa.kernel)
        predicted = head.predict(jepa.context_encoder(rows).flatten(1))
        return step.mean((predicted - head(rows)).square().mean(1))
