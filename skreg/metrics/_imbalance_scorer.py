"""Scorers whose label bins are those of the training rows."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.metrics import make_scorer

from .._checks import TARGETS, OneOf
from ..preprocessing._target_bins import check_targets
from ._target_errors import output_errors
from .imbalance import (
    balanced_mean_absolute_error,
    balanced_mean_squared_error,
    geometric_mean_error,
)
from .relevance import sera
from .shots import SHOTS, shot_metrics


def make_imbalance_scorer(metric: str, y_train: ArrayLike, **options: Any) -> Any:
    """Return a scorer for searches and cross-validation.

    Label bins and rarity must not change from one fold to the next, or scores
    cannot be compared; the scorer keeps those of `y_train`. Pass it the y that
    ``fit`` of the search gets. Which labels are rare is then known from the
    validation rows too, but no model ever sees it.

    Parameters
    ----------
    metric : str
        'balanced_mean_absolute_error', 'balanced_mean_squared_error',
        'geometric_mean_error', 'sera', 'many_shot_error', 'median_shot_error' or
        'few_shot_error'. Higher scores are better: they are the negative errors.
    y_train : array-like of shape (n_train,) or (n_train, n_outputs)
        Labels of the training rows.
    **options : dict
        Passed to the function of that name, to :func:`shot_metrics` for the last
        three, where ``thresholds="auto"`` is the default, since folds are small.

    Returns
    -------
    scorer : callable
        With ``scorer(estimator, X, y)``. If the rows have no label of the group in
        question, the score is that of those closest to it, for 'few_shot_error' of
        the rarest: with NaN a search would take its first candidate.

    Raises
    ------
    ValueError
        If the metric is unknown, or a label is missing or infinite.
    TypeError
        If the metric has no such option.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from sklearn.linear_model import Ridge
    >>> from sklearn.model_selection import GridSearchCV
    >>> from skreg.metrics import make_imbalance_scorer
    >>> X, y = load_diabetes(return_X_y=True)
    >>> scorer = make_imbalance_scorer("balanced_mean_absolute_error", y, n_bins=10)
    >>> search = GridSearchCV(Ridge(), {"alpha": [0.01, 1.0]}, scoring=scorer)
    >>> search.fit(X, y).best_params_
    {'alpha': 0.01}
    """
    OneOf(_METRICS)(metric, "metric")
    function, base, fixed = _METRICS[metric]
    names = list(inspect.signature(base).parameters)
    known = [name for name in names if name not in _GIVEN]
    unknown = [name for name in options if name not in known]
    if unknown:
        raise TypeError(f"{metric} has no option {unknown[0]!r}; it has {known}.")
    labels = check_targets(TARGETS(y_train, "y_train"), "y_train")
    if "y_train" in names:
        fixed = {**fixed, "y_train": labels}
    return make_scorer(function, greater_is_better=False, **{**fixed, **options})


def _shot_error(y_true: ArrayLike, y_pred: ArrayLike, *, shot: str, **kw: Any) -> float:
    found = shot_metrics(y_true, y_pred, **kw)[shot]
    return _of_nearest(y_true, y_pred, shot, kw) if np.isnan(found) else found


def _of_nearest(
    y_true: ArrayLike, y_pred: ArrayLike, shot: str, options: dict[str, Any]
) -> float:
    """Return the error of the rows that are closest to a group without rows."""
    bins = {name: options[name] for name in ("n_bins", "edges") if name in options}
    kind, weight = options.get("error", "absolute"), options.get("sample_weight")
    least = options.get("floor", 1e-10) if kind == "geometric" else 0.0
    means = []
    for one in output_errors(
        y_true,
        y_pred,
        options["y_train"],
        sample_weight=weight,
        **{"n_bins": 40, **bins},
    ):
        counts = np.where(one.weight > 0, one.n_train[one.bin], np.nan)
        wanted = _WANTED[shot](counts)
        apart = np.abs(counts - wanted)
        rows = apart == np.nanmin(apart)
        means.append(one.mean(kind, rows=rows, floor=least))
    return float(np.mean(means))


# Of the training rows in the bins of the rows: which come closest to a group.
_WANTED: dict[str, Callable[[Any], Any]] = {
    "many": np.nanmax,
    "median": np.nanmedian,
    "few": np.nanmin,
}


# What a call of the scorer gives, or this function.
_GIVEN = {"y_true", "y_pred", "y_train", "sample_weight"}
# The function to call, the one whose options it takes, and options with a default.
_METRICS: dict[str, tuple[Callable[..., float], Callable[..., Any], dict[str, Any]]] = {
    **{
        one.__name__: (one, one, {})
        for one in (
            balanced_mean_absolute_error,
            balanced_mean_squared_error,
            geometric_mean_error,
            sera,
        )
    },
    **{
        f"{shot}_shot_error": (
            _shot_error,
            shot_metrics,
            {"shot": shot, "thresholds": "auto"},
        )
        for shot in SHOTS
    },
}
