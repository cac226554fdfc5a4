"""scikit-learn's own tests of its callbacks, run with our regressor for their dummy."""

import pandas as pd
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
NOT_OURS = {
    "test_callbacks_refit_after_load_in_fresh_process": "finds no tests there",
    "test_progressbar_outside_main_module": "a script of theirs",
    "test_progressbar_requires_rich_error": "rich is installed",
    "test_score_after_fit": "asks for names of their rounds",
}


def in_one_process(given):
    """Others take long to import torch; a test of ours goes through two of them."""
    processes = {"prefer": "threads", "backend": "threading"}
    chosen = [given[name] == one for name, one in processes.items() if name in given]
    return all(chosen) if chosen else given.get("n_jobs", 1) == 1


ALL = [case for m in MODULES for case in cases(m, NOT_OURS, in_one_process)]
EXPECTED = test_scoring_monitor._make_expected_output_MaxIterEstimator


def expected(max_iter, scoring, as_pandas, *args, **kwargs):
    """Return the log that they expect, with our name of a round."""
    rows = EXPECTED(max_iter, scoring, False, *args, **kwargs)
    for row in rows:
        if row["task_name"].startswith("iteration"):
            row["task_name"] = "epoch"
    return pd.DataFrame(rows) if as_pandas else rows


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("function", "given"), ALL)
def test_callbacks(function, given, monkeypatch, request):
    for module in MODULES:
        if hasattr(module, "MaxIterEstimator"):
            monkeypatch.setattr(module, "MaxIterEstimator", MaxIterEstimator)
    monkeypatch.setattr(
        test_scoring_monitor, "_make_expected_output_MaxIterEstimator", expected
    )
    call(function, given, request, {_utils.MaxIterEstimator: MaxIterEstimator})


def test_what_does_not_apply_is_still_there():
    names = {name for module in MODULES for name in vars(module)}
    assert names >= NOT_OURS.keys()
