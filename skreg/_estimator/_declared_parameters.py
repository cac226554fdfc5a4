"""The parameters of all estimators that train on a table, and what a fit leaves behind.

An alias has the type, the admissible values and the documentation of a parameter; the
classes list their parameters with the defaults.
"""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral, Real
from typing import Annotated, Any

import numpy as np
import torch

from .._parameters import Doc, Interval, RealNotInt, StrOptions
from .._training._device import DTYPES
from .._training._learning_rate import LEARNING_RATES
from .._training._net import RegularizedNet
from .._training._optimizers import OPTIMIZERS
from .._types import Array
from ..preprocessing import TabularEncoder
from ..preprocessing._scaling import SCALINGS
from ..regularizers import Regularizer
from ..targets import Target

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
