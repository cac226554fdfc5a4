"""Rows that come in many calls of `partial_fit`: what is lost, and what is learnt.

Each cell is one net: how far it falls below its best score so far, and where it ends,
beside the net of scikit-learn under the same calls, which is given scaled columns.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.preprocessing import StandardScaler

from skreg import RegularizedClassifier, RegularizedRegressor

from ._table import Table
from ._tables import Split, load

TABLES = ["letter", "covertype_110k", "california_housing"]
SEEDS = (0, 1)
N_TEST = 2_000
# Rows of a call, and calls.
CHUNKS = [(1, 100), (20, 100), (100, 100), (200, 50), (1_000, 15)]
N_FITTED = 2_000


def report_streams(folder: Path, tables: list[str]) -> None:
    """Print streams from scratch, and calls with new rows after a fit."""
    scratch = Table(
        "From scratch: accuracy or negative RMSE in deviations, in points",
        ["table", "seed", "rows a call", "worst fall", "end", "rival's end"],
    )
    for name in tables:
        for seed in SEEDS:
            data = shuffled(name, folder, seed)
            for size, n_calls in CHUNKS:
                n_calls = min(n_calls, len(data.X) // size)
                scratch.row(name, seed, size, *from_scratch(data, seed, size, n_calls))
    after = Table(
        f"20 calls with 100 rows after a fit on {N_FITTED:,}: change of the score",
        ["table", "seed", "fit", "lowest", "end"],
    )
    for name in tables:
        for seed in SEEDS:
            after.row(name, seed, *after_a_fit(shuffled(name, folder, seed), seed))


def shuffled(name: str, folder: Path, seed: int) -> Split:
    """Return a table as numbers, in random order."""
    X, y = load(name, folder)
    regression = y.dtype.kind == "f"
    order = np.random.default_rng(seed).permutation(len(y))
    X = X.iloc[order].astype(float)
    y = y[order]
    return Split(X[:-N_TEST], y[:-N_TEST], X[-N_TEST:], y[-N_TEST:], regression)


def goodness(net: Any, data: Split) -> float:
    """Return accuracy or the negative RMSE in deviations, in points."""
    if not data.regression:
        return 100 * float(net.score(data.X_test, data.y_test))
    error = net.predict(data.X_test) - data.y_test
    return -100 * float(np.sqrt(np.mean(error**2)) / data.y_test.std())


def calls(
    net: Any, data: Split, start: int, size: int, n_calls: int
) -> Iterator[float]:
    """Yield the score after each call."""
    first = {} if data.regression else {"classes": np.unique(data.y)}
    for at in range(start, start + size * n_calls, size):
        rows = slice(at, at + size)
        yield goodness(net.partial_fit(data.X[rows], data.y[rows], **first), data)


def from_scratch(
    data: Split, seed: int, size: int, n_calls: int
) -> tuple[float, float, float]:
    """Return the worst fall below the best score so far, the end, and the rival's."""
    ours = RegularizedRegressor if data.regression else RegularizedClassifier
    scores = np.array(list(calls(ours(random_state=seed), data, 0, size, n_calls)))
    fall = (np.maximum.accumulate(scores) - scores).max()
    scaler = StandardScaler().fit(data.X[:1_000])
    scaled = data._replace(
        X=scaler.transform(data.X), X_test=scaler.transform(data.X_test)
    )
    theirs = MLPRegressor if data.regression else MLPClassifier
    *_, end = calls(theirs(random_state=seed), scaled, 0, size, n_calls)
    return float(fall), float(scores[-1]), end


def after_a_fit(data: Split, seed: int) -> tuple[float, float, float]:
    """Return the score after a fit, and how calls with new rows change it."""
    ours = RegularizedRegressor if data.regression else RegularizedClassifier
    net = ours(random_state=seed).fit(data.X[:N_FITTED], data.y[:N_FITTED])
    fitted = goodness(net, data)
    scores = list(calls(net, data, N_FITTED, 100, 20))
    return fitted, min(scores) - fitted, scores[-1] - fitted


def main() -> None:
    """Read where the tables are."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="folder of the tables")
    parser.add_argument("--tables", nargs="+", choices=TABLES, default=TABLES)
    given = parser.parse_args()
    report_streams(given.data, given.tables)


if __name__ == "__main__":
    main()
