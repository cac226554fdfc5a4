"""The path is the lasso's, the penalty is AR-Net's, the choice finds the lags."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import HuberRegressor, Lasso, QuantileRegressor, Ridge

from skreg.autoregression import (
    Moments,
    arnet_penalty,
    bic,
    conformal_bounds,
    ebic,
    is_stationary,
    make_lag_matrix,
    sparsity_strength,
    weighted_lasso_path,
)
from skreg.autoregression._arnet_penalty import PenalisedError, arnet_slope
from skreg.autoregression._folds import expanding_folds, mean_squares
from skreg.autoregression._intervals import local_scales
from skreg.autoregression._problem import Problem
from skreg.autoregression._residual_losses import HuberLoss, PinballLoss
from skreg.autoregression._ridge import RidgePath
from skreg.autoregression._robust import Matrix, Rows, minimise_loss
from skreg.autoregression._rule import Columns, Rule, regress
from skreg.autoregression._sparse import select, solve_at
from skreg.autoregression._sparse_penalties import ARNetPenalty, LassoPenalty
from skreg.datasets import make_ar_process


def table(seed=0, n=200, p=30):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, p)) @ (np.eye(p) + 0.3 * rng.normal(size=(p, p)))
    y = X[:, 0] - 2 * X[:, 3] + rng.normal(size=n)
    return (X - X.mean(0)) / X.std(0), (y - y.mean()) / y.std()


def problem_of(X, y):
    rows = np.column_stack([X, y])
    return Problem.of(Moments.of_rows(rows), range(X.shape[1]), [X.shape[1]])


@given(st.integers(0, 1000), st.floats(0.005, 0.5))
def test_weighted_path_is_the_lasso_on_scaled_columns(seed, alpha):
    X, y = table(seed)
    weights = np.random.default_rng(seed).uniform(0.5, 2, X.shape[1])
    problem = problem_of(X, y)
    path = weighted_lasso_path(problem.gram, problem.cross[:, 0], weights)
    peer = Lasso(alpha=alpha, tol=1e-12, max_iter=100_000).fit(X / weights, y)
    np.testing.assert_allclose(path.at(alpha), peer.coef_ / weights, atol=1e-6)


def test_short_paths_of_many_columns_are_the_beginning_of_the_whole_path():
    X, y = table(n=2000, p=400)
    y = y + 0.3 * X[:, 5:60].sum(axis=1)  # many more than fit into the first try
    problem = problem_of(X, y)
    arguments = problem.gram, problem.cross[:, 0], np.ones(400)
    whole = weighted_lasso_path(*arguments, max_steps=400)
    short = weighted_lasso_path(*arguments, max_steps=20)
    assert len(short.alphas) == 21
    assert not short.complete
    np.testing.assert_allclose(short.alphas, whole.alphas[:21], rtol=1e-9)
    np.testing.assert_allclose(short.coefs, whole.coefs[:, :21], atol=1e-10)


@given(st.floats(0.01, 3), st.floats(1, 5), st.floats(1, 4))
def test_slope_is_the_derivative_of_the_penalty(weight, c1, c2):
    step = 1e-6
    values = [arnet_penalty([w], c1=c1, c2=c2) for w in (weight - step, weight + step)]
    slope = (values[1] - values[0]) / (2 * step)
    assert arnet_slope([weight], c1=c1, c2=c2)[0] == pytest.approx(slope, rel=1e-4)


@pytest.mark.parametrize("alpha", [0.05, 0.5, 3.0])
def test_linear_approximation_lowers_the_penalised_error(alpha):
    X, y = table(n=300)
    problem = problem_of(X, y)

    def objective(coef):
        return problem.unexplained(coef[:, None])[0] + alpha * arnet_penalty(coef)

    found = solve_at(problem, ARNetPenalty(n_rounds=4), alpha, refit=False).coef
    assert objective(found) < objective(problem.least_squares()[:, 0])
    assert objective(found) < objective(np.zeros(30))
    # In no coordinate that is clearly in use is there a better value.
    for j in np.flatnonzero(np.abs(found) > 0.2):
        for move in (-1e-3, 1e-3):
            other = found.copy()
            other[j] += move
            assert objective(found) <= objective(other)
    assert np.count_nonzero(found) < 30


def test_local_minima_are_left():
    """From many other starts, descent finds nothing better than what is returned."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(300, 40)) + rng.normal(size=(300, 1))  # all correlated
    y = X[:, :3].sum(axis=1) + 3 * rng.normal(size=300)
    problem = problem_of((X - X.mean(0)) / X.std(0), (y - y.mean()) / y.std())
    pilot = problem.least_squares()[:, 0]
    for alpha in (0.05, 0.2, 0.6, 2.0):
        found = solve_at(problem, ARNetPenalty(), alpha, refit=False).coef
        objective = PenalisedError(problem, alpha, 3.0, 3.0)
        others = [pilot * (rng.random(40) < share) for share in (0.1, 0.4, 0.8, 1.0)]
        best = objective.value(objective.best_of(others))
        assert objective.value(found) < best + 1e-3
        assert objective.value(found) <= 1.0  # that of zeros


