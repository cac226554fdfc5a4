"""Golden cases of the contrastive loss for regression."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

from skreg.regularizers import conr_loss

Golden = Mapping[str, np.ndarray]
Values = Iterator[tuple[str, Any, Any]]


def double(golden: Golden, key: str) -> Tensor:
    """Return an array of a file as the recorded functions got it in float64."""
    return torch.tensor(golden[key], dtype=torch.float64)


def conr(golden: Golden) -> Values:
    """Loss and gradient for single labels; NaN was guarded by hand."""
    features = double(golden, "features").requires_grad_()
    loss = conr_loss(
        features,
        double(golden, "targets"),
        double(golden, "preds"),
        window=float(golden["w"]),
        temperature=float(golden["temperature_used"]),
        push=float(golden["e"]),
        weights=double(golden, "weights"),
        self_weight=0.0,
        form="scalar",
    )
    loss.backward()
    recorded = golden["loss_f64"], golden["grad_features_f64"]
    if np.isnan(recorded[0]):
        recorded = golden["own_masked_mean_all_f64"], golden["own_masked_grad_all_f64"]
    yield "loss", loss.item(), recorded[0]
    yield "grad_features", features.grad, recorded[1]


def conr_nyu(golden: Golden) -> Values:
    """Loss and gradient for maps of labels, which count by their means."""
    maps = double(golden, "features").requires_grad_()
    mean = {k: double(golden, k).flatten(1).mean(1) for k in MAPS}
    loss = conr_loss(
        maps.flatten(1),
        mean["depth"],
        mean["output"],
        window=float(golden["w"]),
        temperature=float(golden["temperature"]),
        push=float(golden["e"]),
        weights=mean["weights"],
        self_weight=0.0,
        form="dense",
    )
    loss.backward()
    yield "loss", loss.item(), golden["loss_f64"]
    yield "grad_features", maps.grad, golden["grad_features_f64"]


MAPS = ("depth", "output", "weights")
KEYS = "features weights w e loss_f64 grad_features_f64"
CASES = [
    ("", f"{KEYS} targets preds temperature_used own_masked_grad_all_f64", conr),
    ("", f"{KEYS} depth output temperature", conr_nyu),
]
