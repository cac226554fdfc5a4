"""Bad input: an error before training that says what to do; nothing has changed."""

import copy

import numpy as np
import pandas as pd
import pytest
import torch
from scipy import sparse
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from skorch.callbacks import Callback

from skreg import ELRClassifier, RegularizedClassifier, RegularizedRegressor
from skreg.regularizers import (
    ELR,
    LabelSmoothing,
    Mixup,
    NormLoss,
    Regularizer,
    SpectralRisk,
)

N = 20
X = np.random.default_rng(0).normal(size=(N, 3))
LABELS = np.arange(N) % 2
VALUES = X.sum(axis=1)
FRAME = pd.DataFrame(X, columns=["age", "height", "weight"])
SMALL = {
    "hidden_layer_sizes": (4,),
    "lr_schedule": "constant",  # so that a part of a fit is a fit
    "max_epochs": 2,
    "random_state": 0,
}
CLASSIFIER = RegularizedClassifier(**SMALL)
REGRESSOR = RegularizedRegressor(**SMALL)


class Width(torch.nn.Linear):
    """Built from one number instead of two."""

    def __init__(self, n_inputs):
        super().__init__(n_inputs, 2)


class Broken(Regularizer):
    """Fails at the end of the first step, when others have updated their memory."""

    def transform_gradient(self, step, terms):
        raise RuntimeError("broken method")


def with_entry(array, value, dtype=None):
    changed = np.array(array, dtype=dtype)
    changed[(3, *[1] * (changed.ndim - 1))] = value
    return changed


def state(estimator):
    return dict(vars(estimator)), copy.deepcopy(vars(estimator))


def assert_unchanged(estimator, before, X=X):
    shallow, deep = before
    assert vars(estimator).keys() == shallow.keys()
    for name, value in vars(estimator).items():
        assert value is shallow[name], name
    if hasattr(estimator, "net_"):
        original = copy.copy(estimator)
        vars(original).update(deep)
        np.testing.assert_array_equal(estimator.predict(X), original.predict(X))
        assert estimator.history_ == deep["history_"]


def refuse(fit, estimator, error, words, table=X):
    """Check the error, and that the estimator is as before."""
    before = state(estimator)
    epochs = []
    if estimator.callbacks is None:
        estimator.callbacks = epochs_seen = [lambda net: epochs.append(net)]
        before[0]["callbacks"] = epochs_seen
        before[1]["callbacks"] = epochs_seen
    with pytest.raises(error) as caught:
        fit(estimator)
    for word in words:
        assert word in str(caught.value), (word, str(caught.value))
    assert not epochs, "trained before the error"
    assert_unchanged(estimator, before, table)


