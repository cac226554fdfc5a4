"""The house rules: small rooms, documented doors, stairs that only go down."""

import ast
from itertools import pairwise
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "skreg"
FILES = sorted(PACKAGE.rglob("*.py"))
# From the ground up; a package may import from its own level and below.
LEVELS = [
    {"_sklearn", "_types"},
    {"_parameters", "modules", "preprocessing", "datasets", "autoregression"},
    {"metrics", "inspection", "model_selection"},
    {"regularizers"},
    {"_training"},
    {"_estimator"},
    {"classification", "regression", "forecasting"},
    {"_pretraining"},
    {"pretraining"},
    {"sktime"},
    {"__init__"},
]


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def level(name: str) -> int:
    return next(i for i, rooms in enumerate(LEVELS) if name in rooms)


def functions(tree: ast.Module) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


def imported_rooms(path: Path, tree: ast.Module) -> set[str]:
    """Return the parts of skreg that a file imports."""
    found = set()
    for node in ast.walk(tree):
        if not isinstance(node, ast.ImportFrom):
            continue
        parts = (node.module or "").split(".")
        if node.level:
            here = ["skreg", *path.relative_to(PACKAGE).parts]
            parts = [*here[: -node.level], *filter(None, parts)]
        if parts[0] == "skreg":
            names = parts[1:2] or [alias.name for alias in node.names]
            found.update(names)
    return {name for name in found if any(name in rooms for rooms in LEVELS)}


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_rooms(path):
    text = path.read_text()
    tree = ast.parse(text)
    assert text.count("\n") <= 300
    assert ast.get_docstring(tree)
    for function in functions(tree):
        doc = ast.get_docstring(function, clean=False) or ""
        lines = function.end_lineno - function.lineno + 1
        lines -= doc.count("\n") + 1 if doc else 0
        assert lines <= 40, f"{function.name} has {lines} lines"
        nested = [n for n in ast.walk(function) if isinstance(n, ast.Import)]
        assert not nested, f"{function.name} imports"
        if not function.name.startswith("_"):
            assert function.returns is not None, f"{function.name} is not annotated"
            assert doc or is_nested(tree, function), f"{function.name} has no docstring"
    for name in imported_rooms(path, tree):
        assert level(name) <= level(room(path)), f"{path} imports {name} from above"


def is_nested(tree: ast.Module, function: ast.FunctionDef) -> bool:
    """Whether a function is defined inside another or in a private class."""
    for node in ast.walk(tree):
        inside = node is not function and function in ast.walk(node)
        if inside and isinstance(node, ast.FunctionDef):
            return True
        if inside and isinstance(node, ast.ClassDef) and node.name.startswith("_"):
            return True
    return False


def test_levels_are_complete():
    assert {room(path) for path in FILES} == set().union(*LEVELS)
    for low, high in pairwise(LEVELS):
        assert not low & high
