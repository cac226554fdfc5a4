"""What one can ask of a training: when it stops, who watches, where it goes on."""

import os
import warnings

import numpy as np
import pytest
import torch
from plain import PLAIN
from sklearn.base import clone
from sklearn.callback import ProgressBar, ScoringMonitor
from sklearn.datasets import make_classification
from sklearn.metrics import log_loss
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler
from skorch.callbacks import (
    Callback,
    Checkpoint,
    EarlyStopping,
    EpochTimer,
    Freezer,
    GradientNormClipping,
    LRScheduler,
)

from skreg import ELRClassifier, RegularizedClassifier, RegularizedRegressor
from skreg.regularizers import ELR, Mixup, NormLoss, WeightCompander

N = 50
X, LABELS = make_classification(
    N, 5, n_informative=5, n_redundant=0, n_classes=3, random_state=0
)
VALUES = X[:, 0] + X[:, 1] ** 2
SMALL = PLAIN | {
    "hidden_layer_sizes": (8,),
    "max_epochs": 5,
    "lr": 0.01,
    "batch_size": 16,
    "random_state": 0,
}
CLASSIFIER = RegularizedClassifier(**SMALL, label_smoothing=0.0)
REGRESSOR = RegularizedRegressor(**SMALL)


def weights(estimator):
    state = estimator.net_.module_.state_dict()
    return {name: value.numpy().copy() for name, value in state.items()}


def assert_same_weights(first, second):
    for name, value in weights(second).items():
        np.testing.assert_array_equal(weights(first)[name], value)


class Spy(Callback):
    """Remembers which rows train and what happens."""

    def __init__(self):
        self.events = []

    def on_train_begin(self, net, X, **kwargs):
        self.rows = X.rows.numpy().copy()

    def on_batch_begin(self, net, batch, training, **kwargs):
        self.events.append("begin" if training else "begin validation")
        assert len(batch[0]) == len(batch[1])

    def on_grad_computed(self, net, named_parameters, **kwargs):
        self.events.append("gradient")
        assert all(p.grad is not None for _, p in named_parameters)

    def on_batch_end(self, net, batch, loss, y_pred, training, **kwargs):
        self.events.append("end" if training else "end validation")
        if training:
            self.losses = [*getattr(self, "losses", []), float(loss)]
        assert len(y_pred) == len(batch[0])


# Early stopping and history


@pytest.mark.parametrize("weighted", [False, True], ids=["", "weighted"])
def test_early_stopping_goes_back_to_the_best_weights(weighted):
    spy = Spy()
    classifier = clone(CLASSIFIER).set_params(
        early_stopping=True,
        validation_fraction=0.3,
        n_iter_no_change=3,
        tol=0,
        lr=0.1,
        max_epochs=100,
        callbacks=[spy],
    )
    weight = 1.0 + np.arange(N) % 4 if weighted else None
    classifier.fit(X, LABELS, weight)
    held_out = np.setdiff1d(np.arange(N), spy.rows)
    assert len(held_out) == 15
    assert np.bincount(LABELS[held_out]).min() >= 4, "not stratified"
    losses = classifier.history_["valid_loss"]
    assert len(losses) == classifier.n_iter_ == np.argmin(losses) + 1 + 3
    assert classifier.n_iter_ < 100
    loss = log_loss(
        LABELS[held_out],
        classifier.predict_proba(X[held_out]),
        sample_weight=None if weight is None else weight[held_out],
    )
    assert loss == pytest.approx(min(losses), rel=1e-5)


def test_early_stopping_does_not_look_at_the_held_out_rows():
    spy = Spy()
    options = {"early_stopping": True, "validation_fraction": 0.3, "callbacks": [spy]}
    first = clone(REGRESSOR).set_params(**options).fit(X, VALUES)
    held_out = np.setdiff1d(np.arange(N), spy.rows)
    y, table = VALUES.copy(), X.copy()
    y[held_out] += 1e-3  # a little: the best epoch stays the best
    table[held_out] *= 1.001
    second = clone(REGRESSOR).set_params(**options).fit(table, y)
    assert second.history_["train_loss"] == first.history_["train_loss"]
    assert second.history_["valid_loss"] != first.history_["valid_loss"]


