"""Every callback that skorch documents does here what it does in a net of skorch."""

import inspect
import pickle
from types import SimpleNamespace

import numpy as np
import pytest
import skorch.callbacks
import torch
from sklearn.base import clone
from sklearn.datasets import load_wine
from sklearn.metrics import accuracy_score, log_loss, r2_score
from skorch.callbacks import (
    BatchScoring,
    Callback,
    Checkpoint,
    EarlyStopping,
    EpochScoring,
    EpochTimer,
    Freezer,
    GradientNormClipping,
    Initializer,
    InputShapeSetter,
    LoadInitState,
    LRScheduler,
    MlflowLogger,
    NeptuneLogger,
    ParamMapper,
    PassthroughScoring,
    PrintLog,
    ProgressBar,
    SacredLogger,
    TensorBoard,
    TrainEndCheckpoint,
    Unfreezer,
    WandbLogger,
    WarmRestartLR,
)

from skreg import (
    ConRRegressor,
    ELRClassifier,
    RegularizedClassifier,
    RegularizedRegressor,
)
from skreg.pretraining import TJEPATransformer

X, LABELS = load_wine(return_X_y=True)
VALUES = X[:, 0] + X[:, 1] ** 2
SMALL = {
    "hidden_layer_sizes": (8,),
    "numeric_embedding": None,
    "wide": False,
    "max_epochs": 4,
    "batch_size": 50,
    "random_state": 0,
}
PLAIN = RegularizedClassifier(**SMALL)
STOPPING = clone(PLAIN).set_params(early_stopping=True, validation_fraction=0.3)


def fitted(*callbacks, estimator=STOPPING, y=LABELS, **params):
    return clone(estimator).set_params(callbacks=[*callbacks], **params).fit(X, y)


def weights(estimator):
    state = estimator.net_.module_.state_dict()
    return {name: value.numpy().copy() for name, value in state.items()}


def assert_same_weights(first, second):
    for name, value in weights(second).items():
        np.testing.assert_array_equal(weights(first)[name], value)


class Recorder:
    """Stands in for the clients of loggers: takes all calls and notes them."""

    def __init__(self):
        self.calls = []

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *args, **kwargs: self.calls.append((name, args, kwargs))


def test_all_documented_callbacks_are_tested_here():
    tested = inspect.getsource(inspect.getmodule(inspect.currentframe()))
    assert all(tested.count(name) > 1 for name in skorch.callbacks.__all__)


class Rows(Callback):
    """Keeps the rows set aside, and what an epoch is of."""

    def on_epoch_end(self, net, dataset_train, dataset_valid, **kwargs):
        self.train, self.valid = dataset_train.rows, dataset_valid.rows


@pytest.mark.parametrize("use_caching", [True, False])
def test_epoch_scoring(use_caching):
    rows = Rows()
    score = EpochScoring("accuracy", lower_is_better=False, use_caching=use_caching)
    loss = EpochScoring("neg_log_loss", use_caching=use_caching, name="loss")
    watched = fitted(rows, score, loss, max_epochs=2, n_iter_no_change=9)
    valid = rows.valid.numpy()
    # The last epoch was the best, so its weights were kept.
    assert np.argmin(watched.history_["valid_loss"]) == 1
    right = accuracy_score(LABELS[valid], watched.predict(X[valid]))
    assert watched.history_["accuracy"][-1] == pytest.approx(right)
    lost = log_loss(LABELS[valid], watched.predict_proba(X[valid]))
    assert watched.history_["loss"][-1] == pytest.approx(-lost, rel=1e-5)
    assert_same_weights(watched, fitted(max_epochs=2, n_iter_no_change=9))


def test_epoch_scoring_on_training_rows():
    callbacks = [
        EpochScoring("accuracy", on_train=True, use_caching=c, name=str(c))
        for c in (True, False)
    ]
    watched = fitted(*callbacks, estimator=PLAIN, lr=1e-30, dropout=0.0)
    right = watched.score(X, LABELS)
    for name in ("True", "False"):
        assert watched.history_[name] == pytest.approx([right] * 4)


