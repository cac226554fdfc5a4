"""One seed, one net: bit for bit, wherever and in whatever company it is trained."""

import pickle
import threading
import time

import numpy as np
import pandas as pd
import pytest
import torch
from joblib import Parallel, delayed
from sklearn.base import clone
from sklearn.callback import ScoringMonitor
from sklearn.datasets import make_classification
from skorch.callbacks import Callback

from skreg import ELRClassifier, RegularizedClassifier, RegularizedRegressor
from skreg.regularizers import (
    ELR,
    PSKD,
    LabelSmoothing,
    Mixup,
    NestedDropout,
    NormLoss,
    OrthogonalGradient,
    SpectralRisk,
    WeightAverage,
    WeightCompander,
)

X, LABELS = make_classification(
    70, 6, n_informative=4, n_classes=3, n_clusters_per_class=1, random_state=0
)
VALUES = X @ np.arange(6.0) + LABELS
SMALL = {
    "lr_schedule": "constant",  # so that half a fit is a part of the whole
    "hidden_layer_sizes": (8,),
    "max_epochs": 4,
    "batch_size": 16,
    "random_state": 0,
}
ESTIMATORS = {
    "classifier": RegularizedClassifier(
        dropout=0.3, regularizers=[Mixup(), ELR()], **SMALL
    ),
    "regressor": RegularizedRegressor(
        dropout=0.3, regularizers=[Mixup(), NormLoss(), SpectralRisk()], **SMALL
    ),
    "early stopping": RegularizedClassifier(
        early_stopping=True, validation_fraction=0.3, **SMALL
    ),
    "elr": ELRClassifier(dropout=0.2, **SMALL),
    "averaged": RegularizedClassifier(
        regularizers=[WeightAverage(decay=0.8), Mixup()], **SMALL
    ),
    "nested": RegularizedRegressor(regularizers=[NestedDropout()], **SMALL),
    "pskd": RegularizedRegressor(regularizers=[PSKD(), Mixup()], **SMALL),
    "compander": RegularizedRegressor(regularizers=[WeightCompander()], **SMALL),
    "sgd": RegularizedRegressor(
        optimizer="sgd", regularizers=[OrthogonalGradient()], **SMALL
    ),
}
each_estimator = pytest.mark.parametrize(
    "estimator", ESTIMATORS.values(), ids=ESTIMATORS.keys()
)


def each_but(*left_out):
    names = [name for name in ESTIMATORS if name not in left_out]
    return pytest.mark.parametrize(
        "estimator", [ESTIMATORS[name] for name in names], ids=names
    )


# The ramp of PSKD is laid out for the epochs of a fit.
each_without_ramp = each_but("pskd")


def target(estimator):
    return VALUES if isinstance(estimator, RegularizedRegressor) else LABELS


def fit(estimator, **params):
    return clone(estimator).set_params(**params).fit(X, target(estimator))


def bits(estimator):
    """Return all weights and the predictions, to be compared with ==."""
    weights = [
        p.detach().numpy().tobytes() for p in estimator.net_.module_.parameters()
    ]
    method = getattr(estimator, "predict_proba", estimator.predict)
    return [*weights, method(X).tobytes()]


@each_estimator
def test_same_seed_same_bits(estimator):
    first = fit(estimator)
    assert bits(fit(estimator)) == bits(first)
    assert fit(estimator).history_ == first.history_
    assert bits(fit(estimator, random_state=1)) != bits(first)


class InLockstep(Callback):
    """Lets several fits take their steps in turns."""

    barrier = threading.Barrier(4)

    def on_batch_begin(self, net, **kwargs):
        self.barrier.wait(timeout=60)


@each_estimator
def test_same_bits_in_threads(estimator):
    interleaved = clone(estimator).set_params(callbacks=[InLockstep])
    fits = Parallel(n_jobs=4, backend="threading")(
        delayed(fit)(interleaved, random_state=seed) for seed in range(4)
    )
    alone = [fit(estimator, random_state=seed) for seed in range(4)]
    assert [bits(f) for f in fits] == [bits(f) for f in alone]


def slowly_built(n_inputs, n_outputs):
    """Leaves other threads the time to build theirs between its layers."""
    layers = []
    for n_out in (8, 8, n_outputs):
        layers.append(torch.nn.Linear(n_inputs, n_out))
        n_inputs = n_out
        time.sleep(0.01)
    return torch.nn.Sequential(*layers)


def test_same_initial_weights_in_threads():
    estimator = clone(ESTIMATORS["sgd"]).set_params(module=slowly_built, max_epochs=0)
    fits = Parallel(n_jobs=4, backend="threading")(
        delayed(fit)(estimator, random_state=seed) for seed in range(4)
    )
    alone = [fit(estimator, random_state=seed) for seed in range(4)]
    assert [bits(f) for f in fits] == [bits(f) for f in alone]


