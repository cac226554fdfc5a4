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
from itertools import product
from pathlib import Path
from typing import Any

from skreg import RegularizedClassifier, RegularizedRegressor

from .._noise_grid import read_cells
from .._tables import SOURCES, measure, split

TABLES = (
    "adult",
    "california_housing",
    "letter",
    "diamonds",
    "covertype_110k",
    "abalone",
)


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
    keys = ("table", "size", "seed")
    known = read_cells(options.results)
    done = {(str(row["variant"]), *(row[k] for k in keys)) for row in known}
    cases = product(options.variants, options.sizes, options.seeds, options.tables)
    for variant, size, seed, table in cases:
        if (str(variant), table, size, seed) in done:
            continue
        regression = SOURCES[table].regression
        kind = RegularizedRegressor if regression else RegularizedClassifier
        net: Any = kind(random_state=seed)
        if not variant.keys() <= net.get_params().keys():
            continue
        data = split(table, options.data, seed=seed, n_train=size)
        row = {"variant": variant, "table": table, "size": size, "seed": seed}
        row |= measure(net.set_params(**variant), data)
        with options.results.open("a") as file:
            file.write(json.dumps(row) + "\n")


if __name__ == "__main__":
    main()
