"""The parameters of nets that users choose or build."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral, Real
from typing import Annotated, Any

from torch import nn

from .._parameters import Doc, Interval, StrOptions, parameters
from ..modules import ACTIVATIONS
from ._modules import MODULES, NUMERIC_EMBEDDINGS


@parameters
class NetParameters:
    """Parameters of the net and of early stopping, declared once.

    Parameters
    ----------
    {parameters}
    """

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

    @property
    def _given_members(self) -> int | None:
        """Nets of an ensemble, None for the module's own number."""
        return self.n_members

    def _single(self) -> dict[str, Any]:
        """Return the parameters that make a single net of an ensemble."""
        return {"n_members": 1}