def test_overlapping_fits_restore_the_number_of_threads():
    """The one that enters first may not be the one that leaves last."""
    entered, left = threading.Event(), threading.Event()

    def wait(net):
        entered.set()
        left.wait(60)

    other = threading.Thread(
        target=fit, args=[ESTIMATORS["classifier"]], kwargs={"callbacks": [wait]}
    )

    def start_other(net):
        if not other.is_alive():
            other.start()
            entered.wait(60)

    before = torch.get_num_threads()
    fit(ESTIMATORS["classifier"], callbacks=[start_other], max_epochs=1)
    left.set()
    other.join()
    assert torch.get_num_threads() == before


def test_same_bits_in_processes():
    fits = Parallel(n_jobs=2, backend="loky")(
        delayed(clone(e).fit)(X, target(e)) for e in ESTIMATORS.values()
    )
    for estimator, fitted in zip(ESTIMATORS.values(), fits, strict=True):
        assert bits(fitted) == bits(fit(estimator))


@each_estimator
def test_torch_global_generator_is_not_read(estimator):
    expected = bits(fit(estimator))
    with torch.random.fork_rng():
        torch.manual_seed(123)
        assert bits(fit(estimator)) == expected


def test_random_state_none_is_random_and_leaves_numpy_alone():
    estimator = clone(ESTIMATORS["regressor"]).set_params(random_state=None)
    state = np.random.get_state()  # noqa: NPY002
    first = fit(estimator)
    np.random.set_state(state)  # noqa: NPY002
    assert bits(fit(estimator)) != bits(first)


def test_random_state_instance_gives_a_new_net_each_time():
    def two(seed):
        state = np.random.RandomState(seed)
        return [
            bits(
                ESTIMATORS["sgd"]
                .__class__(**SMALL | {"random_state": state})
                .fit(X, VALUES)
            )
            for _ in range(2)
        ]

    first, second = two(0)
    assert first != second
    assert two(0) == [first, second]


def test_double_default_precision_of_torch_is_neither_used_nor_changed():
    torch.set_default_dtype(torch.float64)
    try:
        fitted = fit(ESTIMATORS["classifier"])
        assert torch.get_default_dtype() == torch.float64
    finally:
        torch.set_default_dtype(torch.float32)
    assert {p.dtype for p in fitted.net_.module_.parameters()} == {torch.float32}


@each_estimator
def test_watching_does_not_change_the_training(estimator):
    """Neither do callbacks, which cost another path through the training step."""

    class Watcher(Callback):
        def on_grad_computed(self, net, named_parameters, **kwargs):
            list(named_parameters)

    monitor = ScoringMonitor(scoring="neg_mean_squared_error")
    watched = clone(estimator).set_params(callbacks=[Watcher(), lambda net: None])
    watched.set_callbacks(monitor).fit(X, target(estimator))
    assert bits(watched) == bits(fit(estimator))
    assert monitor.get_logs().data


@each_estimator
@pytest.mark.parametrize("pickled", [False, True], ids=["", "pickled"])
def test_partial_fits_equal_one_fit(estimator, pickled):
    stepwise = clone(estimator).set_params(early_stopping=False)
    for _ in range(4):
        stepwise.partial_fit(X, target(estimator))
        if pickled:
            stepwise = pickle.loads(pickle.dumps(stepwise))
    whole = fit(estimator, early_stopping=False)
    assert bits(stepwise) == bits(whole)
    assert stepwise.n_iter_ == 4
    assert stepwise.history_ == whole.history_


@each_without_ramp
def test_warm_start_goes_on_where_it_stopped(estimator):
    warm = clone(estimator).set_params(
        warm_start=True, max_epochs=2, early_stopping=False
    )
    warm.fit(X, target(estimator)).fit(X, target(estimator))
    assert bits(warm) == bits(fit(estimator, early_stopping=False))
    assert warm.n_iter_ == 4


def test_partial_fits_keep_the_seed_that_the_first_has_drawn():
    def start():
        return RegularizedRegressor(
            **SMALL | {"random_state": np.random.RandomState(7)}
        )

    stepwise = start()
    for _ in range(4):
        stepwise.partial_fit(X, VALUES)
    assert bits(stepwise) == bits(start().fit(X, VALUES))


def test_partial_fits_set_no_rows_aside():
    """As in scikit-learn, whose words these are."""
    net = RegularizedRegressor(early_stopping=True, **SMALL)
    with pytest.raises(ValueError, match="partial_fit does not support early_stopping"):
        net.partial_fit(X, VALUES)
    assert not hasattr(net, "net_")


OFF = [
    ELR(strength=0),
    LabelSmoothing(strength=0),
    Mixup(strength=0),
    NormLoss(strength=0),
    OrthogonalGradient(strength=0),
    SpectralRisk(strength=0),
]


@pytest.mark.parametrize("regularizer", OFF, ids=str)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_strength_zero_is_the_plain_net(regularizer, dtype):
    options = SMALL | {"dropout": 0.2, "dtype": dtype}
    plain = RegularizedClassifier(**options).fit(X, LABELS)
    off = RegularizedClassifier(regularizers=[regularizer], **options).fit(X, LABELS)
    assert bits(off) == bits(plain)
    strong = clone(off).set_params(
        **{f"{type(regularizer).__name__.lower()}__strength": 1}
    )
    assert bits(strong.fit(X, LABELS)) != bits(plain)


