"""The shipped and the drawn series."""

import numpy as np
import pandas as pd
import pytest

from skreg.datasets import load_newark_temperature, load_sunspots, make_ar_process


def test_series_are_the_published_ones():
    sunspots = load_sunspots(return_y=True, as_frame=True)
    assert len(sunspots) == 2820
    assert sunspots.index[[0, -1]].strftime("%Y-%m").tolist() == ["1749-01", "1983-12"]
    # The maximum of the series is that of the great cycle 19.
    assert (sunspots.idxmax(), sunspots.max()) == (pd.Timestamp("1957-10-01"), 253.8)
    temperature = load_newark_temperature(return_y=True, as_frame=True)
    assert len(temperature) == 8730
    assert temperature.index[-1] == pd.Timestamp("2013-12-30 18:00")
    # Warmest in July, coldest in January or February; warmer in the afternoon.
    assert temperature.idxmax().month == 7
    assert temperature.idxmin().month in (1, 2)
    by_hour = temperature.groupby(temperature.index.hour).mean()
    assert by_hour.idxmax() in (13, 14, 15, 16)
    assert by_hour.idxmin() in (4, 5, 6)


@pytest.mark.parametrize("load", [load_sunspots, load_newark_temperature])
def test_forms(load):
    bunch = load()
    assert isinstance(bunch.target, np.ndarray)
    assert "Source:" in bunch.DESCR
    np.testing.assert_array_equal(load(as_frame=True).target, load(return_y=True))


def test_process_has_the_coefficients_it_was_given():
    y = make_ar_process(50_000, lags=[2, 7], coef=[0.4, -0.3], noise=2, random_state=0)
    X = np.column_stack([y[5:-2], y[:-7]])
    coef, rest, *_ = np.linalg.lstsq(X, y[7:])
    np.testing.assert_allclose(coef, [0.4, -0.3], atol=0.015)
    assert rest[0] / len(X) == pytest.approx(4, rel=0.03)
    again = make_ar_process(
        50_000, lags=[2, 7], coef=[0.4, -0.3], noise=2, random_state=0
    )
    np.testing.assert_array_equal(again, y)


@pytest.mark.parametrize(
    ("lags", "coef", "message"),
    [
        ([1], [1.0], "not stationary"),
        ([1, 2], [0.1], "must pair"),
        ([0], [0.1], "must pair"),
    ],
)
def test_bad_processes(lags, coef, message):
    with pytest.raises(ValueError, match=message):
        make_ar_process(10, lags=lags, coef=coef)
