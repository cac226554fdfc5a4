"""Parameters of T-JEPA that do not go together."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Real
from typing import Protocol


class PretrainingParameters(Protocol):
    """The parameters that are looked at."""

    context_share: Sequence[float]
    target_share: Sequence[float]
    ema: Sequence[float]
    hidden_dim: int
    n_heads: int
    predictor_dim: int
    predictor_heads: int
    output: str
    n_reg_tokens: int


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
    if params.output == "reg" and not params.n_reg_tokens:
        raise ValueError(
            "output='reg' returns the embeddings of further tokens, but "
            "n_reg_tokens=0; set it to at least 1."
        )
