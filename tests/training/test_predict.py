"""A row's outputs are its own: one by one, in any company, at any position."""

import numpy as np
import pytest
import torch
from torch import nn

from skreg._training import _predict
from skreg._training._alignment import align_rows
from skreg._training._predict import Blocks, block_rows, forward_blocks, softmax
from skreg.modules import MLP

FEW, MANY = _predict._FEW, _predict._MANY
SIZES = [1, 7, FEW - 1, FEW, FEW + 1, MANY - 1, MANY, MANY + 1, 2 * MANY + 40, 10_000]


def outputs(module, rows, n_threads=1):
    return forward_blocks(module, rows, block_rows(module), n_threads)


def prepared(module):
    align_rows(module)
    return module.eval()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("widths", [(), (5, 33), (128, 128)], ids=str)
@pytest.mark.parametrize("n_inputs", [1, 6, 16, 33])
def test_a_row_has_the_same_bits_everywhere(dtype, widths, n_inputs):
    net = MLP(n_inputs, 3, hidden_layer_sizes=widths)
    net = prepared(net.to(torch.from_numpy(np.zeros(0, dtype)).dtype))
    rng = np.random.default_rng(0)
    table = rng.normal(size=(10_000, n_inputs)).astype(dtype)
    table[::13] = table[5]  # one row at many positions
    expected = outputs(net, table)
    assert (expected[::13] == expected[5]).all()
    for size in SIZES:
        np.testing.assert_array_equal(outputs(net, table[:size]), expected[:size])
        np.testing.assert_array_equal(outputs(net, table[-size:]), expected[-size:])


def test_outputs_are_those_of_the_module():
    net = prepared(MLP(4, 3))
    table = np.random.default_rng(0).normal(size=(MANY + 9, 4)).astype(np.float32)
    with torch.inference_mode():
        expected = net(torch.from_numpy(table)).numpy()
    np.testing.assert_allclose(outputs(net, table), expected, rtol=1e-5, atol=1e-6)


def test_a_module_may_return_its_input():
    table = np.random.default_rng(0).normal(size=(3 * MANY + 5, 4))
    np.testing.assert_array_equal(outputs(nn.Identity(), table), table)


class Shapely(nn.Module):
    """Its bits depend on the shape of the block."""

    def forward(self, x):
        return x * (1 + 1e-6 * len(x))


def test_large_blocks_are_not_used_where_their_bits_differ():
    table = np.random.default_rng(0).normal(size=(2 * MANY, 4))
    expected = table * (1 + 1e-6 * FEW)
    np.testing.assert_array_equal(outputs(Shapely(), table), expected)
    one_size = Blocks(FEW, FEW, 1)
    again = forward_blocks(Shapely(), table, one_size, n_threads=None)
    np.testing.assert_array_equal(again, expected)


def test_softmax_is_that_of_scipy_without_overflow():
    special = pytest.importorskip("scipy.special")
    logits = np.array([[1e4, 0, -1e4], [0.5, -0.25, 3]], dtype=np.float32)
    expected = special.softmax(logits.astype(np.float64), axis=1)
    np.testing.assert_allclose(softmax(logits), expected, rtol=1e-12)
