"""New values at the end of known series."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from .._types import Floats
from ._check import require_no_gaps, require_widths
from ._engine import Engine
from ._index import adopted, after, follows
from ._panel import Form, Series, read_panel


def read_new(
    form: Form, panel: Sequence[Series], y: Any, X: Any, missing: str
) -> list[Series]:
    """Read series that come after the training series, in the same form.

    Parameters
    ----------
    form : Form
        Of the training series.
    panel : sequence of Series
        The training series.
    y, X
        New values and exogenous columns: as in training, a dict for groups.
    missing : str
        As for :func:`skreg._forecasting._check.require_no_gaps`.
    """
    found, _ = read_panel(form.ordered(y, "y"), form.ordered(X, "X"), None)
    if len(found) != len(panel):
        raise ValueError(
            f"y holds {len(found)} series, but {len(panel)} were fitted; give new "
            "values for each, in the same order."
        )
    require_no_gaps(found, missing)
    for i, (old, new) in enumerate(zip(panel, found, strict=True)):
        require_widths(old, new, form.label(i))
    return [
        replace(new, index=adopted(new.index, old.index, form.label(i)))
        for i, (old, new) in enumerate(zip(panel, found, strict=True))
    ]


def grown(panel: Sequence[Series], new: Sequence[Series]) -> list[Series]:
    """Return series with new values at their ends.

    Parameters
    ----------
    panel, new : sequence of Series
        In the same order.
    """
    found = []
    for old, late in zip(panel, new, strict=True):
        if not follows(late.index, old.index):
            raise ValueError(
                f"y starts at {late.index[0]!s}, but must follow the known values and "
                f"start at {after(old.index, 1)[0]!s}."
            )
        found.append(old.followed_by(late))
    return found


def later_errors(
    engine: Engine,
    panel: Sequence[Series],
    grown: Sequence[Series],
    errors: Sequence[Floats],
) -> list[Floats]:
    """Return past errors, then those that forecasts of the new values would have made.

    Parameters
    ----------
    engine : Engine
        The fitted model.
    panel, grown : sequence of Series
        Without and with the new values.
    errors : sequence of ndarray of shape (n_origins, horizon, n_channels)
        Up to now, by series.
    """
    found = []
    model = engine.models["mean"]
    for i, (old, whole) in enumerate(zip(panel, grown, strict=True)):
        horizon = errors[i].shape[1]
        late = engine.errors(whole, i, horizon, len(old) - horizon + 1, model)
        found.append(np.concatenate([errors[i], late]))
    return found
