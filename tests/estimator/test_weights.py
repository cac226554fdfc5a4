"""Weights are copies, order is nothing, units are names."""

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from plain import PLAIN
from sklearn.base import clone
from sklearn.utils import compute_class_weight
from skorch.callbacks import Callback

from skreg import ELRClassifier, RegularizedClassifier, RegularizedRegressor
from skreg.regularizers import (
    ELR,
    LabelSmoothing,
    Mixup,
    NormLoss,
    OrthogonalGradient,
    SpectralRisk,
)

N = 24
RNG = np.random.default_rng(0)
NUMBERS = RNG.normal(size=(N, 3))
LABELS = np.array(["a", "b", "c"])[np.arange(N) % 3]
VALUES = NUMBERS @ [1.0, -2.0, 0.5] + (LABELS == "a")
FRAME = pd.DataFrame(
    {
        "number": np.where(RNG.random(N) < 0.2, np.nan, NUMBERS[:, 0]),
        "other": NUMBERS[:, 1],
        "letter": pd.Categorical(RNG.choice(["x", "y", "z", None], N)),
    }
)
# Full batches in double precision: training is a function of the weighted rows.
EXACT = {
    "hidden_layer_sizes": (6,),
    "max_epochs": 8,
    "lr": 0.02,
    "batch_size": 10**6,
    "dropout": 0.0,
    "weight_decay": 0.1,
    "n_bins": 4,
    "dtype": "float64",
    "random_state": 0,
}
MINI = EXACT | {"batch_size": 5, "dtype": "float32"}
CLASSIFIERS = {
    "plain": RegularizedClassifier(**EXACT),
    "balanced": RegularizedClassifier(class_weight="balanced", **EXACT),
    "by class": RegularizedClassifier(class_weight={"a": 2, "c": 0.5}, **EXACT),
    # Long enough for the noise transition matrix; 'auto' follows the number of rows.
    "elr": ELRClassifier(
        swap_rate=0, forward_correction=0.8, **EXACT | {"max_epochs": 16}
    ),
    "methods": RegularizedClassifier(
        regularizers=[
            LabelSmoothing(),
            SpectralRisk(smoothing=0.1),
            NormLoss(),
            OrthogonalGradient(),
        ],
        **EXACT,
    ),
}
REGRESSORS = {
    "squared": RegularizedRegressor(**EXACT),
    "huber": RegularizedRegressor(loss="huber", **EXACT),
    "methods": RegularizedRegressor(
        regularizers=[SpectralRisk(smoothing=0.1), NormLoss()], **EXACT
    ),
}
RANDOM = {
    "mini-batches": RegularizedClassifier(**MINI),
    "dropout": RegularizedClassifier(**MINI | {"dropout": 0.3}),
    "balanced": RegularizedClassifier(class_weight="balanced", **MINI),
    "mixup, elr": RegularizedClassifier(regularizers=[Mixup(), ELR()], **MINI),
    "early stopping": RegularizedClassifier(
        early_stopping=True, validation_fraction=0.3, **MINI
    ),
    "regressor": RegularizedRegressor(
        regularizers=[Mixup(), SpectralRisk()], **MINI | {"batch_size": "auto"}
    ),
}


def each(estimators):
    return pytest.mark.parametrize("estimator", estimators.values(), ids=estimators)


def target(estimator):
    return VALUES if isinstance(estimator, RegularizedRegressor) else LABELS


def outputs(estimator, X):
    return getattr(estimator, "predict_proba", estimator.predict)(X)


def fit_predict(estimator, X=FRAME, y=None, sample_weight=None, test=FRAME):
    y = target(estimator) if y is None else y
    fitted = clone(estimator).fit(X, y, sample_weight=sample_weight)
    return outputs(fitted, test)


def assert_close(actual, expected):
    np.testing.assert_allclose(actual, expected, rtol=1e-6, atol=1e-8)


