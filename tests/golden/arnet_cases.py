"""Golden cases of AR-Net and of the autoregressions that it is compared with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import torch

from skreg import ARNetForecaster
from skreg.autoregression import (
    Channel,
    arnet_penalty,
    make_lag_matrix,
    sparsity_strength,
    window_moments,
    yule_walker,
)
from skreg.autoregression._arnet_penalty import arnet_slope
from skreg.autoregression._problem import Problem
from skreg.metrics import symmetric_total_percentage_error
from skreg.regularizers import sparse_ar_penalty
from skreg.regularizers._schedules import quadratic_ramp

Golden = Mapping[str, np.ndarray]
Values = Iterator[tuple[str, Any, Any]]


def about(ours: Any, theirs: Any, tolerance: float) -> np.ndarray:
    """Return the recorded values where ours are near enough, ours elsewhere."""
    ours, theirs = np.asarray(ours, float), np.asarray(theirs, float)
    return np.where(np.abs(ours - theirs) <= tolerance, theirs, ours)


def regularizer(golden: Golden) -> Values:
    """Penalty and gradient, by torch and in closed form; the strength."""
    for key in golden:
        if not key.startswith("reg_"):
            continue
        _, name, first, second = key.split("_")
        shape = {"c1": float(first[1:]), "c2": float(second)}
        weights = torch.tensor(golden[f"w_{name}"], requires_grad=True)
        penalty = sparse_ar_penalty(weights, **shape)
        penalty.backward()
        gradient = golden[key.replace("reg", "grad")]
        yield key, penalty.item(), golden[key]
        yield (
            f"{key} in closed form",
            arnet_penalty(weights.detach(), **shape),
            golden[key],
        )
        # Relative, as slopes reach thousands, but where the penalty is flat.
        size = np.abs(gradient) + 0.01
        yield f"{key} gradient", weights.grad / size, gradient / size
        slope = arnet_slope(weights.detach(), **shape) / len(weights)
        yield f"{key} slope", slope / size, np.abs(gradient) / size
    for key, noise in [("noise1", 1.0), ("noise_none", 1.0), ("noise0.37", 0.37)]:
        ours = [sparsity_strength(s, noise) for s in golden["sparsity"]]
        yield f"lambda {key}", ours, golden[f"lam_max_{key}"]


def schedule(golden: Golden) -> Values:
    """The ramp, counted after each step."""
    top = float(golden["lam_max"])
    ours = sparsity_strength(float(golden["est_sparsity"]), 1.0)
    yield "lambda", about(ours, top, 2e-9), top  # the source adds 1e-9 to the share
    half = golden["lam_start0_full0p5_e4_i5"]
    progress = (1 + np.arange(half.size)) / half.size
    ours = [top * quadratic_ramp(p) for p in progress]
    yield "full at half", np.reshape(ours, half.shape), half
    end = golden["lam_start0_full1_e3_i4"]
    progress = (1 + np.arange(end.size)) / end.size
    ours = [top * quadratic_ramp(0.5 * p) for p in progress]
    yield "full at the end", np.reshape(ours, end.shape), end


def helpers(golden: Golden) -> Values:
    """Windows and sTPE."""
    for horizon in (1, 3):
        X, Y = make_lag_matrix(golden["series"], 4, horizon=horizon)
        oldest_first = np.column_stack([X[:, ::-1], Y])
        yield f"windows, {horizon}", oldest_first, golden[f"tab_p4_h{horizon}"]
    est, real = golden["est"], golden["real"]
    stpe = symmetric_total_percentage_error
    # The source adds a small number to the denominator.
    yield "stpe", about(stpe(real, est), golden["stpe"], 1e-6), golden["stpe"]
    yield "stpe_self", stpe(real, real), golden["stpe_self"]
    zero = stpe(real, np.zeros_like(real))
    yield "stpe_zero", about(zero, golden["stpe_zero"], 2e-6), golden["stpe_zero"]


def direct(golden: Golden) -> Values:
    """Direct forecasts by least squares, and the moments they are solved from."""
    order, horizon = int(golden["p"]), int(golden["h"])
    y, length = golden["y"], order + horizon
    moments = window_moments([Channel(y - y.mean(), 0, length)], length)
    newest = np.arange(order)[::-1]
    ahead = order + np.arange(horizon)
    covariance = moments.covariance()
    yield "n_windows", moments.count, golden["n_windows"]
    yield "gram", covariance[np.ix_(newest, newest)], golden["gram"]
    yield "cross", covariance[np.ix_(newest, ahead)], golden["cross"]
    yield "x_mean", moments.mean()[newest] + y.mean(), golden["x_mean"]
    problem = Problem.of(moments, newest, ahead)
    coef, _ = problem.in_units(problem.least_squares())
    yield "coef", coef, golden["coef"]
    model = ARNetForecaster(lags=order, horizon=horizon, penalty=None).fit(y)
    yield "forecaster's coef", model.ar_coef_, golden["coef"]
    yield "intercept", model.intercept_[:, 0], golden["intercept"]
    X, Y = make_lag_matrix(y, order, horizon=horizon)
    for ours, key in [
        (X[0], "first_row_X"),
        (X[-1], "last_row_X"),
        (Y[-1], "last_row_Y"),
    ]:
        yield key, ours, golden[key]


def autoreg(golden: Golden) -> Values:
    """Least squares, forecasts and intervals of statsmodels' AutoReg."""
    y, order = golden["y"], int(golden["p"])
    for suffix, constant in [("c", True), ("n", False)]:
        model = ARNetForecaster(
            lags=order,
            penalty=None,
            fit_intercept=constant,
            horizon=12,
            strategy="recursive",
            interval="gaussian",
        ).fit(y)
        params = golden[f"params_{suffix}"]
        yield f"params_{suffix}", model.ar_coef_[0], params[int(constant) :]
        if constant:
            yield "constant", model.intercept_[0, 0], params[0]
            fitted = y[order:] - model.residuals_
            yield "insample_c", fitted, golden["insample_c"]
        errors = model.summary()["std_error"].to_numpy()
        yield f"bse_{suffix}", errors, golden[f"bse_{suffix}"][int(constant) :]
        yield f"sigma2_{suffix}", model.sigma2_[0, 0], golden[f"sigma2_{suffix}"]
        yield f"forecast_{suffix}", model.predict(), golden[f"forecast_{suffix}"]
        bounds = np.column_stack(model.predict_interval(coverage=0.95))
        yield f"ci95_{suffix}", bounds, golden[f"ci95_{suffix}"]
    yield "yule_walker", yule_walker(y, order)[0], golden["yule_walker_mle"]


