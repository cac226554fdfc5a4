"""What is predicted of what: the objective of T-JEPA in the hooks of a training step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from numbers import Integral, Real
from typing import Annotated, cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from .._parameters import Doc, Interval, StrOptions, parameters
from ..modules import JEPA, MaskedRows, take_tokens
from ..regularizers import FitInfo, Regularizer, Step, update_average
from ._masks import MaskSizes, draw_columns
from ._schedules import linear

# A target that hardly varies in a batch is not blown up to variance 1.
_EPS = 1e-5


def layer_norm(latents: Tensor, weight: Tensor | None) -> Tensor:
    """Standardise every latent over its dimensions."""
    return functional.layer_norm(latents, latents.shape[-1:])


def batch_norm(latents: Tensor, weight: Tensor | None) -> Tensor:
    """Standardise every token and dimension over the rows of a batch.

    What is the same in all rows, such as the column that a latent stands for, then
    cannot be learnt, and what tells rows apart is not allowed to fade.
    """
    if weight is None:
        variance, mean = torch.var_mean(latents, 0, correction=0)
    else:
        share = (weight / weight.sum(0).clamp(min=_EPS)).unsqueeze(-1)
        mean = (latents * share).sum(0)
        variance = ((latents - mean).square() * share).sum(0)
    return (latents - mean) * (variance + _EPS).rsqrt()


TARGET_NORMS: dict[str | None, Callable[[Tensor, Tensor | None], Tensor]] = {
    None: lambda latents, weight: latents,
    "layer": layer_norm,
    "batch": batch_norm,
}

_LOSSES: dict[str, Callable[..., Tensor]] = {
    "mse": functional.mse_loss,
    "smooth_l1": functional.smooth_l1_loss,
}
LOSSES = frozenset(_LOSSES)


def latent_loss(
    output: Tensor, target: Tensor, /, *, loss: str, reduction: str = "none"
) -> Tensor:
    """Return the loss of each row, averaged over its latents, or their mean."""
    losses = _LOSSES[loss](output, target, reduction="none").mean((1, 2))
    return losses.mean() if reduction == "mean" else losses


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

    context_share: Annotated[
        Sequence[float],
        "array-like",
        Doc(
            "(float, float)",
            "Smallest and largest share of the columns that is seen in training.",
        ),
    ] = (0.15, 0.5)
    target_share: Annotated[
        Sequence[float],
        "array-like",
        Doc(
            "(float, float)",
            "Smallest and largest share of the columns to predict, out of the others.",
        ),
    ] = (0.15, 0.5)
    n_targets: Annotated[
        int,
        Interval(Integral, 1, None, closed="left"),
        Doc("int", "Sets of columns to predict of a row, each drawn anew."),
    ] = 1
    target_norm: Annotated[
        str | None,
        StrOptions({name for name in TARGET_NORMS if name}),
        None,
        Doc(
            "{'layer', 'batch'} or None",
            "Whether targets are standardised over their dimensions, or each token "
            "and dimension over the rows of a batch, which keeps what tells rows "
            "apart.",
        ),
    ] = None
    ema: Annotated[
        Sequence[float],
        "array-like",
        Doc(
            "(float, float)",
            "Momentum with which the target encoder follows the context encoder, at "
            "the beginning and at the end of `max_epochs`.",
        ),
    ] = (0.99, 1.0)

    def setup(self, info: FitInfo) -> None:
        """Find the columns of the table."""
        self._module = cast(JEPA, info.module)
        self._random = info.random
        self._layout = self._module.layout
        n_predictable = self._layout.n_columns - len(self._layout.constant)
        self._sizes = MaskSizes.of_shares(
            tuple(self.context_share),  # type: ignore[arg-type]
            tuple(self.target_share),  # type: ignore[arg-type]
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
        self._momentum = linear(step.progress, *self.ema)
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
