"""scikit-learn's own tests of its callbacks, run with our regressor for their dummy."""

import pytest
from peers._max_iter import MaxIterEstimator
from peers._substitution import call, cases
from sklearn.callback.tests import (
    _utils,
    test_callback_context,
    test_callback_support,
    test_pickle,
    test_progressbar,
    test_scoring_monitor,
)

MODULES = [
    test_callback_context,
    test_callback_support,
    test_pickle,
    test_progressbar,
    test_scoring_monitor,
]
# What does not apply, and why.
NOT_OURS = {}
ALL = [case for module in MODULES for case in cases(module, NOT_OURS)]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("function", "given"), ALL)
def test_callbacks(function, given, monkeypatch, request):
    for module in MODULES:
        if hasattr(module, "MaxIterEstimator"):
            monkeypatch.setattr(module, "MaxIterEstimator", MaxIterEstimator)
    call(function, given, request, {_utils.MaxIterEstimator: MaxIterEstimator})


def test_what_does_not_apply_is_still_there():
    names = {name for module in MODULES for name in vars(module)}
    assert names >= NOT_OURS.keys()
