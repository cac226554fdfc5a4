"""Penalties by name: how strong they are, how they solve, how they are fitted anew."""

import numpy as np
import pytest

from skreg.autoregression import Moments, sparsity_strength
from skreg.autoregression._penalties import NoPenalty, RidgePenalty, penalty_named
from skreg.autoregression._problem import Problem
from skreg.autoregression._rule import Columns, Rule, regress
from skreg.autoregression._sparse_penalties import ARNetPenalty, LassoPenalty

NAMES = ["arnet", "l1", "l2", None]
NO_FOLDS = Columns([], np.arange(4), np.array([4]), True)


@pytest.fixture
def problem():
    rows = np.random.default_rng(0).normal(size=(200, 5))
    rows[:, 4] += 0.5 * rows[:, 0] + 0.2 * rows[:, 1]
    return Problem.of(Moments.of_rows(rows), np.arange(4), [4])


def test_names_are_looked_up_with_the_shape_of_the_curve():
    found = [penalty_named(name, c1=2.0, c2=4.0) for name in NAMES]
    assert found == [
        ARNetPenalty(2.0, 4.0),
        LassoPenalty(),
        RidgePenalty(),
        NoPenalty(),
    ]


@pytest.mark.parametrize(
    ("name", "ridge", "again", "shrinks"),
    [
        ("arnet", None, 0.0, True),
        ("l1", None, 0.0, True),
        ("l2", 0.3, 0.7, False),
        (None, 0.0, 0.7, False),
    ],
)
def test_what_other_solvers_ask_of_a_penalty(name, ridge, again, shrinks):
    penalty = penalty_named(name)
    assert Rule(penalty, 0.3).known_ridge == ridge
    assert penalty.ridge_of(0.7) == again
    assert Rule(penalty, 0.3, refit=False).keeps_shrinking is shrinks
    assert not Rule(penalty, 0.3).keeps_shrinking
    assert not Rule(penalty, 0.3).needs_folds


def test_folds_are_for_strengths_that_are_chosen_by_them():
    needs = [Rule(penalty_named(name), "cv").needs_folds for name in NAMES]
    assert needs == [True, True, True, False]
    # The share that matters gives the strength, of the AR-Net penalty only.
    shares = [Rule(penalty_named(name), "cv", 0.1).needs_folds for name in NAMES]
    assert shares == [False, True, True, False]
    arnet = ARNetPenalty()
    assert arnet.strength(Rule(arnet, "cv", 0.1), 2.0) == sparsity_strength(0.1, 2.0)


@pytest.mark.parametrize("name", NAMES)
def test_a_given_strength_is_solved_the_same_way_twice(problem, name):
    penalty = penalty_named(name)
    rule = Rule(penalty, 0.5, refit=False)
    (found,) = regress(problem, rule, NO_FOLDS)
    np.testing.assert_array_equal(found.coef, penalty.coef_at(problem, found.alpha))
    assert found.alpha == (0.0 if name is None else 0.5)
    assert (found.coef != 0).all() == (name in ("l2", None))