def test_training_to_the_end_also_goes_back():
    """Even where the last epochs were not bad enough to stop."""

    def spoil(net):
        if len(net.history) == 3:
            net.optimizer_.param_groups[0]["lr"] = 1.0

    options = {"early_stopping": True, "validation_fraction": 0.3}
    spoilt = clone(REGRESSOR).set_params(callbacks=[spoil], **options).fit(X, VALUES)
    assert spoilt.n_iter_ == 5
    best = clone(REGRESSOR).set_params(max_epochs=3, **options).fit(X, VALUES)
    assert np.argmin(spoilt.history_["valid_loss"]) == 2
    assert_same_weights(spoilt, best)


def test_history_has_one_value_an_epoch():
    classifier = RegularizedClassifier(
        regularizers=[ELR(strength=3.0), Mixup(), ("norm", NormLoss(strength=2))],
        early_stopping=True,
        **SMALL,
    ).fit(X, LABELS)
    history = classifier.history_
    assert list(history) == ["epoch", "train_loss", "elr", "norm", "valid_loss"]
    assert {len(values) for values in history.values()} == {classifier.n_iter_}
    assert history["epoch"] == [1, 2, 3, 4, 5]
    assert max(history["elr"]) < 0
    assert min(history["norm"]) > 0
    half = clone(classifier).set_params(norm__strength=1, max_epochs=1).fit(X, LABELS)
    assert history["norm"][0] == pytest.approx(2 * half.history_["norm"][0], rel=0.05)


def test_train_loss_is_the_weighted_mean_loss():
    """Of the untrained net, where the learning rate is nothing."""
    weight = 1.0 + np.arange(N) % 3
    frozen = clone(CLASSIFIER).set_params(lr=1e-30, max_epochs=1)
    frozen.fit(X, LABELS, weight)
    loss = log_loss(LABELS, frozen.predict_proba(X), sample_weight=weight)
    assert frozen.history_["train_loss"][0] == pytest.approx(loss, rel=1e-5)


def test_no_epochs_leave_the_initial_weights():
    start = clone(CLASSIFIER).set_params(max_epochs=0).fit(X, LABELS)
    assert (start.n_iter_, start.history_) == (0, {})
    frozen = clone(CLASSIFIER).set_params(lr=1e-30, max_epochs=1).fit(X, LABELS)
    assert_same_weights(start, frozen)
    assert set(start.predict(X)) <= {0, 1, 2}
    stopping = clone(CLASSIFIER).set_params(max_epochs=0, early_stopping=True)
    assert_same_weights(stopping.fit(X, LABELS), start)
    assert_same_weights(
        start.partial_fit(X, LABELS), clone(CLASSIFIER).partial_fit(X, LABELS)
    )
    elr = ELRClassifier(**SMALL | {"max_epochs": 0}).fit(X, LABELS)
    np.testing.assert_allclose(elr.targets_, elr.predict_proba(X))


# Callbacks of the estimator


def test_functions_are_called_after_every_epoch():
    seen = []

    def watch(net):
        seen.append((len(net.history), net.history[-1, "train_loss"]))
        return 1 if len(seen) == 2 else None  # only True stops

    fitted = clone(CLASSIFIER).set_params(callbacks=[watch]).fit(X, LABELS)
    assert [epoch for epoch, _ in seen] == [1, 2, 3, 4, 5]
    assert [loss for _, loss in seen] == fitted.history_["train_loss"]


@pytest.mark.parametrize("yes", [True, np.True_], ids=repr)
def test_true_stops_the_training(yes):
    def enough(net):
        return yes if len(net.history) == 3 else False

    stopped = clone(CLASSIFIER).set_params(callbacks=[enough]).fit(X, LABELS)
    assert stopped.n_iter_ == 3
    three = clone(CLASSIFIER).set_params(max_epochs=3).fit(X, LABELS)
    assert_same_weights(stopped, three)


