"""What forecasters and encoders learn of pandas and polars, in files of skops."""

import datetime
import pickle

import numpy as np
import pandas as pd
import polars as pl
import pytest
import skops.io

from skreg import ARNetForecaster
from skreg.persistence import TRUSTED_TYPES
from skreg.preprocessing import TabularEncoder

N = 40
VALUES = np.cumsum(np.random.default_rng(0).normal(size=(N, 2)), axis=0)
ZONE = datetime.timezone(datetime.timedelta(hours=2))
INDICES = {
    "range": pd.RangeIndex(3, 3 + 2 * N, 2, name="row"),
    "numbers": pd.Index(2 * np.arange(N)),
    "days": pd.date_range("2020-01-01", periods=N, freq="D", name="day"),
    "city": pd.date_range("2020-03-28", periods=N, freq="h", tz="Europe/Berlin"),
    "utc": pd.date_range("2020-01-01", periods=N, freq="h", tz="UTC"),
    "offset": pd.date_range("2020-01-01", periods=N, freq="h", tz=ZONE),
    "months": pd.date_range("2020-01-01", periods=N, freq="ME"),
    "quarters": pd.date_range("2020-01-01", periods=N, freq="QE-FEB"),
    "weeks": pd.date_range("2020-01-01", periods=N, freq="W-TUE"),
    "minutes": pd.date_range("2020-01-01", periods=N, freq="15min", unit="ns"),
    "holidays": pd.date_range(
        "2020-01-01",
        periods=N,
        freq=pd.offsets.CustomBusinessDay(holidays=["2020-01-06"]),
    ),
    "periods": pd.period_range("2020-01", periods=N, freq="Q-NOV"),
    "spans": pd.timedelta_range(0, periods=N, freq="h"),
}


def through_skops(estimator):
    return skops.io.loads(skops.io.dumps(estimator), trusted=TRUSTED_TYPES)


def through_pickle(estimator):
    return pickle.loads(pickle.dumps(estimator))


@pytest.mark.parametrize("duplicate", [through_skops, through_pickle])
@pytest.mark.parametrize("index", INDICES.values(), ids=INDICES)
def test_forecasts_have_the_same_index(index, duplicate):
    frame = pd.DataFrame(VALUES, index=index, columns=["a", "b"])
    series = pd.Series(VALUES[:, 0], index=index, name="s")
    for given, equal in (
        (frame, pd.testing.assert_frame_equal),
        (series, pd.testing.assert_series_equal),
    ):
        model = ARNetForecaster(lags=3).fit(given)
        equal(duplicate(model).predict(5), model.predict(5), check_exact=True)


@pytest.mark.parametrize("duplicate", [through_skops, through_pickle])
def test_columns_of_several_levels_come_back(duplicate):
    columns = pd.MultiIndex.from_tuples([("a", 1), ("b", 2)], names=["name", None])
    model = ARNetForecaster(lags=3).fit(pd.DataFrame(VALUES, columns=columns))
    pd.testing.assert_frame_equal(duplicate(model).predict(2), model.predict(2))


def test_other_indices_are_refused_when_the_file_is_written():
    columns = pd.CategoricalIndex(["a", "b"])
    model = ARNetForecaster(lags=3).fit(pd.DataFrame(VALUES, columns=columns))
    with pytest.raises(TypeError, match="CategoricalIndex of pandas"):
        skops.io.dumps(model)
    pd.testing.assert_frame_equal(through_pickle(model).predict(2), model.predict(2))


TEXT, NUMBERS = ["x", "y", None] * 4, [1.0, None, 3.0] * 4
TABLES = {
    "objects": np.array([TEXT, NUMBERS], dtype=object).T,
    "frame": pd.DataFrame({"a": TEXT, "b": pd.array(NUMBERS, dtype="Int64")}),
    "strings": pd.DataFrame({"a": pd.array(TEXT, dtype="string")}),
    "categories": pd.DataFrame({"a": pd.Categorical(TEXT), "b": [True, False] * 6}),
    "polars": pl.DataFrame({"a": TEXT, "b": NUMBERS}),
    "letters": np.array([["a"], ["b"], ["c"]] * 4),
}


@pytest.mark.parametrize("duplicate", [through_skops, through_pickle])
@pytest.mark.parametrize("options", [{}, {"categorical_encoding": "onehot"}], ids=str)
@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_encoders_encode_the_same(table, options, duplicate):
    encoder = TabularEncoder(min_frequency=5, **options).fit(table)
    twin = duplicate(encoder)
    np.testing.assert_array_equal(twin.transform(table), encoder.transform(table))
    names = encoder.get_feature_names_out()
    np.testing.assert_array_equal(twin.get_feature_names_out(), names)
    for one, other in zip(encoder.categories_, twin.categories_, strict=True):
        assert one.dtype == other.dtype
        assert [str(level) for level in one] == [str(level) for level in other]