# estimator, parameters, error and what its message must name
PARAMETERS = [
    (CLASSIFIER, {"device": "gpu"}, ["device", "'gpu'", "'auto'", "cpu"]),
    (CLASSIFIER, {"device": "cuda"}, ["device", "'cuda'", "'auto'", "cpu"]),
    (CLASSIFIER, {"device": "cuda:9"}, ["device", "'cuda:9'", "'auto'", "cpu"]),
    (CLASSIFIER, {"device": "cpu:3"}, ["device", "'cpu:3'", "'auto'"]),
    (REGRESSOR, {"device": torch.device("meta")}, ["device", "'meta'", "'auto'"]),
    (CLASSIFIER, {"dtype": "float16"}, ["dtype", "'float16'", "float32"]),
    (REGRESSOR, {"loss": "mse"}, ["loss", "'mse'", "squared_error"]),
    (CLASSIFIER, {"activation": "swish"}, ["activation", "'swish'", "silu"]),
    (CLASSIFIER, {"optimizer": "adagrad"}, ["optimizer", "'adagrad'", "adamw"]),
    (CLASSIFIER, {"optimizer": torch.optim.LBFGS}, ["optimizer", "LBFGS", "adamw"]),
    (CLASSIFIER, {"module": "cnn"}, ["module", "'cnn'", "'mlp'", "'tabm'"]),
    (CLASSIFIER, {"batch_size": 0}, ["batch_size", "0", "[1, inf)", "'auto'"]),
    (CLASSIFIER, {"batch_size": 2.5}, ["batch_size", "2.5", "int"]),
    (CLASSIFIER, {"max_epochs": -1}, ["max_epochs", "-1", "[0, inf)"]),
    (CLASSIFIER, {"lr": 0}, ["lr", "0", "(0.0, inf)"]),
    (CLASSIFIER, {"lr": float("nan")}, ["lr", "nan", "(0.0, inf)"]),
    (CLASSIFIER, {"dropout": 1.0}, ["dropout", "1.0", "[0.0, 1.0)"]),
    (CLASSIFIER, {"weight_decay": -0.1}, ["weight_decay", "-0.1"]),
    (CLASSIFIER, {"random_state": "seed"}, ["random_state", "'seed'"]),
    (CLASSIFIER, {"hidden_layer_sizes": 0}, ["hidden_layer_sizes", "0", "[1, inf)"]),
    (CLASSIFIER, {"hidden_layer_sizes": (-3,)}, ["hidden_layer_sizes", "(-3,)", "1"]),
    (CLASSIFIER, {"hidden_layer_sizes": (8, 0)}, ["hidden_layer_sizes", "(8, 0)"]),
    (CLASSIFIER, {"hidden_layer_sizes": (1.5,)}, ["hidden_layer_sizes", "1.5"]),
    (CLASSIFIER, {"hidden_layer_sizes": ("a",)}, ["hidden_layer_sizes", "'a'"]),
    (CLASSIFIER, {"hidden_layer_sizes": [[3]]}, ["hidden_layer_sizes", "[[3]]"]),
    (CLASSIFIER, {"hidden_layer_sizes": "8"}, ["hidden_layer_sizes", "'8'"]),
    (CLASSIFIER, {"class_weight": "even"}, ["class_weight", "'even'", "balanced"]),
    (CLASSIFIER, {"class_weight": {0: -1}}, ["class_weight", "-1", "at least 0"]),
    (CLASSIFIER, {"class_weight": {0: "1"}}, ["class_weight", "'1'", "number"]),
    (CLASSIFIER, {"class_weight": {0: np.nan}}, ["class_weight", "nan", "finite"]),
    (CLASSIFIER, {"class_weight": {"no": 1}}, ["class_weight", "'no'", "[0, 1]"]),
    (CLASSIFIER, {"class_weight": {0: 0, 1: 0}}, ["class_weight", "zero", "positive"]),
    (
        CLASSIFIER,
        {"early_stopping": True, "validation_fraction": 0.01},
        ["validation_fraction", "0.01", "20 rows", "early_stopping=False"],
    ),
    (
        REGRESSOR,
        {"early_stopping": True, "validation_fraction": 0.99},
        ["validation_fraction", "0.99", "20 rows", "early_stopping=False"],
    ),
    (CLASSIFIER, {"validation_fraction": 1.0}, ["validation_fraction", "1.0"]),
]
MODULES = [
    (CLASSIFIER, {"module": torch.nn.Linear(3, 5)}, ["module", "Linear", "(2, 5)"]),
    (CLASSIFIER, {"module": torch.nn.Linear(4, 2)}, ["module", "Linear", "3 input"]),
    (REGRESSOR, {"module": torch.nn.Flatten(0)}, ["module", "Flatten", "(2, 1)"]),
    (CLASSIFIER, {"module": Width}, ["module", "Width", "(n_inputs, n_outputs)"]),
    (CLASSIFIER, {"module": lambda a, b: None}, ["module", "NoneType", "Module"]),
    (REGRESSOR, {"module": lambda a: None}, ["module", "lambda", "(3, 1)"]),
]
REGULARIZERS = [
    (CLASSIFIER, ELR(), ["regularizers", "list", "ELR()"]),
    (CLASSIFIER, [ELR], ["regularizers", "ELR", "parentheses"]),
    (CLASSIFIER, ["elr"], ["regularizers", "'elr'", "Regularizer objects"]),
    (CLASSIFIER, [("elr", "elr")], ["regularizers", "('elr', 'elr')"]),
    (CLASSIFIER, [None], ["regularizers", "None", "Regularizer objects"]),
    (CLASSIFIER, [SpectralRisk(), ("b", SpectralRisk())], ["spectralrisk, b", "keep"]),
    (CLASSIFIER, [("a", ELR()), ("a", Mixup())], ["'a'", "unique", "pair"]),
    (CLASSIFIER, [("mixup", ELR()), Mixup()], ["'mixup'", "unique", "pair"]),
    (CLASSIFIER, [("e__r", ELR())], ["'e__r'", "'__'", "pair"]),
    (CLASSIFIER, [("", ELR())], ["''", "name", "pair"]),
    (CLASSIFIER, [("lr", ELR())], ["'lr'", "parameter of the estimator", "pair"]),
    (CLASSIFIER, [("module", ELR())], ["'module'", "parameter", "pair"]),
    (ELRClassifier(**SMALL), [ELR()], ["'elr'", "unique", "pair"]),
    (ELRClassifier(**SMALL), [("beta", ELR())], ["'beta'", "parameter", "pair"]),
    (CLASSIFIER, [ELR(strength=-1)], ["strength", "ELR", "-1", "[0.0, inf)"]),
    (REGRESSOR, [NormLoss(strength=-1)], ["strength", "NormLoss", "-1"]),
    (CLASSIFIER, [Mixup(strength=-0.1)], ["strength", "Mixup", "-0.1"]),
    (CLASSIFIER, [LabelSmoothing(strength=2)], ["strength", "LabelSmoothing", "2"]),
    (CLASSIFIER, [ELR(beta=1.0)], ["beta", "ELR", "1.0", "[0.0, 1.0)"]),
    (CLASSIFIER, [ELR(schedule="never")], ["schedule", "'never'", "constant"]),
    (CLASSIFIER, [SpectralRisk(level=1)], ["SpectralRisk", "level", "1", "cvar"]),
    (REGRESSOR, [ELR()], ["ELR", "class labels", "leave it out"]),
    (REGRESSOR, [LabelSmoothing()], ["LabelSmoothing", "class labels", "leave it out"]),
    (REGRESSOR, [("mine", ELR())], ["ELR", "'mine'", "class labels"]),
]


