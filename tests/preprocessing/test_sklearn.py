"""The encoder keeps scikit-learn's conventions, without an excused check."""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.utils import estimator_checks

from skreg.preprocessing import TabularEncoder

ENCODERS = [
    TabularEncoder(),
    TabularEncoder(dtype=np.float32),
    TabularEncoder(
        categorical_encoding="onehot", scaling=None, missing_indicator=False
    ),
    TabularEncoder(scaling="robust", min_frequency=2),
    TabularEncoder(scaling="quantile", min_frequency=0.1),
]
# Checks which `check_estimator` leaves out.
NAMED_CHECKS = [
    "check_set_output_transform",
    "check_set_output_transform_pandas",
    "check_set_output_transform_polars",
    "check_global_output_transform_pandas",
    "check_global_set_output_transform_polars",
    "check_transformer_get_feature_names_out",
    "check_transformer_get_feature_names_out_pandas",
    "check_get_feature_names_out_error",
    "check_dataframe_column_names_consistency",
    "check_param_validation",
]


@estimator_checks.parametrize_with_checks(ENCODERS)
def test_conventions(estimator, check):
    check(estimator)


# The checks themselves mix arrays and frames.
@pytest.mark.filterwarnings("ignore:X .* feature names:UserWarning")
@pytest.mark.parametrize("name", NAMED_CHECKS)
@pytest.mark.parametrize("scaling", ["standard", "robust", "quantile", None])
def test_named_conventions(name, scaling):
    encoder = TabularEncoder(scaling=scaling)
    getattr(estimator_checks, name)("TabularEncoder", encoder)


def test_works_in_a_pipeline():
    X = [["red", 1.0], ["blue", None], ["red", 3.0], ["blue", 4.0]] * 10
    y = [0, 1, 0, 1] * 10
    model = make_pipeline(TabularEncoder(), HistGradientBoostingClassifier(max_iter=2))
    assert cross_val_score(model, X, y, cv=2).shape == (2,)


def test_refit_forgets_the_names_of_the_first_table():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"a": [1.0, 2.0]})
    encoder = clone(TabularEncoder()).fit(frame).fit(frame.to_numpy())
    assert not hasattr(encoder, "feature_names_in_")
    assert encoder.get_feature_names_out().tolist() == ["x0"]