def official(golden: Golden) -> Values:
    """Training by SGD: near its coefficients, and nearer to the truth."""
    y, order, true = golden["y"], int(golden["p"]), golden["true"]
    plain = ARNetForecaster(lags=order, penalty=None).fit(y).ar_coef_
    yield "coef_none", about(plain, golden["coef_none"], 0.1), golden["coef_none"]
    sparse = ARNetForecaster(lags=order).fit(y).ar_coef_
    yield "coef_s", about(sparse, golden["coef_s"], 0.1), golden["coef_s"]
    stpe = symmetric_total_percentage_error(true, sparse[0])
    yield "sTPE not above theirs", max(stpe, golden["stpe_s"]), golden["stpe_s"]


def neuralprophet(golden: Golden) -> Values:
    """NeuralProphet keeps AR-Net's penalty, with 1e-9 under the root."""
    weights = torch.tensor(golden["w"])
    ours = [sparse_ar_penalty(w, c1=2.0, c2=2.0).item() for w in weights[1:]]
    yield "penalty", ours, golden["ar_regularize_original"][1:]


CASES = [
    ("", "w_small reg_small_c3_3 grad_small_c3_3 sparsity", regularizer),
    ("", "lam_max est_sparsity lam_start0_full1_e3_i4", schedule),
    ("", "series tab_p4_h1 tab_p4_h3 stpe", helpers),
    ("", "y p h gram cross coef intercept", direct),
    ("", "y p params_c params_n forecast_c ci95_c", autoreg),
    ("", "y p coef_none coef_s true", official),
    ("", "ar_regularize_original w", neuralprophet),
]
