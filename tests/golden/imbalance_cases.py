"""Golden cases of methods for imbalanced targets, but for ConR itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

from skreg._training import _losses
from skreg.metrics import (
    balanced_mean_absolute_error,
    balanced_mean_squared_error,
    geometric_mean_error,
    shot_metrics,
)
from skreg.preprocessing import bin_weights, label_weights, lds_kernel
from skreg.regularizers import (
    balanced_mse,
    balanced_mse_of_bins,
    balanced_mse_of_mixture,
    focal_factor,
)
from skreg.regularizers.rare_targets._bin_statistics import (
    Moments,
    calibrate,
    smooth_bins,
    smoothing_matrix,
)
from skreg.regularizers.rare_targets.ranksim import rank_losses

Golden = Mapping[str, np.ndarray]
Values = Iterator[tuple[str, Any, Any]]

# The published clip of counts for weights of power 1.
REWEIGHTINGS = {
    "sqrt_inv": {"power": 0.5},
    "inverse": {"power": 1.0, "clip": (5.0, 1000.0)},
}


def about(ours: Any, theirs: Any, tolerance: float) -> np.ndarray:
    """Return the recorded values where ours are near enough, ours elsewhere."""
    ours, theirs = np.asarray(ours, float), np.asarray(theirs, float)
    return np.where(np.abs(ours - theirs) <= tolerance, theirs, ours)


def single(ours: Any, theirs: Any) -> np.ndarray:
    """Compare with numbers of single precision that are recorded as double."""
    size = np.abs(np.asarray(theirs, float)).max(initial=1.0)
    return about(ours, theirs, 2e-6 * size)


def kernels(golden: Golden) -> Values:
    """The windows of LDS, and of FDS, which sum to 1."""
    window = lds_kernel(
        str(golden["kernel"]), int(golden["ks"]), float(golden["sigma"])
    )
    yield "lds_window", window, golden["lds_window"]
    yield "fds_window_f32", window / window.sum(), golden["fds_window_f32"]


def lds_weights(golden: Golden) -> Values:
    """Weights of whole labels up to 120, each of which is a bin."""
    labels = np.minimum(golden["labels"].astype(int), 120)
    options: dict[str, Any] = dict(REWEIGHTINGS[str(golden["reweight"])])
    if golden["lds"]:
        options["window"] = lds_kernel(
            str(golden["lds_kernel"]), int(golden["lds_ks"]), float(golden["lds_sigma"])
        )
    weights = bin_weights(np.bincount(labels, minlength=121), **options)[labels]
    theirs = golden["weights_f32"]
    yield "weights_f32", single(weights / weights.mean(), theirs), theirs


def dense_weights(golden: Golden) -> Values:
    """DenseWeight; theirs reads the density off the next point of a grid."""
    options = {"method": "dense", "alpha": float(golden["alpha"])}
    weights = label_weights(golden["y"], **options)
    theirs = golden["weights"]
    yield "weights", about(weights, theirs, 0.01), theirs
    query = label_weights(golden["y"], at=golden["query"], **options)
    theirs = golden["query_weights"]
    yield "query_weights", about(query, theirs, 0.01), theirs


def balanced_errors(golden: Golden) -> Values:
    """Losses and gradients of the three forms of Balanced MSE."""
    tensors = {key: torch.tensor(golden[key]) for key in golden if golden[key].ndim}

    def bmc(output: Tensor, target: Tensor, noise: Tensor) -> Tensor:
        return balanced_mse(output, target, noise)

    def bni(output: Tensor, target: Tensor, noise: Tensor) -> Tensor:
        centers, shares = tensors["bucket_centers"], tensors["bucket_weights"]
        return balanced_mse_of_bins(
            output, target, noise, centers=centers, shares=shares
        )

    def gai(output: Tensor, target: Tensor, noise: Tensor) -> Tensor:
        mixture = {
            "means": tensors["gmm_means"],
            "variances": tensors["gmm_variances"],
            "shares": tensors["gmm_weights"],
        }
        return balanced_mse_of_mixture(output, target, noise, **mixture)

    forms = {"bmc": bmc, "bni": bni, "gai": gai, "bmc_md": bmc}
    for name, loss_of in forms.items():
        if f"{name}_loss" not in golden:
            continue
        output = tensors["pred"].clone().requires_grad_()
        noise = torch.tensor(golden["noise_sigma"], requires_grad=True)
        loss = loss_of(output, tensors["target"], noise).mean()
        loss.backward()
        yield f"{name}_loss", loss.item(), golden[f"{name}_loss"]
        yield f"{name}_grad_pred", output.grad, golden[f"{name}_grad_pred"]
        yield f"{name}_grad_sigma", noise.grad, golden[f"{name}_grad_sigma"]


def ranksim(golden: Golden) -> Values:
    """Sum over the anchors, with equal distances ranked as torch sorted them."""
    features = torch.tensor(golden["features"], requires_grad=True)
    target, n = torch.tensor(golden["targets"]), len(golden["targets"])
    nearness = -(target - target[:, 0]).abs()
    ranks = (nearness.argsort(-1).flip(-1).argsort(-1) + 1) / n
    step = 2 * float(golden["interpolation_lambda"]) / n
    loss = rank_losses(features, ranks, step).sum()
    loss.backward()
    yield "loss_f32", loss.item(), golden["loss_f32"]
    yield "grad_features_f32", features.grad, golden["grad_features_f32"]


def fds(golden: Golden) -> Values:
    """Three epochs: smooth, renew the smoothed statistics, then the running ones.

    The published buffers of the last epoch are the running ones, so that smoothing
    subtracts newer means than it adds; the case does likewise.
    """
    first = int(golden["bucket_start"])
    n_bins = int(golden["bucket_num"]) - first
    window = lds_kernel(
        str(golden["kernel"]), int(golden["ks"]), float(golden["sigma"])
    )
    matrix = torch.tensor(smoothing_matrix(n_bins, window), dtype=torch.float32)
    n_features = golden["ep0_features"].shape[1]
    running = (torch.zeros(n_bins, n_features), torch.ones(n_bins, n_features))
    smooth, count = running, torch.zeros(n_bins)

    def bins(key: str) -> Tensor:
        labels = torch.tensor(golden[key]).long() - first
        return labels.clamp(0, n_bins - 1)

    for k in range(int(golden["n_epochs"])):
        rows = torch.tensor(golden[f"ep{k}_smooth_in"])
        if k > 1:  # in epoch 1 there are no smoothed statistics yet
            rows = calibrate(rows, bins(f"ep{k}_smooth_labels"), running, smooth)
        if k > 0:
            smooth = tuple(smooth_bins(values, matrix, None) for values in running)
        yield f"ep{k}_smooth_out", rows, golden[f"ep{k}_smooth_out_f32"]
        features = torch.tensor(golden[f"ep{k}_features"])
        new = Moments.of(features, bins(f"ep{k}_labels"), n_bins, None)
        momentum = float(golden["momentum"]) if k > 0 else 0.0
        share = (1.0 - momentum) * (new.mass > 0)
        degrees = torch.where(new.mass > 1, new.mass - 1, 1.0)
        pairs = zip(running, (new.mean, new.deviation / degrees), strict=True)
        running = tuple(torch.lerp(old, now, share) for old, now in pairs)
        count += new.mass[:, 0]
        ours = {
            "running_mean": running[0],
            "running_var": running[1],
            "smoothed_mean_last_epoch": smooth[0],
            "smoothed_var_last_epoch": smooth[1],
            "num_samples_tracked": count,
        }
        for name, values in ours.items():
            yield f"ep{k}_{name}", values, golden[f"ep{k}_{name}"]


def metrics(golden: Golden) -> Values:
    """Errors of whole labels, each of which is a bin."""
    train, test = golden["train_labels"], golden["test_labels"]
    everything = np.concatenate([train, test])
    edges = np.arange(everything.min(), everything.max() + 2) - 0.5
    data = {"y_true": test, "y_pred": golden["test_preds"]}
    bins = {"y_train": train, "edges": edges}
    for key, function in (
        ("bMAE", balanced_mean_absolute_error),
        ("bMSE", balanced_mean_squared_error),
    ):
        yield key, single(function(**data, **bins), golden[key]), golden[key]
    ours = geometric_mean_error(**data)
    yield "GM_all", single(ours, golden["GM_all"]), golden["GM_all"]
    thresholds = int(golden["many_thr"]), int(golden["few_thr"])
    errors = {"l1": "absolute", "mse": "squared", "gmean": "geometric"}
    for key in golden:
        function_name, *group_and_error = key.split("__")
        if not group_and_error:
            continue
        group, error = group_and_error
        is_balanced = function_name.endswith("balanced") and error != "gmean"
        found = shot_metrics(
            **data,
            **bins,
            error=errors[error],
            thresholds=thresholds,
            average="bins" if is_balanced else "rows",
        )
        ours = found["few" if group == "low" else group]
        yield key, single(ours, golden[key]), golden[key]


def weighted_losses(golden: Golden) -> Values:
    """Weighted means of the losses of rows, the focal ones with their factor."""
    losses: dict[str, Callable[..., Tensor]] = {
        "mse": _losses.squared_error,
        "l1": _losses.absolute_error,
        "huber": _losses.huber,
    }
    target = torch.tensor(golden["target"])
    weights = torch.tensor(golden["weights"])[:, 0]
    for key in golden:
        name, *given = key.split("__")
        if not name.startswith("weighted_") or "grad" in given:
            continue
        options = dict(option.split("=") for option in given)
        output = torch.tensor(golden["pred"], requires_grad=True)
        rows = losses[name.split("_")[-2]](output, target)
        if "focal" in name:
            rows = rows * focal_factor(
                (output - target)[:, 0],
                rate=float(options["beta"]),
                gamma=float(options["gamma"]),
                activation=options["activate"],
            )
        loss = (rows * weights).mean()
        loss.backward()
        yield key, loss.item(), golden[key]
        yield f"{key}__grad", output.grad, golden[f"{key}__grad"]


CASES = [
    ("", "kernel ks sigma lds_window fds_window_f32", kernels),
    ("", "labels weights_f32 reweight lds", lds_weights),
    ("", "y weights alpha eps query query_weights", dense_weights),
    ("", "pred target noise_sigma bmc_md_loss bmc_md_grad_pred", balanced_errors),
    ("", "features targets interpolation_lambda loss_f32", ranksim),
    ("", "n_epochs ep0_features bucket_num bucket_start momentum", fds),
    ("", "train_labels test_labels test_preds bMAE bMSE GM_all", metrics),
    ("", "pred target weights weighted weighted_mse_loss", weighted_losses),
]
