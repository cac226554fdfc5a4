"""The losses are torch's own, of nets and of ensembles."""

import pytest
import torch
from torch.nn import functional

from skreg._training._losses import cross_entropy


@pytest.mark.parametrize("smoothing", [0.0, 0.02, 0.3])
@pytest.mark.parametrize("reduction", ["none", "mean"])
@pytest.mark.parametrize("n_classes", [2, 7])
def test_cross_entropy_is_that_of_torch(smoothing, reduction, n_classes):
    options = {"label_smoothing": smoothing, "reduction": reduction}
    logits = 5 * torch.randn(3, 11, n_classes, generator=seeded(), dtype=torch.float64)
    target = torch.randint(n_classes, (3, 11), generator=seeded())
    soft = torch.rand(3, 11, n_classes, generator=seeded(), dtype=torch.float64)
    soft = soft / soft.sum(-1, keepdim=True)
    # Members with targets of their own, and shared ones.
    for given in (target, target[0].expand(3, 11), soft, soft[0].expand_as(soft)):
        ours, theirs = (logits.clone().requires_grad_() for _ in range(2))
        shared = given[0] if given.stride(0) == 0 else given
        losses = cross_entropy(ours, shared, **options)
        expected = [
            functional.cross_entropy(member, labels, **options)
            for member, labels in zip(theirs, given, strict=True)
        ]
        torch.testing.assert_close(losses, torch.stack(expected))
        (losses**2).sum().backward()
        sum((loss**2).sum() for loss in expected).backward()
        torch.testing.assert_close(ours.grad, theirs.grad)
        alone = cross_entropy(logits[0], given[0], **options)
        torch.testing.assert_close(alone, losses[0])


def test_smoothed_cross_entropy_bears_half_precision():
    logits = torch.tensor([[3e4, -3e4]], dtype=torch.bfloat16)
    loss = cross_entropy(logits, torch.tensor([1]), label_smoothing=0.1)
    assert loss.item() == pytest.approx(6e4 * 0.95, rel=0.02)


def seeded():
    return torch.Generator().manual_seed(0)
