"""How strong the prior of the linear heads is, and what they read."""

import warnings

import numpy as np
import pytest

from skreg.pretraining import TJEPAClassifier, TJEPARegressor
from skreg.pretraining._heads import fit_head

LINEAR = TJEPAClassifier(head="linear")


@pytest.mark.parametrize(
    ("share", "fitting"), [(0.0, {0.001, 0.003, 0.01}), (1.0, {1.0})]
)
def test_a_rare_class_does_not_stop_the_comparison(share, fitting):
    random = np.random.default_rng(0)
    Z = random.normal(size=(90, 20))
    y = ((share * Z[:, 0] + (1 - share) * random.normal(size=90)) > 0).astype(int)
    y[0] = 2  # one row of its kind
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        head = fit_head(LINEAR, Z, y, None, 0)
    assert head.C in fitting
    assert head.classes_.tolist() == [0, 1, 2]


def test_a_class_too_rare_for_the_rows_compared():
    y = np.zeros(20_000, int)
    y[:3] = 1
    Z = np.random.default_rng(0).normal(size=(20_000, 2))
    assert fit_head(LINEAR, Z, y, None, 0).C == 0.1


def test_too_few_labels_of_a_second_class_are_not_compared():
    y = np.r_[np.zeros(88, int), 1, 1]
    Z = np.random.default_rng(0).normal(size=(90, 2))
    assert fit_head(LINEAR, Z, y, None, 0).C == 0.1


def test_labels_are_compared_by_their_probability():
    # Most rows are of class 0 whatever the strength: hits would tell nothing.
    random = np.random.default_rng(0)
    Z = random.normal(size=(600, 5))
    y = (random.random(600) < 0.35 / (1 + np.exp(-2 * Z[:, 0]))).astype(int)
    strong = fit_head(LINEAR, Z, random.permutation(y), None, 0)
    assert strong.C < fit_head(LINEAR, Z, y, None, 0).C


def ring(n_rows):
    Z = np.random.default_rng(n_rows).normal(size=(n_rows, 4))
    return Z, (Z[:, :2] ** 2).sum(1)


def test_the_kernel_sees_what_no_line_does():
    (Z, y), (Z_test, y_test) = ring(400), ring(1000)
    fitted = [
        fit_head(TJEPARegressor(head=h), Z, y, None, 0) for h in ("kernel", "linear")
    ]
    kernel, linear = (head.score(Z_test, y_test) for head in fitted)
    assert kernel > 0.8 > 0.2 > linear
    fitted = [
        fit_head(kind, Z, y > 1.4, None, 0) for kind in (TJEPAClassifier(), LINEAR)
    ]
    kernel, linear = (head.score(Z_test, y_test > 1.4) for head in fitted)
    assert kernel > 0.85 > 0.7 > linear


def test_copies_count_as_weights_in_the_kernel_head():
    Z, y = ring(30)
    copies = np.where(np.arange(30) < 10, 2, 1)
    weighted = fit_head(TJEPARegressor(), Z, y, copies.astype(float), 0)
    repeated = fit_head(
        TJEPARegressor(), *(a.repeat(copies, 0) for a in (Z, y)), None, 0
    )
    np.testing.assert_allclose(weighted.predict(Z), repeated.predict(Z), atol=1e-6)


def test_many_labels_are_compared_with_some(monkeypatch):
    monkeypatch.setattr("skreg.pretraining._heads._LANDMARKS", 30)
    Z, y = ring(200)
    head = fit_head(TJEPARegressor(), Z, y, None, 0)
    assert head[0].transform(Z).shape == (200, 4 + 30)