def copies(n_least):
    """How often each row counts; the first three rows, one a class, always do."""
    rest = st.lists(st.integers(0, 3), min_size=N - 3, max_size=N - 3)
    return rest.map(lambda counts: np.array([n_least] * 3 + counts))


@each(CLASSIFIERS | {f"{name} regressor": r for name, r in REGRESSORS.items()})
@settings(max_examples=8)
@given(counts=copies(1))
def test_weight_k_is_k_copies(estimator, counts):
    rows = np.repeat(np.arange(N), counts)
    weighted = fit_predict(estimator, sample_weight=counts)
    copied = fit_predict(estimator, FRAME.iloc[rows], target(estimator)[rows])
    assert_close(weighted, copied)


@pytest.mark.parametrize(
    "regularizers", [None, [Mixup(strength=0.5)]], ids=["plain", "mixup"]
)
def test_weight_k_is_k_copies_on_average(regularizers):
    """In mini-batches they are other batches, with the same expectation."""
    counts = np.where(LABELS == "a", 6, 1)
    rows = np.repeat(np.arange(N), counts)
    X, y, test = NUMBERS, VALUES, np.zeros((1, 3))

    def means(X, y, weight=None):
        values = [
            RegularizedRegressor(
                **MINI | PLAIN | {"random_state": seed, "batch_size": 8},
                regularizers=regularizers,
            )
            .fit(X, y, weight)
            .predict(test)[0]
            for seed in range(25)
        ]
        return np.mean(values), np.std(values) / np.sqrt(25)

    # Three tables of weighted rows take about as many steps as one of copies.
    X, y, weight = np.tile(X, (3, 1)), np.tile(y, 3), np.tile(counts, 3)
    weighted, error = means(X, y, weight)
    copied, other_error = means(X[rows], y[rows])
    unweighted, _ = means(X, y)
    noise = np.hypot(error, other_error)
    assert abs(weighted - copied) < 3 * noise
    assert abs(unweighted - copied) > 4 * noise


@each(RANDOM)
@settings(max_examples=8)
@given(counts=copies(2), junk=st.sampled_from([1e30, np.nan, -3.0]))
def test_weight_zero_is_absence_bit_for_bit(estimator, counts, junk):
    absent = counts == 0
    X, y = FRAME.copy(), target(estimator).copy()
    X["letter"] = X["letter"].cat.add_categories("junk")
    X.loc[absent, ["number", "other"]] = junk
    X.loc[absent, "letter"] = "junk"
    if y.dtype.kind == "f":
        y[absent] = -1e20
    zero = clone(estimator).fit(X, y, sample_weight=counts)
    kept = clone(estimator).fit(
        FRAME[~absent], target(estimator)[~absent], sample_weight=counts[~absent]
    )
    np.testing.assert_array_equal(outputs(zero, FRAME), outputs(kept, FRAME))
    assert zero.history_ == kept.history_


def test_elr_quality_of_weighted_rows_ignores_absent_ones():
    absent = np.arange(N) % 5 == 4
    options = MINI | {"max_epochs": 3}
    zero = ELRClassifier(**options).fit(NUMBERS, LABELS, sample_weight=~absent)
    kept = ELRClassifier(**options).fit(NUMBERS[~absent], LABELS[~absent])
    np.testing.assert_array_equal(zero.label_quality_[~absent], kept.label_quality_)
    np.testing.assert_allclose(zero.targets_.sum(axis=1), 1)
    unseen = zero.predict_proba(NUMBERS[absent])
    np.testing.assert_allclose(zero.targets_[absent], unseen, rtol=1e-12)


@each(RANDOM | {"elr": ELRClassifier(**MINI)})
@settings(max_examples=8)
@given(
    weight=st.floats(1e-300, 1e300)
    | st.sampled_from([5e-324, 1e-310, 0.1, np.finfo(float).max])
)
def test_equal_weights_are_none_bit_for_bit(estimator, weight):
    equal = fit_predict(estimator, sample_weight=np.full(N, weight))
    np.testing.assert_array_equal(equal, fit_predict(estimator))


