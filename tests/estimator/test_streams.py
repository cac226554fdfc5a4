"""Rows that come in many calls: nothing is lost, and everything may come late."""

import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.preprocessing import StandardScaler
from sklearn.utils import Bunch

from skreg import RegularizedClassifier, RegularizedRegressor
from skreg.datasets import load_abalone, load_adult, load_letter
from skreg.regularizers import WeightAverage

LETTER, ABALONE, ADULT = load_letter(), load_abalone(), load_adult()
NUMBERS = Bunch(data=np.asarray(ABALONE.data)[:, 1:], target=ABALONE.target)
N_TEST = 1000


def shuffled(data, n_rows, seed=0):
    """Return training rows and test rows of a table of the package."""
    order = np.random.default_rng(seed).permutation(len(data.target))
    rows, test = order[:n_rows], order[-N_TEST:]
    X, y = pd.DataFrame(data.data), np.asarray(data.target)
    return X.iloc[rows], y[rows], X.iloc[test], y[test]


def goodness(net, X, y):
    """Return accuracy, or the negative RMSE in deviations of the targets, in points."""
    if hasattr(net, "classes_"):
        return 100 * net.score(X, y)
    return -100 * np.sqrt(np.mean((net.predict(X) - y) ** 2)) / y.std()


def calls(net, X, y, size, **first):
    """Yield a net after each call with the next rows."""
    for start in range(0, len(X), size):
        rows = slice(start, start + size)
        yield net.partial_fit(X[rows], y[rows], **first)


@pytest.mark.parametrize(
    ("net", "data"),
    [
        (RegularizedClassifier, LETTER),
        (RegularizedClassifier, ADULT),
        (RegularizedRegressor, ABALONE),
    ],
    ids=["letter", "adult", "abalone"],
)
def test_new_rows_after_a_fit_do_no_harm(net, data):
    X, y, *test = shuffled(data, 2_000)
    net = net(random_state=0, max_epochs=12).fit(X[:1_000], y[:1_000])
    fitted = goodness(net, *test)
    scores = [goodness(n, *test) for n in calls(net, X[1_000:], y[1_000:], 100)]
    assert min(scores) > fitted - 1
    assert scores[-1] > fitted - 0.6


@pytest.mark.filterwarnings("ignore:The number of unique classes")
@pytest.mark.parametrize("size", [1, 20, 100])
@pytest.mark.parametrize("task", ["classes", "numbers"])
def test_a_stream_from_scratch_only_gets_better(size, task):
    data = LETTER if task == "classes" else NUMBERS
    X, y, X_test, y_test = shuffled(data, 15 * max(size, 3))
    X, X_test = X.to_numpy(float), X_test.to_numpy(float)
    if task == "classes":
        net, rival = RegularizedClassifier(random_state=0), MLPClassifier
        first = {"classes": np.unique(data.target)}
    else:
        net, rival, first = RegularizedRegressor(random_state=0), MLPRegressor, {}
    scores = np.array(
        [goodness(n, X_test, y_test) for n in calls(net, X, y, size, **first)]
    )
    # What a net says after its first rows is luck.
    assert (np.maximum.accumulate(scores) - scores)[4:].max() < 2.5
    scaler = StandardScaler().fit(X_test)  # the rival may know the scales
    *_, rival = calls(rival(random_state=0), scaler.transform(X), y, size, **first)
    assert scores[-1] > goodness(rival, scaler.transform(X_test), y_test) + 1


def test_a_stream_follows_classes_that_swap():
    X, y, X_test, y_test = shuffled(LETTER, 6_000)
    net = RegularizedClassifier(random_state=0)
    first = {"classes": np.unique(y)}
    *_, net = calls(net, X[:3_000], y[:3_000], 100, **first)
    before = net.score(X_test, y_test)
    swap = dict(zip(np.unique(y), np.roll(np.unique(y), 1), strict=True))
    y, y_test = (np.array([swap[label] for label in part]) for part in (y, y_test))
    assert net.score(X_test, y_test) < 0.1
    *_, net = calls(net, X[3_000:], y[3_000:], 100)
    assert net.score(X_test, y_test) > before


def test_warm_start_on_new_rows_goes_on_gently():
    X, y, *test = shuffled(LETTER, 2_000)
    net = RegularizedClassifier(random_state=0, max_epochs=10, warm_start=True)
    fitted = net.fit(X[:1_000], y[:1_000]).score(*test)
    assert net.fit(X[1_000:1_100], y[1_000:1_100]).score(*test) > fitted - 0.02
    # On the same rows the schedule of the user is followed, and so it is if constant.
    same = RegularizedClassifier(random_state=0, max_epochs=2, warm_start=True)
    same.fit(X, y).fit(X, y)
    assert "streamaverage" not in same.regularizers_


