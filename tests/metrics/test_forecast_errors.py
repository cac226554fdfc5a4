"""Metrics by hand, and what they refuse."""

import numpy as np
import pytest

from skreg.metrics import (
    interval_coverage,
    mean_absolute_scaled_error,
    mean_interval_width,
    symmetric_total_percentage_error,
)


def test_stpe_is_symmetric_and_bounded():
    a, b = np.random.default_rng(0).normal(size=(2, 9))
    stpe = symmetric_total_percentage_error
    assert stpe(a, b) == stpe(b, a) == pytest.approx(stpe(3 * a, 3 * b))
    assert 0 < stpe(a, b) < 100
    assert stpe(a, a) == 0 == stpe([0.0], [0.0])
    assert stpe(a, np.zeros(9)) == pytest.approx(100)


def test_naive_forecast_has_scaled_error_one():
    y = np.random.default_rng(0).normal(size=100).cumsum()
    error = mean_absolute_scaled_error(y[7:], y[:-7], y_train=y, seasonality=7)
    assert error == pytest.approx(1)


def test_coverage_by_step():
    y = np.array([[0.0, 5.0], [1.0, 9.0]])
    found = interval_coverage(y, np.zeros((2, 2)), np.full((2, 2), 5.0), axis=0)
    np.testing.assert_array_equal(found, [1.0, 0.5])
    np.testing.assert_array_equal(mean_interval_width(0 * y, y, axis=0), [0.5, 7.0])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: symmetric_total_percentage_error([1], [1, 2]), "same shape"),
        (lambda: interval_coverage([], [], []), "at least one value"),
        (lambda: interval_coverage([np.nan], [0], [1]), "y_true contains NaN.*isfin"),
        (lambda: mean_interval_width([0], [np.nan]), "upper contains NaN"),
        (lambda: mean_interval_width(["a"], [1]), "lower must hold numbers only"),
        (
            lambda: mean_absolute_scaled_error([1], [1], y_train=[np.nan] * 3),
            "y_train has no two known values",
        ),
        (
            lambda: mean_absolute_scaled_error([1], [1], y_train=[1], seasonality=1.5),
            "seasonality=1.5 must be a whole number",
        ),
        (
            lambda: mean_absolute_scaled_error([1], [1], y_train=[1], seasonality=1),
            "seasonality=1 needs more",
        ),
        (
            lambda: mean_absolute_scaled_error(
                [1], [1], y_train=[1, 2, 1, 2], seasonality=2
            ),
            "repeats itself",
        ),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_gaps_of_the_training_series_do_not_count():
    y = [1.0, 3.0, np.nan, 3.0, 5.0]
    assert mean_absolute_scaled_error([0.0], [1.0], y_train=y) == pytest.approx(0.5)
    assert interval_coverage([1.0], [-np.inf], [np.inf]) == 1.0
