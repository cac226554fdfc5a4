"""Losses of batches become means over rows."""

import pytest
import torch

from skreg._training._record import LossRecord


def test_means_weigh_batches_by_their_rows():
    record = LossRecord([4, 4, 2])
    for batch, value in enumerate([1.0, 2.0, 5.0]):
        loss = torch.tensor(value)
        record.note(batch, {"data": loss, "penalty": 10 * loss})
        loss.fill_(-1.0)  # the record keeps its own copy
    assert record.means() == pytest.approx({"data": 2.2, "penalty": 22.0})


def test_the_next_epoch_overwrites_the_last():
    record = LossRecord([3, 1])
    for losses in ([1.0, 1.0], [4.0, 8.0]):
        for batch, loss in enumerate(losses):
            record.note(batch, {"data": torch.tensor(loss)})
    assert record.means() == {"data": 5.0}