@pytest.mark.parametrize("early_stopping", [False, True])
def test_all_callbacks_see_the_last_epoch(early_stopping):
    """Whoever stops, and in whatever order they were given."""
    seen = [[], [], []]
    monitor = ScoringMonitor(scoring="accuracy")

    def follow(i):
        def watch(net):
            seen[i].append(len(net.history))
            return i == 1 and len(net.history) == 3

        return watch

    classifier = clone(CLASSIFIER).set_params(
        callbacks=[follow(i) for i in range(3)],
        early_stopping=early_stopping,
        n_iter_no_change=1,
        tol=1e3 if early_stopping else 0,
    )
    classifier.set_callbacks(monitor).fit(X, LABELS)
    assert classifier.n_iter_ == (2 if early_stopping else 3)
    epochs = list(range(1, classifier.n_iter_ + 1))
    assert seen == [epochs] * 3
    assert len(monitor.get_logs().data) == classifier.n_iter_ + 1  # and the fit


def test_callbacks_of_batches():
    spy = Spy()
    fitted = clone(CLASSIFIER).set_params(callbacks=[spy]).fit(X, LABELS)
    assert spy.events == ["begin", "gradient", "end"] * 4 * 5  # 16, 16, 16 and 2 rows
    sizes = np.array([16, 16, 16, 2])
    first = np.array(spy.losses[:4]) @ sizes / N
    assert fitted.history_["train_loss"][0] == pytest.approx(first, rel=1e-5)
    assert_same_weights(fitted, clone(CLASSIFIER).fit(X, LABELS))


def test_skorch_callbacks_that_only_look():
    timed = clone(CLASSIFIER).set_params(callbacks=[EpochTimer, ("spy", Spy())])
    timed.fit(X, LABELS)
    assert len(timed.history_["dur"]) == 5
    assert min(timed.history_["dur"]) > 0
    assert_same_weights(timed, clone(CLASSIFIER).fit(X, LABELS))


def test_learning_rate_schedules():
    scheduler = LRScheduler(policy="StepLR", step_size=2, gamma=1e-12)
    slowed = clone(CLASSIFIER).set_params(callbacks=[scheduler]).fit(X, LABELS)
    two = clone(CLASSIFIER).set_params(max_epochs=2).fit(X, LABELS)
    for name, value in weights(two).items():
        np.testing.assert_allclose(weights(slowed)[name], value, atol=1e-6)
    rates = []

    class Rates(Callback):
        def on_batch_end(self, net, **kwargs):
            rates.append(net.optimizer_.param_groups[0]["lr"])

    by_batch = LRScheduler(policy="StepLR", step_size=1, gamma=0.5, step_every="batch")
    clone(CLASSIFIER).set_params(callbacks=[Rates(), by_batch]).fit(X, LABELS)
    np.testing.assert_allclose(rates, 0.01 * 0.5 ** np.arange(20))


def test_gradient_clipping():
    start = clone(CLASSIFIER).set_params(max_epochs=0).fit(X, LABELS)
    clip = GradientNormClipping(gradient_clip_value=1e-9)
    clipped = clone(CLASSIFIER).set_params(callbacks=[clip], optimizer="sgd", lr=1.0)
    for name, value in weights(clipped.fit(X, LABELS)).items():
        np.testing.assert_allclose(value, weights(start)[name], atol=1e-6)


def test_frozen_layers():
    start = clone(CLASSIFIER).set_params(max_epochs=0).fit(X, LABELS)
    frozen = clone(CLASSIFIER).set_params(callbacks=[Freezer("layers.*")])
    before, after = weights(start), weights(frozen.fit(X, LABELS))
    for name, value in after.items():
        assert np.array_equal(value, before[name]) == name.startswith("layers")


def test_early_stopping_of_skorch_on_the_training_loss():
    stopper = EarlyStopping(monitor="train_loss", patience=2, threshold=1e3)
    stopped = clone(CLASSIFIER).set_params(callbacks=[stopper], max_epochs=50)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert stopped.fit(X, LABELS).n_iter_ == 3


def test_checkpoints_are_the_only_files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    checkpoint = Checkpoint(
        monitor=None, dirname="run", f_optimizer=None, f_criterion=None
    )
    fitted = clone(CLASSIFIER).set_params(callbacks=[checkpoint]).fit(X, LABELS)
    assert os.listdir() == ["run"]
    saved = torch.load("run/params.pt", weights_only=True)
    for name, value in weights(fitted).items():
        np.testing.assert_array_equal(saved[name].numpy(), value)


