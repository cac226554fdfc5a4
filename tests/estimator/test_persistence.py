"""Saved, copied, sent elsewhere: small, and the same to the last bit."""

import copy
import io
import pickle
import re

import joblib
import numpy as np
import pandas as pd
import pytest
import torch
from elsewhere import run_elsewhere
from plain import PLAIN
from sklearn.base import clone
from sklearn.callback import ProgressBar
from sklearn.datasets import make_classification
from skorch.callbacks import EpochTimer

from skreg import ELRClassifier, RegularizedClassifier, RegularizedRegressor
from skreg.regularizers import (
    ELR,
    Mixup,
    NormLoss,
    SampleTable,
    SpectralRisk,
    WeightCompander,
)

N = 60
X, LABELS = make_classification(N, 30, random_state=0)
FRAME = pd.DataFrame({"number": X[:, 0], "letter": np.where(LABELS, "a", None)})
VALUES = X[:, :2]
SMALL = {"hidden_layer_sizes": (16, 16), "max_epochs": 3, "random_state": 0}


def normed(n_inputs, n_outputs):
    return torch.nn.Sequential(
        torch.nn.Linear(n_inputs, 8),
        torch.nn.BatchNorm1d(8),
        torch.nn.Dropout(0.5),
        torch.nn.Linear(8, n_outputs),
    )


FITTED = {
    "classifier": lambda: RegularizedClassifier(**SMALL).fit(X, LABELS),
    "methods": lambda: RegularizedClassifier(
        regularizers=[ELR(), Mixup(), WeightCompander(), SpectralRisk()],
        dropout=0.2,
        **SMALL,
    ).fit(X, LABELS),
    "elr": lambda: ELRClassifier(**SMALL).fit(X, LABELS.astype(str)),
    "frame": lambda: RegularizedClassifier(**SMALL).fit(FRAME, LABELS),
    "regressor": lambda: RegularizedRegressor(
        regularizers=[NormLoss()], dtype="float64", **SMALL
    ).fit(X, VALUES),
    "early stopping": lambda: RegularizedRegressor(early_stopping=True, **SMALL).fit(
        X, VALUES[:, 0]
    ),
    "module": lambda: RegularizedRegressor(module=normed, **SMALL).fit(X, VALUES),
    "callbacks": lambda: (
        RegularizedRegressor(
            callbacks=[EpochTimer(), ("print", print_nothing)], **SMALL
        )
        .set_callbacks(ProgressBar())
        .fit(X, VALUES)
    ),
    "partly": lambda: RegularizedRegressor(**SMALL).partial_fit(X, VALUES),
}


def print_nothing(net):
    """A callback that pickles."""


def through_joblib(estimator):
    file = io.BytesIO()
    joblib.dump(estimator, file)
    file.seek(0)
    return joblib.load(file)


def through_pickle(estimator):
    return pickle.loads(pickle.dumps(estimator))


def shown(params):
    return re.sub(r"0x\w+", "address", str(params))


def outputs(estimator):
    table = FRAME if hasattr(estimator, "feature_names_in_") else X
    return getattr(estimator, "predict_proba", estimator.predict)(table)


@pytest.mark.parametrize(
    "duplicate", [through_pickle, through_joblib, copy.deepcopy, copy.copy]
)
@pytest.mark.parametrize("fit", FITTED.values(), ids=FITTED)
def test_duplicates_predict_the_same_bits(fit, duplicate):
    estimator = fit()
    twin = duplicate(estimator)
    np.testing.assert_array_equal(outputs(twin), outputs(estimator))
    assert vars(twin).keys() == vars(estimator).keys()
    assert twin.history_ == estimator.history_
    assert twin.regularizers_.keys() == estimator.regularizers_.keys()
    assert shown(twin.get_params()) == shown(estimator.get_params())
    if "elr" in estimator.regularizers_:
        tables = (e.regularizers_["elr"].table_.numpy() for e in (estimator, twin))
        np.testing.assert_array_equal(*tables)


@pytest.mark.parametrize("duplicate", [through_pickle, copy.deepcopy])
def test_duplicates_live_lives_of_their_own(duplicate):
    estimator = FITTED["partly"]()
    twin = duplicate(estimator)
    expected = outputs(estimator).copy()
    twin.partial_fit(X, VALUES)
    np.testing.assert_array_equal(outputs(estimator), expected)
    assert (outputs(twin) != expected).any()
    with torch.no_grad():
        for parameter in twin.net_.module_.parameters():
            parameter.zero_()
    np.testing.assert_array_equal(outputs(estimator), expected)


@pytest.mark.parametrize("fit", FITTED.values(), ids=FITTED)
def test_predicting_does_not_change_the_estimator(fit):
    estimator = fit()
    before = pickle.dumps(estimator)
    outputs(estimator)
    assert pickle.dumps(estimator) == before


@pytest.mark.parametrize("fit", FITTED.values(), ids=FITTED)
def test_clones_are_unfitted(fit):
    estimator = fit()
    fresh = clone(estimator)
    learnt = {name for name in vars(fresh) if name.endswith("_") or name[0] == "_"}
    assert learnt <= {"_skl_callbacks"}
    assert shown(fresh.get_params()) == shown(estimator.get_params())


