"""The norm loss: its zeros, its gradient, and which layers it is for."""

import pytest
import torch

from skreg.regularizers import NormLoss, norm_loss


def test_zero_exactly_on_the_unit_sphere():
    weight = torch.nn.functional.normalize(torch.randn(4, 7), dim=1)
    assert norm_loss([weight]).item() == pytest.approx(0, abs=1e-10)
    assert norm_loss([2 * weight, weight]).item() == pytest.approx(4, rel=1e-5)


def test_zero_rows_have_a_finite_gradient():
    weight = torch.zeros(2, 3, requires_grad=True)
    norm_loss([weight]).backward()
    assert weight.grad.isfinite().all()


@pytest.mark.parametrize(
    ("include", "n_classes", "n_layers"),
    [("auto", 3, 2), ("auto", None, 1), (True, None, 2), (False, 3, 1)],
)
def test_head_is_spared_in_regression(make_info, include, n_classes, n_layers):
    module = torch.nn.Sequential(
        torch.nn.Linear(4, 5), torch.nn.ReLU(), torch.nn.Linear(5, 3)
    )
    penalty = NormLoss(include_head=include)
    penalty.setup(make_info(module, n_classes=n_classes))
    assert len(penalty.layers_) == n_layers