def test_silence_and_no_files_by_default(tmp_path, monkeypatch, capfd, caplog):
    monkeypatch.chdir(tmp_path)
    for estimator, y in [(CLASSIFIER, LABELS), (REGRESSOR, VALUES)]:
        estimator = clone(estimator).set_params(early_stopping=True, n_iter_no_change=1)
        estimator.fit(X, y).predict(X)
        estimator.set_params(early_stopping=False).partial_fit(X, y).score(X, y)
    ELRClassifier(regularizers=[Mixup()], **SMALL).fit(X, LABELS)
    assert capfd.readouterr() == ("", "")
    assert not caplog.records
    assert not os.listdir()


def test_verbose_prints_a_line_an_epoch(capsys):
    clone(CLASSIFIER).set_params(verbose=1, early_stopping=True).fit(X, LABELS)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["epoch", "train_loss", "valid_loss", "dur"]
    assert [line.split()[0] for line in lines[2:7]] == ["1", "2", "3", "4", "5"]


# Callbacks of scikit-learn


class Tasks:
    """Counts tasks and can stop or fail in an epoch."""

    def __init__(self, stop_after=None, fail_in=None):
        self.stop_after, self.fail_in = stop_after, fail_in
        self.log = []

    def setup(self, estimator, context):
        self.log.append("setup")

    def teardown(self, estimator, context):
        self.log.append("teardown")

    def on_fit_task_begin(self, estimator, context):
        self.log.append(f"begin {context.task_name}")
        if context.task_name == "fit":
            self.max_subtasks = context.max_subtasks

    def on_fit_task_end(self, estimator, context, *, X, y, fitted_estimator=None):
        self.log.append(f"end {context.task_name}")
        n_epochs = self.log.count("end epoch")
        if n_epochs == self.fail_in:
            raise RuntimeError("mine")
        return context.task_name == "epoch" and n_epochs == self.stop_after


def test_tasks_of_a_fit():
    tasks = Tasks()
    clone(CLASSIFIER).set_params(max_epochs=2).set_callbacks(tasks).fit(X, LABELS)
    epoch = ["begin epoch", "end epoch"]
    expected = ["setup", "begin fit", *epoch, *epoch, "end fit", "teardown"]
    assert tasks.log == expected
    assert tasks.max_subtasks == 2


def test_tasks_can_stop_the_training():
    stopped = clone(CLASSIFIER).set_callbacks(Tasks(stop_after=3)).fit(X, LABELS)
    assert stopped.n_iter_ == 3
    three = clone(CLASSIFIER).set_params(max_epochs=3).fit(X, LABELS)
    assert_same_weights(stopped, three)


def test_a_failing_fit_ends_its_tasks():
    tasks = Tasks(fail_in=2)
    estimator = clone(CLASSIFIER).set_callbacks(tasks)
    with pytest.raises(RuntimeError, match="mine"):
        estimator.fit(X, LABELS)
    assert tasks.log[-1] == "teardown"
    assert not hasattr(estimator, "net_")
    assert vars(estimator).keys() == vars(clone(CLASSIFIER).set_callbacks(tasks)).keys()
    with pytest.raises(ValueError, match="inconsistent"):
        estimator.fit(X, LABELS[:-1])
    assert tasks.log.count("teardown") == tasks.log.count("setup")


@pytest.mark.parametrize(
    "regularizers",
    [None, [WeightCompander()], [NormLoss(), Mixup()]],
    ids=["plain", "compander", "penalty"],
)
def test_scores_are_those_of_a_fit_that_ended_there(regularizers):
    monitor = ScoringMonitor(scoring=["accuracy", "neg_log_loss"])
    options = SMALL | {"regularizers": regularizers, "dropout": 0.2}
    RegularizedClassifier(**options).set_callbacks(monitor).fit(X, LABELS)
    whole, *rows = monitor.get_logs().data
    assert whole["task_name"] == "fit"
    assert whole["accuracy"] == rows[-1]["accuracy"]
    assert [row["task_id"] for row in rows] == [0, 1, 2, 3, 4]
    for epochs, row in enumerate(rows, start=1):
        ended = RegularizedClassifier(**options | {"max_epochs": epochs}).fit(X, LABELS)
        loss = -log_loss(LABELS, ended.predict_proba(X))
        assert row["accuracy"] == ended.score(X, LABELS)
        assert row["neg_log_loss"] == pytest.approx(loss, rel=1e-5)