def describe(case):
    """Name a case after the words of its message."""
    is_words = isinstance(case, list) and all(isinstance(w, str) for w in case)
    return " ".join(case) if is_words else ""


@pytest.mark.parametrize("fitted", [False, True], ids=["unfitted", "fitted"])
@pytest.mark.parametrize(
    ("estimator", "params", "words"),
    [
        *PARAMETERS,
        *MODULES,
        *((e, {"regularizers": r}, words) for e, r, words in REGULARIZERS),
    ],
    ids=describe,
)
def test_parameters(estimator, params, words, fitted):
    estimator = clone(estimator)
    y = VALUES if isinstance(estimator, RegularizedRegressor) else LABELS
    if fitted:
        estimator.fit(X, y)
    estimator.set_params(**params)
    refuse(lambda e: e.fit(X, y), estimator, (ValueError, TypeError), words)


WEIGHTS = [
    (np.zeros(N), ["sample_weight", "zero", "positive"]),
    (np.r_[-1.0, np.ones(N - 1)], ["sample_weight", "Negative"]),
    (np.r_[np.nan, np.ones(N - 1)], ["sample_weight", "NaN"]),
    (np.r_[np.inf, np.ones(N - 1)], ["sample_weight", "infinity"]),
    (np.nan, ["sample_weight", "NaN"]),
    (np.ones(N - 1), ["sample_weight", "(19,)", "(20,)"]),
    (np.ones((N, 1)), ["Sample weights", "1D array"]),
    (["heavy"] * N, ["heavy"]),
]
TABLES = [
    (with_entry(X, np.inf), ["infinity", "column 1", "finite"]),
    (FRAME.assign(height=with_entry(X[:, 0], -np.inf)), ["infinity", "'height'"]),
    (
        FRAME.assign(day=pd.Timestamp("2020-01-01")),
        ["'day'", "datetime64", "drop it"],
    ),
    (FRAME.assign(c=[[1]] * N), ["'c'", "list", "drop it"]),
    (X + 1j, ["omplex"]),
    (sparse.csr_array(X), ["parse", "dense"]),
    (X[:, 0], ["2D array", "reshape"]),
    (X[:0], ["0 sample"]),
    (X[:, :0], ["0 feature"]),
    (X[: N - 1], ["inconsistent numbers of samples", "19", "20"]),
    (None, ["array"]),
]


