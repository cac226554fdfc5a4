"""Indices are continued by their own step, and refused if their order is not known."""

import numpy as np
import pandas as pd
import pytest

from skreg import ARNetForecaster
from skreg.datasets import make_ar_process

Y = make_ar_process(41, random_state=0)


def continued(index):
    """Return the times that are forecast before the last of some is known."""
    y = pd.Series(Y[: len(index)], index)
    model = ARNetForecaster(lags=2, horizon=2).fit(y.iloc[:-1])
    found = model.predict()
    later = model.update(y.iloc[-1:]).predict().index
    assert later[0] == found.index[1] or later[0] == pytest.approx(found.index[1])
    return found.index


@pytest.mark.parametrize("freq", ["15min", "2h", "3M", "2Q", "7D", "W", "2D", "Y"])
def test_periods_of_several_units(freq):
    index = pd.period_range("2020-01-01", periods=41, freq=freq)
    found = continued(index)
    assert found[0] == index[-1]
    assert found.freq == index.freq
    with pytest.raises(ValueError, match=r"irregular.*reindex"):
        continued(index.delete(7))


@pytest.mark.parametrize("months", [1, 2, 3, 12])
@pytest.mark.parametrize("start", ["2020-01-15", "2020-03-28 12:00"])
def test_the_same_day_of_every_month_is_regular(months, start):
    pace = pd.DateOffset(months=months)
    index = pd.DatetimeIndex(pd.date_range(start, periods=42, freq=pace).values)
    assert continued(index[:41])[1] == index[41]
    with pytest.raises(ValueError, match=rf"asfreq\(pd.DateOffset\(months={months}\)"):
        continued(index.delete(7))


@pytest.mark.parametrize("unit", ["s", "ms"])
@pytest.mark.parametrize("zone", [None, "UTC"])
def test_far_dates_keep_their_unit(unit, zone):
    index = pd.date_range("2290-01-01", periods=41, freq="D", unit=unit, tz=zone)
    found = continued(index)
    assert found.dtype == index.dtype
    assert found[0] == index[-1]


@pytest.mark.parametrize(
    "labels",
    [
        [f"2020-01-{d:02d}" for d in range(28, 0, -1)],
        pd.Index(pd.date_range("2020-01-01", periods=28).date),
        pd.CategoricalIndex([f"day {d}" for d in range(28)]),
        pd.Index([f"day {d}" for d in range(28)], dtype="string"),
        pd.interval_range(0, 28),
    ],
)
def test_labels_without_an_order_in_time_are_refused(labels):
    with pytest.raises(ValueError, match=r"order in time is not known.*to_datetime"):
        ARNetForecaster(lags=2).fit(pd.Series(Y[:28], labels))


def test_numbers_are_continued_in_their_order():
    quarters = pd.Index(1950 + np.arange(41) / 4)
    assert continued(quarters)[0] == quarters[-1]
    tenths = pd.Index(0.1 * np.arange(41))
    np.testing.assert_allclose(continued(tenths), [4.0, 4.1])
    assert continued(pd.RangeIndex(3, 126, 3))[0] == 123
    with pytest.raises(ValueError, match=r"does not increase.*sort_index"):
        continued(quarters[::-1])
    irregular = pd.Series(Y, np.arange(41.0) ** 1.1)
    assert isinstance(ARNetForecaster(lags=2).fit(irregular).predict(), np.ndarray)
