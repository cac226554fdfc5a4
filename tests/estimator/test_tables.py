"""Tables as people have them: frames, strings, gaps, odd labels, real data."""

from functools import cache

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import make_column_transformer
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import RidgeCV
from sklearn.metrics import root_mean_squared_error
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from skreg import ELRClassifier, RegularizedClassifier, RegularizedRegressor
from skreg.datasets import load_abalone, load_adult
from skreg.modules import TabularModule
from skreg.regularizers import ELR, Mixup

N = 60
SMALL = {"hidden_layer_sizes": (8,), "max_epochs": 40, "lr": 0.03, "random_state": 0}
RNG = np.random.default_rng(0)
LEVEL = RNG.choice(["low", "mid", "high"], N)
NUMBER = RNG.normal(size=N)


def column(kind):
    """The levels low, mid and high, as one of the types that frames know."""
    coded = pd.Series(LEVEL).map({"low": 0, "mid": 1, "high": 2})
    gaps = np.where(LEVEL == "mid", None, LEVEL)
    return {
        "category": pd.Series(LEVEL, dtype="category"),
        "ordered": pd.Series(pd.Categorical(LEVEL, ["low", "mid", "high"], True)),
        "coded category": coded.astype("category"),
        "str": pd.Series(LEVEL),
        "string": pd.Series(LEVEL, dtype="string"),
        "object": pd.Series(LEVEL, dtype=object),
        "mixed object": coded.map({0: "low", 1: 1, 2: 2.5}).astype(object),
        "category with gaps": pd.Series(gaps, dtype="category"),
        "string with gaps": pd.Series(gaps, dtype="string"),
        "object with gaps": pd.Series(gaps, dtype=object),
        "Int64": coded.astype("Int64"),
        "Int64 with gaps": coded.astype("Int64").replace(1, pd.NA),
        "Float64": coded.astype("Float64"),
        "int8": coded.astype("int8"),
    }[kind]


@pytest.mark.parametrize(
    "kind",
    [
        "category",
        "ordered",
        "coded category",
        "str",
        "string",
        "object",
        "mixed object",
        "category with gaps",
        "string with gaps",
        "object with gaps",
        "Int64",
        "Int64 with gaps",
        "Float64",
        "int8",
    ],
)
def test_every_type_of_column_tells_its_levels(kind):
    """The label is a level that lies between the others: order is not enough."""
    X = pd.DataFrame({"level": column(kind), "number": NUMBER})
    y = np.where(LEVEL == "mid", "yes", "no")
    classifier = RegularizedClassifier(**SMALL).fit(X, y)
    assert classifier.score(X, y) == 1
    assert classifier.predict(X.iloc[::-1]).tolist() == y[::-1].tolist()
    assert classifier.predict(X[:1]).tolist() == [y[0]]


@pytest.mark.parametrize("dtype", [bool, "boolean", object])
def test_boolean_columns(dtype):
    flag = pd.Series(LEVEL == "low").astype(dtype)
    X = pd.DataFrame({"flag": flag, "number": NUMBER})
    y = NUMBER + 10 * (LEVEL == "low")
    regressor = RegularizedRegressor(**SMALL).fit(X, y)
    assert regressor.score(X, y) > 0.95
    if dtype == "boolean":
        gap = X.assign(flag=pd.Series([pd.NA] * N, dtype="boolean"))
        assert np.isfinite(regressor.predict(gap)).all()


def test_missing_numbers_are_told_from_all_others():
    number = np.where(LEVEL == "mid", np.nan, NUMBER)
    for X in (number[:, None], pd.DataFrame({"x": number}), [[v] for v in number]):
        y = LEVEL == "mid"
        assert RegularizedClassifier(**SMALL).fit(X, y).score(X, y) == 1


def test_missing_numbers_where_training_had_none_count_as_the_median():
    X = pd.DataFrame({"a": NUMBER, "b": NUMBER**2})
    regressor = RegularizedRegressor(**SMALL).fit(X, NUMBER)
    middle = np.quantile(NUMBER, 0.5, method="inverted_cdf")
    gap, typical = X[:3].assign(a=np.nan), X[:3].assign(a=middle)
    np.testing.assert_allclose(
        regressor.predict(gap), regressor.predict(typical), atol=1e-5
    )


def test_unseen_categories_are_all_alike_and_shift_nothing_else():
    X = pd.DataFrame({"level": LEVEL, "number": NUMBER})
    classifier = RegularizedClassifier(**SMALL).fit(X, LEVEL)
    new = X[:4].assign(level=["new", "newer", "", "new"], number=1.0)
    unknown = classifier.predict_proba(new)
    assert_close(unknown, unknown[[0]].repeat(4, axis=0))
    known = classifier.predict_proba(X[:4].assign(number=1.0))
    mixed = pd.concat([new[:2], X[:4].assign(number=1.0)])
    assert_close(classifier.predict_proba(mixed), [*unknown[:2], *known])
    as_category = X[:4].assign(
        level=pd.Categorical(["new", LEVEL[1], None, LEVEL[3]]), number=1.0
    )
    assert_close(
        classifier.predict_proba(as_category),
        [unknown[0], known[1], unknown[0], known[3]],
    )
    assert abs(unknown[0] - known).max(axis=1).min() > 0.01