@pytest.mark.parametrize("fitted", [False, True], ids=["unfitted", "fitted"])
@pytest.mark.parametrize("method", ["fit", "partial_fit"])
@pytest.mark.parametrize(("weight", "words"), WEIGHTS, ids=describe)
def test_weights(weight, words, method, fitted):
    estimator = clone(REGRESSOR)
    if fitted:
        estimator.fit(X, VALUES)
    refuse(
        lambda e: getattr(e, method)(X, VALUES, sample_weight=weight),
        estimator,
        (ValueError, TypeError),
        words,
    )


@pytest.mark.parametrize("fitted", [False, True], ids=["unfitted", "fitted"])
@pytest.mark.parametrize(("table", "words"), TABLES, ids=describe)
def test_tables(table, words, fitted):
    estimator = clone(CLASSIFIER)
    if fitted:
        estimator.fit(X, LABELS)
    refuse(lambda e: e.fit(table, LABELS), estimator, (ValueError, TypeError), words)


TARGETS = [
    (CLASSIFIER, with_entry(LABELS, np.nan, float), ["y", "NaN", "row 3", "drop"]),
    (CLASSIFIER, with_entry(LABELS, None, object), ["y", "None", "row 3", "drop"]),
    (CLASSIFIER, with_entry(LABELS.astype("U3"), None, object), ["y", "row 3", "drop"]),
    (
        CLASSIFIER,
        pd.Series(with_entry(LABELS.astype("U3"), None, object), dtype="category"),
        ["y", "row 3", "drop"],
    ),
    (
        CLASSIFIER,
        pd.Series(with_entry(LABELS, pd.NA, object), dtype="Int64"),
        ["y", "NaN", "row 3", "drop"],
    ),
    (CLASSIFIER, with_entry(LABELS, np.inf, float), ["y", "infinity"]),
    (CLASSIFIER, VALUES, ["label type", "continuous"]),
    (CLASSIFIER, np.stack([LABELS, LABELS]).T, ["1d array", "(20, 2)"]),
    (CLASSIFIER, LABELS[:-1], ["inconsistent numbers of samples", "19", "20"]),
    (CLASSIFIER, None, ["requires y"]),
    (REGRESSOR, None, ["requires y"]),
    (REGRESSOR, with_entry(VALUES, np.nan), ["y", "NaN", "row 3", "drop"]),
    (REGRESSOR, with_entry(VALUES, None, object), ["y", "NaN", "row 3", "drop"]),
    (
        REGRESSOR,
        with_entry(np.stack([VALUES, VALUES]).T, np.nan),
        ["y", "1 of 20 rows", "row 3", "drop"],
    ),
    (REGRESSOR, with_entry(VALUES, np.inf), ["y", "infinity"]),
    (REGRESSOR, VALUES.reshape(N, 1, 1), ["y", "(20, 1, 1)", "one column"]),
    (REGRESSOR, LABELS.astype(str), ["numeric", "strings"]),
    (REGRESSOR, np.array(["a", "b"] * 10, dtype=object), ["a"]),
    (REGRESSOR, sparse.csr_array(VALUES[:, None]), ["parse"]),
    (ELRClassifier(**SMALL), np.zeros(N), ["ELR", "two classes", "check y"]),
]


@pytest.mark.parametrize("fitted", [False, True], ids=["unfitted", "fitted"])
@pytest.mark.parametrize(("estimator", "y", "words"), TARGETS, ids=describe)
def test_targets(estimator, y, words, fitted):
    estimator = clone(estimator)
    if fitted:
        good = VALUES if isinstance(estimator, RegularizedRegressor) else LABELS
        estimator.fit(X, good)
    refuse(lambda e: e.fit(X, y), estimator, (ValueError, TypeError), words)


def test_two_samples_and_a_split():
    """scikit-learn wants the number of samples in the message."""
    estimator = clone(CLASSIFIER).set_params(early_stopping=True)
    refuse(lambda e: e.fit(X[:1], LABELS[:1]), estimator, ValueError, ["n_samples = 1"])


@pytest.mark.parametrize("method", ["predict", "predict_proba", "score"])
def test_predict_before_fit(method):
    arguments = (X, LABELS) if method == "score" else (X,)
    with pytest.raises(NotFittedError, match=r"not fitted yet.*'fit'"):
        getattr(CLASSIFIER, method)(*arguments)


PREDICTED = [
    (X[:, :2], ["2 features", "expecting 3"]),
    (with_entry(X, np.inf), ["infinity", "column 1"]),
    (X[0], ["2D array", "reshape"]),
    (sparse.csr_array(X), ["parse", "dense"]),
    (X[:0], ["0 sample"]),
    (X.astype(str), ["column 0", "Numbers were expected"]),
]


