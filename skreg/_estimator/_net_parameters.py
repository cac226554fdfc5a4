"""The parameters of the net, of its loss, and of the end of its training.

As in `_declared_parameters`, an alias has the type, the admissible values and the
documentation of a parameter.
"""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral, Real
from typing import Annotated, Any

import numpy as np
from torch import nn

from .._parameters import Doc, Interval, Options, StrOptions
from ..modules._mlp import ACTIVATIONS
from ..targets import Target
from ..targets._named import NAMED_LOSSES
from ._table_net import MODULES, NUMERIC_EMBEDDINGS

Module = Annotated[
    Any,
    StrOptions(set(MODULES)),
    nn.Module,
    callable,
    Doc(
        "str, torch.nn.Module or callable",
        "The net: 'mlp', 'resnet', 'tabm' (an ensemble that shares its weights), "
        "an instance (copied; its weights are the initial ones), or a class or "
        "function of the numbers of inputs and outputs.",
    ),
]
HiddenLayerSizes = Annotated[
    Sequence[int],
    "array-like",
    Interval(Integral, 1, None, closed="left"),
    Doc("sequence of int", "Widths of the hidden layers of the named modules."),
]
Activation = Annotated[
    str,
    StrOptions(set(ACTIVATIONS)),
    Doc(
        "{'relu', 'gelu', 'silu', 'tanh', 'logistic', 'identity'}",
        "Activation of the hidden layers of the named modules.",
    ),
]
Dropout = Annotated[
    float,
    Interval(Real, 0, 1, closed="left"),
    Doc("float", "Probability of a hidden unit to be zeroed in training."),
]
NMembers = Annotated[
    int | None,
    Interval(Integral, 1, None, closed="left"),
    None,
    Doc(
        "int or None",
        "Nets of an ensemble, trained as one; predictions are their mean. None "
        "takes 16 for 'tabm' and 1 otherwise.",
    ),
]
NumericEmbedding = Annotated[
    str | None,
    StrOptions({"auto"} | {name for name in NUMERIC_EMBEDDINGS if name}),
    None,
    Doc(
        "{'auto', 'piecewise_linear', 'periodic', 'combined'} or None",
        "What the net gets of a numeric column besides the number: a learnt curve "
        "over its quantiles, learnt waves, both, or nothing. 'auto' is 'combined' "
        "for the named modules and None for those of users.",
    ),
]
NBins = Annotated[
    int | str,
    StrOptions({"auto"}),
    Interval(Integral, 1, None, closed="left"),
    Doc(
        "int or 'auto'",
        "Bins of the curves: quantiles of the values, and as many of the "
        "distinct values. 'auto' takes a 20th of the training rows, between 16 "
        "and 128.",
    ),
]
EmbeddingWidth = Annotated[
    int,
    Interval(Integral, 1, None, closed="left"),
    Doc("int", "Dimensions of a curve, and of the waves of a numeric column."),
]
Wide = Annotated[
    bool | str,
    "boolean",
    StrOptions({"auto"}),
    Doc(
        "bool or 'auto'",
        "Whether the output also gets a sum of functions of single columns, as "
        "in an additive model. 'auto' does so for the named modules.",
    ),
]
EarlyStopping = Annotated[
    bool,
    "boolean",
    Doc(
        "bool",
        "Whether to set validation rows aside, to stop when their loss no longer "
        "falls and to go back to the weights where it was lowest.",
    ),
]
ValidationFraction = Annotated[
    float,
    Interval(Real, 0, 1, closed="neither"),
    Doc("float", "Share of the rows set aside if `early_stopping` is True."),
]
NIterNoChange = Annotated[
    float,
    Interval(Integral, 1, None, closed="left"),
    Options(Real, {np.inf}),
    Doc(
        "int or inf",
        "Epochs without improvement by `tol` before training stops; never with inf.",
    ),
]
Tol = Annotated[
    float,
    Interval(Real, 0, None, closed="left"),
    Doc("float", "Smallest improvement of the validation loss that counts."),
]

Loss = Annotated[
    Any,
    StrOptions(set(NAMED_LOSSES)),
    Target,
    callable,
    Doc(
        "{'squared_error', 'absolute_error', 'huber', 'quantile'}, callable or Target",
        "Loss of a row, averaged over its targets, in standardised units. A function "
        "takes outputs and targets as tensors of shape (batch, n_targets), both in "
        "standardised units (of y, if `standardize_target` is False), and returns the "
        "losses of the entries or of the rows, not their mean; what it makes smallest "
        "is scaled back to the units of y and predicted. A "
        ":class:`skreg.targets.Target` says all of that itself, with its own "
        "parameters in place of `quantiles` and `standardize_target`.",
    ),
]
