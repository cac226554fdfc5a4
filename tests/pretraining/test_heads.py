"""How strong the prior of the linear head is."""

import warnings

import numpy as np
import pytest

from skreg._pretraining._heads import fit_head
from skreg.pretraining import TJEPAClassifier


@pytest.mark.parametrize(("share", "fitting"), [(0.0, {0.001, 0.01}), (1.0, {1.0})])
def test_a_rare_class_does_not_stop_the_comparison(share, fitting):
    random = np.random.default_rng(0)
    Z = random.normal(size=(90, 20))
    y = ((share * Z[:, 0] + (1 - share) * random.normal(size=90)) > 0).astype(int)
    y[0] = 2  # one row of its kind
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        head = fit_head(TJEPAClassifier(), Z, y, None, 0)
    assert head.C in fitting
    assert head.classes_.tolist() == [0, 1, 2]


def test_a_class_too_rare_for_the_rows_compared():
    y = np.zeros(20_000, int)
    y[:3] = 1
    Z = np.random.default_rng(0).normal(size=(20_000, 2))
    assert fit_head(TJEPAClassifier(), Z, y, None, 0).C == 0.1


def test_too_few_labels_of_a_second_class_are_not_compared():
    y = np.r_[np.zeros(88, int), 1, 1]
    Z = np.random.default_rng(0).normal(size=(90, 2))
    assert fit_head(TJEPAClassifier(), Z, y, None, 0).C == 0.1
