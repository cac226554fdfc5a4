"""Where a display draws, and what it says without matplotlib."""

from __future__ import annotations

from typing import Any

from .._sklearn import check_matplotlib_support

try:
    import matplotlib.pyplot as plt
except ImportError:  # displays say so when they are to draw
    plt = None  # type: ignore[assignment]


def axes(ax: Any, caller: str) -> Any:
    """Return the given axes, or those of a new figure.

    Raises
    ------
    ImportError
        If matplotlib is missing.
    """
    check_matplotlib_support(caller)
    return plt.subplots(layout="constrained")[1] if ax is None else ax