@settings(max_examples=10)
@given(exponent=st.integers(-300, 300))
def test_only_relative_weights_matter(exponent):
    weight = 1.0 + np.arange(N)
    expected = fit_predict(REGRESSORS["squared"], sample_weight=weight)
    scaled = fit_predict(REGRESSORS["squared"], sample_weight=weight * 10.0**exponent)
    assert_close(scaled, expected)


def test_equal_weights_in_training_do_not_hide_those_in_validation():
    """Rows that validate may weigh differently although those that train do not."""

    class Spy(Callback):
        def on_train_begin(self, net, X, **kwargs):
            self.rows = X.rows.numpy()

    spy = Spy()
    options = MINI | {"early_stopping": True, "validation_fraction": 0.3}
    plain = RegularizedRegressor(callbacks=[spy], **options).fit(NUMBERS, VALUES)
    weight = np.where(np.isin(np.arange(N), spy.rows), 1.0, 1.0 + np.arange(N))
    weighted = RegularizedRegressor(**options).fit(NUMBERS, VALUES, weight)
    np.testing.assert_allclose(
        weighted.history_["train_loss"], plain.history_["train_loss"], rtol=1e-5
    )
    assert weighted.history_["valid_loss"][0] != pytest.approx(
        plain.history_["valid_loss"][0], rel=1e-3
    )


@pytest.mark.parametrize("sample_weight", [None, np.arange(N) % 4], ids=["", "weights"])
@pytest.mark.parametrize("options", [EXACT, MINI], ids=["exact", "mini"])
def test_class_weights_are_sample_weights(options, sample_weight):
    own = np.ones(N, int) if sample_weight is None else sample_weight
    y = LABELS[np.r_[: N - 3, 0, 0, 0]]
    copied = np.repeat(y, own)  # a class weighs what all its copies weigh
    balanced = compute_class_weight("balanced", classes=np.unique(y), y=copied)
    for class_weight, by_class in [
        ("balanced", balanced[np.searchsorted(["a", "b", "c"], y)]),
        ({"b": 0.25, "c": 3}, np.array([{"b": 0.25, "c": 3}.get(v, 1) for v in y])),
    ]:
        estimator = RegularizedClassifier(class_weight=class_weight, **options)
        np.testing.assert_array_equal(
            fit_predict(estimator, y=y, sample_weight=sample_weight),
            fit_predict(
                RegularizedClassifier(**options), y=y, sample_weight=own * by_class
            ),
        )


def test_labels_of_digits_and_booleans_have_class_weights_too():
    for y, class_weight in [
        (np.array(["1", "2"])[np.arange(N) % 2], {"1": 0.0, "2": 1.0}),
        (np.arange(N) % 2 == 0, {True: 0.0, False: 1.0}),
        (np.arange(N) % 2 * 3.0, {0: 0.0, 3: 1.0}),
    ]:
        estimator = RegularizedClassifier(class_weight=class_weight, **EXACT)
        kept = max(class_weight, key=class_weight.get)
        assert set(estimator.fit(NUMBERS, y).predict(NUMBERS)) == {kept}


def test_class_weights_in_partial_fit_are_those_of_all_classes():
    estimator = RegularizedClassifier(class_weight={"a": 0, "b": 1}, **EXACT)
    estimator.partial_fit(NUMBERS, LABELS)
    some = LABELS != "b"
    before = outputs(clone(estimator).partial_fit(NUMBERS, LABELS), NUMBERS)
    for _ in range(3):
        estimator.partial_fit(NUMBERS[some], LABELS[some])
    after = outputs(estimator, NUMBERS)
    assert after[:, 2].mean() > before[:, 2].mean() + 0.02


