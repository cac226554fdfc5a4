"""The pages list what is public, and nothing else."""

import ast
import importlib
import inspect
import pkgutil
import re
from collections import Counter
from pathlib import Path

import pytest
from contracts._subjects import ROOT, hooks, method_classes

import skreg
from skreg.regularizers import Regularizer

API = (ROOT / "docs" / "api" / "index.md").read_text()
README = (ROOT / "README.md").read_text()
GUIDE = (ROOT / "docs" / "user_guide" / "regularizers.md").read_text()
# Modules that are not on the API page yet.
AWAITED: set[str] = set()
METHODS = [cls.__name__ for cls in method_classes()]


def modules():
    """Return the dotted names of all modules that are not private."""
    found = pkgutil.walk_packages(skreg.__path__, "skreg.")
    names = ["skreg", *(module.name for module in found)]
    return [n for n in names if not any(p.startswith("_") for p in n.split("."))]


def source(module):
    path = ROOT.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def public_names(module):
    """Return ``__all__``, read from the text: what is optional need not be there."""
    for node in ast.parse(source(module).read_text()).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return [n for n in ast.literal_eval(node.value) if not n.startswith("__")]
    return []


def contents(module):
    """Return the public objects of a module by name."""
    names = public_names(module)
    try:
        here = importlib.import_module(module) if names else None
    except ImportError:  # an optional dependency is missing
        return {name: object() for name in names}
    return {name: getattr(here, name) for name in names}


def exporters():
    """Return every public object, by name and identity, and who exports it."""
    things = {module: contents(module) for module in modules()}
    found = {}
    for module, named in things.items():
        for name, thing in named.items():
            found.setdefault((name, id(thing)), set()).add(module)
    return {key: frozenset(by) for key, by in found.items()}


def listed():
    """Return the (module, name) pairs of the API page."""
    module, found = None, []
    for line in API.splitlines():
        if line.startswith(".. currentmodule:: "):
            module = line.split()[-1]
        elif re.fullmatch(r" {3}\w+", line):
            found.append((module, line.strip()))
    return found


def table(page, header):
    """Return the rows of the table with this header, as lists of cells."""
    lines = page[page.index(header) :].splitlines()[2:]
    end = next(i for i, line in enumerate(lines) if not line.startswith("|"))
    return [[c.strip() for c in line.strip("|").split("|")] for line in lines[:end]]


def test_api_lists_every_public_name_once():
    """Under one of the modules that export it: the top level, or its own."""
    count = Counter(listed())
    for (name, _), exporting in exporters().items():
        times = sum(count[module, name] for module in exporting)
        assert times == 1 or exporting <= AWAITED, f"{name} is listed {times} times"


def test_api_lists_only_public_names():
    for module, name in listed():
        assert name in public_names(module), f"{module} does not export {name}"


def test_every_public_object_has_a_docstring():
    for module in modules():
        assert public_names(module) or module.count(".") > 1, f"{module}: no __all__"
        for name, thing in contents(module).items():
            if inspect.isclass(thing) or inspect.isfunction(thing):
                assert inspect.getdoc(thing), f"{module}.{name} has no docstring"


def test_readme_lists_the_methods_in_order():
    rows = table(README, "| regularizer | what it changes |")
    assert [name.strip("`") for name, _ in rows] == sorted(METHODS, key=str.casefold)


def test_api_lists_the_methods_in_order():
    shown = [name for module, name in listed() if name in METHODS]
    assert shown == sorted(METHODS, key=str.casefold)


def test_guide_lists_the_methods_at_their_hooks():
    """A method is listed where it acts, at least once, and has that hook."""
    seen = set()
    rows = table(GUIDE, "| hook | acts on |")
    assert [re.match(r"`(\w+)", row[0])[1] for row in rows] == hooks()
    for hook, _, methods, _ in rows:
        hook = re.match(r"`(\w+)", hook)[1]
        names = re.findall(r"\{class\}`~skreg\.regularizers\.(\w+)`", methods)
        assert names == sorted(names, key=str.casefold)
        for name in names:
            cls = getattr(skreg.regularizers, name)
            assert getattr(cls, hook) is not getattr(Regularizer, hook)
        seen.update(names)
    assert sorted(seen) == METHODS


@pytest.mark.parametrize("cls", method_classes(), ids=lambda cls: cls.__name__)
def test_every_method_has_a_test_file_of_its_own(cls):
    stem = inspect.getmodule(cls).__name__.rpartition(".")[2]
    tests = Path(__file__).parents[1] / "regularizers"
    assert list(tests.rglob(f"test_{stem}.py"))
