"""What rows without labels are worth: few labels, many rows.

Every table gives 8,000 training rows, of which some have labels; the encoder is
pretrained once on all of them, and again not at all, which is its control::

    python -m benchmarks.few_labels DATA results.jsonl --seeds 0 1 2

Every fit is a line of the result file, so that a run can be stopped and goes on where
it was. Accuracy on up to 5,000 test rows; for regression R2. One process, one thread,
no tuning of anybody.
"""

from __future__ import annotations

import argparse
import json
import time
import warnings
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, RidgeCV
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import QuantileTransformer
from threadpoolctl import threadpool_limits

from skreg.datasets import make_redundant_columns
from skreg.pretraining import TJEPAClassifier, TJEPARegressor, TJEPATransformer

from ._noise_grid import read_cells
from ._tables import Split, split
from .accuracy import MODELS, onehot

ROWS, TEST_ROWS = 8_000, 4_000
ALL = 0
LABELS = (100, 200, 1_000, ALL)
REAL = ("adult", "letter", "covertype_110k", "california_housing")
SYNTHETIC = "redundant columns"
PRETRAINED = "T-JEPA"
# The encoders, by what is special about them.
ENCODERS: dict[str, dict[str, Any]] = {
    "untrained": {"max_epochs": 0},
    PRETRAINED: {},
}
# Sees the encoders; returns an estimator that is not fitted.
Maker = Callable[[dict[str, TJEPATransformer], bool, int], Any]


def linear(encoders: dict[str, TJEPATransformer], regression: bool, seed: int) -> Any:
    """Make a linear model on the scaled and one-hot coded columns themselves."""
    scale = QuantileTransformer(n_quantiles=100, output_distribution="normal")
    strengths = np.logspace(-1, 3, 9)
    model = RidgeCV(strengths) if regression else LogisticRegression(max_iter=1000)
    return onehot(model, scale, SimpleImputer())


def on_raw(name: str) -> Maker:
    """Make a model of the accuracy benchmark."""
    return lambda encoders, regression, seed: MODELS[name](regression, seed)


def on_encoder(name: str, **special: Any) -> Maker:
    """Make the predictor on an encoder that is fitted."""

    def make(encoders: dict[str, TJEPATransformer], regression: bool, seed: int) -> Any:
        kind = TJEPARegressor if regression else TJEPAClassifier
        return kind(pretrained=encoders[name], random_state=seed, **special)

    return make


ON_COLUMNS: dict[str, Maker] = {
    "linear": linear,
    "net": on_raw("skreg"),
    "boosting": on_raw("boosting"),
}
RIVALS: dict[str, Maker] = {
    **ON_COLUMNS,
    "untrained": on_encoder("untrained"),
    "T-JEPA": on_encoder(PRETRAINED),
    "untrained + linear": on_encoder("untrained", head="linear"),
    "T-JEPA + linear": on_encoder(PRETRAINED, head="linear"),
    "T-JEPA, fine-tuned": on_encoder(PRETRAINED, finetune="full"),
}


def rows_of(table: str, folder: Path, seed: int) -> Split:
    """Return 8,000 training rows, all with labels, and test rows."""
    if table != SYNTHETIC:
        return split(table, folder, seed=seed, n_train=ROWS)
    X, y = make_redundant_columns(ROWS + TEST_ROWS, random_state=seed)
    frame = pd.DataFrame(X).add_prefix("x")
    return Split(frame[:ROWS], y[:ROWS], frame[ROWS:], y[ROWS:], regression=False)


def labelled(data: Split, n: int, seed: int) -> Split:
    """Keep the labels of some rows, drawn so that every class has its share."""
    if n == ALL:
        return data
    kept, _ = train_test_split(
        range(len(data.y)),
        train_size=n,
        stratify=None if data.regression else data.y,
        random_state=seed,
    )
    return data._replace(X=data.X.iloc[kept], y=data.y[kept])


def pretrain(
    data: Split, seed: int, options: dict[str, Any]
) -> tuple[dict[str, TJEPATransformer], dict[str, float]]:
    """Return the encoders, and what pretraining cost and did to the embedding."""
    encoders = {}
    for name, special in ENCODERS.items():
        start = time.process_time()
        encoder = TJEPATransformer(random_state=seed, **{**options, **special})
        encoders[name] = encoder.fit(data.X)
        seconds = time.process_time() - start
    encoder = encoders[PRETRAINED]
    before, after = encoder.untrained_["effective_rank"], encoder.history_
    ranks = {"rank before": before, "rank": after["effective_rank"][-1]}
    return encoders, {**ranks, "seconds": seconds}


def measure(model: Any, few: Split) -> dict[str, float]:
    """Fit on the labelled rows; return the test score and CPU seconds."""
    start = time.process_time()
    model.fit(few.X, few.y)
    seconds = time.process_time() - start
    return {"score": float(model.score(few.X_test, few.y_test)), "seconds": seconds}


def run(options: argparse.Namespace) -> None:
    """Measure what the result file lacks."""
    keys = ("table", "seed", "labels", "rival")
    done = {tuple(row[k] for k in keys) for row in read_cells(options.results)}
    for seed, table in product(options.seeds, options.tables):
        cells = product((table,), (seed,), options.labels, options.rivals)
        left = [cell for cell in cells if cell not in done]
        if not left:
            continue
        data = rows_of(table, options.data, seed)
        encoders: dict[str, TJEPATransformer] = {}
        if any(rival not in ON_COLUMNS for *_, rival in left):
            encoders, cost = pretrain(data, seed, options.encoder)
            write(options.results, (table, seed, ALL, "pretraining"), cost)
        for cell in left:
            model = RIVALS[cell[3]](encoders, data.regression, seed)
            write(options.results, cell, measure(model, labelled(data, cell[2], seed)))


def write(path: Path, cell: tuple[str, int, int, str], figures: dict[str, Any]) -> None:
    """Append a line to the result file."""
    row = dict(zip(("table", "seed", "labels", "rival"), cell, strict=True))
    with path.open("a") as file:
        file.write(json.dumps({**row, **figures}) + "\n")


def report(path: Path) -> str:
    """Return means over the seeds: scores, then costs."""
    rows = pd.DataFrame(read_cells(path)).replace({"labels": {ALL: ROWS}})
    scores = rows.dropna(subset="score").pivot_table(
        "score", ["table", "labels"], "rival", sort=False
    )
    measured = ["table", "rank before", "rank", "seconds"]
    costs = rows[rows["rival"] == "pretraining"].reindex(columns=measured)
    seconds = rows.groupby(["rival", "labels"], sort=False)["seconds"].mean()
    figures = costs.groupby("table", sort=False).mean()
    parts = (scores.round(4), figures.round(1), seconds.unstack().round(1))
    return "\n\n".join(part.to_string() for part in parts)


def number(text: str) -> int:
    """Read how many labels are kept."""
    return ALL if text == "all" else int(text)


def main() -> None:
    """Run what the result file lacks, then print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("results", type=Path)
    parser.add_argument("--tables", nargs="+", default=[*REAL, SYNTHETIC])
    parser.add_argument(
        "--labels", nargs="+", type=number, default=LABELS, help="numbers, or all"
    )
    parser.add_argument("--rivals", nargs="+", default=list(RIVALS), choices=RIVALS)
    parser.add_argument("--seeds", nargs="+", type=int, default=[0])
    parser.add_argument(
        "--encoder", type=json.loads, default={}, help="parameters of T-JEPA, as JSON"
    )
    options = parser.parse_args()
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # rare classes, no convergence
        run(options)
    print(report(options.results))


if __name__ == "__main__":
    main()