def test_a_user_may_average_in_another_way():
    X, y, *_ = shuffled(LETTER, 200)
    net = RegularizedClassifier(regularizers=[WeightAverage(decay=0.5)], random_state=0)
    assert list(net.partial_fit(X, y).regularizers_) == ["weightaverage"]
    constant = RegularizedClassifier(lr_schedule="constant", random_state=0)
    assert not constant.partial_fit(X, y).regularizers_


@pytest.mark.parametrize("scaling", ["robust", "quantile", "standard"])
@pytest.mark.parametrize("schedule", ["cosine", "constant"])
@pytest.mark.parametrize("n_first", [1, 2, 50])
def test_columns_that_stand_still_at_first_come_alive(scaling, schedule, n_first):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(3_000, 2)) * [1, 1e4] + [0, 1e6]
    y = (X[:, 1] > 1e6).astype(int)
    X[:n_first] = X[0]
    net = RegularizedClassifier(
        scaling=scaling, lr_schedule=schedule, lr=0.004, random_state=0
    )
    net.partial_fit(X[:n_first], y[:n_first], classes=[0, 1])
    *_, net = calls(net, X[n_first:], y[n_first:], 200)
    assert net.score(X, y) > 0.9


@pytest.mark.parametrize("how", ["stream", "fit", "warm"])
def test_a_sensor_that_stood_still_is_heard_later(how):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(3_000, 3))
    y = 1e5 * X[:, 0] + 1e6
    X[:150, 0] = 5.0
    net = RegularizedRegressor(random_state=0, warm_start=True)
    (net.partial_fit if how == "stream" else net.fit)(X[:150], y[:150])
    if how == "warm":
        net.fit(X[150:], y[150:])
    else:
        for _ in range(2):
            *_, net = calls(net, X[150:], y[150:], 150)
    assert net.score(X[150:], y[150:]) > 0.8


def test_what_a_net_has_learnt_stays_when_a_column_comes_alive():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(400, 2))
    X[:300, 1] = 7.0
    net = RegularizedRegressor(random_state=0).fit(X[:300], X[:300, 0])
    before = net.encoder_.transform(X[:300])
    net.partial_fit(X[300:], X[300:, 0])
    assert np.array_equal(net.encoder_.transform(X[:300]), before)
    assert np.ptp(net.encoder_.transform(X[300:])[:, 1]) > 0.5


def test_targets_of_any_unit_may_begin_with_one_row():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(3_000, 2))
    y = 1e7 * X[:, 0] + 1e9
    net = RegularizedRegressor(random_state=0).partial_fit(X[:1], y[:1])
    *_, net = calls(net, X[1:], y[1:], 200)
    assert net.score(X, y) > 0.9


@pytest.mark.parametrize("missing", [False, True])
def test_levels_may_come_late(missing):
    levels = np.array(["a", "b", "c", "d", "e", None if missing else "f"], object)
    codes = np.random.default_rng(0).integers(6, size=3_000)
    X, y = pd.DataFrame({"level": levels[codes]}), (codes > 2).astype(int)
    net = RegularizedClassifier(random_state=0)
    net.partial_fit(X[:1], y[:1], classes=[0, 1])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        *_, net = calls(net, X[1:], y[1:], 200)
    assert net.score(X, y) == 1.0


def test_levels_without_a_place_are_told():
    X = pd.DataFrame({"id": [f"customer {i}" for i in range(200)]})
    y = np.arange(200) % 2
    net = RegularizedClassifier(random_state=0).partial_fit(X[:2], y[:2])
    with pytest.warns(UserWarning, match="levels of column 'id' find no place"):
        net.partial_fit(X[2:], y[2:])


def test_a_column_without_entries_may_bring_numbers_later():
    rng = np.random.default_rng(0)
    x = rng.normal(size=2_000)
    y = (x > 0).astype(int)
    empty = pd.DataFrame({"x": [None] * 100, "z": rng.normal(size=100)})
    net = RegularizedClassifier(random_state=0).partial_fit(empty, y[:100])
    X = pd.DataFrame({"x": x, "z": 0.0})
    *_, net = calls(net, X[100:], y[100:], 100)
    assert net.score(X, y) > 0.95


def test_few_rows_are_looked_at_again_only_as_long_as_they_are_few():
    X, y, *_ = shuffled(LETTER, 300)
    net = RegularizedClassifier(random_state=0)
    for n in calls(net, X[:120], y[:120], 40, classes=np.unique(LETTER.target)):
        early = n._seen.early
    assert early is None
    assert n._seen.total == 120


def test_weights_of_early_rows_are_kept():
    rng = np.random.default_rng(0)
    X, w = rng.normal(size=(40, 2)), rng.uniform(1, 5, 40)
    net = RegularizedRegressor(random_state=0)
    net.partial_fit(X[:10], X[:10, 0], sample_weight=w[:10])
    net.partial_fit(X[10:20], X[10:20, 0]).partial_fit(X[20:], X[20:, 0], w[20:])
    given = np.r_[w[:10], np.ones(10), w[20:]]
    assert net.target_.mean_ == pytest.approx(np.average(X[:, 0], weights=given))