def test_pickles_are_small():
    """Weights, and little that grows with the rows, the epochs or the optimizer."""
    estimator = RegularizedClassifier(**SMALL, **PLAIN).fit(X, LABELS)
    weights = sum(p.nbytes for p in estimator.net_.module_.parameters())
    size = len(pickle.dumps(estimator))
    print(f"weights {weights} bytes, pickle {size} bytes")
    assert weights == 4 * (30 * 16 + 16 + 16 * 16 + 16 + 16 * 2 + 2)
    assert size < weights + 15_000

    many = np.tile(X, (40, 1)), np.tile(LABELS, 40)
    assert abs(len(pickle.dumps(clone(estimator).fit(*many))) - size) < 200
    methods = RegularizedClassifier(
        regularizers=[Mixup(), NormLoss(), WeightCompander()], **SMALL, **PLAIN
    ).fit(*many)
    assert len(pickle.dumps(methods)) < size + 6_000
    long = clone(estimator).set_params(max_epochs=103).fit(X, LABELS)
    assert len(pickle.dumps(long)) < size + 100 * 52


def test_the_weights_are_stored_once():
    wide = RegularizedClassifier(**SMALL | {"hidden_layer_sizes": (300, 300)})
    wide.set_params(max_epochs=1).fit(X, LABELS)
    weights = sum(p.nbytes for p in wide.net_.module_.parameters())
    assert weights > 400_000
    assert len(pickle.dumps(wide)) < 1.1 * weights


def test_the_optimizer_is_kept_only_to_go_on():
    once = RegularizedClassifier(**SMALL).fit(X, LABELS)
    warm = RegularizedClassifier(warm_start=True, **SMALL).fit(X, LABELS)
    weights = sum(p.nbytes for p in once.net_.module_.parameters())
    extra = len(pickle.dumps(warm)) - len(pickle.dumps(once))
    assert 2 * weights < extra < 2 * weights + 8_000


def test_nets_of_another_device_load_in_silence():
    """A net trained on a GPU, as far as a machine without one can pretend."""
    assert not torch.cuda.is_available()
    estimator = ELRClassifier(**SMALL).fit(X, LABELS)
    expected = estimator.predict_proba(X)
    estimator.net_.device = "cuda"
    loaded = pickle.loads(pickle.dumps(estimator))  # warnings are errors
    np.testing.assert_array_equal(loaded.predict_proba(X), expected)
    assert {p.device.type for p in loaded.net_.module_.parameters()} == {"cpu"}
    assert torch.device(loaded.net_.device).type == "cpu"
    loaded.partial_fit(X, LABELS)


class WithoutGpu(pickle.Unpickler):
    """Fails on tensors as torch does on those of a missing GPU.

    Nets of skorch hide theirs in a part of their own, which they load to the CPU.
    """

    def find_class(self, module, name):
        assert name != "_load_from_bytes", "a tensor would stay on its device"
        return super().find_class(module, name)


@pytest.mark.parametrize(
    "estimator",
    [
        RegularizedRegressor(**SMALL),
        RegularizedRegressor(warm_start=True, **SMALL),
        RegularizedRegressor(regularizers=[NormLoss(), Mixup()], **SMALL),
        RegularizedRegressor(module=normed, **SMALL),
    ],
    ids=["plain", "warm start", "methods", "module"],
)
def test_all_tensors_are_where_a_missing_gpu_is_minded(estimator):
    pickled = pickle.dumps(clone(estimator).fit(X, VALUES))
    assert WithoutGpu(io.BytesIO(pickled)).load().predict(X).shape == (N, 2)


def test_tables_of_another_device_are_pickled_as_host_memory():
    table = SampleTable(torch.zeros(3, 2, device="meta"))
    moved = []

    class Elsewhere(torch.Tensor):
        def cpu(self, *args, **kwargs):
            moved.append(True)
            return torch.ones(3, 2)

    table.values = torch.zeros(3, 2).as_subclass(Elsewhere)
    loaded = pickle.loads(pickle.dumps(table))
    assert moved
    assert type(loaded.values) is torch.Tensor
    np.testing.assert_array_equal(loaded.numpy(), np.ones((3, 2)))


def test_pickles_load_in_a_fresh_process(tmp_path):
    """Where nothing but the estimator's own module has been imported."""
    estimator = FITTED["elr"]()
    (tmp_path / "net.pickle").write_bytes(pickle.dumps(estimator))
    np.save(tmp_path / "X.npy", X)
    code = (
        "import pickle, numpy\n"
        "with open('net.pickle', 'rb') as file:\n"
        "    estimator = pickle.load(file)\n"
        "numpy.save('out.npy', estimator.predict_proba(numpy.load('X.npy')))\n"
    )
    run_elsewhere(code, tmp_path)
    np.testing.assert_array_equal(
        np.load(tmp_path / "out.npy"), estimator.predict_proba(X)
    )