# Said of every transformer: scikit-learn's own do not support callbacks yet.
@pytest.mark.filterwarnings("ignore:The estimator MinMaxScaler does not support")
def test_progress_bars_through_a_search_in_processes(capsys):
    pipeline = make_pipeline(MinMaxScaler(), CLASSIFIER)
    search = GridSearchCV(
        pipeline, {"regularizedclassifier__lr": [0.01, 0.1]}, cv=2, n_jobs=2
    )
    search.set_callbacks(ProgressBar(max_propagation_depth=None)).fit(X, LABELS)
    shown = capsys.readouterr().out
    assert "RegularizedClassifier" in shown
    assert "100%" in shown


class Keeps:
    """Keeps the estimators of all epochs."""

    def __init__(self):
        self.kept = []

    def setup(self, estimator, context):
        pass

    def teardown(self, estimator, context):
        pass

    def on_fit_task_begin(self, estimator, context):
        pass

    def on_fit_task_end(self, estimator, context, *, fitted_estimator=None):
        if fitted_estimator is not None:
            self.kept.append(fitted_estimator)


def odd(n_inputs, n_outputs):
    """A width that fits no vector register, where the last bits are at stake."""
    return torch.nn.Sequential(
        torch.nn.Linear(n_inputs, 9), torch.nn.Linear(9, n_outputs)
    )


def test_estimators_of_epochs_can_be_kept():
    keeps = Keeps()
    classifier = RegularizedClassifier(module=odd, **SMALL).set_callbacks(keeps)
    fitted = classifier.fit(X, LABELS)
    assert len(keeps.kept) == 6  # of five epochs, and of the fit
    for epochs, kept in enumerate(keeps.kept[:5], start=1):
        ended = clone(fitted).set_callbacks().set_params(max_epochs=epochs)
        ended.fit(X, LABELS)
        np.testing.assert_array_equal(kept.predict_proba(X), ended.predict_proba(X))
    np.testing.assert_array_equal(kept.predict_proba(X), fitted.predict_proba(X))


# Going on


def test_partial_fit_learns_labels_in_portions():
    classifier = clone(CLASSIFIER)
    first = LABELS < 2
    classifier.partial_fit(X[first], LABELS[first], classes=[2, 1, 0])
    assert classifier.classes_.tolist() == [0, 1, 2]
    assert classifier.predict_proba(X).shape == (N, 3)
    for _ in range(60):
        classifier.partial_fit(X[first], LABELS[first], classes=[0, 1, 2])
        classifier.partial_fit(X[~first], LABELS[~first])
    assert classifier.score(X, LABELS) > 0.8
    assert classifier.n_iter_ == 121


def test_partial_fit_keeps_the_scales_of_the_first_call():
    regressor = clone(REGRESSOR).partial_fit(X, VALUES)
    median = regressor.encoder_.median_.copy()
    regressor.partial_fit(X + 100, VALUES + 100)
    np.testing.assert_array_equal(regressor.encoder_.median_, median)
    assert abs(regressor.predict(X) - VALUES).mean() < 50


def test_fit_forgets_what_was_before():
    again = clone(REGRESSOR).fit(X[:, :2] * 9, -VALUES).fit(X, VALUES)
    assert_same_weights(again, clone(REGRESSOR).fit(X, VALUES))
    assert again.n_iter_ == 5


def test_warm_start_takes_new_parameters():
    warm = clone(REGRESSOR).set_params(warm_start=True).fit(X, VALUES)
    before = weights(warm)
    warm.set_params(lr=1e-30).fit(X, VALUES)
    for name, value in weights(warm).items():
        np.testing.assert_allclose(value, before[name], atol=1e-7)
    losses = {}
    for loss in ("squared_error", "absolute_error"):
        warm.set_params(loss=loss).fit(X, VALUES)
        losses[loss] = warm.history_["train_loss"][-1]
    errors = (warm.predict(X) - VALUES) / VALUES.std()
    assert losses["squared_error"] == pytest.approx(np.mean(errors**2), rel=1e-3)
    assert losses["absolute_error"] == pytest.approx(np.mean(abs(errors)), rel=1e-3)
    warm.set_params(dtype="float64", regularizers=[NormLoss()]).fit(X, VALUES)
    assert next(warm.net_.module_.parameters()).dtype == torch.float64
    assert len(warm.history_["normloss"]) == warm.n_iter_ == 25


