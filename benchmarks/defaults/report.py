"""Print a study as a table: errors by table, and the mean change in percent."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from .._noise_grid import read_cells


def report(path: Path) -> pd.DataFrame:
    """Return one row for each variant and size; lower is better everywhere.

    The error of a classifier is the geometric mean of error rate and log-loss. The
    change compares with the first variant of the file on the same cells.
    """
    rows = pd.DataFrame(read_cells(path))
    first_variant = rows.variant[0]
    rows["variant"] = rows.variant.map(lambda v: _difference(v, first_variant))
    for name in ("rmse", "error", "log_loss"):
        if name not in rows:
            rows[name] = np.nan
    rows["score"] = rows.rmse.fillna(np.sqrt(rows.error * rows.log_loss))
    order = rows.variant.unique()
    cells = rows.pivot_table(
        index=["size", "variant"], columns="table", values="score", sort=False
    )
    seconds = rows.groupby(["size", "variant"], sort=False).seconds.mean()
    first = cells.xs(order[0], level="variant")
    change = np.log(cells / first.reindex(cells.index, level="size")).mean(axis=1)
    cells.insert(0, "change %", (100 * change).round(2))
    cells.insert(1, "of", cells.count(axis=1) - 1)
    cells["seconds"] = seconds.round(1)
    return cells.sort_index(level="size", sort_remaining=False).round(4)


def _difference(variant: dict[str, Any], first: dict[str, Any]) -> str:
    """Name what a variant changes."""
    changed = [f"{k}={v!r}" for k, v in variant.items() if first.get(k, "") != v]
    return ", ".join(changed) or "centre"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("results", type=Path)
    with pd.option_context("display.width", 200, "display.max_colwidth", 100):
        print(report(parser.parse_args().results).to_string())
