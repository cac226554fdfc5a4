"""Tell whether two commits train the same nets, bit for bit.

``python -m benchmarks.bits FILE`` writes a digest of what every estimator learns and
predicts; with a FILE that exists, it prints the cases that differ from it. To be run on
one machine: other processors round differently.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")  # two threads add in another order

import numpy as np
import pandas as pd
import torch
from sklearn.base import clone
from sklearn.datasets import load_diabetes, load_digits, load_wine

import skreg
from skreg import regularizers
from skreg.datasets import make_ar_process
from skreg.preprocessing import TabularEncoder
from skreg.regularizers import Mixup, NormLoss, Regularizer

Case = Callable[[], Any]


def numbers(part: Any) -> Iterator[np.ndarray]:
    """Yield the arrays in nested results, the weights of nets among them."""
    if isinstance(part, dict):
        for key in sorted(part, key=str):
            yield from numbers(part[key])
    elif isinstance(part, list | tuple):
        for item in part:
            yield from numbers(item)
    elif isinstance(part, torch.Tensor):
        yield part.detach().numpy()
    elif isinstance(part, torch.nn.Module):
        yield from numbers(part.state_dict())
    elif part is not None:
        yield np.asarray(part)


def digest(result: Any) -> str:
    found = hashlib.sha256()
    for array in numbers(result):
        found.update(f"{array.dtype}{array.shape}".encode())
        data = np.ascontiguousarray(array)
        plain = data.dtype != object
        found.update(data.tobytes() if plain else repr(data.tolist()).encode())
    return found.hexdigest()[:16]


def messy(n_rows: int = 300) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """Return a table with gaps, categories and a flag, labels and numbers."""
    random = np.random.default_rng(0)
    X = pd.DataFrame(random.normal(size=(n_rows, 4)), columns=list("abcd"))
    X["b"] = np.exp(X["b"])
    X.loc[::7, "a"] = np.nan
    X["kind"] = random.choice(["x", "y", "z", None], n_rows)
    X["flag"] = random.random(n_rows) < 0.3
    number = X["c"] ** 2 + X["b"] + X["flag"] + 0.3 * random.normal(size=n_rows)
    label = np.array(["low", "middle", "high"])[np.digitize(number, [1.5, 3.5])]
    return X, label, number.to_numpy()


def fitted(net: Any, X: Any, y: Any, **fit: Any) -> list[Any]:
    """Return what a net learnt: weights, history, predictions, row statistics."""
    net.fit(X, y, **fit)
    learnt = ["targets_", "label_quality_", "suggested_labels_", "transition_matrix_"]
    return [
        net.net_.module_,
        {k: v for k, v in net.history_.items() if k != "dur"},
        net.predict(X),
        net.predict_proba(X) if hasattr(net, "predict_proba") else None,
        [getattr(net, name, None) for name in learnt],
        net.score(X, y),
    ]


def table_cases() -> Iterator[tuple[str, Case]]:
    """Classifiers and regressors at many settings."""
    X, label, number = messy()
    weight = np.random.default_rng(1).integers(0, 3, len(X)).astype(float)
    two = np.column_stack([number, X["c"]])
    small = {"max_epochs": 4, "random_state": 0}
    settings: dict[str, dict[str, Any]] = {
        "default": {},
        "members": {"n_members": 3},
        "tabm": {"module": "tabm", "n_members": 4},
        "resnet": {"module": "resnet"},
        "foreign": {"module": torch.nn.Linear},
        "early stopping": {"early_stopping": True, "max_epochs": 8},
        "double": {"dtype": "float64"},
        "sgd": {"optimizer": "sgd", "lr": 0.01, "lr_schedule": "constant"},
        "quantile scaling": {"scaling": "quantile", "numeric_embedding": "periodic"},
        "two methods": {"regularizers": [Mixup(), NormLoss()]},
        "rare": {"min_frequency": 0.2, "batch_size": 50, "wide": True},
    }
    for name, options in settings.items():
        for kind, y in (("Classifier", label), ("Regressor", number)):
            net = getattr(skreg, f"Regularized{kind}")(**{**small, **options})
            yield f"{kind} {name}", partial(fitted, net, X, y)
            weighted = partial(fitted, clone(net), X, y, sample_weight=weight)
            yield f"{kind} {name}, weighted", weighted
    balanced = skreg.RegularizedClassifier(class_weight="balanced", **small)
    yield "Classifier balanced", partial(fitted, balanced, X, label)
    for loss in ("absolute_error", "huber", "quantile"):
        net = skreg.RegularizedRegressor(loss=loss, **small)
        yield f"Regressor {loss}", partial(fitted, net, X, number)
        members = clone(net).set_params(n_members=2, early_stopping=True)
        yield f"Regressor {loss}, members", partial(fitted, members, X, two)
    levels = skreg.RegularizedRegressor(loss="quantile", quantiles=(0.1, 0.9), **small)
    yield "Regressor quantiles", partial(fitted, levels, X, number)
    plain = skreg.RegularizedRegressor(standardize_target=False, **small)
    yield "Regressor two targets", partial(fitted, plain, X, two)


def preset_cases() -> Iterator[tuple[str, Case]]:
    """The presets, and every method on a net."""
    X, label, number = messy()
    small = {"max_epochs": 4, "random_state": 0}
    weight = np.random.default_rng(1).random(len(X))
    elr: dict[str, dict[str, Any]] = {
        "default": {},
        "off": {"strength": 0},
        "long": {"max_epochs": 20},
        "plus": {"n_networks": 2, "ema_decay": 0.9, "mixup_alpha": 1.0},
        "members": {"n_members": 2},
        "early": {"early_stopping": True},
        "weights": {"class_weight": "balanced", "swap_rate": 0.1},
    }
    for name, options in elr.items():
        net = skreg.ELRClassifier(**{**small, **options})
        yield f"ELR {name}", partial(fitted, net, X, label, sample_weight=weight)
    conr: dict[str, dict[str, Any]] = {
        "default": {},
        "balance": {"balance": 0.5, "n_members": 2},
        "auto": {"balance": "auto", "max_epochs": 8},
        "weights": {"reweight": "sqrt_inverse", "early_stopping": True},
        "loss": {"monitor": "loss", "early_stopping": True, "loss": "huber"},
        "quantile": {"loss": "quantile", "quantiles": (0.2, 0.8), "reweight": "lds"},
    }
    for name, options in conr.items():
        net = skreg.ConRRegressor(**{**small, **options})
        yield f"ConR {name}", partial(fitted, net, X, number, sample_weight=weight)
    for method in methods():
        nets = [skreg.RegularizedClassifier, skreg.RegularizedRegressor]
        for make in nets:
            y = label if make is nets[0] else number
            net = make(regularizers=[method()], **small)
            yield f"{make.__name__} {method.__name__}", partial(tried, net, X, y)


def methods() -> list[type[Regularizer]]:
    """Return the classes of all regularizers."""
    found = [getattr(regularizers, name) for name in regularizers.__all__]
    return [
        c
        for c in found
        if isinstance(c, type)
        and issubclass(c, Regularizer)
        and c.__name__ not in ("Regularizer", "Penalty")
    ]


def tried(net: Any, X: Any, y: Any) -> Any:
    """Return what a net learns, or how it refuses."""
    try:
        return fitted(net, X, y)
    except ValueError as error:
        return type(error).__name__


def continued_cases() -> Iterator[tuple[str, Case]]:
    """Fits in several calls, and students."""
    X, label, number = messy()
    settings = {"random_state": 0, "max_epochs": 3}

    def calls(net: Any, y: Any) -> Any:
        for start in range(0, 300, 100):
            rows = slice(start, start + 100)
            extra = {"classes": np.unique(y)} if y.dtype.kind == "U" else {}
            net.partial_fit(X[rows], y[rows], **extra)
        return [net.net_.module_, net.predict(X)]

    def warm(net: Any, y: Any) -> Any:
        net.set_params(warm_start=True).fit(X, y)
        return fitted(net, X, y)

    def student(net: Any, y: Any) -> Any:
        small = net.fit(X, y).distill(X, hidden_layer_sizes=(16,), n_members=1)
        return [small.net_.module_, small.predict(X)]

    nets = {
        "Classifier": (skreg.RegularizedClassifier(**settings), label),
        "Regressor": (skreg.RegularizedRegressor(n_members=2, **settings), number),
        "ELR": (skreg.ELRClassifier(**settings), label),
        "ConR": (skreg.ConRRegressor(balance=0.5, **settings), number),
    }
    for name, (net, y) in nets.items():
        for how in (calls, warm, student):
            yield f"{name} {how.__name__}", partial(how, clone(net), y)


def pretraining_cases() -> Iterator[tuple[str, Case]]:
    """T-JEPA, its heads and fine-tuning."""
    X, label, number = messy()
    few = np.where(
        np.arange(len(X)) < 100, np.unique(label, return_inverse=True)[1], -1
    )
    some = np.where(np.arange(len(X)) < 100, number, np.nan)
    encoder = skreg.TJEPATransformer(max_epochs=2, random_state=0)

    def embed(net: Any) -> Any:
        return [net.fit_transform(X), net.module_, net.history_, net.score(X)]

    def stream(net: Any) -> Any:
        return net.partial_fit(X[:150]).partial_fit(X[150:]).transform(X)

    def predict(net: Any, y: Any) -> Any:
        return net.fit(X, y).predict(X)

    variants: dict[str, dict[str, Any]] = {
        "default": {},
        "published": {"kernel_weight": 0.0, "target_norm": "layer", "n_targets": 2},
        "mean": {"output": "mean", "passthrough": True, "dtype": "float64"},
    }
    for name, options in variants.items():
        yield f"T-JEPA {name}", partial(embed, clone(encoder).set_params(**options))
    yield "T-JEPA stream", partial(stream, clone(encoder))
    for options in (
        {"head": "kernel"},
        {"head": "linear"},
        {"head": "mlp"},
        {"finetune": "full"},
        {"finetune": "partial", "head": "mlp"},
    ):
        given = {"pretrained": encoder, "random_state": 0, **options}
        for make, y in ((skreg.TJEPAClassifier, few), (skreg.TJEPARegressor, some)):
            yield f"{make.__name__} {options}", partial(predict, make(**given), y)


def forecasting_cases() -> Iterator[tuple[str, Case]]:
    """AR-Net on tables and series."""
    X, y = load_diabetes(return_X_y=True)
    series = make_ar_process(400, lags=[1, 12], coef=[0.5, 0.4], random_state=0)
    gaps = series.copy()
    gaps[50:60] = gaps[200] = np.nan
    exog = np.column_stack([np.roll(series, 3), np.arange(400) % 7])
    panel = np.column_stack([series, np.roll(series, 2)])

    def table(net: Any) -> Any:
        net.fit(X, y)
        return [net.coef_, net.intercept_, net.predict(X)]

    def ahead(net: Any, y: Any, exog: Any = None) -> Any:
        future = None if exog is None else exog[-6:]
        net.fit(y, exog)
        bounds = net.predict_interval(X=future)
        forecast = net.predict(X=future)
        newer = {"X": future} if exog is not None else {}
        net.update(forecast, **newer)
        return [forecast, bounds, net.ar_coef_, net.alpha_, net.predict(X=future)]

    net_options = {"solver": "sgd", "alpha": 0.01, "max_epochs": 3, "random_state": 0}
    options: list[dict[str, Any]] = [
        {},
        {"penalty": "l1", "alpha": "bic"},
        {"penalty": "l2"},
        {"penalty": None},
        {"alpha": "cv", "cv": 3},
        {"alpha": 0.05, "refit": False},
        {"expected_sparsity": 0.1},
        {"loss": "huber"},
        {"loss": "quantile", "fit_intercept": False},
        net_options,
        {"hidden_layer_sizes": (8,), "max_epochs": 5, "random_state": 0},
    ]
    for given in options:
        forecaster = skreg.ARNetForecaster(lags=30, horizon=6, **given)
        if "fit_intercept" not in given:
            yield f"AR table {given}", partial(table, skreg.ARNetRegressor(**given))
        yield f"AR series {given}", partial(ahead, forecaster, series)
        if given is not net_options:
            yield f"AR gaps {given}", partial(ahead, clone(forecaster), gaps)
    base = skreg.ARNetForecaster(lags=24, horizon=6)
    variants: dict[str, dict[str, Any]] = {
        "recursive": {"strategy": "recursive"},
        "differences": {"differences": [12]},
        "gaussian": {"interval": "gaussian"},
        "quantile": {"interval": "quantile", "quantiles": [0.05, 0.95]},
        "drop": {"missing": "drop"},
        "interpolate": {"missing": "interpolate"},
    }
    for name, given in variants.items():
        net = clone(base).set_params(**given)
        yield f"AR {name}", partial(ahead, net, gaps)
        yield f"AR {name}, exog", partial(ahead, clone(net), series, exog)
    yield "AR channels", partial(ahead, clone(base), panel)
    yield "AR list", partial(ahead, clone(base), [series, gaps])


def encoder_cases() -> Iterator[tuple[str, Case]]:
    """The encoder of tables."""
    X, _, _ = messy()
    for scaling in ("standard", "robust", "quantile", None):
        encoder = TabularEncoder(scaling=scaling, min_frequency=20)
        yield f"encoder {scaling}", partial(encoder.fit_transform, X)
    for load in (load_digits, load_wine):
        net = skreg.RegularizedClassifier(max_epochs=3, random_state=0)
        yield load.__name__, partial(fitted, net, *load(return_X_y=True))


def digests() -> dict[str, str]:
    """Return a digest of every case by name."""
    found = {}
    for family in (
        table_cases,
        preset_cases,
        continued_cases,
        pretraining_cases,
        forecasting_cases,
        encoder_cases,
    ):
        for name, case in family():
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                found[name] = digest(case())
    return found


def main() -> None:
    file = Path(sys.argv[1])
    found = digests()
    if not file.exists():
        file.write_text(json.dumps(found, indent=1))
        print(f"{len(found)} cases written to {file}")
        return
    before = json.loads(file.read_text())
    names = [*dict.fromkeys([*before, *found])]
    differ = [name for name in names if before.get(name) != found.get(name)]
    print("\n".join(differ) or f"all {len(found)} cases are the same, bit for bit")
    sys.exit(bool(differ))


if __name__ == "__main__":
    main()