@pytest.mark.parametrize("lags", [(1, 3, 10), (1, 20, 120), (5, 6, 7)])
def test_expected_sparsity_keeps_about_as_many_lags(lags):
    y = np.zeros(5200)
    shocks = np.random.default_rng(1).normal(size=5200)
    for t in range(200, 5200):
        y[t] = 0.2 * y[t - lags[0]] + 0.15 * y[t - lags[1]] - 0.2 * y[t - lags[2]]
        y[t] += shocks[t]
    problem = problem_of(*make_lag_matrix(y[200:] - y.mean(), 200))
    rule = Rule(ARNetPenalty(), expected_sparsity=0.015, refit=False)
    where = Columns([], np.arange(200), np.array([200]), True)
    (found,) = regress(problem, rule, where)
    kept = np.flatnonzero(found.coef)
    assert {lag - 1 for lag in lags} <= set(kept)
    assert len(kept) <= 8
    objective = PenalisedError(problem, found.alpha, 3.0, 3.0)
    true = np.array([lag - 1 for lag in lags])
    from_truth = objective.best_of([problem.least_squares(true)[:, 0]])
    assert objective.value(found.coef) < objective.value(from_truth) + 1e-3


@pytest.mark.parametrize("penalty", [ARNetPenalty(), LassoPenalty()])
def test_selection_is_exactly_zero_elsewhere_and_refitted(penalty):
    X, y = table(n=2000)
    problem = problem_of(X, y)
    found = select(problem, penalty, ebic, refit=True)
    support = np.flatnonzero(found.coef)
    assert set(support) == {0, 3}
    exact = np.linalg.lstsq(X[:, support], y, rcond=None)[0]
    np.testing.assert_allclose(found.coef[support], exact, rtol=1e-9)
    assert found.scores.min() == pytest.approx(
        ebic(problem.unexplained(found.coef[:, None])[0], 2000, 2, 30)
    )


@pytest.mark.parametrize(
    ("n", "p", "lags", "limit"),
    [(1000, 20, [1, 3, 10], 4.5), (5000, 200, [1, 24, 168], 1.5)],
)
def test_the_true_lags_are_found_in_nine_of_ten_series(n, p, lags, limit):
    exact, errors = 0, []
    for seed in range(10):
        y = make_ar_process(n, lags=lags, random_state=seed)
        X, target = make_lag_matrix(y, p)
        problem = problem_of(X, target)
        coef = select(problem, ARNetPenalty(), ebic, refit=True).coef
        exact += list(np.flatnonzero(coef) + 1) == lags
        true = np.zeros(p)
        true[np.array(lags) - 1] = [0.2, 0.3, -0.5]
        errors.append(100 * np.abs(coef - true).sum() / np.abs([coef, true]).sum())
    assert exact >= 9
    assert np.mean(errors) < limit


def test_published_strength_needs_a_long_series_but_spares_large_coefficients():
    y = make_ar_process(50_000, random_state=0)
    X, target = make_lag_matrix(y, 30)
    problem = problem_of(X, target)
    rule = Rule(ARNetPenalty(), expected_sparsity=0.1, refit=False)
    columns = Columns([], np.arange(30), np.array([30]), True)
    found = regress(problem, rule, columns)[0]
    assert list(np.flatnonzero(found.coef)) == [0, 1, 2]
    np.testing.assert_allclose(found.coef[:3], [0.2, 0.3, -0.5], atol=0.02)
    noise = np.sqrt(problem.unexplained(problem.least_squares())[0])
    assert found.alpha == pytest.approx(sparsity_strength(0.1, noise), rel=1e-3)


@given(st.integers(0, 1000), st.floats(1e-6, 10))
def test_ridge_path_is_ridge(seed, alpha):
    X, y = table(seed)
    coef = RidgePath(problem_of(X, y)).at(alpha)
    peer = Ridge(alpha=alpha * len(X)).fit(X, y)
    np.testing.assert_allclose(coef, peer.coef_, atol=1e-8)


