"""Autoregression: seconds, recovered lags, errors and coverage on real series.

``python -m benchmarks.autoregression`` takes about five minutes, most of them in
statsmodels and LassoCV, which are left out where they are not installed; ``--quick``,
with fewer orders and seeds, less than one.
"""

import argparse
import importlib
import time
import tracemalloc
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from sklearn.linear_model import LassoCV, Ridge

from skreg import ARNetForecaster
from skreg.autoregression import make_lag_matrix
from skreg.datasets import load_newark_temperature, load_sunspots, make_ar_process
from skreg.metrics import (
    interval_coverage,
    mean_interval_width,
    symmetric_total_percentage_error,
)

from ._table import Table

PAPER = ([1, 2, 3], [0.2, 0.3, -0.5])
SETTINGS = [
    (1_000, 20, [1, 3, 10]),
    (5_000, 200, [1, 24, 168]),
    (100_000, 1_000, [1, 24, 720]),
]
Fit = Callable[[Any, int], Any]


def ours(y: Any, order: int, **options: Any) -> Any:
    """Return the coefficients of the forecaster."""
    return ARNetForecaster(lags=order, **options).fit(y).ar_coef_[0]


def autoreg(y: Any, order: int) -> Any:
    """Return those of statsmodels."""
    module = importlib.import_module("statsmodels.tsa.ar_model")
    return np.asarray(module.AutoReg(y, order).fit().params[1:])


def lstsq(y: Any, order: int) -> Any:
    """Return least squares on the lag matrix."""
    X, target = make_lag_matrix(y, order)
    design = np.column_stack([np.ones(len(X)), X])
    return np.linalg.lstsq(design, target, rcond=None)[0][1:]


def lasso(y: Any, order: int) -> Any:
    """Return the lasso with three folds, as it comes."""
    return LassoCV(cv=3).fit(*make_lag_matrix(y, order)).coef_


def stpe(lags: list[int], coef: list[float], found: Any) -> float:
    """Return sTPE against the coefficients that the series was drawn with."""
    true = np.zeros(len(found))
    true[np.array(lags) - 1] = coef
    return symmetric_total_percentage_error(true, found)


def report_speed(orders: list[int]) -> None:
    """Print seconds and sTPE on 100,000 values, all methods in one run."""
    y = make_ar_process(100_000, random_state=0)
    methods: dict[str, tuple[Fit, int]] = {
        "skreg, sparse": (ours, 5),
        "skreg, penalty=None": (partial(ours, penalty=None), 5),
        "numpy lstsq": (lstsq, 1),
        "statsmodels AutoReg": (autoreg, 1),
        "LassoCV(cv=3)": (lasso, 1),
    }
    names = [f"{order}: {what}" for order in orders for what in ("s", "sTPE")]
    table = Table("100,000 values, lags 1 to 3 matter", ["method", *names])
    for name, (fit, repeats) in methods.items():
        cells: list[object] = []
        for order in orders:
            if name.startswith("Lasso") and order > 300:
                cells += ["-", "-"]
                continue
            try:
                seconds = []
                for _ in range(repeats):
                    start = time.perf_counter()
                    found = fit(y, order)
                    seconds.append(time.perf_counter() - start)
            except ImportError:
                cells += ["absent", "-"]
                continue
            cells += [f"{np.median(seconds):.3f}", stpe(*PAPER, found)]
        table.row(name, *cells)


def report_exactness() -> None:
    """Print how far least squares is from statsmodels, and the memory of a fit."""
    y = make_ar_process(100_000, random_state=0)
    try:
        gap = np.abs(ours(y, 256, penalty=None) - autoreg(y, 256)).max()
        print(f"\nlargest difference from AutoReg's coefficients, p = 256: {gap:.1e}")
    except ImportError:
        print("\nstatsmodels is not installed")
    tracemalloc.start()
    ARNetForecaster(lags=1024).fit(y)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    gram = 8 * 1025**2
    print(f"peak above the series, p = 1024: {peak / 1e6:.1f} MB, of which the Gram")
    print(f"matrix {gram / 1e6:.1f} MB and the rest {(peak - gram) / 1e6:.1f} MB")


def report_recovery(n_seeds: int) -> None:
    """Print how often exactly the right lags are found."""
    columns = ["n", "p", "lags", "sTPE", "largest", "all right", "oracle's sTPE"]
    table = Table(f"Recovered lags, {n_seeds} seeds", columns)
    for n, order, lags in SETTINGS:
        errors, oracle, right = [], [], 0
        for seed in range(n_seeds):
            y = make_ar_process(n, lags=lags, random_state=seed)
            found = ours(y, order)
            errors.append(stpe(lags, PAPER[1], found))
            right += (np.flatnonzero(found) + 1).tolist() == lags
            known = ARNetForecaster(lags=lags, penalty=None).fit(y).ar_coef_[0]
            oracle.append(stpe(lags, PAPER[1], known))
        cells = [float(np.mean(errors)), float(np.max(errors)), right]
        table.row(n, order, lags, *cells, float(np.mean(oracle)))


