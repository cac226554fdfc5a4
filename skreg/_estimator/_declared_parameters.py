"""The parameters of estimators that train a net on a table: data, declared once.

An alias has the type, the admissible values and the documentation of a parameter; the
classes list their parameters with the defaults.
"""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral, Real
from typing import Annotated, Any

import numpy as np
import torch
from torch import nn

from .._parameters import Doc, Interval, Options, RealNotInt, StrOptions
from .._training._device import DTYPES
from .._training._learning_rate import LEARNING_RATES
from .._training._net import RegularizedNet
from .._training._optimizers import OPTIMIZERS
from .._types import Array
from ..modules._mlp import ACTIVATIONS
from ..preprocessing import TabularEncoder
from ..preprocessing._scaling import SCALINGS
from ..regularizers import Regularizer
from ..targets import Target
from ..targets._named import NAMED_LOSSES
from ._table_net import MODULES, NUMERIC_EMBEDDINGS

# -- Training --------------------------------------------------------------------------
Regularizers = Annotated[
    Sequence[Any] | None,
    list,
    tuple,
    None,
    Doc(
        "list of Regularizer or of (str, Regularizer), or None",
        "Regularizers to train with. Unnamed ones are named by their class in "
        "lower case, so that grids reach their parameters as `elr__strength`.",
    ),
]
Scaling = Annotated[
    str | None,
    StrOptions({name for name in SCALINGS if name}),
    None,
    Doc(
        "{'standard', 'robust', 'quantile'} or None",
        "How numeric columns are scaled: to mean 0 and variance 1, by median and "
        "quartiles with smooth clipping, to normal scores, or not at all. Columns "
        "of zeros and ones stay what they are.",
    ),
]
MinFrequency = Annotated[
    float | None,
    Interval(Integral, 1, None, closed="left"),
    Interval(RealNotInt, 0, 1, closed="neither"),
    None,
    Doc(
        "int, float or None",
        "Levels of a categorical column with fewer rows, or a smaller share of "
        "them, are one level together, to which unseen levels belong.",
    ),
]
Optimizer = Annotated[
    Any,
    StrOptions(set(OPTIMIZERS)),
    callable,
    Doc("{'adamw', 'adam', 'sgd'} or class", "Optimizer, or a torch class."),
]
Lr = Annotated[
    float | str,
    StrOptions({"auto"}),
    Interval(Real, 0, None, closed="neither"),
    Doc(
        "float or 'auto'",
        "Learning rate, at its highest. 'auto' takes 0.008 for batches of 256 rows "
        "or more, and less for smaller ones, by the square root of their size.",
    ),
]
LrSchedule = Annotated[
    Any,
    StrOptions(set(LEARNING_RATES)),
    callable,
    Doc(
        "{'cosine', 'warm_cosine', 'constant'} or callable",
        "Factor of the learning rate over `max_epochs`: it falls to 0 along a "
        "cosine after a short rise, after a rise in the first tenth, stays, or is "
        "a function of the progress.",
    ),
]
WeightDecay = Annotated[
    float | str,
    StrOptions({"auto"}),
    Interval(Real, 0, None, closed="left"),
    Doc(
        "float or 'auto'",
        "Weight decay of the optimizer. 'auto' takes, for AdamW, 3000 / n_samples "
        "in classification and 1000 / n_samples elsewhere, at most 1: a prior that "
        "counts less the more rows a call brings; and 0 for other optimizers, "
        "whose decay is a part of the gradient.",
    ),
]
BatchSize = Annotated[
    int | str,
    StrOptions({"auto"}),
    Interval(Integral, 1, None, closed="left"),
    Doc(
        "int or 'auto'",
        "Rows of a training step. 'auto' takes a 40th of the training rows, "
        "rounded to a power of two between 32 and 256.",
    ),
]
MaxEpochs = Annotated[
    int,
    Interval(Integral, 0, None, closed="left"),
    Doc("int", "Passes over the training rows; 0 leaves the initial weights."),
]
WarmStart = Annotated[
    bool,
    "boolean",
    Doc(
        "bool",
        "Whether `fit` goes on from the weights of the previous fit; on other rows as "
        "`partial_fit` does.",
    ),
]
Callbacks = Annotated[
    Sequence[Any] | None,
    list,
    tuple,
    None,
    Doc(
        "list of callable or of skorch.callbacks.Callback, or None",
        "Functions called with the skorch net after every epoch (True stops), "
        "and callbacks of skorch. Callbacks of scikit-learn, such as progress "
        "bars, go to `set_callbacks`.",
    ),
]
Device = Annotated[
    str | torch.device,
    str,
    torch.device,
    Doc(
        "str or torch.device",
        "Where to train and predict: 'auto' (an accelerator if there is one), "
        "'cpu', 'cuda', 'cuda:1', 'mps'.",
    ),
]
Dtype = Annotated[
    str,
    StrOptions(set(DTYPES)),
    Doc("{'float32', 'float64'}", "Precision of the net."),
]
NThreads = Annotated[
    int | None,
    Interval(Integral, 1, None, closed="left"),
    None,
    Doc(
        "int or None",
        "Threads of torch on the CPU, set for the time of a fit or prediction. "
        "None takes one for small nets and leaves the number alone for large.",
    ),
]
RandomState = Annotated[
    int | np.random.RandomState | None,
    "random_state",
    Doc(
        "int, RandomState instance or None",
        "Seed of the initial weights, the split and the order of the rows. None "
        "takes fresh entropy and leaves numpy's global generator alone.",
    ),
]
Verbose = Annotated[
    int,
    "verbose",
    Doc("int", "Whether to print a line after every epoch."),
]

# -- The net, and when its training ends -----------------------------------------------
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

# -- What a fit leaves behind ----------------------------------------------------------
FittedNet = Annotated[
    RegularizedNet, Doc("skorch.NeuralNet", "The trained net, in `net_.module_`.")
]
FittedEncoder = Annotated[
    TabularEncoder,
    Doc("TabularEncoder", "What turns a table into the inputs of the net."),
]
FittedTarget = Annotated[
    Target,
    Doc("Target", "What made the net's targets of y, and makes predictions."),
]
FittedRegularizers = Annotated[
    dict[str, Regularizer],
    Doc("dict", "The regularizers of this fit by name, with what they learnt."),
]
FittedHistory = Annotated[
    dict[str, list[Any]],
    Doc(
        "dict of list",
        "One value an epoch: 'epoch', 'train_loss' (the data term), a penalty's "
        "contribution under its name, 'valid_loss' with early stopping.",
    ),
]
FittedNIter = Annotated[int, Doc("int", "Number of epochs trained.")]
FittedNFeaturesIn = Annotated[int, Doc("int", "Columns of the training table.")]
FittedFeatureNamesIn = Annotated[
    Array,
    Doc("ndarray of shape (`n_features_in_`,)", "Their names, if X has names."),
]
