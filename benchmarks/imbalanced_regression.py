"""Errors on rare and on frequent targets: weights, losses, ConR and the balance.

The test rows are drawn nearly evenly over 40 bins of the target, the training rows
keep its skew. Errors are in standard deviations of the training targets: over test
rows that count as training rows are distributed (natural), over bins (balanced), and
over the rows in bins with fewer than 20 training rows (few). The tables are read from a
folder of ``<name>.csv.gz`` files::

    python -m benchmarks.imbalanced_regression DATA results.jsonl --seeds 0 1 2

All nets are small: two hidden layers of 64, curves of the numbers as the only
embedding beside an additive term, a rate of .003, 20 epochs, or 60 for fewer than 1,500
rows; nothing is tuned. What has been
measured is kept in the result file, so that a run can be stopped.
"""

from __future__ import annotations

import argparse
import json
import time
import warnings
from collections.abc import Callable, Iterator
from itertools import pairwise, product
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingRegressor

from skreg import ConRRegressor, RegularizedRegressor
from skreg.metrics import balanced_mean_absolute_error, shot_metrics
from skreg.model_selection import balanced_test_split
from skreg.preprocessing import label_weights
from skreg.preprocessing._target_bins import TargetBins
from skreg.regularizers import BalancedMSE

from ._noise_grid import read_cells
from ._tables import load

Floats = NDArray[np.float64]
TABLES = ["abalone", "concrete", "airfoil", "california_housing", "diamonds"]
BALANCES = np.linspace(0.0, 1.0, 11)
N_BINS, MOST_TEST_ROWS = 40, 30


class Data(NamedTuple):
    """Training and test rows; targets are standardised."""

    X: pd.DataFrame
    y: Floats
    X_test: pd.DataFrame
    y_test: Floats


# From data and seed to predictions of the test rows, by name.
Rival = Callable[[Data, int], dict[str, Floats]]


