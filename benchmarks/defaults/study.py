"""Fit variants of the default net on several tables, sizes and seeds.

Every line of the result file is one fit, so that a study can be stopped and goes on
where it was::

    python -m benchmarks.defaults.study DATA results.jsonl --sizes 1000 10000 \
        --variants '{}' '{"dropout": 0.3}'
    python -m benchmarks.defaults.report results.jsonl
"""

from __future__ import annotations

import argparse
import json
import time
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import log_loss

from skreg import RegularizedClassifier, RegularizedRegressor

from .._tables import SOURCES, Split, split

TABLES = (
    "adult",
    "california_housing",
    "letter",
    "diamonds",
    "covertype_110k",
    "abalone",
)


def measure(data: Split, params: dict[str, Any], seed: int) -> dict[str, float]:
    """Fit one variant; return errors on the test rows and CPU seconds."""
    net = _kind(data.regression)(**params, random_state=seed)
    start = time.process_time()
    net.fit(data.X, data.y)
    seconds = round(time.process_time() - start, 2)
    if data.regression:
        error = net.predict(data.X_test) - data.y_test
        score = {"rmse": float(np.sqrt(np.mean(error**2)) / data.y_test.std())}
    else:
        probability = net.predict_proba(data.X_test)
        given = net.classes_[probability.argmax(1)]
        score = {
            "error": float((given != data.y_test).mean()),
            "log_loss": log_loss(data.y_test, probability, labels=net.classes_),
        }
    return {**score, "seconds": seconds}


def _kind(regression: bool) -> type[Any]:
    return RegularizedRegressor if regression else RegularizedClassifier


def main() -> None:
    """Run what the result file lacks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("results", type=Path)
    parser.add_argument("--tables", nargs="+", default=TABLES, choices=SOURCES)
    parser.add_argument("--sizes", nargs="+", type=int, default=[1000, 10_000])
    parser.add_argument("--seeds", nargs="+", type=int, default=[0])
    parser.add_argument("--variants", nargs="+", type=json.loads, default=[{}])
    options = parser.parse_args()
    done = set()
    if options.results.exists():
        lines = map(json.loads, options.results.read_text().splitlines())
        done = {(str(r["variant"]), r["table"], r["size"], r["seed"]) for r in lines}
    cases = product(options.variants, options.sizes, options.seeds, options.tables)
    for variant, size, seed, table in cases:
        if (str(variant), table, size, seed) in done:
            continue
        if not variant.keys() <= _kind(SOURCES[table].regression)().get_params().keys():
            continue
        data = split(table, options.data, seed=seed, n_train=size)
        row = {"variant": variant, "table": table, "size": size, "seed": seed}
        row |= measure(data, variant, seed)
        with options.results.open("a") as file:
            file.write(json.dumps(row) + "\n")


if __name__ == "__main__":
    main()