@pytest.mark.parametrize("estimator", [RegularizedRegressor, ConRRegressor])
@pytest.mark.parametrize("members", [None, 3])
def test_epoch_scoring_of_numbers(estimator, members):
    rows = Rows()
    regressor = estimator(
        **SMALL, early_stopping=True, validation_fraction=0.3, n_iter_no_change=9
    )
    score = EpochScoring("r2", lower_is_better=False)
    watched = fitted(rows, score, estimator=regressor, y=VALUES, n_members=members)
    best = int(np.argmin(watched.history_["valid_loss"]))
    right = r2_score(VALUES[rows.valid], watched.predict(X[rows.valid]))
    assert watched.history_["r2"][best] == pytest.approx(right, rel=1e-4)


def test_epoch_scoring_of_an_ensemble_stops_the_training():
    score = EpochScoring("accuracy", lower_is_better=False)
    stop = EarlyStopping("accuracy", patience=1, lower_is_better=False, threshold=1e3)
    for estimator in (ELRClassifier(**SMALL, n_networks=2, early_stopping=True),):
        assert fitted(score, stop, estimator=estimator).n_iter_ == 2


def test_epoch_scoring_with_a_function():
    def count(net, X, y):
        assert net.predict(X).shape == y.shape
        assert set(net.classes_) == {0, 1, 2}
        return len(y)

    assert fitted(EpochScoring(count)).history_["count"][0] == 53


def test_batch_scoring():
    train = BatchScoring("accuracy", on_train=True, name="train", lower_is_better=False)
    valid = BatchScoring("accuracy", name="valid", lower_is_better=False)
    whole = EpochScoring("accuracy", name="whole", on_train=True)
    history = fitted(train, valid, whole, lr=0.05).history_
    assert history["train"] == pytest.approx(history["whole"])
    assert max(history["valid"]) > 0.5
    assert history["valid_best"][0]


def test_passthrough_scoring():
    class Notes(Callback):
        def on_batch_end(self, net, batch, training, **kwargs):
            net.history.record_batch("rows", float(len(batch[0])))

    history = fitted(
        Notes(),
        PassthroughScoring("rows", on_train=True),
        PassthroughScoring("valid_loss", lower_is_better=True),
    ).history_
    assert history["rows"] == pytest.approx([(50**2 * 2 + 25**2) / 125] * 4)
    assert "valid_loss_best" not in history
    alone = fitted(PassthroughScoring("train_loss", on_train=True), estimator=PLAIN)
    assert len(alone.history_["train_loss"]) == 4


@pytest.mark.parametrize("monitor", ["valid_loss_best", "train_loss_best"])
def test_checkpoint(tmp_path, monitor):
    point = Checkpoint(monitor, dirname=str(tmp_path), f_pickle="net.pkl")
    watched = fitted(point, n_iter_no_change=9)
    best = np.argmin(watched.history_[monitor.removesuffix("_best")])
    assert np.flatnonzero(watched.history_["event_cp"])[-1] == best
    saved = torch.load(tmp_path / "params.pt", weights_only=True)
    if monitor == "valid_loss_best":
        for name, value in weights(watched).items():
            np.testing.assert_array_equal(saved[name].numpy(), value)
    with open(tmp_path / "net.pkl", "rb") as file:
        net = pickle.load(file)
    assert net.predict(watched.encoder_.transform(X)).shape == LABELS.shape


def test_checkpoint_goes_back_to_the_best(tmp_path):
    point = Checkpoint("train_loss_best", dirname=str(tmp_path), load_best=True)
    assert_same_weights(fitted(point, estimator=PLAIN), fitted(estimator=PLAIN))


