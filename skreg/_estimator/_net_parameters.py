"""The parameters that all estimators share."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral, Real
from typing import Annotated, Any

import numpy as np
import torch
from torch import nn

from .._parameters import Doc, Interval, RealNotInt, StrOptions, parameters
from .._training._device import DTYPES
from .._training._learning_rate import LEARNING_RATES
from .._training._optimizers import OPTIMIZERS
from ..modules import ACTIVATIONS
from ..preprocessing._scaling import SCALINGS
from ._composition import WithRegularizers
from ._modules import MODULES, NUMERIC_EMBEDDINGS


@parameters
class NetParameters(WithRegularizers):
    """Parameters of every estimator on a net, declared once.

    Parameters
    ----------
    {parameters}
    """

    regularizers: Annotated[
        Sequence[Any] | None,
        list,
        tuple,
        None,
        Doc(
            "list of Regularizer or of (str, Regularizer), or None",
            "Regularizers to train with. Unnamed ones are named by their class in "
            "lower case, so that grids reach their parameters as `elr__strength`.",
        ),
    ] = None
    module: Annotated[
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
    ] = "mlp"
    hidden_layer_sizes: Annotated[
        Sequence[int],
        "array-like",
        Interval(Integral, 1, None, closed="left"),
        Doc("sequence of int", "Widths of the hidden layers of the named modules."),
    ] = (256, 256)
    activation: Annotated[
        str,
        StrOptions(set(ACTIVATIONS)),
        Doc(
            "{'relu', 'gelu', 'silu', 'tanh', 'logistic', 'identity'}",
            "Activation of the hidden layers of the named modules.",
        ),
    ] = "silu"
    dropout: Annotated[
        float,
        Interval(Real, 0, 1, closed="left"),
        Doc("float", "Probability of a hidden unit to be zeroed in training."),
    ] = 0.15
    n_members: Annotated[
        int | None,
        Interval(Integral, 1, None, closed="left"),
        None,
        Doc(
            "int or None",
            "Nets of an ensemble, trained as one; predictions are their mean. None "
            "takes 16 for 'tabm' and 1 otherwise.",
        ),
    ] = None
    scaling: Annotated[
        str | None,
        StrOptions({name for name in SCALINGS if name}),
        None,
        Doc(
            "{'standard', 'robust', 'quantile'} or None",
            "How numeric columns are scaled: to mean 0 and variance 1, by median and "
            "quartiles with smooth clipping, to normal scores, or not at all.",
        ),
    ] = "robust"
    numeric_embedding: Annotated[
        str | None,
        StrOptions({"auto"} | {name for name in NUMERIC_EMBEDDINGS if name}),
        None,
        Doc(
            "{'auto', 'piecewise_linear', 'periodic', 'combined'} or None",
            "What the net gets of a numeric column besides the number: a learnt curve "
            "over its quantiles, learnt waves, both, or nothing. 'auto' is 'combined' "
            "for the named modules and None for those of users.",
        ),
    ] = "auto"
    n_bins: Annotated[
        int | str,
        StrOptions({"auto"}),
        Interval(Integral, 1, None, closed="left"),
        Doc(
            "int or 'auto'",
            "Bins of the curves: quantiles of the values, and as many of the "
            "distinct values. 'auto' takes a 20th of the training rows, between 16 "
            "and 128.",
        ),
    ] = "auto"
    embedding_width: Annotated[
        int,
        Interval(Integral, 1, None, closed="left"),
        Doc("int", "Dimensions of a curve, and of the waves of a numeric column."),
    ] = 8
    wide: Annotated[
        bool | str,
        "boolean",
        StrOptions({"auto"}),
        Doc(
            "bool or 'auto'",
            "Whether the output also gets a sum of functions of single columns, as "
            "in an additive model. 'auto' does so for the named modules.",
        ),
    ] = "auto"
    min_frequency: Annotated[
        float | None,
        Interval(Integral, 1, None, closed="left"),
        Interval(RealNotInt, 0, 1, closed="neither"),
        None,
        Doc(
            "int, float or None",
            "Levels of a categorical column with fewer rows, or a smaller share of "
            "them, are one level together, to which unseen levels belong.",
        ),
    ] = None
    optimizer: Annotated[
        Any,
        StrOptions(set(OPTIMIZERS)),
        callable,
        Doc("{'adamw', 'adam', 'sgd'} or class", "Optimizer, or a torch class."),
    ] = "adamw"
    lr: Annotated[
        float,
        Interval(Real, 0, None, closed="neither"),
        Doc("float", "Learning rate, at its highest."),
    ] = 3e-3
    lr_schedule: Annotated[
        Any,
        StrOptions(set(LEARNING_RATES)),
        callable,
        Doc(
            "{'cosine', 'constant'} or callable",
            "Factor of the learning rate over `max_epochs`: it falls to 0 along a "
            "cosine after a short rise, stays, or is a function of the progress.",
        ),
    ] = "cosine"
    weight_decay: Annotated[
        float | str,
        StrOptions({"auto"}),
        Interval(Real, 0, None, closed="left"),
        Doc(
            "float or 'auto'",
            "Weight decay of the optimizer. 'auto' takes 1000 / n_samples, at most 1, "
            "for AdamW, a prior that counts less the more rows a call brings; and 0 "
            "for others, whose decay is a part of the gradient.",
        ),
    ] = "auto"
    batch_size: Annotated[
        int | str,
        StrOptions({"auto"}),
        Interval(Integral, 1, None, closed="left"),
        Doc(
            "int or 'auto'",
            "Rows of a training step. 'auto' takes a 40th of the training rows, "
            "rounded to a power of two between 32 and 256.",
        ),
    ] = "auto"
    max_epochs: Annotated[
        int,
        Interval(Integral, 0, None, closed="left"),
        Doc("int", "Passes over the training rows; 0 leaves the initial weights."),
    ] = 40
    early_stopping: Annotated[
        bool,
        "boolean",
        Doc(
            "bool",
            "Whether to set validation rows aside, to stop when their loss no longer "
            "falls and to go back to the weights where it was lowest.",
        ),
    ] = False
    validation_fraction: Annotated[
        float,
        Interval(Real, 0, 1, closed="neither"),
        Doc("float", "Share of the rows set aside if `early_stopping` is True."),
    ] = 0.1
    n_iter_no_change: Annotated[
        int,
        Interval(Integral, 1, None, closed="left"),
        Doc("int", "Epochs without improvement by `tol` before training stops."),
    ] = 10
    tol: Annotated[
        float,
        Interval(Real, 0, None, closed="left"),
        Doc("float", "Smallest improvement of the validation loss that counts."),
    ] = 1e-4
    warm_start: Annotated[
        bool,
        "boolean",
        Doc("bool", "Whether `fit` goes on from the weights of the previous fit."),
    ] = False
    callbacks: Annotated[
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
    ] = None
    device: Annotated[
        str | torch.device,
        str,
        torch.device,
        Doc(
            "str or torch.device",
            "Where to train and predict: 'auto' (an accelerator if there is one), "
            "'cpu', 'cuda', 'cuda:1', 'mps'.",
        ),
    ] = "auto"
    dtype: Annotated[
        str,
        StrOptions(set(DTYPES)),
        Doc("{'float32', 'float64'}", "Precision of the net."),
    ] = "float32"
    n_threads: Annotated[
        int | None,
        Interval(Integral, 1, None, closed="left"),
        None,
        Doc(
            "int or None",
            "Threads of torch on the CPU, set for the time of a fit or prediction. "
            "None takes one for small nets and leaves the number alone for large.",
        ),
    ] = None
    random_state: Annotated[
        int | np.random.RandomState | None,
        "random_state",
        Doc(
            "int, RandomState instance or None",
            "Seed of the initial weights, the split and the order of the rows. None "
            "takes fresh entropy and leaves numpy's global generator alone.",
        ),
    ] = None
    verbose: Annotated[
        int,
        "verbose",
        Doc("int", "Whether to print a line after every epoch."),
    ] = 0

    @property
    def _given_members(self) -> int | None:
        """Nets of an ensemble, None for the module's own number."""
        return self.n_members

    def _single(self) -> dict[str, Any]:
        """Return the parameters that make a single net of an ensemble."""
        return {"n_members": 1}
