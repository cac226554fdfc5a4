"""What cannot work is refused before training, by name and with the remedy."""

import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.base import clone
from skorch.callbacks import Callback, EpochScoring

from skreg import (
    ARNetForecaster,
    ConRRegressor,
    ELRClassifier,
    RegularizedClassifier,
    RegularizedRegressor,
)
from skreg.preprocessing import TabularEncoder
from skreg.pretraining import TJEPAClassifier, TJEPARegressor, TJEPATransformer
from skreg.regularizers import ELR, NormLoss

RNG = np.random.default_rng(0)
X = RNG.normal(size=(60, 3))
LABELS = (X[:, 0] > 0).astype(int)
VALUES = X[:, 0] * 2 + X[:, 1]
SMALL = {"hidden_layer_sizes": (4,), "max_epochs": 2, "random_state": 0}
CLASSIFIER = RegularizedClassifier(**SMALL)
HUGE = 10**400


class Numpy(torch.nn.Linear):
    def forward(self, x):
        return super().forward(x).detach().numpy()


class Pair(torch.nn.Linear):
    def forward(self, x):
        return super().forward(x), None


class Detached(torch.nn.Linear):
    def forward(self, x):
        return super().forward(x.detach()).detach()


class DetachedInTraining(torch.nn.Linear):
    def forward(self, x):
        output = super().forward(x)
        return output.detach() if self.training else output


class NoGrad(torch.nn.Linear):
    def forward(self, x):
        with torch.no_grad():
            return super().forward(x)


class Fails(torch.nn.Linear):
    def forward(self, x):
        raise KeyError("mine")


class Frozen(torch.nn.Linear):
    def __init__(self, n_inputs, n_outputs):
        super().__init__(n_inputs, n_outputs)
        self.requires_grad_(False)


class NoNet(Callback):
    def on_train_begin(self):
        """Take nothing."""


class NoKeywords(Callback):
    def on_epoch_end(self, net):
        """Take the net only."""


class NoOutputs(Callback):
    def on_batch_end(self, net, batch):
        """Take too little."""


WRONG = [
    ({"hidden_layer_sizes": np.array(8)}, r"hidden_layer_sizes=array\(8\).*whole"),
    ({"hidden_layer_sizes": True}, "hidden_layer_sizes=True.*whole"),
    ({"hidden_layer_sizes": (8, True)}, r"hidden_layer_sizes=\(8, True\).*whole"),
    ({"hidden_layer_sizes": {8}}, r"hidden_layer_sizes=\{8\}.*whole"),
    ({"hidden_layer_sizes": (HUGE,)}, "hidden_layer_sizes=.*whole"),
    ({"lr_schedule": lambda p: None}, "lr_schedule=<lambda> returns None.*number"),
    ({"lr_schedule": lambda p: "0.5"}, "lr_schedule=<lambda> returns '0.5'.*number"),
    ({"lr_schedule": lambda p: -1.0}, "lr_schedule=<lambda> returns -1.0.*at least 0"),
    ({"lr_schedule": lambda p: 1j}, "lr_schedule=<lambda> returns 1j.*number"),
    ({"lr_schedule": lambda p: float("nan")}, "lr_schedule=<lambda> returns nan"),
    ({"lr_schedule": lambda p: np.ones(2)}, "lr_schedule=<lambda> returns array"),
    ({"lr_schedule": lambda: 1.0}, "lr_schedule=<lambda> cannot be called.*progress"),
    ({"regularizers": [NormLoss(schedule=lambda p: None)]}, "NormLoss.*returns None"),
    ({"regularizers": [ELR(schedule=lambda: 1)]}, "ELR.*cannot be called"),
    ({"optimizer": lambda: None}, "optimizer=<lambda> cannot be called.*'adamw'"),
    (
        {"optimizer": lambda p, **k: None},
        "optimizer=<lambda> makes a NoneType.*'adamw'",
    ),
    ({"optimizer": dict}, "optimizer=dict is not an optimizer"),
    ({"optimizer": torch.nn.Linear}, "optimizer=Linear is not an optimizer"),
    ({"optimizer": torch.optim.Rprop}, "optimizer=Rprop.*weight_decay.*function"),
    ({"module": Numpy}, "module=Numpy returns a ndarray.*tensor"),
    ({"module": Pair}, "module=Pair returns a tuple.*tensor"),
    ({"module": Detached}, r"module=Detached.*without gradient.*detach\(\)"),
    ({"module": NoGrad}, r"module=NoGrad.*without gradient.*no_grad\(\)"),
    ({"module": DetachedInTraining}, r"module got a gradient.*detach\(\)"),
    ({"module": Fails}, "module=Fails fails on 3 input columns.*mine"),
    ({"module": Frozen}, "module has no parameter.*frozen.*requires_grad"),
    ({"module": Frozen(3, 2)}, "module has no parameter.*frozen.*requires_grad"),
    ({"callbacks": [NoNet()]}, r"NoNet, whose on_train_begin.*\(net, X, y, \*\*kwargs"),
    ({"callbacks": [NoKeywords()]}, r"NoKeywords, whose on_epoch_end.*dataset_train"),
    ({"callbacks": [("a", NoOutputs())]}, "NoOutputs, whose on_batch_end.*y_pred"),
    ({"callbacks": [lambda: 1]}, "callbacks hold <lambda>.*one argument"),
    ({"callbacks": [lambda a, b: 1]}, "callbacks hold <lambda>.*one argument"),
    ({"callbacks": [(1, 2, 3)]}, "pairs are"),
    ({"callbacks": [EpochScoring]}, "class EpochScoring, which needs arguments"),
    ({"lr": HUGE}, "'lr' parameter"),
    ({"batch_size": HUGE}, "'batch_size' parameter.*64 bits"),
    ({"weight_decay": HUGE}, "'weight_decay' parameter"),
    ({"n_members": HUGE}, "'n_members' parameter.*64 bits"),
    ({"n_threads": HUGE}, "'n_threads' parameter.*64 bits"),
    ({"regularizers": [NormLoss(strength=HUGE)]}, "'strength' parameter of NormLoss"),
]


