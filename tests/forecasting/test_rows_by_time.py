"""Rows and columns are found by time and by name."""

import numpy as np
import pandas as pd
import pytest

from skreg.forecasting._rows_by_time import at_steps, by_name, future_rows

VALUES = np.arange(8.0).reshape(4, 2)


def test_rows_lie_at_their_steps():
    found = at_steps(VALUES, np.array([-1, 0, 1, 4]), 4)
    np.testing.assert_array_equal(found[[0, 3]], VALUES[2:])
    assert np.isnan(found[1:3]).all()
    assert at_steps(VALUES, np.array([-3, -2, -1, 0]), 2).shape == (2, 2)


@pytest.mark.parametrize("order", [[0, 1, 2, 3], [3, 1, 0, 2]])
@pytest.mark.parametrize("wanted", [[1, 2, 3, 4], [2, 4], [3]])
def test_future_rows_are_those_of_their_steps(order, wanted):
    steps, wanted = np.arange(1, 5)[order], np.array(wanted)
    found = future_rows(VALUES[order], steps, wanted)
    assert len(found) == wanted[-1]
    np.testing.assert_array_equal(found[wanted - 1], VALUES[wanted - 1])
    assert np.isfinite(found).all()


@pytest.mark.parametrize("absent", [1, 2, 3])
def test_absent_rows_are_an_error(absent):
    steps = np.setdiff1d(np.arange(1, 4), [absent])
    with pytest.raises(ValueError, match=f"no row for step {absent} after"):
        future_rows(VALUES[:2], steps, np.arange(1, 4))


def test_columns_are_those_of_the_fit():
    table = pd.DataFrame({"b": [1, 2], "c": [5, 6], "a": [3, 4]})
    found = by_name(table, pd.Index(["a", "b"]), "X")
    np.testing.assert_array_equal(found, [[3.0, 1.0], [4.0, 2.0]])
    with pytest.raises(ValueError, match=r"X has the columns .*; add \['d'\]"):
        by_name(table, pd.Index(["a", "d"]), "X")
