"""Scores of groups of targets that a fold has no rows of."""

import numpy as np
import pytest
from sklearn.dummy import DummyRegressor
from sklearn.model_selection import GridSearchCV

from skreg.metrics import make_imbalance_scorer

Y = np.r_[np.linspace(0, 1, 96), 9.0, 9.5, 9.8, 10.0]
X = np.zeros((100, 1))


@pytest.mark.parametrize("shot", ["many", "median", "few"])
def test_scores_are_finite(shot):
    scorer = make_imbalance_scorer(f"{shot}_shot_error", Y)
    model = DummyRegressor().fit(X, Y)
    for rows in (slice(0, 20), slice(96, 100), slice(50, 51)):
        weight = np.ones(len(Y[rows]))
        assert np.isfinite(scorer(model, X[rows], Y[rows]))
        assert np.isfinite(scorer(model, X[rows], Y[rows], sample_weight=weight))


def test_a_search_does_not_take_the_first():
    grid = {"strategy": ["constant"], "constant": [-50.0, 0.6]}
    scorer = make_imbalance_scorer("few_shot_error", Y)
    search = GridSearchCV(DummyRegressor(), grid, scoring=scorer, cv=5).fit(X, Y)
    assert search.best_params_["constant"] == 0.6
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()


def test_the_rarest_rows_stand_for_few():
    y_train = np.repeat([0.0, 1.0, 2.0], [50, 30, 3])
    scorer = make_imbalance_scorer("few_shot_error", y_train, n_bins=3)
    model = DummyRegressor(strategy="constant", constant=0.0)
    model.fit(X[:1], y_train[:1])
    assert scorer(model, X[:4], [0.0, 0.0, 1.0, 1.0]) == -1.0
