"""What is saved of a trained net, and how it becomes a net of skorch again."""

from __future__ import annotations

from typing import Any

import torch
from skorch import NeuralNet
from skorch.history import History

from .._fitted_state import from_plain, to_plain
from ._alignment import align_rows
from ._device import available_devices
from ._predict import block_rows

# What a loaded net gets from its constructor, or what only training needs.
_MADE_ANEW = frozenset(
    {
        "module",
        "criterion",
        "criterion_",
        "optimizer",
        "iterator_train",
        "iterator_valid",
        "dataset",
        "virtual_params_",
        "criterion_fn",
        "training_fn",
        "lr_schedule",
        "block_rows_",
    }
)


def net_state(net: NeuralNet) -> Any:
    """Return a net as arrays, numbers and text."""
    kept = {k: v for k, v in vars(net).items() if k not in _MADE_ANEW}
    return to_plain(kept | {"history_": list(net.history_)})


def restore_net(net: Any, state: Any) -> None:
    """Fill an empty net, on the device of its fit or else on the host.

    skorch's own way would read weights by pickle from a part of the file, which could
    then run code whatever a loader thinks of the rest.
    """
    kept = from_plain(state)
    module = kept.pop("module_")
    options = (
        "criterion_fn",
        "training_fn",
        "lr_schedule",
        "chain",
        "random",
        "target",
    )
    sizes = {name: kept[name] for name in ("n_outputs", "planned_epochs")}
    net.__init__(type(module), **dict.fromkeys(options), **sizes)
    vars(net).update(kept, history_=History(kept["history_"]))
    if torch.device(net.device).type not in available_devices():
        net.device = "cpu"
    align_rows(module)
    net.module_, net.criterion_ = module.to(net.device), net.criterion()
    net.block_rows_ = block_rows(net.module_)
