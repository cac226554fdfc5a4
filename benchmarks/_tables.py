"""Real tables for the benchmarks, split as the reports say."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from sklearn.metrics import log_loss
from sklearn.model_selection import train_test_split


@dataclass(frozen=True)
class Source:
    """A file ``<name>.csv.gz``, its target and what is unusual about it."""

    target: str
    regression: bool = False
    missing: str | None = None
    categorical: tuple[str, ...] = ()


SOURCES = {
    "adult": Source("income", missing="?"),
    "california_housing": Source("MedHouseVal", regression=True),
    "letter": Source("class"),
    "diamonds": Source("price", regression=True),
    "covertype_110k": Source(
        "Cover_Type", categorical=("Wilderness_Area", "Soil_Type")
    ),
    "abalone": Source("Rings", regression=True),
    "concrete": Source("ConcreteCompressiveStrength", regression=True),
    "airfoil": Source("scaled-sound-pressure", regression=True),
}


class Split(NamedTuple):
    """Training and test rows of a table."""

    X: pd.DataFrame
    y: np.ndarray[Any, Any]
    X_test: pd.DataFrame
    y_test: np.ndarray[Any, Any]
    regression: bool


def load(name: str, folder: Path) -> tuple[pd.DataFrame, np.ndarray[Any, Any]]:
    """Read a table; the target is a column of its own."""
    source = SOURCES[name]
    frame = pd.read_csv(folder / f"{name}.csv.gz", encoding="utf-8-sig")
    y = frame.pop(source.target).to_numpy()
    if source.missing is not None:
        frame = frame.replace(source.missing, np.nan)
    frame = frame.astype(dict.fromkeys(source.categorical, str))
    return frame, y.astype(float) if source.regression else y


def split(name: str, folder: Path, *, seed: int, n_train: int = 10_000) -> Split:
    """Draw training rows and up to 5,000 test rows.

    Tables of less than 15,000 rows give a quarter to the test.
    """
    X, y = load(name, folder)
    whole = len(X) < 15_000
    train, test = train_test_split(
        np.arange(len(X)),
        train_size=None if whole else 10_000,
        test_size=0.25 if whole else 5_000,
        random_state=seed,
    )
    if n_train > 10_000 and not whole:
        train = np.setdiff1d(np.arange(len(X)), test)
    train = train[:n_train]
    return Split(
        X.iloc[train].reset_index(drop=True),
        y[train],
        X.iloc[test].reset_index(drop=True),
        y[test],
        SOURCES[name].regression,
    )


def measure(model: Any, data: Split) -> dict[str, float]:
    """Fit a model; return its test errors and CPU seconds."""
    start = time.process_time()
    model.fit(data.X, data.y)
    seconds = round(time.process_time() - start, 2)
    if data.regression:
        error = model.predict(data.X_test) - data.y_test
        rmse = float(np.sqrt(np.mean(error**2)) / data.y_test.std())
        return {"rmse": rmse, "seconds": seconds}
    probability = model.predict_proba(data.X_test)
    given = model.classes_[probability.argmax(1)]
    return {
        "error": float((given != data.y_test).mean()),
        "log_loss": log_loss(data.y_test, probability, labels=model.classes_),
        "seconds": seconds,
    }
