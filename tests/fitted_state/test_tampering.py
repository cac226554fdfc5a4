"""A file of skops that somebody has changed never runs code."""

import io
import json
import pickle
import zipfile

import numpy as np
import pytest
import skops.io
from contracts._subjects import SMALL, VALUES, X
from skops.io.exceptions import UntrustedTypesFoundException

from skreg import ARNetRegressor, RegularizedRegressor
from skreg.persistence import TRUSTED_TYPES
from skreg.regularizers import WeightAverage


class Touch:
    """Makes a file when it is unpickled."""

    def __init__(self, path):
        self.path = str(path)

    def __reduce__(self):
        return open, (self.path, "w")


@pytest.fixture(scope="module")
def content():
    net = RegularizedRegressor(
        regularizers=[WeightAverage()], warm_start=True, **SMALL | {"max_epochs": 2}
    )
    return skops.io.dumps(net.fit(X, VALUES))


def entries(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(named):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, entry in named.items():
            archive.writestr(name, entry)
    return file.getvalue()


def assert_same_types_or_error(content):
    """Load a file; what it may say is what it said before, or an error."""
    try:
        untrusted = skops.io.get_untrusted_types(data=content)
        loaded = skops.io.loads(content, trusted=TRUSTED_TYPES)
        loaded.predict(X)
    except Exception:  # whatever it is, it is raised
        return False
    assert {*untrusted} <= {*TRUSTED_TYPES}
    assert type(loaded) in (RegularizedRegressor, ARNetRegressor)
    return True


def hostile(path):
    """Return what a program would do if somebody unpickled it, in several dresses."""
    objects = io.BytesIO()
    np.save(objects, np.array([Touch(path)], dtype=object), allow_pickle=True)
    return [pickle.dumps(Touch(path)), objects.getvalue(), b""]


def test_the_bomb_would_go_off(tmp_path):
    pickle.loads(pickle.dumps(Touch(tmp_path / "touched"))).close()
    assert (tmp_path / "touched").exists()


def test_no_entry_of_the_archive_is_unpickled(content, tmp_path):
    named = entries(content)
    assert len(named) > 20
    bombs = hostile(tmp_path / "touched")
    for i, name in enumerate(named):
        bomb = bombs[i % 2]
        assert not assert_same_types_or_error(packed(named | {name: bomb}))
    for bomb in bombs:
        changed = {n: e if n == "schema.json" else bomb for n, e in named.items()}
        assert not assert_same_types_or_error(packed(changed))
    assert not (tmp_path / "touched").exists()


def nodes(tree):
    """Yield every dictionary of a schema."""
    if isinstance(tree, dict):
        yield tree
    for part in tree.values() if isinstance(tree, dict) else tree:
        if isinstance(part, (dict, list)):
            yield from nodes(part)


def with_changed(content, number, changes):
    """Return the file with another node of its schema, or None if there is none."""
    named = entries(content)
    schema = json.loads(named["schema.json"])
    for i, node in enumerate(n for n in nodes(schema) if "__class__" in n):
        if i == number:
            node.pop("__id__", None)  # by which another node could stand in
            node.update(changes)
            return packed(named | {"schema.json": json.dumps(schema)})
    return None


@pytest.mark.parametrize("loader", ["TypeNode", "FunctionNode", "ObjectNode"])
def test_a_type_that_does_not_belong_is_an_error(loader):
    """Every node of a small file in turn becomes something else."""
    small = skops.io.dumps(ARNetRegressor(alpha=0.1).fit(X, VALUES))
    system = {"__class__": "system", "__module__": "os", "__loader__": loader}
    number = 0
    while (changed := with_changed(small, number, system)) is not None:
        with pytest.raises((UntrustedTypesFoundException, AttributeError, KeyError)):
            skops.io.loads(changed, trusted=TRUSTED_TYPES)
        number += 1
    assert number > 50


def names_of_classes(content):
    """Return the text of a schema that names a class to skreg, as it is written."""
    schema = entries(content)["schema.json"].decode()
    found = {
        json.loads(node["content"])
        for node in nodes(json.loads(schema))
        if node.get("__loader__") == "JsonNode"
        and str(node["content"]).startswith(('"skreg.', '"torch.'))
    }
    return sorted(found)


@pytest.mark.parametrize(
    "other",
    ["os.system", "builtins.eval", "subprocess.Popen", "skreg.os.system", "torch.load"],
)
def test_names_of_classes_lead_to_classes_of_nets_only(content, other):
    names = names_of_classes(content)
    assert len(names) > 3
    named = entries(content)
    for name in names:
        old, new = (rf"\"{one}\"" for one in (name, other))
        schema = named["schema.json"].decode().replace(old, new)
        with pytest.raises(ValueError, match="names the class"):
            skops.io.loads(
                packed(named | {"schema.json": schema}), trusted=TRUSTED_TYPES
            )


def test_bytes_that_changed_are_noticed_or_harmless():
    """Any byte, in every place of a small file."""
    small = skops.io.dumps(ARNetRegressor(alpha=0.1).fit(X, VALUES))
    places = np.linspace(0, len(small) - 1, 400).astype(int)
    outcomes = set()
    for place in places:
        for flip in (0x01, 0xFF):
            changed = bytearray(small)
            changed[place] ^= flip
            outcomes.add(assert_same_types_or_error(bytes(changed)))
    assert False in outcomes
