"""Shares of wrong labels, and the ranking of suspicious rows."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skreg.metrics import label_issue_auroc, memorized_fraction, recovered_fraction

LABELS = st.lists(st.tuples(*[st.integers(0, 2)] * 3), min_size=1, max_size=30)


@given(LABELS)
def test_fractions_are_counts_over_wrong_rows(rows):
    true, noisy, predicted = np.array(rows).T
    wrong = [row for row in rows if row[0] != row[1]]
    memorized = memorized_fraction(true, noisy, predicted)
    recovered = recovered_fraction(true, noisy, predicted)
    if not wrong:
        assert np.isnan([memorized, recovered]).all()
        return
    assert memorized == pytest.approx(np.mean([p == n for _, n, p in wrong]))
    assert recovered == pytest.approx(np.mean([p == t for t, _, p in wrong]))
    assert memorized + recovered <= 1 + 1e-12


def test_strings_and_weights():
    true, noisy = np.array(["a", "a", "b"]), np.array(["b", "b", "b"])
    predicted, weight = np.array(["b", "a", "a"]), [3, 1, 100]
    options = {"sample_weight": weight}
    assert memorized_fraction(true, noisy, predicted, **options) == 0.75
    assert recovered_fraction(true, noisy, predicted, **options) == 0.25


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 5)), min_size=2, max_size=20))
def test_auroc_is_the_share_of_ordered_pairs(rows):
    wrong, quality = np.array([r[0] for r in rows]), np.array([r[1] for r in rows])
    score = label_issue_auroc(wrong, quality)
    if wrong.all() or not wrong.any():
        assert np.isnan(score)
        return
    differences = quality[~wrong][:, None] - quality[wrong]
    pairs = np.mean((differences > 0) + 0.5 * (differences == 0))
    assert score == pytest.approx(pairs)


def test_lengths_must_agree():
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        memorized_fraction([0, 1], [0, 1], [0])
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        label_issue_auroc([True, False], [0.5])