def test_validation_errors_come_from_moments_alone():
    X, y = table()
    rows = np.column_stack([X, y])
    moments = Moments.of_rows(rows[100:])
    coefs = np.random.default_rng(0).normal(size=(3, 30))
    coefs[0, 5:] = 0
    found = mean_squares(moments, np.arange(30), 30, coefs, np.array([0.0, 1.0, -2.0]))
    predicted = X[100:] @ coefs.T + [0.0, 1.0, -2.0]
    expected = ((y[100:, None] - predicted) ** 2).mean(axis=0)
    np.testing.assert_allclose(found, expected, rtol=1e-10)
    blocks = [Moments.of_rows(part) for part in np.array_split(rows, 4)]
    folds = expanding_folds(blocks)
    assert [fold.train.count for fold in folds] == [50, 100, 150]
    np.testing.assert_allclose(folds[2].train.sums, rows[:150].sum(axis=0))


def test_ebic_charges_for_the_number_of_models():
    assert ebic(0.5, 100, 0, 40) == bic(0.5, 100, 0, 40)
    assert ebic(0.5, 100, 2, 40) > bic(0.5, 100, 2, 40)


@pytest.mark.parametrize("level", [0.1, 0.5, 0.9])
def test_quantiles_agree_with_linear_programming(level):
    X, y = table(n=400, p=5)
    y = y + 0.5 * np.random.default_rng(1).standard_t(2, size=400)
    problem = problem_of(X, y)
    start = problem.least_squares()[:, 0]
    data = [Rows(Matrix(X[:150]), y[:150]), Rows(Matrix(X[150:]), y[150:])]
    columns = np.arange(5)
    coef, intercept = minimise_loss(PinballLoss(level), data, problem, columns, start)
    peer = QuantileRegressor(quantile=level, alpha=0).fit(X, y)

    def loss(residual):
        return np.mean(np.maximum(level * residual, (level - 1) * residual))

    ours = y - X @ coef - intercept
    assert loss(ours) < loss(y - peer.predict(X)) * 1.002
    assert np.mean(ours < 0) == pytest.approx(level, abs=0.01)


def test_huber_resists_what_pulls_least_squares_away():
    X, y = table(n=500, p=4)
    y = 2 * X[:, 0] + 0.1 * np.random.default_rng(0).normal(size=500)
    y[::10] += 50 * X[::10, 1]
    problem = problem_of(X, y)
    start = problem.least_squares()[:, 0]
    coef, _ = minimise_loss(
        HuberLoss(), [Rows(Matrix(X), y)], problem, np.arange(4), start
    )
    peer = HuberRegressor(alpha=0, epsilon=1.345).fit(X, y)
    assert abs(problem.in_units(start[:, None])[0][0, 1]) > 2
    np.testing.assert_allclose(coef, [2, 0, 0, 0], atol=0.3)
    np.testing.assert_allclose(coef, peer.coef_, atol=0.3)


@pytest.mark.parametrize("coverage", [0.5, 0.9])
def test_conformal_bounds_cover_exchangeable_errors(coverage):
    rng = np.random.default_rng(0)
    hits = []
    for _ in range(2000):
        errors = rng.gamma(1.0, size=60)
        lower, upper = conformal_bounds(errors[:-1], coverage)
        hits.append(lower <= errors[-1] <= upper)
    assert np.mean(hits) == pytest.approx(coverage + 1 / 60, abs=0.03)
    with pytest.raises(ValueError, match=r"needs at least 19 past errors.*are 18"):
        conformal_bounds(np.zeros(18), 0.9)


def test_local_scales_follow_the_errors_and_know_no_future():
    rng = np.random.default_rng(0)
    errors = rng.normal(size=1000) * np.where(np.arange(1000) < 500, 1.0, 5.0)
    scales, latest = local_scales(errors, 3)
    assert scales[480] < 2.0
    assert scales[-1] > 4.0
    assert latest == pytest.approx(5.0, rel=0.2)
    later = errors.copy()
    later[700:] *= -1  # the overall mean square, the prior, stays as it is
    later[800] = np.nan
    np.testing.assert_allclose(local_scales(-errors, 3)[0], scales)
    assert np.isfinite(local_scales(later, 3)[0]).all()


@given(
    st.lists(
        st.tuples(st.floats(0, 1.3), st.floats(0, np.pi)), min_size=1, max_size=5
    ).filter(lambda roots: all(abs(r - 1) > 1e-2 for r, _ in roots))
)
def test_stationarity_is_that_of_the_roots(roots):
    polynomial = np.array([1.0])
    for radius, angle in roots:
        pair = [1.0, -2 * radius * np.cos(angle), radius**2]
        polynomial = np.convolve(polynomial, pair)
    assert is_stationary(-polynomial[1:]) == all(r < 1 for r, _ in roots)
