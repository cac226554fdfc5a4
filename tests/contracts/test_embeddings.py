"""What every numeric embedding promises, on every named net."""

import numpy as np
import pytest
from contracts._subjects import LABELS, SMALL, VALUES, X, bits, loaded, named, outputs

from skreg import RegularizedClassifier, RegularizedRegressor

EMBEDDINGS = [None, *named("numeric_embedding")]
NETS = [
    {"module": module} | members
    for module in named("module")
    for members in ({}, {"n_members": 2})
]
# Gaps in one column, a constant, one with two values, one with a wide range.
GAPS, CONSTANT = np.arange(len(X)) % 5 == 0, len(X[0])
TABLE = np.column_stack(
    [
        np.where(GAPS, np.nan, X[:, 0]),
        X[:, 1:],
        np.full(len(X), 7.0),
        X[:, 0] > 0,
        np.exp(5 * X[:, 1]),
    ]
)
pytestmark = [
    pytest.mark.parametrize("embedding", EMBEDDINGS, ids=str),
    pytest.mark.parametrize(
        "options", NETS, ids=lambda o: "-".join(str(v) for v in o.values())
    ),
]


def net(embedding, options, cls=RegularizedRegressor):
    return cls(**SMALL | {"numeric_embedding": embedding} | options)


@pytest.mark.parametrize("cls", [RegularizedRegressor, RegularizedClassifier])
def test_learns_from_gaps_constants_and_wide_ranges(embedding, options, cls):
    y = VALUES if cls is RegularizedRegressor else LABELS
    fitted = net(embedding, options, cls).fit(TABLE, y)
    assert all(w.isfinite().all() for w in fitted.net_.module_.parameters())
    assert np.isfinite(outputs(fitted, TABLE)).all()
    untrained = net(embedding, options | {"max_epochs": 0}, cls).fit(TABLE, y)
    assert fitted.score(TABLE, y) > untrained.score(TABLE, y)


def test_rows_that_never_were_are_predicted(embedding, options):
    fitted = net(embedding, options).fit(TABLE, VALUES)
    strange = TABLE[:4].copy()
    strange[0], strange[1], strange[2, :3] = np.nan, 1e6, -1e6
    assert np.isfinite(outputs(fitted, strange)).all()


def test_gaps_are_told_from_the_centre_and_constants_say_nothing(embedding, options):
    fitted = net(embedding, options).fit(TABLE, VALUES)
    row = TABLE[~GAPS][:1]
    row[:, 0] = fitted.encoder_.median_[0]  # as a gap but for its indicator
    gap, other = row.copy(), row.copy()
    gap[:, 0], other[:, CONSTANT] = np.nan, 8.0
    assert outputs(fitted, gap) != outputs(fitted, row)
    np.testing.assert_array_equal(outputs(fitted, other), outputs(fitted, row))


def test_same_seed_same_bits_and_pickles_too(embedding, options):
    estimator = net(embedding, options)
    first = bits(estimator.fit(TABLE, VALUES), TABLE)
    assert bits(loaded(estimator), TABLE) == first
    assert bits(estimator.fit(TABLE, VALUES), TABLE) == first
    other = net(embedding, options | {"random_state": 1}).fit(TABLE, VALUES)
    assert bits(other, TABLE) != first


def test_partial_fits_are_one_fit(embedding, options):
    stepwise = net(embedding, options)
    for _ in range(SMALL["max_epochs"]):
        stepwise.partial_fit(TABLE, VALUES)
    whole = net(embedding, options).fit(TABLE, VALUES)
    assert bits(stepwise, TABLE) == bits(whole, TABLE)
