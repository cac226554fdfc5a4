"""Series of a few values are forecast by their mean, not by a perfect fit."""

import numpy as np
import pytest

from skreg import ARNetForecaster, ARNetRegressor


@pytest.mark.parametrize("n_times", [3, 4, 5, 6])
@pytest.mark.parametrize("given", [{}, {"alpha": "bic"}, {"penalty": "l1"}])
def test_no_lag_is_chosen_from_a_saturated_fit(n_times, given):
    for seed in range(10):
        y = 5 + np.random.default_rng(seed).normal(size=n_times)
        model = ARNetForecaster(**given).fit(y)
        assert not len(model.selected_lags_)
        assert y.min() <= model.predict()[0] <= y.max()


@pytest.mark.parametrize("n_rows", [2, 4, 5])
def test_nor_a_column_of_a_table(n_rows):
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(n_rows, 3)), rng.normal(size=n_rows)
    assert not ARNetRegressor().fit(X, y).coef_.any()


def test_a_clear_lag_is_still_chosen_from_a_dozen_values():
    y = np.tile([1.0, -1.0], 8) + 0.01 * np.random.default_rng(0).normal(size=16)
    assert abs(ARNetForecaster().fit(y).predict()[0] - 1) < 0.2