@pytest.mark.parametrize(("table", "words"), PREDICTED, ids=describe)
def test_tables_to_predict(table, words):
    estimator = clone(CLASSIFIER).fit(X, LABELS)
    if table.dtype.kind == "U":
        table = np.char.add("n", table)
    refuse(lambda e: e.predict(table), estimator, (ValueError, TypeError), words)


def test_frames_to_predict():
    estimator = clone(CLASSIFIER).fit(FRAME, LABELS)
    for table, words in [
        (FRAME[["height", "age", "weight"]], ["feature names", "order"]),
        (FRAME.drop(columns="age"), ["feature names", "age"]),
        (FRAME.assign(extra=1.0), ["feature names", "extra"]),
        (FRAME.rename(columns={"age": "years"}), ["feature names", "years", "age"]),
        (FRAME.assign(age="old"), ["'age'", "Numbers were expected", "old"]),
    ]:
        refuse(lambda e: e.predict(table), estimator, ValueError, words, FRAME)  # noqa: B023


def test_later_data_that_do_not_fit_the_first():
    """In ``partial_fit`` and warm starts."""
    estimator = clone(CLASSIFIER).partial_fit(X, LABELS)
    refuse(
        lambda e: e.partial_fit(X, LABELS + 1),
        estimator,
        ValueError,
        ["labels [2]", "[0, 1]", "`classes`"],
    )
    refuse(
        lambda e: e.partial_fit(X, LABELS, classes=[0, 1, 2]),
        estimator,
        ValueError,
        ["classes", "[0, 1, 2]", "[0, 1]"],
    )
    refuse(
        lambda e: e.partial_fit(X[:, :2], LABELS),
        estimator,
        ValueError,
        ["2 features", "expecting 3"],
    )
    refuse(
        lambda e: clone(e).partial_fit(X, LABELS, classes=[0]),
        clone(CLASSIFIER),
        ValueError,
        ["labels [1]", "[0]", "`classes`"],
    )
    for params, words in [
        ({"batch_size": 0}, ["batch_size", "0", "[1, inf)"]),
        ({"lr": -1}, ["lr", "-1", "(0.0, inf)"]),
    ]:
        refuse(
            lambda e: e.partial_fit(X, LABELS),
            clone(CLASSIFIER).fit(X, LABELS).set_params(**params),
            ValueError,
            words,
        )
    warm = clone(REGRESSOR).set_params(warm_start=True).fit(X, VALUES)
    refuse(
        lambda e: e.fit(X, np.stack([VALUES, VALUES]).T),
        warm,
        ValueError,
        ["2 targets", "1"],
    )


@pytest.mark.parametrize("fitted", [False, True], ids=["unfitted", "fitted"])
@pytest.mark.parametrize("method", ["fit", "partial_fit"])
def test_divergence(method, fitted):
    estimator = clone(REGRESSOR)
    if fitted:
        estimator.fit(X, VALUES)
    estimator.set_params(optimizer="sgd", lr=1e6, max_epochs=50, batch_size=1)
    for _ in range(50):
        before = state(estimator)
        try:
            getattr(estimator, method)(X, VALUES)
        except ValueError as error:
            message = str(error)
            break
    assert "diverged" in message
    assert "Lower lr (now 1000000" in message
    assert_unchanged(estimator, before)


class Raises(Callback):
    def __init__(self, error, hook, epoch=2):
        self.error, self.hook, self.epoch = error, hook, epoch
        setattr(self, hook, self.act)

    def act(self, net, **kwargs):
        if len(net.history) >= self.epoch:
            raise self.error


HOOKS = ["on_train_begin", "on_epoch_begin", "on_epoch_end", "on_train_end"]


@pytest.mark.parametrize("error", [RuntimeError("mine"), SystemExit(3)], ids=repr)
@pytest.mark.parametrize("hook", HOOKS)
@pytest.mark.parametrize("method", ["fit", "partial_fit"])
@pytest.mark.parametrize("fitted", [False, True], ids=["unfitted", "fitted"])
def test_a_failing_callback_leaves_all_as_it_was(error, hook, method, fitted):
    estimator = clone(REGRESSOR).set_params(regularizers=[NormLoss()])
    if fitted:
        estimator.partial_fit(X, VALUES).partial_fit(X, VALUES)
    estimator.set_params(callbacks=[Raises(error, hook, epoch=0)], warm_start=True)
    before = state(estimator)
    with pytest.raises(type(error)) as caught:
        getattr(estimator, method)(X, VALUES)
    assert caught.value is error
    assert_unchanged(estimator, before)
    if fitted:
        estimator.set_params(callbacks=None).partial_fit(X, VALUES)
        assert estimator.n_iter_ == 3


