"""scikit-learn's own checks: none excused without random training, else one."""

import numpy as np
import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from skreg import RegularizedClassifier
from skreg.pretraining import TJEPAClassifier, TJEPARegressor, TJEPATransformer

SMALL = {
    "hidden_dim": 8,
    "n_layers": 1,
    "n_heads": 2,
    "ff_dim": 8,
    "predictor_dim": 4,
    "predictor_layers": 1,
    "predictor_heads": 1,
    "max_epochs": 2,
}


def run(check, estimator):
    state = np.random.get_state()  # noqa: NPY002
    check(estimator)
    if "sample_order_invariance" in str(check):  # draws from it itself
        np.random.set_state(state)  # noqa: NPY002


def all_checks(estimators, **options):
    mark = parametrize_with_checks(estimators, **options)
    names, cases = mark.args
    kept = [
        case
        for case in cases
        if "array_api" not in str(getattr(case, "values", case)[1])
    ]
    return pytest.mark.parametrize(names, kept, ids=mark.kwargs["ids"])


TRAINED, UNTRAINED = (TJEPATransformer(**{**SMALL, "max_epochs": n}) for n in (2, 0))


@all_checks(
    [
        TRAINED,
        TJEPATransformer(output="mean", passthrough=True, **SMALL),
        TJEPAClassifier(pretrained=UNTRAINED),
        TJEPARegressor(pretrained=UNTRAINED),
    ]
)
def test_no_check_is_excused(estimator, check):
    run(check, estimator)


def excused(estimator):
    return {
        "check_sample_weight_equivalence_on_dense_data": (
            "columns to hide are drawn for every row, copies included"
        )
    }


SHORT = RegularizedClassifier(hidden_layer_sizes=(8,), max_epochs=15, lr=0.05)


@all_checks(
    [
        TJEPAClassifier(pretrained=TRAINED),
        TJEPARegressor(pretrained=TRAINED),
        TJEPAClassifier(pretrained=TRAINED, head=SHORT, finetune="full"),
    ],
    expected_failed_checks=excused,
    xfail_strict=True,
)
def test_one_check_is_excused_where_random_columns_are_hidden(estimator, check):
    run(check, estimator)