@each(CLASSIFIERS | {f"{name} regressor": r for name, r in REGRESSORS.items()})
@settings(max_examples=5)
@given(order=st.permutations(range(N)))
def test_order_of_rows_does_not_matter(estimator, order):
    weight = 1.0 + np.arange(N) % 3
    shuffled = fit_predict(
        estimator, FRAME.iloc[order], target(estimator)[order], weight[order]
    )
    assert_close(shuffled, fit_predict(estimator, sample_weight=weight))


@settings(max_examples=10)
@given(order=st.permutations(range(3)))
def test_order_of_columns_does_not_matter(order):
    def module(columns):
        torch_rng = torch.Generator().manual_seed(0)
        hidden, head = torch.nn.Linear(3, 6), torch.nn.Linear(6, 1)
        with torch.no_grad():
            for parameter in (*hidden.parameters(), *head.parameters()):
                parameter.uniform_(-0.5, 0.5, generator=torch_rng)
            hidden.weight.copy_(hidden.weight[:, columns])
        return torch.nn.Sequential(hidden, torch.nn.Tanh(), head).double()

    with torch.random.fork_rng():
        predictions = [
            RegularizedRegressor(module=module(columns), **EXACT)
            .fit(NUMBERS[:, columns], VALUES)
            .predict(NUMBERS[:, columns])
            for columns in ([0, 1, 2], list(order))
        ]
    assert_close(predictions[1], predictions[0])


@pytest.mark.parametrize("n_targets", [None, 1, 2, 5])
def test_predictions_have_the_shape_of_the_targets(n_targets):
    y = VALUES if n_targets is None else np.tile(VALUES, (n_targets, 1)).T
    regressor = RegularizedRegressor(**EXACT)
    if n_targets == 1:  # as everywhere in scikit-learn
        with pytest.warns(match="column-vector y was passed"):
            regressor.fit(NUMBERS, y)
        assert regressor.predict(NUMBERS).shape == (N,)
    else:
        assert regressor.fit(NUMBERS, y).predict(NUMBERS).shape == y.shape
    assert regressor.predict(NUMBERS[:1]).shape[0] == 1


def test_equal_targets_are_predicted_like_one():
    one = RegularizedRegressor(**EXACT | {"max_epochs": 60}).fit(NUMBERS, VALUES)
    y = np.stack([VALUES, 10 * VALUES + 3, -VALUES]).T
    three = RegularizedRegressor(**EXACT | {"max_epochs": 60}).fit(NUMBERS, y)
    assert one.score(NUMBERS, VALUES) > 0.9
    assert three.score(NUMBERS, y) > 0.9


UNITS = [(1e6, 1e3), (1e-9, 0.0), (1.0, 1e6)]


@pytest.mark.parametrize(("scale", "shift"), UNITS)
@pytest.mark.parametrize("options", [EXACT, MINI], ids=["float64", "float32"])
def test_units_of_the_target_are_units_of_the_predictions(scale, shift, options):
    regressor = RegularizedRegressor(
        regularizers=[NormLoss(), SpectralRisk()], **options
    )
    expected = fit_predict(regressor)
    scaled = fit_predict(regressor, y=VALUES * scale + shift)
    spread = VALUES.std()
    tolerance = 1e-6 if options is EXACT else 1e-4
    np.testing.assert_allclose(
        (scaled - shift) / scale, expected, rtol=0, atol=tolerance * spread
    )


@pytest.mark.parametrize(("scale", "shift"), UNITS)
def test_units_of_the_columns_do_not_matter(scale, shift):
    X = NUMBERS.copy()
    X[:, 1] = X[:, 1] * scale + shift
    regressor = RegularizedRegressor(**EXACT)
    np.testing.assert_allclose(
        fit_predict(regressor, X, test=X),
        fit_predict(regressor, NUMBERS, test=NUMBERS),
        rtol=1e-6,
        atol=1e-8,
    )