def test_a_failing_method_leaves_all_as_it_was():
    elr = ELRClassifier(**SMALL).partial_fit(X, LABELS)
    elr.set_params(regularizers=[Broken()])
    before = state(elr)
    table = elr.regularizers_["elr"].table_.numpy()
    for fit in (elr.fit, elr.partial_fit):
        with pytest.raises(RuntimeError, match="broken method"):
            fit(X, LABELS)
        assert_unchanged(elr, before)
    np.testing.assert_array_equal(elr.regularizers_["elr"].table_.numpy(), table)


class Interrupts(Callback):
    """Presses Ctrl-C in the middle of an epoch."""

    def __init__(self, epoch):
        self.epoch = epoch

    def on_batch_begin(self, net, **kwargs):
        if len(net.history) == self.epoch:
            raise KeyboardInterrupt


def interrupted(estimator, epoch):
    """Fit, and expect the interrupt."""
    with (
        pytest.warns(ConvergenceWarning, match=f"interrupted in epoch {epoch}"),
        pytest.raises(KeyboardInterrupt),
    ):
        estimator.fit(X, VALUES)


def test_interruption_keeps_the_weights_of_the_moment():
    estimator = clone(REGRESSOR).set_params(max_epochs=9, callbacks=[Interrupts(4)])
    interrupted(estimator, 4)
    three = clone(REGRESSOR).set_params(max_epochs=3).fit(X, VALUES)
    np.testing.assert_array_equal(estimator.predict(X), three.predict(X))
    assert len(estimator.history_["train_loss"]) == estimator.n_iter_


def test_interruption_with_early_stopping_keeps_the_best_weights():
    """Which were better before the learning rate went up."""

    def spoil(net):
        if len(net.history) == 3:
            net.optimizer_.param_groups[0]["lr"] = 1.0

    options = {"early_stopping": True, "validation_fraction": 0.3, "tol": 0}
    estimator = clone(REGRESSOR).set_params(**options, max_epochs=9)
    estimator.set_params(callbacks=[spoil, Interrupts(6)])
    interrupted(estimator, 6)
    assert np.argmin(estimator.history_["valid_loss"][:5]) == 2
    best = clone(REGRESSOR).set_params(**options, max_epochs=3).fit(X, VALUES)
    np.testing.assert_array_equal(estimator.predict(X), best.predict(X))


def test_interruption_of_the_first_epoch():
    for early_stopping in (False, True):
        estimator = clone(REGRESSOR).set_params(
            early_stopping=early_stopping, callbacks=[Interrupts(1)]
        )
        interrupted(estimator, 1)
        assert np.isfinite(estimator.predict(X)).all()


def test_junk_parameters_are_borne_until_fit():
    """As scikit-learn's checks want it of ``set_params`` and ``get_params``."""
    for junk in (-3, "a", {}, [3], [ELR], ["a", ("b", None)], ELR, (), [[]]):
        estimator = RegularizedClassifier(regularizers=junk)
        assert estimator.get_params()["regularizers"] is junk
        assert "RegularizedClassifier" in repr(estimator)
    with pytest.raises(ValueError, match="Invalid parameter 'elr' for estimator"):
        RegularizedClassifier().set_params(elr__strength=1)
    with pytest.raises(TypeError, match="unexpected keyword argument 'epochs'"):
        RegularizedClassifier(epochs=3)


def test_bad_number_of_threads():
    refuse(
        lambda e: e.fit(X, VALUES),
        clone(REGRESSOR).set_params(n_threads=0),
        ValueError,
        ["n_threads", "0", "None"],
    )
    fitted = clone(REGRESSOR).fit(X, VALUES).set_params(n_threads=-1)
    with pytest.raises((ValueError, RuntimeError), match="threads"):
        fitted.predict(X)
    fitted.set_params(n_threads=1).predict(X)  # the fixture sees if threads are lost
