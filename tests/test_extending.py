"""A loss of one's own, as docs/development/extending.md shows it."""

import ast
import importlib
import inspect
import pickle
import re
from pathlib import Path

import numpy as np
import pytest
import torch
from poisson_target import PoissonTarget
from sklearn.base import clone
from sklearn.metrics import d2_tweedie_score, mean_poisson_deviance
from sklearn.model_selection import GridSearchCV

from skreg import ConRRegressor, RegularizedRegressor

N_TRAIN = 800
_RANDOM = np.random.default_rng(0)
X = _RANDOM.normal(size=(2 * N_TRAIN, 4))
RATE = np.exp(0.5 + 0.8 * X[:, 0] - 0.6 * X[:, 1] * (X[:, 2] > 0))
Y = _RANDOM.poisson(RATE)
TRAIN, TEST = np.split(np.arange(len(X)), 2)


def counts_net(cls=RegularizedRegressor, **options):
    usual = {"loss": PoissonTarget(), "max_epochs": 12, "random_state": 0}
    return cls(**usual | options)


def fit(net):
    return net.fit(X[TRAIN], Y[TRAIN])


@pytest.fixture(scope="module")
def ensemble():
    return fit(counts_net(n_members=3))


def test_is_one_object_of_at_most_40_lines():
    assert len(inspect.getsource(PoissonTarget).splitlines()) <= 40


def test_comes_closer_to_the_rates_than_squares():
    """In the deviance and in the error, and never below zero."""
    poisson, squares = fit(counts_net()), fit(counts_net(loss="squared_error"))
    predicted, by_squares = poisson.predict(X[TEST]), squares.predict(X[TEST])
    assert (predicted > 0).all()
    error = np.abs(predicted - RATE[TEST]).mean()
    assert error < 0.95 * np.abs(by_squares - RATE[TEST]).mean()
    assert error < 0.3 * np.abs(Y[TRAIN].mean() - RATE[TEST]).mean()
    floor = mean_poisson_deviance(Y[TEST], RATE[TEST])
    assert mean_poisson_deviance(Y[TEST], predicted) < 1.15 * floor
    score = poisson.score(X[TEST], Y[TEST])
    assert score == d2_tweedie_score(Y[TEST], predicted, power=1)


def test_multiplied_counts_are_the_same_net():
    """The net learns multiples of the mean, so that the unit does not matter."""
    once = fit(counts_net(max_epochs=2))
    twice = clone(once).fit(X[TRAIN], 2 * Y[TRAIN])
    expected = 2 * once.predict(X[TEST])
    np.testing.assert_allclose(twice.predict(X[TEST]), expected, rtol=1e-4)


def test_members_agree_on_the_mean_of_their_rates(ensemble):
    module = ensemble.net_.module_
    inputs = torch.from_numpy(ensemble.encoder_.transform(X[TEST]))
    with torch.no_grad():
        outputs = module.body(module.embed(inputs))
    rates = outputs.exp().numpy() * ensemble.target_.spread_
    assert len(rates) == 3
    assert rates.std(0).mean() > 0.01
    mean = rates.mean(0)[:, 0]
    np.testing.assert_allclose(ensemble.predict(X[TEST]), mean, rtol=1e-4)


def test_teaches_a_student(ensemble):
    student = ensemble.distill(X[TRAIN])
    taught, told = student.predict(X[TEST]), ensemble.predict(X[TEST])
    assert np.corrcoef(np.log(taught), np.log(told))[0, 1] > 0.98
    assert student.score(X[TEST], Y[TEST]) > ensemble.score(X[TEST], Y[TEST]) - 0.02


def test_stops_early_by_its_own_loss():
    options = {"max_epochs": 30, "n_iter_no_change": 3, "lr": 0.01}
    net = fit(counts_net(early_stopping=True, **options))
    assert net.n_iter_ < options["max_epochs"]
    losses = net.history_["valid_loss"]
    assert min(losses) < losses[0]
    # Of a Poisson loss in multiples of the mean, which is 1 without any knowledge.
    assert min(losses) < 1
    assert net.score(X[TEST], Y[TEST]) > 0.5


def test_travels(ensemble):
    again = pickle.loads(pickle.dumps(ensemble))
    assert isinstance(again.target_, PoissonTarget)
    assert (again.predict(X[TEST]) == ensemble.predict(X[TEST])).all()


def test_is_searched_by_its_parameters():
    grid = {"loss__max_ratio": [0.5, 1000.0]}
    search = GridSearchCV(counts_net(max_epochs=4), grid, cv=2)
    search.fit(X[TRAIN], Y[TRAIN])
    assert search.best_params_ == {"loss__max_ratio": 1000.0}
    assert search.best_estimator_.target_.max_ratio == 1000.0


def test_a_fit_goes_on_where_it_was():
    options = {"max_epochs": 2, "lr_schedule": "constant"}
    whole, parts = counts_net(**options), counts_net(**options)
    for _ in range(2):
        parts.partial_fit(X[TRAIN], Y[TRAIN])
    assert (parts.predict(X) == fit(whole).predict(X)).all()


def test_refuses_what_are_no_counts():
    with pytest.raises(ValueError, match=r"y has 1 negative numbers.*drop these rows"):
        counts_net().fit(X[:9], [3, 0, 1, -1, 0, 2, 0, 0, 1])


def test_goes_with_conr_but_not_with_its_balance():
    options = {"cls": ConRRegressor, "max_epochs": 4}
    plain = fit(counts_net(**options, strength=0.0))
    conr = fit(counts_net(**options, strength=0.5))
    assert conr.score(X[TEST], Y[TEST]) > 0.3
    assert (conr.predict(X) != plain.predict(X)).any()
    told = r"balance=0.5 does not go with loss=PoissonTarget\(\)"
    with pytest.raises(ValueError, match=told):
        fit(counts_net(**options, balance=0.5))


# -- The pages for developers name what exists -----------------------------------------

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs/development").glob("*.md"))]
each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)


@each_page
def test_files_and_folders_exist(page):
    roots = "skreg|tests|docs|benchmarks|examples"
    named = re.findall(rf"`((?:{roots})(?:/[\w.]+)+)/?`", page.read_text())
    assert [path for path in named if not (ROOT / path).exists()] == []


@each_page
def test_references_exist(page):
    for name in re.findall(r"`~(skreg[\w.]+)`", page.read_text()):
        module, *parts = re.findall(r"^skreg(?:\.[a-z]\w*)*(?=\.)|\w+", name)
        thing = importlib.import_module(module)
        for part in parts:
            thing = getattr(thing, part)


@each_page
def test_code_that_is_included_exists(page):
    include = r"\{literalinclude\} (\S+)\n:pyobject: (\w+)"
    for path, name in re.findall(include, page.read_text()):
        tree = ast.parse((page.parent / path).read_text())
        assert name in {getattr(node, "name", None) for node in tree.body}


def test_names_in_the_tables_of_the_architecture_are_defined_there():
    page = (ROOT / "docs/development/architecture.md").read_text()
    pairs = re.findall(r"`(\w+)` in\s+`(skreg/[\w/.]+)`", page)
    assert len(pairs) > 5
    for name, path in pairs:
        tree = ast.parse((ROOT / path).read_text())
        assert name in {getattr(node, "name", None) for node in tree.body}
