"""New values at the end of known series."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._engine import Engine
from ._index import after, follows
from ._panel import Form, Series, read_panel

Floats = NDArray[np.float64]


def read_new(form: Form, n_series: int, y: Any, X: Any) -> list[Series]:
    """Read series that come after the training series, in the same form.

    Parameters
    ----------
    form : Form
        Of the training series.
    n_series : int
        Their number.
    y, X
        New values and exogenous columns: as in training, a dict for groups.
    """
    if form.kind == "groups" and isinstance(y, dict):
        y = [y[name] for name in form.names]
        X = None if X is None else [X[name] for name in form.names]
    found, _ = read_panel(y, X, None)
    if len(found) != n_series:
        raise ValueError(
            f"y holds {len(found)} series, but {n_series} were fitted; give new values "
            "for each, in the same order."
        )
    return found


def grown(panel: Sequence[Series], new: Sequence[Series], form: Form) -> list[Series]:
    """Return series with new values at their ends.

    Parameters
    ----------
    panel, new : sequence of Series
        In the same order.
    form : Form
        For messages.
    """
    found = []
    for old, late in zip(panel, new, strict=True):
        shapes = [(s.values.shape[1], s.exog.shape[1]) for s in (old, late)]
        if shapes[0] != shapes[1]:
            raise ValueError(
                f"the model was fitted with (channels, exogenous columns) = "
                f"{shapes[0]}, but y and X have {shapes[1]}."
            )
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
