"""The functions for one series say what they cannot use."""

import numpy as np
import pytest

from skreg.autoregression import (
    conformal_bounds,
    select_order,
    sparsity_strength,
    yule_walker,
)
from skreg.autoregression._units import binary_units
from skreg.datasets import make_ar_process

Y = make_ar_process(300, random_state=0)


@pytest.mark.parametrize("fit", [select_order, yule_walker])
@pytest.mark.parametrize(
    ("y", "order", "message"),
    [
        (np.append(Y, np.nan), 2, "y contains NaN or infinity"),
        (Y[:, None], 2, r"one series, got an array of shape \(300, 1\)"),
        (["a"], 2, "y must hold numbers only"),
        (Y, 0, "order=0 must be a whole number"),
        (Y, 2.5, "order=2.5 must be a whole number"),
        (Y[:5], 9, "5 values.*(fewer lags|smaller order|lower it)"),
        ([], 2, "0 values"),
    ],
)
def test_series_and_orders(fit, y, order, message):
    with pytest.raises(ValueError, match=message):
        fit(y, order)


def test_numbers_out_of_range():
    with pytest.raises(ValueError, match="criterion='aic' must be one of"):
        select_order(Y, 5, criterion="aic")
    with pytest.raises(ValueError, match="horizon=0 must"):
        yule_walker(Y, 2, horizon=0)
    with pytest.raises(ValueError, match="ridge=-1 must be a number between 0"):
        yule_walker(Y, 2, ridge=-1)
    with pytest.raises(ValueError, match=r"expected_sparsity=0.0 must be a number"):
        sparsity_strength(0.0, 1.0)
    with pytest.raises(ValueError, match=r"coverage=1.0 must be a number"):
        conformal_bounds(np.arange(50.0), 1.0)


def test_values_of_any_size():
    order = select_order(Y, 9).order
    for size in (1e300, 1e-300):
        assert select_order(Y / 9 * size, 9).order == order
        np.testing.assert_allclose(yule_walker(Y / 9 * size, 4), yule_walker(Y, 4))


def test_series_that_their_past_determines():
    assert select_order(np.sin(np.arange(200.0)), 20).order <= 4
    assert select_order(np.full(50, 0.1), 5).order == 0


def test_units_are_powers_of_two():
    units = binary_units(np.array([[1e300, 3e-310, np.nan, 0.0], [-2.0, 0, 5, 0]]))
    np.testing.assert_array_equal(np.frexp(units)[0], 0.5)
    assert units[3] == 1
    assert units[2] == 4
    assert 1 <= 1e300 / units[0] < 2
    assert 1 <= 3e-310 / units[1] < 2
