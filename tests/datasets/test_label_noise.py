"""Label noise: rates, matrices, and what each kind promises."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import load_wine

from skreg.datasets import make_label_noise

Y = np.repeat(["cat", "dog", "eel", "fox"], 500)


def counted(y_noisy):
    """Return the empirical transition matrix."""
    return np.array(
        [[np.mean(y_noisy[b == Y] == a) for a in np.unique(Y)] for b in np.unique(Y)]
    )


@pytest.mark.parametrize("inclusive", [False, True])
def test_symmetric_noise_has_its_two_conventions(inclusive):
    noisy, is_wrong, matrix = make_label_noise(
        Y, rate=0.4, inclusive=inclusive, random_state=0
    )
    share = 0.3 if inclusive else 0.4
    assert is_wrong.mean() == pytest.approx(share, abs=0.03)
    assert np.array_equal(is_wrong, noisy != Y)
    np.testing.assert_allclose(np.diag(matrix), 1 - share)
    np.testing.assert_allclose(counted(noisy), matrix, atol=0.06)


def test_exact_counts_are_exact():
    noisy, is_wrong, matrix = make_label_noise(Y, rate=0.3, exact=True, random_state=3)
    assert np.abs(counted(noisy) - matrix).max() * 500 <= 1 + 1e-9
    assert is_wrong.sum() == 600
    # Spread over the rows at random, not in runs.
    assert 0.2 < is_wrong[:250].mean() < 0.4


def test_pairs_and_chosen_pairs():
    noisy, _, matrix = make_label_noise(Y, "pair", rate=0.3, random_state=0)
    assert set(noisy[Y == "fox"]) == {"fox", "cat"}
    np.testing.assert_allclose(matrix[0], [0.7, 0.3, 0, 0])
    noisy, is_wrong, _ = make_label_noise(
        Y, "pair", flips={"eel": "dog"}, rate=0.5, random_state=0
    )
    assert set(noisy[is_wrong]) == {"dog"}
    assert set(Y[is_wrong]) == {"eel"}


@given(st.integers(2, 5), st.integers(0, 10**6))
def test_any_matrix_is_kept(n_classes, seed):
    matrix = np.random.default_rng(seed).dirichlet(np.ones(n_classes), n_classes)
    y = np.arange(n_classes).repeat(400)
    noisy, _, returned = make_label_noise(y, matrix, exact=True, random_state=seed)
    np.testing.assert_allclose(returned, matrix)
    for i in range(n_classes):
        shares = np.bincount(noisy[y == i], minlength=n_classes) / 400
        np.testing.assert_allclose(shares, matrix[i], atol=1.01 / 400)


def test_instance_noise_depends_on_the_row():
    X, y = load_wine(return_X_y=True)
    X, y = np.repeat(X, 40, axis=0), np.repeat(y, 40)
    noisy, is_wrong, matrix = make_label_noise(
        y, "instance", X=X, rate=0.3, random_state=0
    )
    assert is_wrong.mean() == pytest.approx(0.3, abs=0.02)
    np.testing.assert_allclose(matrix.sum(axis=1), 1)
    # Copies of a row go wrong alike: mostly to the label that suits the row.
    wrong = noisy.reshape(-1, 40)[:, :], is_wrong.reshape(-1, 40)
    purity = [
        np.unique(labels[w], return_counts=True)[1].max() / w.sum()
        for labels, w in zip(*wrong, strict=True)
        if w.sum() > 4
    ]
    assert np.mean(purity) > 0.9


def test_boundary_noise_hits_the_doubtful_rows():
    random = np.random.default_rng(0)
    X = random.uniform(-3, 3, (3000, 1))
    y = (X[:, 0] > 0).astype(int)
    _, is_wrong, _ = make_label_noise(y, "boundary", X=X, rate=0.1, random_state=0)
    assert is_wrong.mean() == pytest.approx(0.1, abs=0.02)
    assert np.abs(X[is_wrong]).mean() < 0.5 * np.abs(X).mean()


@pytest.mark.parametrize("kind", ["symmetric", "pair", "instance", "boundary"])
def test_rates_at_the_ends(kind):
    X, y = load_wine(return_X_y=True)
    _, none, _ = make_label_noise(y, kind, X=X, rate=0.0, random_state=0)
    _, every, _ = make_label_noise(y, kind, X=X, rate=1.0, random_state=0)
    assert not none.any()
    assert every.all()


def test_types_and_seeds():
    y = pd.Series(Y, dtype="string")
    first, second = (make_label_noise(y, random_state=7)[0] for _ in range(2))
    assert first.tolist() == second.tolist()
    assert make_label_noise(Y, random_state=8)[0].tolist() != first.tolist()
    flags, *_ = make_label_noise(Y == "cat", random_state=0)
    assert flags.dtype == bool


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"rate": 1.2}, r"rate=1.2 must be a number"),
        ({"kind": "typo"}, "kind='typo' is unknown; use one of"),
        ({"kind": np.eye(3)}, r"shape \(3, 3\), but y has 4 classes"),
        ({"kind": np.ones((4, 4))}, "rows must be probabilities"),
        ({"kind": "pair", "flips": {"cat": "cow"}}, r"flips names \['cow'\]"),
        ({"kind": "instance"}, "kind='instance' depends on the rows; pass them as X"),
        ({"y": np.ones(3)}, "y has 1 class, but label noise needs at least two"),
        ({"y": [0.5, 1.2]}, "continuous"),
    ],
)
def test_errors_name_the_parameter(arguments, message):
    with pytest.raises(ValueError, match=message):
        make_label_noise(**{"y": Y, **arguments})