def test_categories_are_embedded_before_methods_and_any_module():
    import torch

    class Spy(torch.nn.Linear):
        def forward(self, x):
            self.width = x.shape[1]
            return super().forward(x)

    X = pd.DataFrame({"level": LEVEL, "number": NUMBER})
    classifier = RegularizedClassifier(
        module=Spy, regularizers=[Mixup(), ELR()], **SMALL
    ).fit(X, LEVEL)
    module = classifier.net_.module_
    assert isinstance(module, TabularModule)
    assert module.body.width == module.embed.n_outputs > 3
    assert classifier.score(X, LEVEL) > 0.95


def assert_close(actual, expected):
    np.testing.assert_allclose(actual, expected, rtol=1e-4, atol=1e-7)


def test_only_categories():
    X = pd.DataFrame({"level": pd.Categorical(LEVEL), "same": "x"})
    assert RegularizedClassifier(**SMALL).fit(X, LEVEL).score(X, LEVEL) == 1
    y = (LEVEL == "low") * 1e3
    assert RegularizedRegressor(**SMALL).fit(X, y).score(X, y) > 0.95


def test_arrays_of_strings_and_mixed_lists():
    strings = np.stack([LEVEL, LEVEL]).T
    assert RegularizedClassifier(**SMALL).fit(strings, LEVEL).score(strings, LEVEL) == 1
    rows = [[level, number] for level, number in zip(LEVEL, NUMBER, strict=True)]
    fitted = RegularizedClassifier(**SMALL).fit(rows, LEVEL)
    assert fitted.score(rows, LEVEL) == 1
    assert fitted.encoder_.cardinalities_ == [4]


# Labels


LABELS = {
    "str": LEVEL,
    "object": LEVEL.astype(object),
    "int from 1": np.searchsorted(["high", "low", "mid"], LEVEL) + 1,
    "negative int8": -np.searchsorted(["high", "low", "mid"], LEVEL).astype("int8"),
    "whole floats": np.searchsorted(["high", "low", "mid"], LEVEL) * 2.0,
    "bool": LEVEL == "low",
    "list": LEVEL.tolist(),
    "Series": pd.Series(LEVEL, index=range(100, 100 + N)),
    "string": pd.Series(LEVEL, dtype="string"),
    "category": pd.Series(LEVEL, dtype="category"),
    "category of int": pd.Series((LEVEL == "low") + 5, dtype="category"),
    "Int64": pd.Series((LEVEL == "low") + 5, dtype="Int64"),
    "boolean": pd.Series(LEVEL == "low", dtype="boolean"),
}


@pytest.mark.parametrize("y", LABELS.values(), ids=LABELS)
def test_labels_come_back_as_they_were(y):
    X = pd.DataFrame({"level": LEVEL, "number": NUMBER})
    classifier = RegularizedClassifier(**SMALL).fit(X, y)
    values = y.to_numpy() if hasattr(y, "to_numpy") else np.asarray(y)
    predicted = classifier.predict(X)
    assert predicted.dtype == values.dtype == classifier.classes_.dtype
    np.testing.assert_array_equal(predicted, values)
    np.testing.assert_array_equal(classifier.classes_, np.unique(values))
    assert classifier.score(X, y) == 1
    proba = classifier.predict_proba(X)
    assert proba.shape == (N, len(np.unique(values)))
    assert proba.dtype == np.float64


@pytest.mark.parametrize("label", ["only", 7, True])
def test_one_class(label):
    X = NUMBER[:, None]
    classifier = RegularizedClassifier(**SMALL).fit(X, [label] * N)
    assert classifier.predict(X[:2]).tolist() == [label, label]
    np.testing.assert_array_equal(classifier.predict_proba(X), np.ones((N, 1)))


def test_classes_of_one_row():
    y = np.r_[np.zeros(N - 2), 1, 2]
    for early_stopping in (False, True):
        classifier = RegularizedClassifier(early_stopping=early_stopping, **SMALL)
        assert classifier.fit(NUMBER[:, None], y).classes_.tolist() == [0, 1, 2]


def test_one_row():
    classifier = RegularizedClassifier(**SMALL).fit([[1.0, 2.0]], ["a"])
    assert classifier.predict([[3.0, 4.0]]).tolist() == ["a"]
    regressor = RegularizedRegressor(**SMALL).fit([[1.0, 2.0]], [5.0])
    np.testing.assert_allclose(regressor.predict([[1.0, 2.0]]), [5.0], atol=0.3)


@pytest.mark.parametrize("y", [pd.Series(NUMBER), pd.Series(NUMBER, dtype="Float64")])
def test_series_as_numeric_target(y):
    X = NUMBER[:, None]
    expected = RegularizedRegressor(**SMALL).fit(X, NUMBER).predict(X)
    y.index = range(500, 500 + N)
    np.testing.assert_array_equal(
        RegularizedRegressor(**SMALL).fit(X, y).predict(X), expected
    )


