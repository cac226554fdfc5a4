"""Values in plain form and back."""

import collections
import functools
import math
import operator

import numpy as np
import pytest
import skops.io
import torch
from contracts._subjects import LABELS, SMALL, X
from elsewhere import run_elsewhere
from torch import nn

from skreg import ELRClassifier
from skreg._fitted_state import from_plain, to_plain
from skreg.regularizers import NormLoss

PLAIN = (str, int, float, bool, type(None), np.ndarray)


def leaves(value):
    """Yield what lists and dictionaries hold in the end."""
    if isinstance(value, dict):
        assert all(type(key) is str for key in value)
        value = list(value.values())
    if not isinstance(value, (list, tuple)):
        yield value
        return
    for part in value:
        yield from leaves(part)


VALUES = [
    None,
    True,
    2**70,
    "text \ud800",
    math.inf,
    [1.5] * 20,
    [1, "a", None, True, 2.5, 3, 4, 5, 6],
    {"__skreg__": "object", "class": "os.system"},
    {"a": {1: "one", None: [2], (3, 4): {}}},
    collections.OrderedDict(b=1, a=2),
    {1, "a"},
    (1, (2, [3])),
    torch.float16,
    torch.device("cuda:1"),
    torch.Size([2, 3]),
    nn.Linear,
    torch.optim.SGD,
]


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_values_come_back_as_they_are(value):
    plain = to_plain({"value": value})
    assert all(type(leaf) in PLAIN for leaf in leaves(plain))
    back = from_plain(plain)["value"]
    assert (type(back), repr(back)) == (type(value), repr(value))


def test_arrays_of_objects_keep_their_shape():
    array = np.array([["a", 1], [None, 2.5], [(1, 2), np.nan]], dtype=object)
    back = from_plain(to_plain(array))
    assert (back.shape, back.dtype, repr(back)) == ((3, 2), array.dtype, repr(array))


def test_what_is_no_state_stays_what_it_is():
    for value in (print, operator.itemgetter(1), np.float32(1.5), 1 + 2j):
        assert from_plain(to_plain(value)) is value
    call = from_plain(to_plain(functools.partial(max, 3, key=abs)))
    assert call(-5) == -5


@pytest.mark.parametrize(
    "dtype",
    ["float64", "int64", "bool", "complex64", "float16", "bfloat16", "float8_e5m2"],
)
@pytest.mark.parametrize("shape", [(), (2, 3), (0, 3)], ids=str)
def test_tensors_of_all_types(dtype, shape):
    tensor = torch.arange(6.0)[: math.prod(shape)].reshape(shape)
    tensor = tensor.to(getattr(torch, dtype))
    plain = to_plain(tensor)
    assert all(type(leaf) in PLAIN for leaf in leaves(plain))
    back = from_plain(plain)
    assert (back.dtype, back.shape) == (tensor.dtype, tensor.shape)
    assert back.tolist() == tensor.tolist()


def test_parameters_say_whether_they_learn():
    for learns in (True, False):
        parameter = nn.Parameter(torch.ones(2), requires_grad=learns)
        back = from_plain(to_plain(parameter))
        assert type(back) is nn.Parameter
        assert back.requires_grad == learns


def test_loaded_tensors_do_not_share_memory_with_the_file():
    array = np.ones(3)
    array.flags.writeable = False
    plain = to_plain(torch.ones(3)) | {"array": array}
    from_plain(plain).zero_()  # warnings are errors
    from_plain({"kept": array})["kept"][:] = 0
    assert array.tolist() == [1, 1, 1]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"class": "os.system"}, "'os.system'"),
        ({"class": "skreg.os.system"}, "does not have"),
        ({"class": ["skreg"]}, "names the class"),
        ({"__skreg__": "program"}, "form 'program'"),
        ({"__skreg__": "tuple", "items": []}, "is not a tuple"),
    ],
)
def test_names_from_elsewhere_are_errors(change, message):
    plain = to_plain(NormLoss())
    with pytest.raises(ValueError, match=message):
        from_plain(plain | change)


def test_types_of_tensors_are_types_of_torch():
    plain = to_plain(torch.ones(2, dtype=torch.bfloat16))
    with pytest.raises(ValueError, match="no type of torch"):
        from_plain(plain | {"dtype": "load"})


def test_parts_of_a_net_are_modules():
    plain = to_plain(nn.Linear(2, 1))
    name = f"{NormLoss.__module__}.NormLoss"
    plain["modules"][0]["class"] = name
    with pytest.raises(ValueError, match="part of the class"):
        from_plain(plain)


def test_files_load_where_nothing_has_been_imported(tmp_path):
    net = ELRClassifier(**SMALL).fit(X, LABELS)
    skops.io.dump(net, tmp_path / "net.skops")
    np.save(tmp_path / "X.npy", X)
    code = (
        "import numpy, skops.io\n"
        "types = skops.io.get_untrusted_types(file='net.skops')\n"
        "net = skops.io.load('net.skops', trusted=types)\n"
        "numpy.save('out.npy', net.predict_proba(numpy.load('X.npy')))\n"
    )
    run_elsewhere(code, tmp_path)
    expected = net.predict_proba(X)
    np.testing.assert_array_equal(np.load(tmp_path / "out.npy"), expected)
