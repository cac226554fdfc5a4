"""What the methods for imbalanced targets do, next to a plain net.

``python -m benchmarks.imbalance_methods --data FOLDER --tables abalone airfoil`` trains
every method on random splits and prints the mean absolute errors of all test rows, over
label bins, and of the rare labels (``thresholds="auto"``), relative to the plain net on
the same splits and with the standard errors over splits, and the time of a fit. A plain
net of another seed shows what chance alone does.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from skreg import RegularizedRegressor
from skreg.metrics import balanced_mean_absolute_error, shot_metrics
from skreg.preprocessing import label_weights
from skreg.regularizers import (
    FDS,
    BalancedMSE,
    ConR,
    FocalError,
    GeometricConstraints,
    RankSim,
    SupReMix,
)

from ._table import Table
from ._tables import Split, split

METHODS: dict[str, Callable[[], list[Any]]] = {
    "plain": list,
    "plain, other seed": list,
    "sqrt_inverse": list,
    "inverse": list,
    "lds": list,
    "dense": list,
    "BalancedMSE()": lambda: [BalancedMSE()],
    "BalancedMSE(noise=0.2)": lambda: [BalancedMSE(noise=0.2)],
    "BalancedMSE(noise='auto')": lambda: [BalancedMSE(noise="auto")],
    "BalancedMSE(labels='batch')": lambda: [BalancedMSE(labels="batch")],
    "FocalError()": lambda: [FocalError()],
    "FDS()": lambda: [FDS()],
    "RankSim()": lambda: [RankSim()],
    "SupReMix()": lambda: [SupReMix()],
    "GeometricConstraints()": lambda: [GeometricConstraints()],
    "ConR()": lambda: [ConR()],
}
WEIGHTS = ("sqrt_inverse", "inverse", "lds", "dense")


def errors(method: str, part: Split, seed: int, epochs: int) -> list[float]:
    """Train a method; return its three errors and the seconds of processor time."""
    weight = label_weights(part.y, method) if method in WEIGHTS else None
    net = RegularizedRegressor(
        regularizers=METHODS[method](),
        max_epochs=epochs,
        random_state=seed + 1000 * method.endswith("other seed"),
        n_threads=1,
        wide=True,
        lr=3e-3,
    )
    start = time.process_time()
    net.fit(part.X, part.y, sample_weight=weight)
    seconds = time.process_time() - start
    pair, train = (part.y_test, net.predict(part.X_test)), {"y_train": part.y}
    return [
        float(np.abs(pair[0] - pair[1]).mean()),
        balanced_mean_absolute_error(*pair, **train),
        shot_metrics(*pair, **train, thresholds="auto")["few"],
        seconds,
    ]


def main() -> None:
    """Print a table of ratios for each data set."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--tables", nargs="+", default=["abalone"])
    parser.add_argument("--methods", nargs="+", default=list(METHODS))
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--epochs", type=int, default=15)
    options = parser.parse_args()
    for name in options.tables:
        parts = [split(name, options.data, seed=s) for s in range(options.seeds)]
        columns = ["method".ljust(30), "MAE %", "se", "balanced %", "se", "few %", "se"]
        table = Table(f"{name}, {options.seeds} splits", [*columns, "time"])
        plain = np.empty((0, 4))
        for method in ["plain", *(m for m in options.methods if m != "plain")]:
            found = [
                errors(method, part, seed, options.epochs)
                for seed, part in enumerate(parts)
            ]
            plain = plain if len(plain) else np.array(found)
            change = 100 * (np.array(found)[:, :3] / plain[:, :3] - 1)
            mean = change.mean(0)
            se = change.std(0, ddof=1) / np.sqrt(len(parts))
            cells = [float(x) for pair in zip(mean, se, strict=True) for x in pair]
            ratio = np.array(found)[:, 3].min() / plain[:, 3].min()
            table.row(method.ljust(30), *cells, float(ratio))
        absolute = plain[:, :3].mean(0)
        print("plain, absolute:", *(f"{x:.4g}" for x in absolute))


if __name__ == "__main__":
    main()