def test_train_end_checkpoint_and_load_init_state(tmp_path):
    point = TrainEndCheckpoint(dirname=str(tmp_path))
    options = {"estimator": PLAIN, "lr_schedule": "constant"}
    first = fitted(point, max_epochs=2, **options)
    assert (tmp_path / "train_end_params.pt").exists()
    second = fitted(LoadInitState(point), max_epochs=2, **options)
    assert_same_weights(second, fitted(max_epochs=4, **options))
    assert second.n_iter_ == 4
    assert first.n_iter_ == 2


def test_early_stopping():
    stop = EarlyStopping(patience=1, threshold=1e3, sink=lambda text: None)
    assert fitted(stop).n_iter_ == 2


def test_epoch_timer_and_print_log():
    lines = []
    log = PrintLog(sink=lines.append)
    watched = fitted(EpochTimer, EpochScoring("accuracy"), log)
    assert min(watched.history_["dur"]) > 0
    head, _, first = lines[:3]
    assert head.split() == ["epoch", "accuracy", "train_loss", "valid_loss", "dur"]
    assert len(first.split()) == 5


def test_progress_bar(capsys):
    fitted(ProgressBar(detect_notebook=False))
    assert "/5 [" in capsys.readouterr().err


def test_param_mapper_freezer_unfreezer_and_initializer():
    start = fitted(estimator=PLAIN, max_epochs=0)
    frozen = fitted(Freezer("layers.*"), estimator=PLAIN)
    freed = fitted(Freezer("layers.*"), Unfreezer("layers.*", at=3), estimator=PLAIN)
    zero = ParamMapper("head.bias", fn=torch.nn.init.zeros_, schedule=lambda net: fill)
    fill = lambda param: torch.nn.init.constant_(param, 7.0)  # noqa: E731
    filled = fitted(zero, estimator=PLAIN, lr=1e-30)
    begun = fitted(Initializer("head.bias", fn=fill), estimator=PLAIN, lr=1e-30)
    first = "layers.0.weight"
    assert np.array_equal(weights(frozen)[first], weights(start)[first])
    assert not np.array_equal(weights(freed)[first], weights(start)[first])
    assert (weights(filled)["head.bias"] == 7).all()
    assert (weights(begun)["head.bias"] == 7).all()


def test_gradient_norm_clipping():
    clip = GradientNormClipping(gradient_clip_value=1e-9)
    still = fitted(clip, estimator=PLAIN, optimizer="sgd", lr=1.0)
    start = fitted(estimator=PLAIN, max_epochs=0)
    for name, value in weights(start).items():
        np.testing.assert_allclose(weights(still)[name], value, atol=1e-6)


@pytest.mark.parametrize("policy", [WarmRestartLR, "ReduceLROnPlateau", "StepLR"])
def test_lr_scheduler(policy):
    options = {"StepLR": {"step_size": 2}}.get(policy, {})
    watched = fitted(LRScheduler(policy, monitor="valid_loss", **options))
    assert len(watched.history_["event_lr"]) == watched.n_iter_


def test_tensor_board():
    writer = Recorder()
    fitted(EpochScoring("accuracy"), TensorBoard(writer, close_after_train=False))
    logged = {args[0] if args else kwargs["tag"] for _, args, kwargs in writer.calls}
    assert {"Loss/train_loss", "Loss/valid_loss", "accuracy"} <= logged


def test_sacred_logger():
    experiment = Recorder()
    fitted(SacredLogger(experiment, log_on_batch_end=True))
    logged = {args[0] for name, args, _ in experiment.calls if name == "log_scalar"}
    assert {"train_loss_batch", "train_loss_epoch", "valid_loss_epoch"} <= logged


def test_wandb_logger():
    run = Recorder()
    fitted(WandbLogger(run, save_model=False))
    logged = [kwargs or args[0] for name, args, kwargs in run.calls if name == "log"]
    assert len(logged) == 4
    assert "valid_loss" in logged[0]


def test_mlflow_logger():
    client = Recorder()
    run = SimpleNamespace(info=SimpleNamespace(run_id="1"))
    fitted(MlflowLogger(run, client, create_artifact=False))
    logged = {args[1] for name, args, _ in client.calls if name == "log_metric"}
    assert {"train_loss", "valid_loss"} <= logged


