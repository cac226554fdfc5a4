"""The parameters of T-JEPA: data, declared once for the estimator and the objective."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral, Real
from typing import Annotated

from .._parameters import Doc, Interval, StrOptions
from ._latents import LOSSES, TARGET_NORMS
from ._readout import READOUTS

_AT_LEAST_ONE = Interval(Integral, 1, None, closed="left")

# -- Sizes of encoder and predictor ----------------------------------------------------
HiddenDim = Annotated[
    int,
    _AT_LEAST_ONE,
    Doc("int", "Dimensions of the embedding of a column."),
]
NLayers = Annotated[
    int, _AT_LEAST_ONE, Doc("int", "Transformer layers of the encoder.")
]
NHeads = Annotated[
    int,
    _AT_LEAST_ONE,
    Doc("int", "Attention heads of the encoder, a divisor of `hidden_dim`."),
]
FfDim = Annotated[
    int, _AT_LEAST_ONE, Doc("int", "Hidden units of the encoder's layers.")
]
Dropout = Annotated[
    float,
    Interval(Real, 0, 1, closed="left"),
    Doc("float", "Probability of an entry of a branch to be zeroed in training."),
]
NRegTokens = Annotated[
    int,
    Interval(Integral, 0, None, closed="left"),
    Doc("int", "Learnt tokens beside those of the columns, always seen."),
]
PredictorDim = Annotated[int, _AT_LEAST_ONE, Doc("int", "Width of the predictor.")]
PredictorLayers = Annotated[
    int, _AT_LEAST_ONE, Doc("int", "Transformer layers of the predictor.")
]
PredictorHeads = Annotated[
    int,
    _AT_LEAST_ONE,
    Doc("int", "Attention heads of the predictor, a divisor of `predictor_dim`."),
]

# -- What is predicted of what ---------------------------------------------------------
ContextShare = Annotated[
    Sequence[float],
    "array-like",
    Doc(
        "(float, float)",
        "Smallest and largest share of the columns that is seen in training.",
    ),
]
TargetShare = Annotated[
    Sequence[float],
    "array-like",
    Doc(
        "(float, float)",
        "Smallest and largest share of the columns to predict, out of the others.",
    ),
]
NTargets = Annotated[
    int,
    _AT_LEAST_ONE,
    Doc("int", "Sets of columns to predict of a row, each drawn anew."),
]
TargetNorm = Annotated[
    str | None,
    StrOptions({name for name in TARGET_NORMS if name}),
    None,
    Doc(
        "{'layer', 'batch'} or None",
        "Whether targets are standardised over their dimensions, or each token "
        "and dimension over the rows of a batch, which keeps what tells rows "
        "apart.",
    ),
]
Ema = Annotated[
    Sequence[float],
    "array-like",
    Doc(
        "(float, float)",
        "Momentum with which the target encoder follows the context encoder, at "
        "the beginning and at the end of `max_epochs`.",
    ),
]

# -- The loss --------------------------------------------------------------------------
Loss = Annotated[
    str,
    StrOptions(set(LOSSES)),
    Doc("{'mse', 'smooth_l1'}", "Loss between predictions and latents."),
]
KernelWeight = Annotated[
    float,
    Interval(Real, 0, None, closed="left"),
    Doc(
        "float",
        "Weight of predicting random features of a Gaussian kernel from the "
        "embedding of a whole row, which keeps what tells rows apart; 0 is T-JEPA "
        "as published.",
    ),
]

# -- The transformer -------------------------------------------------------------------
Output = Annotated[
    str,
    StrOptions(set(READOUTS)),
    Doc(
        "{'flatten', 'mean', 'reg', 'tokens'}",
        "What `transform` returns of the embeddings of the columns: side by side, "
        "which keeps most, their mean, those of the further tokens, or an array of "
        "three dimensions.",
    ),
]
Passthrough = Annotated[
    bool,
    "boolean",
    Doc(
        "bool",
        "Whether `transform` appends the scaled and coded table; not to 'tokens'.",
    ),
]
Collapsed = Annotated[
    bool,
    Doc("bool", "Whether little is left of the untrained encoder's diversity."),
]
Untrained = Annotated[
    dict[str, float],
    Doc("dict", "'row_std', 'effective_rank', 'mean_cosine' before training."),
]
