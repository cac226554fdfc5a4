"""Golden cases of ELR+, PS-KD, nested dropout and co-teaching."""

from __future__ import annotations

import torch
from elr_cases import Golden, Values, batches, training_step
from torch.nn import functional

from skreg._training._data import Batch
from skreg.regularizers import (
    PSKD,
    elr_plus_loss,
    elr_plus_targets,
    prefix_distribution,
    pskd_targets,
    small_loss_rows,
)


def elr_plus(golden: Golden) -> Values:
    """Targets, loss and gradient over a sequence of batches."""
    shape = int(golden["num_examp"]), int(golden["num_classes"])
    table = torch.zeros(shape, dtype=getattr(torch, str(golden["dtype"])))
    length = int(golden["coef_step"])
    for k, rows in enumerate(batches(golden)):
        teacher, y, index, partner = (
            torch.tensor(golden[key][rows])
            for key in ("teacher_logits", "y_mixed", "index", "mix_index")
        )
        share, beta = float(golden["mixup_l"][k]), float(golden["beta"])
        q = elr_plus_targets(
            teacher, table, index, beta=beta, share=share, partner=partner
        )
        logits = torch.tensor(golden["logits"][rows], requires_grad=True)
        loss = elr_plus_loss(
            logits,
            y,
            q,
            strength=float(golden["lam"]),
            progress=float(golden["iteration"][k]) / length if length else 1.0,
            relabel=shape[1] == 100,
        )
        loss.backward()
        yield f"q[{k}]", q, golden["q"][rows]
        yield f"loss[{k}]", loss.item(), golden["loss"][k]
        yield f"grad_logits[{k}]", logits.grad, golden["grad_logits"][rows]
        yield f"hist_after[{k}]", table.numpy(), golden["hist_after"][k]


def pskd_loss(golden: Golden) -> Values:
    """Targets, loss and gradient at several weights of the predictions."""
    y, previous = torch.tensor(golden["labels"]), torch.tensor(golden["prev"])
    onehot = functional.one_hot(y, previous.shape[1]).to(previous.dtype)
    for k, alpha in enumerate(golden["alpha"]):
        logits = torch.tensor(golden["logits"], requires_grad=True)
        target = pskd_targets(onehot, previous, float(alpha))
        loss = functional.cross_entropy(logits, target)
        loss.backward()
        yield f"soft_targets[{k}]", target, golden["soft_targets"][k]
        yield f"loss[{k}]", loss.item(), golden["loss"][k]
        yield f"grad_logits[{k}]", logits.grad, golden["grad_logits"][k]


def pskd_train(golden: Golden) -> Values:
    """A linear model trained by SGD through the training step of the estimators."""
    X, y = torch.tensor(golden["X"]), torch.tensor(golden["y"])
    epochs, n_samples = int(golden["epochs"]), len(X)
    n_classes, n_inputs = golden["W0"].shape
    model = torch.nn.Linear(n_inputs, n_classes, dtype=torch.float64)
    with torch.no_grad():
        model.weight.copy_(torch.tensor(golden["W0"]))
        model.bias.zero_()
    method = PSKD(strength=float(golden["alpha_T"]))
    n_steps = len(golden["batch_sizes"])
    step = training_step(model, method, n_samples, epochs=epochs, n_steps=n_steps)
    optimizer = torch.optim.SGD(
        model.parameters(),
        momentum=float(golden["momentum"]),
        weight_decay=float(golden["weight_decay"]),
        nesterov=bool(golden["nesterov"]),
    )
    seen = 0
    for rows in batches(golden):
        epoch = seen // n_samples
        if seen % n_samples == 0:
            optimizer.param_groups[0]["lr"] = float(golden["lr"][epoch])
            alpha = method.alpha(step.n_done / n_steps)
            yield f"alpha_t[{epoch}]", alpha, golden["alpha_t"][epoch]
        index = torch.tensor(golden["index"][rows])
        optimizer.zero_grad()
        step(Batch(X[index], y[index], None, index))
        optimizer.step()
        seen += len(index)
        if seen % n_samples == 0:
            weight, bias = model.weight.detach(), model.bias.detach()
            yield f"W_after_epoch[{epoch}]", weight, golden["W_after_epoch"][epoch]
            yield f"b_after_epoch[{epoch}]", bias, golden["b_after_epoch"][epoch]
            # Epoch 0 of the recording holds the labels until it is over.
            table = method.table_.numpy()
            yield f"prev_after_epoch[{epoch}]", table, golden["prev_after_epoch"][epoch]


def nested_dist(golden: Golden) -> Values:
    """The law of the prefixes."""
    for i in range(int(golden["n"])):
        mu, sigma, n_features = golden[f"param_{i}"].tolist()
        law = prefix_distribution(int(n_features), sigma, mu)
        yield f"dist_{i}", law, golden[f"dist_{i}"]


def coteaching_select(golden: Golden) -> Values:
    """The rows that each net picks for the other."""
    for r, rate in enumerate(golden["forget_rate"]):
        for net in (1, 2):
            logits = torch.tensor(golden[f"logits{net}"])
            y = torch.tensor(golden[f"labels{net}"])
            losses = functional.cross_entropy(logits, y, reduction="none")
            kept = small_loss_rows(losses, float(rate)).numpy()
            # An empty pick is possible there, and not a number's mean here.
            n = int(golden[f"n_{r}"])
            yield f"idx{net}_{r}", kept[:n], golden[f"idx{net}_{r}"]


BATCHES = "batch_sizes index"
CASES = [
    (
        "elr_plus",
        f"{BATCHES} num_examp num_classes beta lam coef_step iteration dtype logits "
        "teacher_logits y_mixed mix_index mixup_l q loss grad_logits hist_after",
        elr_plus,
    ),
    ("pskd_loss", "logits labels prev alpha soft_targets loss grad_logits", pskd_loss),
    (
        "pskd_train",
        f"{BATCHES} X y W0 epochs alpha_T alpha_t lr momentum nesterov weight_decay "
        "prev_after_epoch W_after_epoch b_after_epoch",
        pskd_train,
    ),
    ("nested_dist", "n param_0 dist_0", nested_dist),
    (
        "coteaching_select",
        "logits1 logits2 labels1 labels2 forget_rate idx1_0 idx2_0 n_0",
        coteaching_select,
    ),
]
