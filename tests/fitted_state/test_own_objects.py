"""Nets, functions and regularizers of users in files of skops and in pickles."""

import copy
import functools
import pickle
import re

import cloudpickle
import numpy as np
import pytest
import skops.io
import torch
from contracts._subjects import SMALL, VALUES, OwnNet, X
from torch import nn

from skreg import RegularizedRegressor
from skreg.persistence import TRUSTED_TYPES
from skreg.regularizers import Regularizer


class Recurrent(nn.Module):
    """Its layer keeps its weights in a list besides."""

    def __init__(self, n_inputs, n_outputs):
        super().__init__()
        self.cells = nn.LSTM(1, 4, batch_first=True)
        self.out = nn.Linear(4, n_outputs)

    def forward(self, inputs):
        return self.out(self.cells(inputs[..., None])[0][:, -1])


class Shared(nn.Module):
    """One weight in two layers, a layer and the net itself in lists, odd types."""

    def __init__(self, n_inputs, n_outputs):
        super().__init__()
        self.one = nn.Linear(n_inputs, n_inputs)
        self.other = nn.Linear(n_inputs, n_inputs)
        self.other.weight = self.one.weight
        self.out = nn.Linear(n_inputs, n_outputs)
        self.hidden, self.family = [self.one], {"me": [self]}
        self.dtype, self.size = torch.float32, torch.Size([1, 2])
        self.register_buffer("unit", torch.ones(1), persistent=False)

    def forward(self, inputs):
        hidden = self.other(self.hidden[0](inputs).relu()).relu()
        return self.out(hidden) * self.unit


class Attention(nn.Module):
    def __init__(self, n_inputs, n_outputs):
        super().__init__()
        self.embed = nn.Linear(1, 8)
        self.block = nn.MultiheadAttention(8, 2, batch_first=True)
        self.out = nn.Linear(8, n_outputs)

    def forward(self, inputs):
        tokens = self.embed(inputs[..., None])
        return self.out(self.block(tokens, tokens, tokens)[0].mean(1))


class Careful(OwnNet):
    """Says itself how it is saved."""

    def __getstate__(self):
        return {"state": self.state_dict(), "width": self.hidden.in_features}

    def __setstate__(self, state):
        self.__init__(state["width"], 1)
        self.load_state_dict(state["state"])


def built(n_inputs, n_outputs):
    return nn.Sequential(
        nn.Linear(n_inputs, 8), nn.BatchNorm1d(8), nn.PReLU(), nn.Linear(8, n_outputs)
    )


def doubled(module, inputs, output):
    return 2 * output


def hooked(n_inputs, n_outputs):
    module = nn.Linear(n_inputs, n_outputs)
    module.register_forward_hook(doubled)
    return module


def local(n_inputs, n_outputs):
    class Local(OwnNet):
        pass

    return Local(n_inputs, n_outputs)


class Remembers(Regularizer):
    """Keeps a tensor, as methods of users do."""

    def setup(self, info):
        self.seen_ = torch.zeros(3, device=info.device)

    def mix(self, step):
        self.seen_ = self.seen_ + 1


class Box:
    """An object that does not say how its tensor is saved."""

    def __init__(self):
        self.tensor = torch.ones(2)


class Boxed(Regularizer):
    def setup(self, info):
        self.box_ = Box()


def falling(done):
    return 1.0 - done


def fit(**options):
    small = SMALL | {"warm_start": True, "max_epochs": 2}
    return RegularizedRegressor(**small | options).fit(X, VALUES)


def through_skops(estimator):
    content = skops.io.dumps(estimator)
    types = skops.io.get_untrusted_types(data=content)
    own = [t for t in types if t not in TRUSTED_TYPES]
    assert all(t.startswith((__name__, "contracts.")) for t in own)
    return skops.io.loads(content, trusted=types)


def without_address(value):
    """Name a case alike in all processes."""
    return re.sub(r" at 0x[0-9a-fA-F]+", "", str(value))


@pytest.mark.parametrize(
    "duplicate",
    [through_skops, lambda e: pickle.loads(pickle.dumps(e)), copy.deepcopy],
    ids=["skops", "pickle", "deepcopy"],
)
@pytest.mark.parametrize(
    "options",
    [
        {"module": OwnNet},
        {"module": OwnNet, "n_members": 2},
        {"module": Recurrent},
        {"module": Shared},
        {"module": Attention},
        {"module": Careful},
        {"module": built},
        {"module": hooked},
        {"module": nn.Linear(6, 1)},
        {"regularizers": [Remembers()]},
        {"regularizers": [("mine", Remembers())]},
        {"lr_schedule": falling},
        {"optimizer": torch.optim.Adam},
        {"optimizer": functools.partial(torch.optim.SGD, momentum=0.5)},
        {"random_state": np.random.RandomState(0)},
    ],
    ids=without_address,
)
def test_what_has_a_name_is_saved_and_goes_on(options, duplicate):
    original = fit(**options)
    twin = duplicate(original)
    np.testing.assert_array_equal(twin.predict(X), original.predict(X))
    twin.partial_fit(X, VALUES)
    original.partial_fit(X, VALUES)
    np.testing.assert_array_equal(twin.predict(X), original.predict(X))


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"module": local}, "local.<locals>.Local"),
        ({"module": lambda n, m: nn.Linear(n, m)}, "<lambda>"),
        ({"lr_schedule": lambda done: 1.0}, "<lambda>"),
        ({"loss": lambda output, target: (output - target).square()}, "<lambda>"),
        ({"callbacks": [("mine", lambda net: None)]}, "<lambda>"),
        ({"module": functools.partial(lambda n, m: nn.Linear(n, m))}, "<lambda>"),
        ({"regularizers": [Boxed()]}, "a Box of .* keeps tensors"),
    ],
)
def test_what_has_no_name_is_refused_when_it_is_written(options, named):
    original = fit(**options)
    with pytest.raises(TypeError, match=named):
        skops.io.dumps(original)
    for twin in (
        copy.deepcopy(original),
        pickle.loads(cloudpickle.dumps(original)),
    ):
        np.testing.assert_array_equal(twin.predict(X), original.predict(X))


def test_shared_parts_stay_shared():
    module = through_skops(fit(module=Shared)).net_.module_
    assert module.one.weight is module.other.weight
    assert module.hidden[0] is module.one
    assert module.family["me"][0] is module
    assert "unit" not in module.state_dict()
    assert module.dtype == torch.float32
    assert module.size == torch.Size([1, 2])
    recurrent = through_skops(fit(module=Recurrent)).net_.module_
    assert recurrent.cells._flat_weights[0] is recurrent.cells.weight_ih_l0