def test_all_methods_off_are_the_plain_net():
    """Two reducers even, since a method that is off does not count."""
    options = SMALL | {"dropout": 0.2}
    plain = RegularizedClassifier(**options).fit(X, LABELS)
    off = RegularizedClassifier(
        regularizers=[*OFF, SpectralRisk(strength=0)], **options
    ).fit(X, LABELS)
    assert bits(off) == bits(plain)
    # The preset has other defaults: with its parameters, the plain net is the same.
    elr = ELRClassifier(strength=0, **options)
    names = RegularizedClassifier().get_params()
    shared = {k: v for k, v in elr.get_params().items() if k in names}
    plain = RegularizedClassifier(**shared).fit(X, LABELS)
    assert bits(elr.fit(X, LABELS)) == bits(plain)


# Several blocks of rows, cut at other places for every width.
MANY = np.random.default_rng(0).normal(size=(4100, 6))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("widths", [(), (8,), (33, 10), (400, 400)], ids=str)
@pytest.mark.parametrize("n_classes", [2, 3, 19])
def test_a_row_is_predicted_alone_as_among_others(dtype, widths, n_classes):
    y = np.arange(len(X)) % n_classes
    options = SMALL | {"max_epochs": 1, "dtype": dtype, "hidden_layer_sizes": widths}
    classifier = RegularizedClassifier(**options).fit(X, y)
    expected = classifier.predict_proba(MANY)
    order = np.random.default_rng(1).permutation(len(MANY))
    for rows in (order, slice(1, None), slice(17, 18), slice(4096, 4099), [2047, 2048]):
        np.testing.assert_array_equal(
            classifier.predict_proba(MANY[rows]), expected[rows], strict=True
        )
    for table in (np.asfortranarray(MANY), MANY[:, ::-1][:, ::-1]):
        np.testing.assert_array_equal(classifier.predict_proba(table), expected)
    labels = classifier.predict(MANY)
    np.testing.assert_array_equal(labels, classifier.classes_[expected.argmax(axis=1)])


def test_a_row_is_predicted_alone_by_modules_of_others():
    def odd(n_inputs, n_outputs):
        return torch.nn.Sequential(
            torch.nn.Linear(n_inputs, 9),
            torch.nn.BatchNorm1d(9),
            torch.nn.GELU(),
            torch.nn.Linear(9, n_outputs),
        )

    classifier = RegularizedClassifier(module=odd, **SMALL).fit(X, LABELS)
    expected = classifier.predict_proba(MANY)
    for rows in (slice(1, None), slice(17, 18), slice(3000, 3033)):
        actual = classifier.predict_proba(MANY[rows])
        np.testing.assert_array_equal(actual, expected[rows])


@each_estimator
def test_one_estimator_predicts_in_many_threads(estimator):
    fitted = fit(estimator)
    method = getattr(fitted, "predict_proba", fitted.predict)
    expected = method(MANY)
    outputs = Parallel(n_jobs=4, backend="threading")(
        delayed(method)(MANY) for _ in range(8)
    )
    for output in outputs:
        np.testing.assert_array_equal(output, expected)


def test_a_row_of_a_mixed_frame_is_predicted_alone_as_among_others():
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "number": np.where(rng.random(300) < 0.2, np.nan, rng.normal(size=300)),
            "letter": pd.Categorical(rng.choice(["a", "b", None], 300)),
            "flag": rng.random(300) < 0.5,
        }
    )
    y = rng.normal(size=(300, 2))
    regressor = RegularizedRegressor(**SMALL).fit(frame, y)
    expected = regressor.predict(frame)
    for rows in ([5], [299, 0, 1], slice(30, 60)):
        np.testing.assert_array_equal(
            regressor.predict(frame.iloc[rows]), expected[rows]
        )


class Foreign(torch.nn.Module):
    """Draws random numbers of its own, and passes rows by name and as tokens."""

    def __init__(self, n_inputs, n_outputs):
        super().__init__()
        self.first = torch.nn.Linear(n_inputs, 9)
        self.noise = torch.nn.AlphaDropout(0.3)
        self.last = torch.nn.Linear(9, n_outputs)

    def forward(self, x):
        tokens = self.noise(self.first(input=x)).unsqueeze(1)
        tokens = torch.nn.functional.dropout(tokens, 0.2, self.training)
        return self.last(tokens).squeeze(1)


def test_random_numbers_of_foreign_modules_are_the_fits():
    before = torch.random.get_rng_state()
    first, second = (
        RegularizedClassifier(module=Foreign, **SMALL).fit(X, LABELS).predict_proba(X)
        for _ in range(2)
    )
    np.testing.assert_array_equal(first, second)
    assert torch.equal(torch.random.get_rng_state(), before)


def test_rows_of_tokens_are_predicted_alone_as_among_others():
    net = RegularizedClassifier(module=Foreign, **SMALL).fit(X[:, :4], LABELS)
    expected = net.predict_proba(X[:, :4])
    for row in (0, 5, 33):
        alone = net.predict_proba(X[row : row + 1, :4])
        np.testing.assert_array_equal(alone, expected[row : row + 1])