class Tree:
    """Stands in for a run of Neptune: keeps what is set and appended."""

    def __init__(self):
        self.kept = {}

    def __getitem__(self, name):
        return self.kept.setdefault(name, Tree())

    def __setitem__(self, name, value):
        self.kept[name] = value

    def append(self, value, **kwargs):
        self.kept.setdefault("values", []).append(value)


def test_neptune_logger(monkeypatch):
    monkeypatch.setattr(NeptuneLogger, "_model_summary_file", lambda *args: None)
    run = Tree()
    fitted(NeptuneLogger(run, close_after_train=False))
    assert len(run["training"]["validation"]["epoch"]["loss"].kept["values"]) == 4


def test_input_shape_setter_is_refused():
    with pytest.raises(ValueError, match=r"InputShapeSetter.*leave it out.*module"):
        fitted(InputShapeSetter())


NEEDY = [
    EpochScoring("accuracy"),
    BatchScoring("accuracy"),
    PassthroughScoring("valid_loss"),
    Checkpoint(),
    EarlyStopping(),
]


@pytest.mark.parametrize("callback", NEEDY, ids=lambda c: type(c).__name__)
@pytest.mark.parametrize("method", ["fit", "partial_fit"])
def test_callbacks_that_miss_rows_set_aside_are_refused(callback, method):
    classifier = clone(PLAIN).set_params(callbacks=[callback])
    name = type(callback).__name__
    with pytest.raises(ValueError, match=rf"{name}.*early_stopping=True.*on_train"):
        getattr(classifier, method)(X, LABELS)
    assert not hasattr(classifier, "net_")


def test_scores_without_truth_are_refused():
    score = EpochScoring("accuracy", on_train=True)
    with pytest.raises(ValueError, match=r"EpochScoring\(scoring='accuracy'\).*labels"):
        TJEPATransformer(max_epochs=1, callbacks=[score]).fit(X)
    teacher = fitted(score, estimator=PLAIN)
    with pytest.raises(ValueError, match="pass callbacks=None"):
        teacher.distill(X)
    assert teacher.distill(X, callbacks=None).n_iter_ == 4


def test_a_monitor_that_is_not_recorded_is_named():
    with pytest.raises(ValueError, match=r"'accuracy'.*train_loss.*in front"):
        fitted(EarlyStopping("accuracy"), EpochScoring("accuracy"))


# What is left of a net


def test_a_net_predicts_and_scores():
    classifier = fitted(estimator=PLAIN)
    Z = classifier.encoder_.transform(X)
    net = classifier.net_
    np.testing.assert_array_equal(net.predict_proba(Z), classifier.predict_proba(X))
    np.testing.assert_array_equal(net.predict(Z), classifier.predict(X))
    assert net.score(Z, LABELS) == classifier.score(X, LABELS)
    regressor = fitted(estimator=RegularizedRegressor(**SMALL), y=VALUES)
    learnt = (VALUES - VALUES.mean()) / VALUES.std()
    score = regressor.net_.score(regressor.encoder_.transform(X), learnt[:, None])
    assert score == pytest.approx(regressor.score(X, VALUES), rel=1e-3)


@pytest.mark.parametrize(
    "use",
    [
        lambda net: clone(net),
        lambda net: net.fit(X, LABELS),
        lambda net: net.partial_fit(X, LABELS),
        lambda net: net.fit_loop(X, LABELS),
        lambda net: net.initialize(),
        lambda net: net.set_params(lr=0.1),
        lambda net: net.set_params(module__hidden=3),
        lambda net: net.train_step((X, LABELS)),
    ],
)
def test_a_net_is_trained_by_its_estimator_alone(use):
    with pytest.raises(RuntimeError, match=r"clone\(estimator\)"):
        use(fitted(estimator=PLAIN).net_)