def report_gaps(n_seeds: int) -> None:
    """Print sTPE with a fifth of the values missing."""
    table = Table(
        f"20 % missing, n = 20,000, p = 20, {n_seeds} seeds", ["method", "sTPE"]
    )
    lags = SETTINGS[0][2]
    methods = {
        "sparse, pairwise": {},
        "least squares, pairwise": {"penalty": None},
        "least squares, interpolated": {"penalty": None, "missing": "interpolate"},
        "least squares, windows dropped": {"penalty": None, "missing": "drop"},
    }
    for name, options in methods.items():
        errors = []
        for seed in range(n_seeds):
            y = make_ar_process(20_000, lags=lags, random_state=seed)
            y[np.random.default_rng(seed).random(len(y)) < 0.2] = np.nan
            errors.append(stpe(lags, PAPER[1], ours(y, 20, **options)))
        table.row(name, float(np.mean(errors)))


def report_real() -> None:
    """Print errors of rolling forecasts of the last fifth, and their coverage."""
    for load, order, horizon, season in [
        (load_sunspots, 150, 12, 132),
        (load_newark_temperature, 168, 24, 24),
    ]:
        y = load(return_y=True)
        n_train = int(0.8 * len(y))
        truth = sliding_window_view(y[n_train:], horizon)
        columns = [
            "method",
            "MAE, step 1",
            "MAE, all",
            "fit and all forecasts, s",
            "lags",
        ]
        table = Table(f"{load.__name__}, p = {order}, h = {horizon}", columns)
        for name, forecast in rivals(order, horizon, season).items():
            start = time.perf_counter()
            try:
                found, used = forecast(y, n_train)
            except ImportError:
                table.row(name, "absent", "-", "-", "-")
                continue
            seconds = time.perf_counter() - start
            error = np.abs(found - truth).mean(axis=0)
            table.row(name, float(error[0]), float(error.mean()), seconds, used)
        report_coverage(y, n_train, order, horizon)


def rivals(order: int, horizon: int, season: int) -> dict[str, Callable[..., Any]]:
    """Return functions from (series, length of training) to rolling forecasts."""

    def direct(y: Any, n_train: int, **options: Any) -> tuple[Any, object]:
        model = ARNetForecaster(lags=order, horizon=horizon, **options)
        model.fit(y[:n_train])
        windows = sliding_window_view(y[n_train - order :], order + horizon)
        return feed(model, windows[:, order - 1 :: -1][:, :order]), round(
            model.sparsity_ * order, 1
        )

    def feed(model: Any, past: Any) -> Any:
        steps = []
        while len(steps) < horizon:
            block = past @ model.ar_coef_.T + model.intercept_[:, 0]
            steps += list(block.T)
            past = np.column_stack([block[:, ::-1], past])[:, :order]
        return np.array(steps).T

    def statsmodels(y: Any, n_train: int) -> tuple[Any, object]:
        module = importlib.import_module("statsmodels.tsa.ar_model")
        params = module.AutoReg(y[:n_train], order).fit().params
        windows = sliding_window_view(y[n_train - order :], order + horizon)
        past, steps = windows[:, order - 1 :: -1][:, :order], []
        for _ in range(horizon):
            steps.append(past @ params[1:] + params[0])
            past = np.column_stack([steps[-1], past])[:, :order]
        return np.array(steps).T, order

    def ridge(y: Any, n_train: int) -> tuple[Any, object]:
        model = Ridge().fit(*make_lag_matrix(y[:n_train], order, horizon=horizon))
        return model.predict(
            make_lag_matrix(y[n_train - order :], order, horizon=horizon)[0]
        ), order

    def naive(y: Any, n_train: int) -> tuple[Any, object]:
        count = len(y) - n_train - horizon + 1
        ahead = np.arange(horizon)
        periods = season * (1 + ahead // season)
        return y[n_train + np.arange(count)[:, None] + ahead - periods], 1

    return {
        "ARNetForecaster": direct,
        "ARNetForecaster, recursive": partial(direct, strategy="recursive"),
        "ARNetForecaster, huber": partial(direct, loss="huber"),
        "ARNetForecaster, l2": partial(direct, penalty="l2"),
        "ARNetForecaster, no penalty": partial(direct, penalty=None),
        "statsmodels AutoReg": statsmodels,
        "Ridge() on lags": ridge,
        f"seasonal naive ({season})": naive,
    }


def report_coverage(y: Any, n_train: int, order: int, horizon: int) -> None:
    """Print how 90 % intervals cover when every value is told as it comes."""
    for interval in ("conformal", "gaussian", "quantile"):
        model = ARNetForecaster(
            lags=order, horizon=horizon, interval=interval, quantiles=[0.05, 0.95]
        ).fit(y[:n_train])
        bounds = []
        for now in range(n_train, len(y) - horizon + 1):
            bounds.append(np.stack(model.predict_interval(coverage=0.9)))
            model.update(y[now : now + 1])
        lower, upper = np.moveaxis(bounds, 1, 0)
        truth = sliding_window_view(y[n_train:], horizon)
        coverage = interval_coverage(truth, lower, upper, axis=0)
        width = mean_interval_width(lower, upper, axis=0)
        print(
            f"{interval}: 90 % intervals cover {coverage.min():.3f} to "
            f"{coverage.max():.3f}, width {width[0]:.1f} to {width[-1]:.1f}"
        )


def main() -> None:
    """Print all tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    report_speed([16, 64] if quick else [16, 64, 256, 1024])
    report_exactness()
    report_recovery(2 if quick else 10)
    report_gaps(1 if quick else 5)
    report_real()


if __name__ == "__main__":
    main()
