"""scikit-learn's own checks: none excused."""

import numpy as np
import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

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


def all_checks(estimators):
    mark = parametrize_with_checks(estimators)
    names, cases = mark.args
    kept = [
        case
        for case in cases
        if "array_api" not in str(getattr(case, "values", case)[1])
    ]
    return pytest.mark.parametrize(names, kept, ids=mark.kwargs["ids"])


ENCODER = TJEPATransformer(**SMALL)


@all_checks(
    [
        ENCODER,
        TJEPATransformer(output="mean", **SMALL),
        TJEPAClassifier(pretrained=ENCODER),
        TJEPARegressor(pretrained=ENCODER),
    ]
)
def test_all_checks(estimator, check):
    run(check, estimator)