def test_warm_start_takes_new_class_weights():
    warm = clone(CLASSIFIER).set_params(warm_start=True).fit(X, LABELS)
    assert (warm.predict(X) == 2).mean() < 0.5
    warm.set_params(class_weight={0: 0, 1: 0}, max_epochs=30, lr=0.1).fit(X, LABELS)
    assert (warm.predict(X) == 2).mean() > 0.8


def test_weight_compander_goes_on():
    warm = RegularizedRegressor(
        regularizers=[WeightCompander()], warm_start=True, **SMALL
    ).fit(X, VALUES)
    first = [
        c.free.detach().clone()
        for c in warm.regularizers_["weightcompander"].companders_
    ]
    before = warm.predict(X)
    warm.set_params(max_epochs=1, lr=1e-12).fit(X, VALUES)
    np.testing.assert_allclose(warm.predict(X), before, atol=1e-4)
    for old, new in zip(
        first, warm.regularizers_["weightcompander"].companders_, strict=True
    ):
        torch.testing.assert_close(new.free.detach(), old)
    warm.set_params(max_epochs=20, lr=0.01).fit(X, VALUES)
    assert warm.history_["train_loss"][-1] < 0.7 * warm.history_["train_loss"][5]
    assert abs(weights(warm)["layers.0.weight"]).max() < 2


def test_elr_goes_on_with_the_same_rows_only():
    classifier = ELRClassifier(**SMALL).partial_fit(X, LABELS)
    one = classifier.regularizers_["elr"].table_.numpy().sum(axis=1)
    np.testing.assert_allclose(one, 0.15, rtol=1e-5)
    classifier.partial_fit(X, LABELS)
    two = classifier.regularizers_["elr"].table_.numpy().sum(axis=1)
    np.testing.assert_allclose(two, 0.2775, rtol=1e-5)
    for rows, y in ((X[:-1], LABELS[:-1]), (X, (LABELS + 1) % 3), (X * 2, LABELS)):
        with pytest.warns(UserWarning, match="ELR remembers every training row"):
            classifier.partial_fit(rows, y)
        fresh = classifier.regularizers_["elr"].table_.numpy().sum(axis=1)
        np.testing.assert_allclose(fresh, 0.15, rtol=1e-5)
        assert len(classifier.label_quality_) == len(rows)


# Modules


def linear(n_inputs, n_outputs):
    return torch.nn.Linear(n_inputs, n_outputs)


def test_modules_of_every_kind():
    plain = clone(CLASSIFIER).set_params(hidden_layer_sizes=()).fit(X, LABELS)
    for module in (torch.nn.Linear, linear, lambda *n: torch.nn.Linear(*n)):
        fitted = clone(CLASSIFIER).set_params(module=module).fit(X, LABELS)
        np.testing.assert_array_equal(fitted.predict_proba(X), plain.predict_proba(X))


def test_an_instance_is_copied_and_its_weights_are_the_first():
    with torch.random.fork_rng():
        instance = torch.nn.Sequential(torch.nn.Linear(5, 4), torch.nn.Linear(4, 3))
    before = [p.detach().clone() for p in instance.parameters()]
    start = clone(CLASSIFIER).set_params(module=instance, max_epochs=0).fit(X, LABELS)
    trained = RegularizedClassifier(module=instance, **SMALL).fit(X, LABELS)
    assert trained.module is instance
    for old, now, first, last in zip(
        before,
        instance.parameters(),
        start.net_.module_.parameters(),
        trained.net_.module_.parameters(),
        strict=True,
    ):
        assert torch.equal(old, now)
        assert torch.equal(old, first)
        assert not torch.equal(old, last)


