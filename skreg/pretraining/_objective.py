"""The objective of T-JEPA in the hooks of a training step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import torch
from torch import Tensor, nn

from .._parameters import parameters
from ..modules import JEPA
from ..modules._jepa import MaskedRows
from ..modules._transformer_trunk import take_tokens
from ..regularizers import FitInfo, Regularizer, Step, update_average
from . import _tjepa_parameters as declared
from ._latents import TARGET_NORMS
from ._masks import MaskSizes, draw_columns


@parameters
class MaskedPrediction(Regularizer):
    """Predict the target encoder's latents of hidden columns from those seen.

    Before the forward pass, columns are drawn; after it, the targets are computed.
    The target encoder follows the context encoder at the beginning of the next step,
    when the optimizer has moved it.

    Parameters
    ----------
    {parameters}
    """

    context_share: declared.ContextShare = (0.15, 0.5)
    target_share: declared.TargetShare = (0.15, 0.5)
    n_targets: declared.NTargets = 1
    target_norm: declared.TargetNorm = None
    ema: declared.Ema = (0.97, 0.999)

    def setup(self, info: FitInfo) -> None:
        """Find the columns of the table."""
        self._module = cast(JEPA, info.module)
        self._random = info.random
        self._layout = self._module.layout
        n_predictable = self._layout.n_columns - len(self._layout.constant)
        self._sizes = MaskSizes.of_shares(
            self.context_share,
            self.target_share,
            self._layout.n_columns,
            n_predictable,
        )
        self._momentum: float | None = None
        self._pairs = (
            list(self._module.target_encoder.parameters()),
            list(self._module.context_encoder.parameters()),
        )

    def mix(self, step: Step) -> None:
        """Let the target encoder follow, then hide columns."""
        self._follow()
        # After the planned epochs, the schedules begin another round.
        progress = step.progress if step.progress < 1 else 0.0
        self._momentum = momentum_at(progress, self.ema)
        self.hide(step)

    def hide(self, step: Step) -> None:
        """Draw the columns to see and to predict."""
        rows = step.inputs
        known = self._layout.known(rows) if self._layout.has_gaps() else None
        context, targets = draw_columns(
            known,
            (len(rows), self._layout.n_columns),
            self._sizes.draw(self._random),
            self.n_targets,
            step.generator,
        )
        n_reg = self._module.n_reg_tokens
        whole = torch.arange(n_reg, device=rows.device).expand(len(rows), -1)
        context = torch.cat([whole, context + n_reg], 1)
        self._known = known
        step.inputs = cast(Tensor, MaskedRows(rows, context, targets + n_reg))

    def refine(self, step: Step) -> None:
        """Compute the targets; where nothing is known, there is no error."""
        rows, _, targets = cast(MaskedRows, step.inputs)
        n_reg = self._module.n_reg_tokens
        with torch.no_grad():
            latents = self._module(rows)[:, n_reg:]
            norm = TARGET_NORMS[self.target_norm]
            latents = norm(latents, self._weight(step))
            wanted = (targets - n_reg).transpose(0, 1).flatten(1)
            step.target = take_tokens(latents, wanted)
            if self._known is not None:
                known = self._known.gather(1, wanted).unsqueeze(-1)
                step.target = torch.where(known, step.target, step.output.detach())

    def _weight(self, step: Step) -> Tensor | None:
        """Return what each entry counts in statistics of a batch."""
        known, weight = self._known, step.weight
        if known is None:
            return None if weight is None else weight.unsqueeze(1)
        share = known.to(step.output.dtype)
        return share if weight is None else share * weight.unsqueeze(1)

    def finish(self, module: nn.Module) -> nn.Module:
        """Let the target encoder follow the last step."""
        self._follow()
        for name in ("_module", "_random", "_layout", "_sizes", "_pairs", "_known"):
            self.__dict__.pop(name, None)
        return module

    def _follow(self) -> None:
        if self._momentum is not None:
            update_average(*self._pairs, self._momentum)
            self._momentum = None


def momentum_at(progress: float, ema: Sequence[float]) -> float:
    """Return the momentum of the target encoder, on the line between two.

    Examples
    --------
    >>> from skreg.pretraining._objective import momentum_at
    >>> momentum_at(0.5, (0.99, 1.0))
    0.995
    """
    start, end = ema
    return start + progress * (end - start)
