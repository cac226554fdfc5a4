"""Test errors of the defaults on real tables, beside those of the peers.

One process, one thread, no tuning of anybody; the tables are read from a folder of
``<name>.csv.gz`` files::

    python -m benchmarks.accuracy DATA results.jsonl --seeds 0 1 2

Every fit is a line of the result file, so that a run can be stopped and goes on where
it was; the table at the end has the means over the seeds and the ranks. Peers that are
not installed are left out.
"""

from __future__ import annotations

import argparse
import json
import warnings
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.ensemble import (
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, RidgeCV
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

from skreg import RegularizedClassifier, RegularizedRegressor

from ._noise_grid import read_cells
from ._tables import measure, split
from .defaults.study import TABLES

Maker = Callable[[bool, int], Any]


def onehot(model: Any, *steps: Any) -> Any:
    """Put the usual preparation in front of a model, or other steps for numbers."""
    numbers = make_pipeline(*(steps or (SimpleImputer(), StandardScaler())))
    levels = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    encode = make_column_transformer(
        (numbers, make_column_selector(dtype_include="number")), remainder=levels
    )
    return make_pipeline(encode, model)


def _ordinal(model: Any) -> Any:
    """Code the levels for trees, as categories."""
    levels = OrdinalEncoder(
        handle_unknown="use_encoded_value",
        unknown_value=np.nan,
        max_categories=254,
        encoded_missing_value=np.nan,
    ).set_output(transform="pandas")
    numbers = make_column_selector(dtype_include="number")
    encode = make_column_transformer(
        ("passthrough", numbers), remainder=levels, verbose_feature_names_out=False
    )
    return make_pipeline(encode.set_output(transform="pandas"), model)


def _skreg(**params: Any) -> Maker:
    def make(regression: bool, seed: int) -> Any:
        kind = RegularizedRegressor if regression else RegularizedClassifier
        return kind(**params, random_state=seed)

    return make


def _mlp(regression: bool, seed: int) -> Any:
    kind = MLPRegressor if regression else MLPClassifier
    return onehot(kind(early_stopping=True, random_state=seed))


def _boosting(regression: bool, seed: int) -> Any:
    kind = (
        HistGradientBoostingRegressor if regression else HistGradientBoostingClassifier
    )
    return _ordinal(kind(random_state=seed))


def _linear(regression: bool, seed: int) -> Any:
    model = RidgeCV(np.logspace(-3, 3, 13)) if regression else LogisticRegression()
    return onehot(model)


def _lightgbm(regression: bool, seed: int) -> Any:
    lightgbm = import_module("lightgbm")
    kind = lightgbm.LGBMRegressor if regression else lightgbm.LGBMClassifier
    return _ordinal(kind(random_state=seed, n_jobs=1, verbose=-1))


def _pytabkit(name: str) -> Maker:
    def make(regression: bool, seed: int) -> Any:
        pytabkit = import_module("pytabkit")
        kind = getattr(
            pytabkit, f"{name}_{'Regressor' if regression else 'Classifier'}"
        )
        return kind(random_state=seed, n_threads=1, device="cpu", verbosity=0)

    return make


MODELS: dict[str, Maker] = {
    "skreg": _skreg(),
    "skreg, 8 members": _skreg(n_members=8),
    "skreg, TabM": _skreg(module="tabm"),
    "boosting": _boosting,
    "MLP": _mlp,
    "linear": _linear,
}
if find_spec("lightgbm"):
    MODELS["LightGBM"] = _lightgbm
if find_spec("pytabkit"):
    MODELS |= {n: _pytabkit(n) for n in ("RealMLP_TD_S", "RealMLP_TD", "TabM_D")}


def report(path: Path) -> str:
    """Return the means over the seeds and, at the end, the mean ranks."""
    rows = pd.DataFrame(read_cells(path))
    keys, measures = ["model", "table"], ["error", "log_loss", "rmse"]
    measured = rows.reindex(columns=[*keys, *measures])  # or without regression
    long = measured.melt(keys, measures, "measure").dropna()
    means = long.pivot_table("value", ["table", "measure"], "model", sort=False)
    means = means.sort_index(level="table", sort_remaining=False)
    decisive = means.query("measure != 'log_loss'").dropna(axis=1)
    means.loc[("all", "mean rank"), :] = decisive.rank(axis=1).mean()
    means.loc[("all", "seconds"), :] = rows.groupby("model").seconds.mean()
    return str(means.round(4).to_string())


def main() -> None:
    """Run what the result file lacks, then print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("results", type=Path)
    parser.add_argument("--tables", nargs="+", default=TABLES)
    parser.add_argument("--models", nargs="+", default=list(MODELS), choices=MODELS)
    parser.add_argument("--seeds", nargs="+", type=int, default=[0])
    parser.add_argument(
        "--rows", type=int, default=10_000, help="training rows at most; a file each"
    )
    options = parser.parse_args()
    done = {(r["model"], r["table"], r["seed"]) for r in read_cells(options.results)}
    for seed, table, name in product(options.seeds, options.tables, options.models):
        if (name, table, seed) in done:
            continue
        data = split(table, options.data, seed=seed, n_train=options.rows)
        row = {"model": name, "table": table, "seed": seed}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            row |= measure(MODELS[name](data.regression, seed), data)
        with options.results.open("a") as file:
            file.write(json.dumps(row) + "\n")
    print(report(options.results))


if __name__ == "__main__":
    main()