def draw(table: str, folder: Path, seed: int, n_train: int) -> Data:
    """Draw even test rows, and training rows from what is left."""
    X, y = load(table, folder)
    counts = TargetBins.over(y, N_BINS).mass(y)
    n_test = int(np.minimum(MOST_TEST_ROWS, counts // 4).sum())
    X, X_test, y, y_test = balanced_test_split(
        X, y, test_size=n_test, max_share=0.25, random_state=seed
    )
    rows = np.random.default_rng(seed).permutation(len(y))[:n_train]
    X, y = X.iloc[rows].reset_index(drop=True), y[rows]
    mean, scale = y.mean(), y.std()
    return Data(X, (y - mean) / scale, X_test, (y_test - mean) / scale)


def net(
    kind: Any = RegularizedRegressor, weight: str | None = None, **options: Any
) -> Rival:
    """Train a net, with weights of the labels if asked to."""

    def rival(data: Data, seed: int) -> dict[str, Floats]:
        model = kind(
            hidden_layer_sizes=(64, 64),
            numeric_embedding="piecewise_linear",
            wide=True,
            lr=3e-3,
            max_epochs=60 if len(data.y) < 1500 else 20,
            n_threads=1,
            random_state=seed,
            **options,
        )
        weights = label_weights(data.y, weight) if weight else None
        model.fit(data.X, data.y, weights)
        if getattr(model, "balance_", None) is None:
            return {"": model.predict(data.X_test)}
        predictions = {
            f" {b:.1f}": model.predict(data.X_test, balance=b) for b in BALANCES
        }
        if model.balance == "auto":
            predictions[" auto"] = model.predict(data.X_test)
        return predictions

    return rival


def boosting(weight: str | None = None) -> Rival:
    """Train gradient boosting."""

    def rival(data: Data, seed: int) -> dict[str, Floats]:
        levels = data.X.select_dtypes(exclude="number").columns
        types = {name: pd.CategoricalDtype(data.X[name].unique()) for name in levels}
        model = HistGradientBoostingRegressor(
            loss="absolute_error",
            categorical_features="from_dtype",
            random_state=seed,
        )
        weights = label_weights(data.y, weight) if weight else None
        model.fit(data.X.astype(types), data.y, weights)
        return {"": model.predict(data.X_test.astype(types))}

    return rival


RIVALS: dict[str, Rival] = {
    "L1": net(loss="absolute_error"),
    "MSE": net(),
    "L1 + ConR": net(ConRRegressor, loss="absolute_error"),
    "MSE + ConR": net(ConRRegressor),
    "L1 + LDS": net(loss="absolute_error", weight="lds"),
    "MSE + LDS": net(weight="lds"),
    "BalancedMSE": net(regularizers=[BalancedMSE()]),
    "balance": net(ConRRegressor, strength=0, balance=0),
    "balance + ConR": net(ConRRegressor, balance=0),
    "calibrated": net(ConRRegressor, strength=0, balance="auto"),
    "boosting": boosting(),
    "boosting + LDS": boosting("lds"),
}


def errors(prediction: Floats, data: Data) -> dict[str, float]:
    """Return natural, balanced and few-shot mean absolute errors."""
    bins = TargetBins.over(data.y, N_BINS)
    index = bins.index(data.y_test)
    weight = bins.mass(data.y)[index] / bins.mass(data.y_test)[index]
    absolute = np.abs(prediction - data.y_test)
    shots = shot_metrics(data.y_test, prediction, y_train=data.y)
    balanced = balanced_mean_absolute_error(
        data.y_test, prediction, y_train=data.y, n_bins=N_BINS
    )
    return {
        "natural": float(np.average(absolute, weights=weight)),
        "balanced": float(balanced),
        "few": shots["few"],
    }


def measure(options: argparse.Namespace) -> None:
    """Measure what the file lacks."""
    known = read_cells(options.results)
    done = {(row["table"], row["seed"], row["rival"]) for row in known}
    start = time.process_time()
    for seed, table, name in product(options.seeds, options.tables, options.rivals):
        if (table, seed, name) in done:
            continue
        if time.process_time() - start > 60 * options.minutes:
            print("stopped early: run again to go on")
            return
        data = draw(table, options.data, seed, options.rows)
        began = time.process_time()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            predictions = RIVALS[name](data, seed)
        key = {"table": table, "seed": seed, "rival": name}
        key["seconds"] = round(time.process_time() - began, 2)
        with options.results.open("a") as out:
            for suffix, prediction in predictions.items():
                row = key | {"model": name + suffix} | errors(prediction, data)
                out.write(json.dumps(row) + "\n")


def report(rows: pd.DataFrame) -> Iterator[str]:
    """Yield the means over the seeds that all rivals have met, and the frontier."""
    rivals = rows.groupby(["table", "seed"])["rival"].transform("nunique")
    rows = rows[rivals == rows["rival"].nunique()]
    yield f"{rows.groupby('table')['seed'].nunique().to_dict()} seeds"
    measures = ["natural", "balanced", "few"]
    rows = rows[~rows["model"].str.fullmatch("calibrated [0-9.]+")]
    means = rows.pivot_table(measures, "model", "table", sort=False)[measures]
    for measure_ in measures:
        yield f"\n{measure_}\n{means[measure_].round(3).to_string()}"
    seconds = rows.groupby("rival", sort=False)["seconds"].mean().round(1)
    yield f"\nseconds\n{seconds.to_string()}"
    for loss, curve in product(("L1", "MSE"), ("balance", "balance + ConR")):
        if {loss, f"{loss} + LDS", f"{curve} 0.0"} <= set(means.index):
            yield frontier(means, loss, curve)


def frontier(means: pd.DataFrame, loss: str, curve: str) -> str:
    """Compare the points on the way from balance 0 to 1 with a plain net and LDS."""
    lines = {}
    for table in means["few"].columns:
        of = means.xs(table, axis=1, level=1)
        way = of.loc[[f"{curve} {b:.1f}" for b in BALANCES]]
        plain, lds = of.loc[loss], of.loc[f"{loss} + LDS"]
        few = lowest(way, "natural", 1.02 * plain["natural"], "few")
        natural = lowest(way, "few", lds["few"], "natural")
        lines[table] = {
            "few at natural + 2 %": few / plain["few"] - 1,
            "natural at few of LDS": natural / lds["natural"] - 1,
        }
    table = pd.DataFrame(lines)
    table["mean"] = table.mean(axis=1)
    return f"\n{curve} beside {loss}, percent\n{(100 * table).round(1).to_string()}"


def lowest(way: pd.DataFrame, bounded: str, bound: float, wanted: str) -> float:
    """Return the least of one error on the way where another is within a bound."""
    best = np.inf
    for a, b in pairwise(way[[bounded, wanted]].to_numpy()):
        for share in np.linspace(0, 1, 11):
            limit, value = a + share * (b - a)
            best = min(best, value) if limit <= bound else best
    return best


def main() -> None:
    """Run what the result file lacks, then print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("results", type=Path)
    parser.add_argument("--tables", nargs="+", default=TABLES, choices=TABLES)
    parser.add_argument("--rivals", nargs="+", default=list(RIVALS), choices=RIVALS)
    parser.add_argument("--seeds", nargs="+", type=int, default=list(range(8)))
    parser.add_argument("--rows", type=int, default=2000, help="training rows at most")
    parser.add_argument("--minutes", type=float, default=np.inf, help="of CPU")
    options = parser.parse_args()
    measure(options)
    rows = pd.DataFrame(read_cells(options.results))
    rows = rows[rows["rival"].isin(options.rivals) & rows["table"].isin(options.tables)]
    print(*report(rows), sep="\n")


if __name__ == "__main__":
    main()
