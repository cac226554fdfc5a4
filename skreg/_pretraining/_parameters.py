"""The parameters of T-JEPA, shared by the transformer and the predictors."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral, Real
from typing import Annotated

from .._parameters import Doc, Interval, StrOptions, parameters
from ._latents import LOSSES, TARGET_NORMS

_AT_LEAST_ONE = Interval(Integral, 1, None, closed="left")


@parameters
class EncoderParameters:
    """Sizes of the encoder and of the predictor.

    Parameters
    ----------
    {parameters}
    """

    hidden_dim: Annotated[
        int,
        _AT_LEAST_ONE,
        Doc("int", "Dimensions of the embedding of a column."),
    ] = 32
    n_layers: Annotated[
        int, _AT_LEAST_ONE, Doc("int", "Transformer layers of the encoder.")
    ] = 2
    n_heads: Annotated[
        int,
        _AT_LEAST_ONE,
        Doc("int", "Attention heads of the encoder, a divisor of `hidden_dim`."),
    ] = 2
    ff_dim: Annotated[
        int, _AT_LEAST_ONE, Doc("int", "Hidden units of the encoder's layers.")
    ] = 64
    dropout: Annotated[
        float,
        Interval(Real, 0, 1, closed="left"),
        Doc("float", "Probability of an entry of a branch to be zeroed in training."),
    ] = 0.0
    n_reg_tokens: Annotated[
        int,
        Interval(Integral, 0, None, closed="left"),
        Doc("int", "Learnt tokens beside those of the columns, always seen."),
    ] = 1
    predictor_dim: Annotated[
        int, _AT_LEAST_ONE, Doc("int", "Width of the predictor.")
    ] = 16
    predictor_layers: Annotated[
        int, _AT_LEAST_ONE, Doc("int", "Transformer layers of the predictor.")
    ] = 2
    predictor_heads: Annotated[
        int,
        _AT_LEAST_ONE,
        Doc("int", "Attention heads of the predictor, a divisor of `predictor_dim`."),
    ] = 2


@parameters
class MaskingParameters:
    """What is predicted of what.

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
        _AT_LEAST_ONE,
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
    ] = (0.97, 0.999)


@parameters
class PretrainingParameters(EncoderParameters, MaskingParameters):
    """All that is special about T-JEPA.

    Parameters
    ----------
    {parameters}
    """

    loss: Annotated[
        str,
        StrOptions(set(LOSSES)),
        Doc("{'mse', 'smooth_l1'}", "Loss between predictions and latents."),
    ] = "mse"
    kernel_weight: Annotated[
        float,
        Interval(Real, 0, None, closed="left"),
        Doc(
            "float",
            "Weight of predicting random features of a Gaussian kernel from the "
            "embedding of a whole row, which keeps what tells rows apart; 0 is T-JEPA "
            "as published.",
        ),
    ] = 1.0


def _is_pair(values: Sequence[float]) -> bool:
    """Whether these are two numbers in [0, 1]."""
    return len(values) == 2 and all(isinstance(v, Real) and 0 <= v <= 1 for v in values)


def check_pretraining(params: PretrainingParameters) -> None:
    """Raise if parameters do not go together.

    Raises
    ------
    ValueError
        If heads do not divide a width, or shares or momenta are no pairs in [0, 1].
    """
    for name in ("context_share", "target_share"):
        share = getattr(params, name)
        if not _is_pair(share) or share[0] > share[1]:
            raise ValueError(
                f"{name}={share!r} must be two numbers, the smallest and the largest, "
                "in [0, 1], such as (0.15, 0.5)."
            )
    if params.context_share[0] + params.target_share[0] > 1:
        raise ValueError(
            f"context_share={params.context_share!r} and target_share="
            f"{params.target_share!r} want more than all columns at the least; lower "
            "the first number of one of them."
        )
    if not _is_pair(params.ema):
        raise ValueError(
            f"ema={params.ema!r} must be two momenta in [0, 1], that of the beginning "
            "and that of the end, such as (0.99, 1.0)."
        )
    pairs = {"n_heads": "hidden_dim", "predictor_heads": "predictor_dim"}
    for heads, width in pairs.items():
        if getattr(params, width) % getattr(params, heads):
            raise ValueError(
                f"{width}={getattr(params, width)} must be a multiple of {heads}="
                f"{getattr(params, heads)}."
            )