def normed(n_inputs, n_outputs):
    return torch.nn.Sequential(
        torch.nn.Linear(n_inputs, 8),
        torch.nn.BatchNorm1d(8),
        torch.nn.ReLU(),
        torch.nn.Dropout(0.3),
        torch.nn.Linear(8, n_outputs),
    )


class Tenfold(torch.nn.Module):
    """Named like the parts of a net for categories, but it does more."""

    def __init__(self, n_inputs, n_outputs):
        super().__init__()
        self.embed = torch.nn.Linear(n_inputs, 4)
        self.body = torch.nn.Linear(4, n_outputs)

    def forward(self, x):
        return 10 * self.body(self.embed(x))


@pytest.mark.parametrize("regularizers", [None, [NormLoss(strength=1e-9)]], ids=str)
def test_a_module_is_trained_as_it_predicts(regularizers):
    options = SMALL | {"lr": 1e-30, "max_epochs": 1, "regularizers": regularizers}
    options["label_smoothing"] = 0.0
    fitted = RegularizedClassifier(module=Tenfold, **options).fit(X, LABELS)
    loss = log_loss(LABELS, fitted.predict_proba(X))
    assert fitted.history_["train_loss"][0] == pytest.approx(loss, rel=1e-5)


def test_batch_norm_never_sees_a_single_row():
    assert N % 7 == 1
    options = SMALL | {"module": normed, "batch_size": 7, "max_epochs": 20}
    first = RegularizedClassifier(**options).fit(X, LABELS)
    assert first.score(X, LABELS) > 0.7
    second = RegularizedClassifier(**options).fit(X, LABELS)
    assert_same_weights(first, second)
    assert int(first.net_.module_[1].num_batches_tracked) == 7 * 20


def test_dropout_acts_in_training_only():
    dropped = clone(CLASSIFIER).set_params(dropout=0.5).fit(X, LABELS)
    np.testing.assert_array_equal(dropped.predict_proba(X), dropped.predict_proba(X))
    assert dropped.history_ != clone(CLASSIFIER).fit(X, LABELS).history_
    assert not dropped.net_.module_.training


# Options


def test_scaling_off_leaves_numbers_as_they_are():
    raw = clone(REGRESSOR).set_params(scaling=None, standardize_target=False)
    shifted = clone(raw).fit(X + 50, VALUES)
    assert abs(shifted.predict(X + 50) - clone(raw).fit(X, VALUES).predict(X)).max() > 1
    scaled = clone(REGRESSOR).fit(X + 50, VALUES)
    plain = clone(REGRESSOR).fit(X, VALUES)
    np.testing.assert_allclose(scaled.predict(X + 50), plain.predict(X), atol=1e-4)


@pytest.mark.parametrize(
    ("loss", "centre"),
    [("squared_error", np.mean), ("absolute_error", np.median)],
)
def test_losses_have_their_centre(loss, centre):
    y = np.random.default_rng(0).exponential(size=101)
    regressor = RegularizedRegressor(
        loss=loss,
        hidden_layer_sizes=(),
        max_epochs=400,
        lr=0.01,
        batch_size=101,
        random_state=0,
        **PLAIN,
    ).fit(np.zeros((101, 1)), y)
    assert regressor.predict([[0.0]])[0] == pytest.approx(centre(y), abs=0.03)


def test_huber_lies_between():
    y = np.r_[np.zeros(60), np.full(40, 1e3)]
    predictions = [
        RegularizedRegressor(
            loss=loss, hidden_layer_sizes=(), max_epochs=200, lr=0.02, random_state=0
        )
        .fit(np.zeros((100, 1)), y)
        .predict([[0.0]])[0]
        for loss in ("absolute_error", "huber", "squared_error")
    ]
    assert predictions[0] < predictions[1] - 50 < predictions[2] - 100


@pytest.mark.parametrize("optimizer", ["adamw", "adam", "sgd", torch.optim.RMSprop])
def test_optimizers_learn_and_decay(optimizer):
    fit = {"optimizer": optimizer, "max_epochs": 40}
    trained = clone(REGRESSOR).set_params(**fit).fit(X, VALUES)
    assert trained.score(X, VALUES) > 0.5
    decayed = clone(REGRESSOR).set_params(weight_decay=5.0, **fit).fit(X, VALUES)
    assert decayed.score(X, VALUES) < trained.score(X, VALUES) - 0.2


