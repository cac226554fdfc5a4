"""The table of what is remembered of each row."""

import numpy as np
import torch

from skreg.regularizers import SampleTable


def test_table_averages_and_pickles_on_the_host():
    table = SampleTable.zeros(3, 2, dtype=torch.float64)
    table.average(torch.tensor([1]), torch.tensor([[1.0, 3.0]]), momentum=0.75)
    np.testing.assert_array_equal(table.numpy(), [[0, 0], [0.25, 0.75], [0, 0]])
    assert type(table.__getstate__()["values"]) is np.ndarray
