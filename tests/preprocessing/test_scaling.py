"""What the robust and the quantile scaling do to numbers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import norm, spearmanr
from sklearn.preprocessing import QuantileTransformer

from skreg.preprocessing import TabularEncoder

NAN = np.nan
TAME = ["robust", "quantile"]
floats = st.floats(allow_nan=False, allow_infinity=False)
columns = hnp.arrays(np.float64, st.integers(1, 30), elements=floats)


def scaled(column, scaling, new=None, weight=None, **options):
    """Fit a single column and transform it, or another one."""
    encoder = TabularEncoder(scaling=scaling, missing_indicator=False, **options)
    column = np.asarray(column)[:, None]
    encoder.fit(column, sample_weight=weight)
    return encoder.transform(
        column if new is None else np.asarray(new)[:, None]
    ).ravel()


def smooth_clip(z):
    return z / np.sqrt(1 + (z / 3) ** 2)


def test_robust_by_its_formula():
    column = np.random.default_rng(0).lognormal(size=1001)
    q25, q50, q75 = np.quantile(column, [0.25, 0.5, 0.75], method="inverted_cdf")
    encoder = TabularEncoder(scaling="robust").fit(column[:, None])
    assert encoder.median_ == q50
    assert encoder.scale_ == q75 - q25
    z = (column - q50) / (q75 - q25)
    assert_allclose(encoder.transform(column[:, None]).ravel(), smooth_clip(z))


def test_robust_with_weights_by_its_formula():
    rng = np.random.default_rng(0)
    column, weight = rng.lognormal(size=1000), rng.random(1000)
    q25, q50, q75 = np.quantile(
        column, [0.25, 0.5, 0.75], method="inverted_cdf", weights=weight
    )
    expected = smooth_clip((column - q50) / (q75 - q25))
    assert_allclose(scaled(column, "robust", weight=weight), expected)


def test_half_the_range_stands_in_for_an_interquartile_range_of_zero():
    column = [0.0] * 8 + [-1.0, 3.0]
    expected = smooth_clip(np.array(column) * 2 / 4)
    assert_allclose(scaled(column, "robust"), expected)
    # An interquartile range of a rounding error is 0 as well.
    column = [0.3] * 4 + [0.1 + 0.2] * 4 + [-1.0, 3.0]
    expected = smooth_clip((np.array(column) - 0.3) * 2 / 4)
    assert_allclose(scaled(column, "robust"), expected, atol=1e-15)


@pytest.mark.parametrize("scaling", TAME)
@pytest.mark.parametrize(
    "column", [[0.1] * 11, [0.1 + 0.2, 0.3], [1e300] * 3, [5e-324] * 2, [0.0], [-7]]
)
def test_a_constant_column_is_always_zero(scaling, column):
    assert not scaled(column, scaling).any()
    new = [column[0], -1e308, 0.0, 1e308, NAN]
    assert not scaled(column, scaling, new=new).any()


@pytest.mark.parametrize("scaling", TAME)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_an_outlier_is_tamed(scaling, dtype):
    column = np.random.default_rng(0).standard_normal(2000)
    spoilt = np.append(column, 1e30)
    out = scaled(spoilt, scaling, dtype=dtype)
    assert abs(out).max() < 3.5
    assert out[-1] == out.max()
    # The others hardly notice; standardized they would all be one number.
    alone = scaled(column, scaling, dtype=dtype)
    inner = abs(alone) < 2
    assert inner.mean() > 0.9
    assert_allclose(out[:-1][inner], alone[inner], atol=0.02)
    assert scaled(spoilt, "standard", dtype=dtype)[:-1].std() < 1e-6


@settings(deadline=None)
@given(
    columns, columns, st.sampled_from(TAME), st.sampled_from([np.float32, np.float64])
)
def test_always_finite_bounded_and_in_order(column, new, scaling, dtype):
    bound = 3.0 if scaling == "robust" else 5.2
    out = scaled(column, scaling, new=np.sort(new), dtype=dtype)
    assert out.dtype == dtype
    assert (abs(out) <= bound).all()
    assert (np.diff(out) >= -1e-6).all()
    again = scaled(column, scaling, new=np.sort(new), dtype=dtype)
    assert_array_equal(out, again)


@pytest.mark.parametrize("scaling", TAME)
@pytest.mark.parametrize("size", [1e300, 1.7e308, 1e-300, 1e-30, 1e30])
def test_the_unit_does_not_matter(scaling, size):
    # Even the interquartile range may be out of the range of floats.
    column = np.array([-1.0, -1.0, 0.25, 1.0, 1.0])
    assert_allclose(
        scaled(column * size, scaling), scaled(column, scaling), rtol=1e-12, atol=1e-15
    )


@pytest.mark.parametrize("scaling", TAME)
def test_gaps_become_zero_and_are_left_out(scaling):
    column = np.random.default_rng(0).standard_normal(50)
    with_gaps = np.insert(column, [0, 10, 50], NAN)
    out = scaled(with_gaps, scaling)
    assert not out[np.isnan(with_gaps)].any()
    assert_array_equal(out[~np.isnan(with_gaps)], scaled(column, scaling))
    encoder = TabularEncoder(scaling=scaling).fit(with_gaps[:, None])
    out = encoder.transform(with_gaps[:, None])
    assert_array_equal(out[:, 1], np.isnan(with_gaps))


def test_quantile_makes_any_column_normal():
    column = np.random.default_rng(0).lognormal(sigma=3, size=20_000)
    out = scaled(column, "quantile")
    assert spearmanr(column, out).statistic > 0.999999
    levels = np.arange(1, 100) / 100
    assert_allclose(np.quantile(out, levels), norm.ppf(levels), atol=0.01)


def test_quantile_agrees_with_scikit_learn_away_from_the_ends():
    rng = np.random.default_rng(0)
    column, new = rng.gamma(2, size=(2, 5000))
    transformer = QuantileTransformer(output_distribution="normal", subsample=None)
    transformer.fit(column[:, None])
    expected = transformer.transform(new[:, None]).ravel()
    inner = abs(expected) < 2.5
    assert_allclose(
        scaled(column, "quantile", new=new)[inner], expected[inner], atol=0.02
    )


def test_quantile_of_ties_is_their_average_rank():
    out = scaled([0.0, 0.0, 0.0, 1.0], "quantile", new=[0.0, 1.0, 0.5, -9.0, 9.0])
    shares = [3 / 8, 7 / 8, 5 / 8, 3 / 8, 7 / 8]
    assert_allclose(out, norm.ppf(shares))


def test_quantile_has_at_most_a_thousand_knots():
    X = np.column_stack([np.arange(5000.0), np.arange(5000) % 7])
    knots = TabularEncoder(scaling="quantile").fit(X).quantiles_
    assert len(knots[0]) == 1000
    assert knots[0][[0, -1]].tolist() == [0, 4999]
    assert knots[1].tolist() == [*range(7)]


@pytest.mark.parametrize("scaling", TAME)
def test_weights_that_vanish_or_overflow(scaling):
    column = [0.0] * 20 + [5.0] * 20
    weight = [1e308] * 39 + [5e-324]
    out = scaled(column, scaling, weight=weight)
    assert np.isfinite(out).all()
    assert_allclose(out, scaled(column, scaling, weight=[1] * 39 + [0]))


def test_scores_of_vanishing_weights_are_finite():
    out = scaled([0.0, 1.0, 2.0], "quantile", weight=[1e-25, 1.0, 1e-25])
    assert_allclose(out, norm.ppf([1e-7, 0.5, 1 - 1e-7]))


def test_knots_too_close_for_a_slope():
    low, mid = scaled([0.0, 1e-310, 1.0, 2.0], "quantile")[:2]
    assert low <= scaled([0.0, 1e-310, 1.0, 2.0], "quantile", new=[5e-311]) <= mid


@pytest.mark.parametrize("dtype", [np.int8, np.uint64, np.float16, ">f8", np.float32])
@pytest.mark.parametrize("scaling", TAME)
def test_number_types(scaling, dtype):
    column = np.array([1, 2, 3, 4, 9])
    assert_array_equal(
        scaled(column.astype(dtype), scaling), scaled(column.astype(float), scaling)
    )


SHOWN = {
    "standard": {"mean_", "scale_"},
    "robust": {"median_", "scale_"},
    "quantile": {"quantiles_"},
    None: {"mean_", "scale_"},
}


@pytest.mark.parametrize("scaling", SHOWN)
@pytest.mark.parametrize("before", SHOWN)
def test_only_the_statistics_of_the_last_fit_are_shown(scaling, before):
    encoder = TabularEncoder(scaling=before).fit([[1.0], [2.0]])
    encoder.set_params(scaling=scaling).fit([[1.0], [2.0]])
    assert set().union(*SHOWN.values()) & set(vars(encoder)) == SHOWN[scaling]


def test_an_unknown_scaling():
    with pytest.raises(ValueError, match="'scaling' parameter of TabularEncoder"):
        TabularEncoder(scaling="minmax").fit([[1.0]])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("scaling", ["standard", "robust", "quantile", None])
def test_indicators_stay_what_they_are(scaling, dtype):
    rng = np.random.default_rng(0)
    rare = (np.arange(300) == 7).astype(float)
    gaps = np.where(np.arange(300) % 5 == 0, NAN, rng.integers(0, 2, 300))
    numbers = rng.normal(size=(300, 2)).clip(0, 1)  # the same range, and more between
    constant = np.ones(300)
    X = np.column_stack([rare, numbers[:, 0], gaps, constant, numbers[:, 1]])
    options = {"scaling": scaling, "missing_indicator": False, "dtype": dtype}
    kept = TabularEncoder(scale_indicators=False, **options).fit(X)
    scaled = TabularEncoder(**options).fit(X)
    out, expected = kept.transform(X), scaled.transform(X).copy()
    expected[:, 0] = rare
    expected[:, 2] = np.nan_to_num(gaps, nan=0.5)
    assert_array_equal(out, expected)
    new = np.full((1, 5), 4.0)
    assert_array_equal(kept.transform(new)[0, [0, 2]], [4.0, 4.0])


def test_what_has_no_weight_makes_no_indicator_a_number():
    column, weight = [0.0, 1.0, 0.5, 1.0], [1, 1, 0, 1]
    options = {"weight": weight, "scale_indicators": False}
    assert_array_equal(scaled(column, "standard", **options), column)
    # With weight it does.
    out = scaled(column, "standard", scale_indicators=False)
    assert_array_equal(out, scaled(column, "standard"))