@pytest.mark.parametrize("device", ["cpu", torch.device("cpu"), "auto", "cpu:0"])
def test_devices(device):
    fitted = clone(CLASSIFIER).set_params(device=device, n_threads=2).fit(X, LABELS)
    assert_same_weights(fitted, clone(CLASSIFIER).fit(X, LABELS))


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, 1),
        ({"batch_size": 10**9}, 1),  # of which the table fills 50
        ({"n_threads": 2}, 2),
        ({"hidden_layer_sizes": (3000, 3000), "max_epochs": 1}, 3),
    ],
    ids=str,
)
def test_small_nets_take_one_thread(options, expected):
    class Threads(Callback):
        def on_batch_begin(self, net, **kwargs):
            seen.add(torch.get_num_threads())

    seen = set()
    torch.set_num_threads(3)
    clone(CLASSIFIER).set_params(callbacks=[Threads()], **options).fit(X, LABELS)
    assert seen == {expected}
    assert torch.get_num_threads() == 3
    torch.set_num_threads(2)


def test_schedules_follow_the_course_of_the_fit():
    seen = []

    def schedule(progress):
        seen.append(progress)
        return progress

    part = NormLoss(schedule=schedule)
    whole = RegularizedClassifier(regularizers=[part], **SMALL).fit(X, LABELS)
    np.testing.assert_allclose(seen, np.arange(20) / 20)
    seen.clear()
    stepwise = RegularizedClassifier(regularizers=[part], **SMALL)
    for _ in range(7):
        stepwise.partial_fit(X, LABELS)
    np.testing.assert_allclose(seen, np.minimum(np.arange(28) / 20, 1))
    np.testing.assert_allclose(
        stepwise.history_["normloss"][:5], whole.history_["normloss"]
    )


# ELRClassifier


def test_elr_classifier_tells_wrong_labels():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(300, 2))
    y = np.where(X[:, 0] > 0, "yes", "no")
    wrong = rng.random(300) < 0.2
    noisy = np.where(wrong, np.where(y == "yes", "no", "yes"), y)
    options = SMALL | {"max_epochs": 30, "hidden_layer_sizes": (64,)}
    classifier = ELRClassifier(**options).fit(X, noisy)
    quality, targets = classifier.label_quality_, classifier.targets_
    assert targets.shape == (300, 2)
    assert targets.dtype == quality.dtype == np.float64
    np.testing.assert_allclose(targets.sum(axis=1), 1)
    given = np.searchsorted(classifier.classes_, noisy)
    share = targets[np.arange(300), given]  # of the last epochs, not of all
    assert np.corrcoef(quality, share)[0, 1] > 0.9
    assert quality[wrong].mean() < 0.3 < 0.7 < quality[~wrong].mean()
    suspects = np.argsort(quality)[: wrong.sum()]
    assert wrong[suspects].mean() > 0.85


def test_elr_classifier_judges_rows_that_did_not_train():
    options = SMALL | {"early_stopping": True, "validation_fraction": 0.3}
    classifier = ELRClassifier(**options).fit(X, LABELS)
    assert classifier.label_quality_.shape == (N,)
    np.testing.assert_allclose(classifier.targets_.sum(axis=1), 1)
    own = classifier.predict_proba(X)
    same = np.isclose(classifier.targets_, own, rtol=1e-5, atol=0).all(axis=1)
    assert same.sum() == 15


def test_elr_classifier_takes_other_methods_as_well():
    options = {"strength": 3.0, "beta": 0.9, "class_adjustment": 0.5}
    options["forward_correction"] = 0.0
    both = ELRClassifier(regularizers=[Mixup(), ("n", NormLoss())], **options, **SMALL)
    both.set_params(scaling="robust", ema_decay=None, swap_rate=0).fit(X, LABELS)
    assert list(both.regularizers_) == ["elr", "mixup", "n"]
    alone = RegularizedClassifier(
        regularizers=[ELR(**options, eps="auto"), Mixup(), ("n", NormLoss())], **SMALL
    ).fit(X, LABELS)
    assert_same_weights(both, alone)