@pytest.mark.parametrize(("params", "message"), WRONG)
def test_parameters(params, message):
    options = {"numeric_embedding": None, "wide": False} | params
    estimator = clone(CLASSIFIER).set_params(**options)
    with pytest.raises((TypeError, ValueError), match=f"(?s){message}"):
        estimator.fit(X, LABELS)
    assert not hasattr(estimator, "net_")


def test_a_schedule_that_fails_late_says_when():
    fails = lambda progress: None if progress > 0.7 else 1.0  # noqa: E731
    with pytest.raises(TypeError, match=r"returns None for the progress 0\.875"):
        clone(CLASSIFIER).set_params(lr_schedule=fails).fit(X, LABELS)


@pytest.mark.parametrize("factor", [0.5, np.float32(0.5), torch.tensor(0.5), True, 0])
def test_schedules_of_all_numbers_work(factor):
    for params in ({"lr_schedule": lambda p: factor},):
        clone(CLASSIFIER).set_params(**params).fit(X, LABELS)
    part = NormLoss(schedule=lambda p: factor)
    clone(CLASSIFIER).set_params(regularizers=[part]).fit(X, LABELS)


ESTIMATORS = [
    RegularizedClassifier(**SMALL),
    RegularizedRegressor(**SMALL),
    ELRClassifier(**SMALL),
    ConRRegressor(**SMALL),
    TJEPAClassifier(),
    TJEPARegressor(),
]
NO_ROWS = [set(range(60)), frozenset(range(60)), dict.fromkeys(range(60)), "a" * 60]


@pytest.mark.parametrize("estimator", ESTIMATORS, ids=lambda e: type(e).__name__)
@pytest.mark.parametrize("y", [*NO_ROWS, {}.keys(), iter(range(60)), 3], ids=type)
def test_targets_without_rows(estimator, y):
    with pytest.raises(TypeError, match=r"y is a .*no rows in an order; pass an array"):
        clone(estimator).fit(X, y)


@pytest.mark.parametrize(
    "estimator",
    [CLASSIFIER, TJEPATransformer(), TJEPAClassifier(), TabularEncoder()],
    ids=lambda e: type(e).__name__,
)
@pytest.mark.parametrize("names", [["a", "b", "a"], [0, 0, 1]], ids=str)
def test_columns_of_one_name(estimator, names):
    frame = pd.DataFrame(X, columns=names)
    with pytest.raises(ValueError, match=f"several columns named {names[0]!r}; rename"):
        clone(estimator).fit(frame, LABELS)


TABLE = TJEPATransformer(max_epochs=0, hidden_dim=4, ff_dim=4, random_state=0)


# Ridge says that such weights leave nothing of its penalty.
@pytest.mark.filterwarnings("ignore:Singular matrix", "ignore:An ill-conditioned")
@pytest.mark.parametrize("head", ["kernel", "linear"])
@pytest.mark.parametrize("predictor", [TJEPAClassifier, TJEPARegressor])
def test_weights_of_any_size(predictor, head):
    weight = np.where(LABELS > 0, 1e308, 1e307)
    model = predictor(pretrained=TABLE, head=head, random_state=0)
    model.fit(X, LABELS, sample_weight=weight)
    assert model.score(X, LABELS) > 0.3


def test_values_beyond_all_sums():
    y = np.where(LABELS > 0, 1.7e308, 0.0)
    with pytest.raises(ValueError, match=r"y holds numbers beyond.*divide y"):
        TJEPARegressor(pretrained=TABLE).fit(X, y)


@pytest.mark.parametrize("params", [{"c1": 1e308}, {"c1": 1e-320}, {"c2": 1e308}])
def test_penalties_beyond_all_floats(params):
    (name,) = params
    series = np.sin(np.arange(100) / 5) + RNG.normal(size=100) / 10
    with pytest.raises(ValueError, match=f"{name}=1e.*such as the paper's 3"):
        ARNetForecaster(**params).fit(series)


def test_logarithms_of_probabilities():
    classifier = clone(CLASSIFIER).fit(X, LABELS)
    logs = classifier.predict_log_proba(X)
    np.testing.assert_allclose(np.exp(logs), classifier.predict_proba(X))