def test_frame_as_numeric_target():
    Y = pd.DataFrame({"up": NUMBER, "down": -NUMBER})
    predicted = (
        RegularizedRegressor(**SMALL).fit(NUMBER[:, None], Y).predict(NUMBER[:, None])
    )
    assert predicted.shape == (N, 2)
    assert np.corrcoef(predicted[:, 0], NUMBER)[0, 1] > 0.9
    assert np.corrcoef(predicted[:, 1], NUMBER)[0, 1] < -0.9


# Numbers


def test_constant_columns_change_nothing_but_the_first_weights():
    X = np.column_stack([NUMBER, np.full(N, 7.3), np.full(N, np.nan)])
    regressor = RegularizedRegressor(**SMALL).fit(X, NUMBER)
    assert regressor.score(X, NUMBER) > 0.95
    moved = X + np.array([0.0, 1e-9, 0.0])
    assert_close(regressor.predict(moved), regressor.predict(X))


@pytest.mark.parametrize("scale", [1e30, 1e-30, 1e300])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_huge_and_tiny_numbers(scale, dtype):
    X = np.column_stack([NUMBER * scale, NUMBER**2])
    regressor = RegularizedRegressor(**SMALL, dtype=dtype).fit(X, NUMBER)
    assert regressor.score(X, NUMBER) > 0.95
    far = regressor.predict([[1e3 * scale, 0.0], [-np.finfo(float).max, 0.0]])
    assert np.isfinite(far[0])
    y = NUMBER * scale
    fitted = RegularizedRegressor(**SMALL, dtype=dtype).fit(NUMBER[:, None], y)
    assert np.corrcoef(fitted.predict(NUMBER[:, None]) / scale, NUMBER)[0, 1] > 0.97


@pytest.mark.parametrize(
    "dtype", ["float16", "float32", "int8", "uint64", "bool", ">f8", "longdouble"]
)
def test_types_of_arrays(dtype):
    X = np.column_stack([LEVEL == "low", LEVEL == "mid"]).astype(dtype)
    X.flags.writeable = False
    classifier = RegularizedClassifier(**SMALL).fit(X, LEVEL)
    assert classifier.score(X, LEVEL) == 1
    assert classifier.score(X[::-1], LEVEL[::-1]) == 1


# Real tables


def test_abalone_is_predicted_better_than_by_a_line():
    X, y = load_abalone(return_X_y=True, as_frame=True)
    encode = make_column_transformer(
        (OneHotEncoder(), ["Sex"]), remainder=StandardScaler()
    )
    line = make_pipeline(encode, RidgeCV(np.logspace(-3, 3, 13)))
    ratios = []
    for seed in range(2):
        X_train, X_test, y_train, y_test = train_test_split(
            X, y, train_size=1200, test_size=1500, random_state=seed
        )
        net_error, line_error = (
            root_mean_squared_error(y_test, model.predict(X_test))
            for model in (
                RegularizedRegressor(random_state=seed).fit(X_train, y_train),
                line.fit(X_train, y_train),
            )
        )
        ratios.append(net_error / line_error)
    assert np.mean(ratios) < 0.98


@cache
def adult():
    X, y = load_adult(return_X_y=True, as_frame=True)
    return train_test_split(
        X, y, train_size=2500, test_size=3000, random_state=0, stratify=y
    )


@cache
def adult_net():
    X, _, y, _ = adult()
    return RegularizedClassifier(
        hidden_layer_sizes=(32,), max_epochs=12, lr=5e-3, random_state=0
    ).fit(X, y)


def test_adult_is_predicted_with_its_categories():
    X, X_test, y, y_test = adult()
    net = adult_net()
    score = net.score(X_test, y_test)
    assert score > DummyClassifier().fit(X, y).score(X_test, y_test) + 0.05
    levels = X["workclass"].nunique() + len(["missing", "unseen"])
    assert net.encoder_.cardinalities_[0] == levels
    order = np.random.default_rng(0).permutation(len(X_test))
    family = ["marital-status", "relationship"]
    shuffled = X_test.assign(**X_test[family].iloc[order].set_index(X_test.index))
    assert net.score(shuffled, y_test) < score - 0.02
    without = X_test.assign(**{"native-country": "Atlantis"})
    assert net.score(without, y_test) > score - 0.02


def test_adult_with_wrong_labels_needs_elr():
    X, X_test, y, y_test = adult()
    rng = np.random.default_rng(0)
    wrong = rng.random(len(y)) < 0.3
    noisy = np.where(wrong, np.where(y == ">50K", "<=50K", ">50K"), y)
    options = {  # a net that memorises
        "hidden_layer_sizes": (64, 64),
        "max_epochs": 40,
        "lr": 3e-3,
        "lr_schedule": "constant",
        "weight_decay": 0.01,
        "dropout": 0.0,
        "numeric_embedding": None,
        "wide": False,
        "random_state": 0,
    }
    plain = RegularizedClassifier(**options).fit(X, noisy)
    elr = ELRClassifier(**options).fit(X, noisy)
    assert elr.score(X_test, y_test) > plain.score(X_test, y_test) + 0.03
    quality = elr.label_quality_
    assert quality[wrong].mean() < quality[~wrong].mean() - 0.3
