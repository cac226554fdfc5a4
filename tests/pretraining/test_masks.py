"""Columns that are seen, and columns that are predicted."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from skreg.pretraining._masks import MaskSizes, draw_columns

SHARES = ((0.15, 0.5), (0.15, 0.5))
shares = st.tuples(st.floats(0, 1), st.floats(0, 1)).map(sorted).map(tuple)


def draw(n_rows, sizes, n_sets=1, known=None, seed=0):
    generator = torch.Generator().manual_seed(seed)
    numbers = sizes.draw(np.random.default_rng(seed))
    shape = (n_rows, sizes.n_columns)
    return numbers, *draw_columns(known, shape, numbers, n_sets, generator)


@settings(max_examples=60, deadline=None)
@given(
    n_columns=st.integers(2, 60),
    context=shares,
    target=shares,
    n_sets=st.integers(1, 4),
    gaps=st.booleans(),
    seed=st.integers(0, 10**6),
)
def test_columns_are_distinct_and_never_both(
    n_columns, context, target, n_sets, gaps, seed
):
    sizes = MaskSizes.of_shares(context, target, n_columns)
    known = None
    if gaps:
        random = torch.Generator().manual_seed(seed)
        known = torch.rand((5, n_columns), generator=random) < 0.7
    numbers, seen, wanted = draw(5, sizes, n_sets, known, seed)
    assert min(numbers) >= 1
    assert sum(numbers) <= n_columns
    assert seen.shape == (5, numbers[0])
    assert wanted.shape == (n_sets, 5, numbers[1])
    for one in wanted:
        for row in torch.cat([seen, one], 1).tolist():
            assert len(set(row)) == len(row)
            assert set(row) <= set(range(n_columns))


def test_every_column_is_seen_and_predicted_and_rows_differ():
    sizes = MaskSizes.of_shares(*SHARES, 14)
    _, seen, wanted = draw(2000, sizes, n_sets=2)
    for columns in (seen, wanted):
        counts = np.bincount(columns.ravel().numpy(), minlength=14)
        # All alike, up to chance: 5 standard deviations of a binomial.
        share = counts / counts.sum()
        assert np.all(abs(share - 1 / 14) < 5 * np.sqrt(1 / 14 / counts.sum()))
    assert len({tuple(sorted(row)) for row in seen.tolist()}) > 100


def test_sets_of_targets_differ():
    _, _, wanted = draw(500, MaskSizes.of_shares(*SHARES, 14), n_sets=4)
    same = (wanted[0].sort(1)[0] == wanted[1].sort(1)[0]).all(1)
    assert same.float().mean() < 0.2


def test_known_entries_are_predicted_first():
    sizes = MaskSizes.of_shares((0.2, 0.2), (0.4, 0.4), 10)
    known = torch.arange(10).expand(300, 10) < 7
    (_, n_wanted), seen, wanted = draw(300, sizes, known=known)
    left = 7 - (seen < 7).sum(1)
    hit = (wanted[0] < 7).sum(1)
    assert torch.equal(hit, left.clamp(max=n_wanted))


@pytest.mark.parametrize("n_columns", [2, 3])
def test_few_columns(n_columns):
    sizes = MaskSizes.of_shares(*SHARES, n_columns)
    random = np.random.default_rng(0)
    drawn = {sizes.draw(random) for _ in range(50)}
    assert all(a >= 1 and b >= 1 and a + b <= n_columns for a, b in drawn)
