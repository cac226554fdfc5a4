"""Golden cases of early-learning regularization."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import torch
from torch.nn import functional

from skreg._training._data import Batch
from skreg._training._losses import cross_entropy
from skreg._training._step import TrainingStep
from skreg.regularizers import ELR, FitInfo, Regularizer, elr_loss
from skreg.regularizers._chain import Chain

Golden = Mapping[str, np.ndarray]
Values = Iterator[tuple[str, Any, Any]]


def batches(golden: Golden) -> Iterator[slice]:
    """Yield the rows of every batch in the flat arrays."""
    ends = np.cumsum(golden["batch_sizes"])
    for size, end in zip(golden["batch_sizes"], ends, strict=True):
        yield slice(int(end - size), int(end))


def elr(golden: Golden) -> Values:
    """Loss, gradient and table over a sequence of batches."""
    dtype = getattr(torch, str(golden["dtype"]))
    shape = int(golden["num_examp"]), int(golden["num_classes"])
    table = torch.zeros(shape, dtype=dtype)
    strength, beta = float(golden["lam"]), float(golden["beta"])
    for k, rows in enumerate(batches(golden)):
        logits = torch.tensor(golden["logits"][rows], requires_grad=True)
        y, index = (torch.tensor(golden[key][rows]) for key in ("labels", "index"))
        loss = elr_loss(logits, y, table, index, strength=strength, beta=beta)
        loss.backward()
        yield f"loss[{k}]", loss.item(), golden["loss"][k]
        yield f"grad_logits[{k}]", logits.grad, golden["grad_logits"][rows]
        yield f"target_after[{k}]", table.numpy(), golden["target_after"][k]
        ce = functional.cross_entropy(logits.detach(), y).item()
        yield f"ce[{k}]", ce, golden["ce"][k]


def elr_train(golden: Golden) -> Values:
    """A linear model trained by SGD through the training step of the estimators."""
    n_samples, n_classes = int(golden["num_examp"]), int(golden["num_classes"])
    X, y = torch.tensor(golden["X"]), torch.tensor(golden["y"])
    model = torch.nn.Linear(X.shape[1], n_classes, dtype=torch.float64)
    with torch.no_grad():
        model.weight.copy_(torch.tensor(golden["W0"]))
        model.bias.copy_(torch.tensor(golden["b0"]))
    penalty = ELR(strength=float(golden["lam"]), beta=float(golden["beta"]), eps=1e-4)
    step = training_step(model, penalty, n_samples)
    optimizer = torch.optim.SGD(
        model.parameters(),
        lr=float(golden["lr"]),
        momentum=float(golden["momentum"]),
        weight_decay=float(golden["weight_decay"]),
    )
    seen = 0
    for k, rows in enumerate(batches(golden)):
        index = torch.tensor(golden["index"][rows])
        optimizer.zero_grad()
        _, terms = step(Batch(X[index], y[index], None, index))
        optimizer.step()
        yield f"loss[{k}]", sum(terms.values()).item(), golden["loss"][k]
        yield f"W_after[{k}]", model.weight.detach(), golden["W_after"][k]
        yield f"b_after[{k}]", model.bias.detach(), golden["b_after"][k]
        seen += len(index)
        if seen % n_samples == 0:
            epoch = seen // n_samples - 1
            table = golden["target_after_epoch"][epoch]
            yield f"target_after_epoch[{epoch}]", penalty.table_.numpy(), table


def training_step(
    model: torch.nn.Module,
    method: Regularizer,
    n_samples: int,
    *,
    epochs: int = 1,
    n_steps: int = 1,
) -> TrainingStep:
    """Return the step of the estimators for a model and one method."""
    n_classes = model.out_features
    info = FitInfo(
        n_samples=n_samples,
        n_outputs=n_classes,
        n_classes=n_classes,
        max_epochs=epochs,
        has_features=True,
        module=model,
        device=torch.device("cpu"),
        dtype=torch.float64,
        random=np.random.default_rng(0),
    )
    chain = Chain([("method", method)], info)
    chain.start(info, resumed=frozenset())
    return TrainingStep(
        model,
        cross_entropy,
        chain,
        torch.Generator(),
        n_outputs=n_classes,
        n_steps=n_steps,
    )


BATCHES = "batch_sizes index"
CASES = [
    (
        "elr",
        f"{BATCHES} num_examp num_classes beta lam dtype logits labels loss ce "
        "grad_logits target_after",
        elr,
    ),
    (
        "elr_train",
        f"{BATCHES} num_examp num_classes beta lam lr momentum weight_decay X y W0 b0 "
        "loss W_after b_after target_after_epoch",
        elr_train,
    ),
]
