"""The house rules: small rooms, documented doors, stairs that only go down."""

import ast
import importlib
import inspect
from collections import Counter, defaultdict
from functools import cache
from itertools import pairwise

import pytest
from rooms import FILES, LEVELS, PACKAGE, PICTURE, imported_rooms, level, picture, room


def functions(tree: ast.Module) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


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


def test_the_picture_shows_these_rooms():
    current = PICTURE.exists() and PICTURE.read_text() == picture()
    assert current, "imports or captions have changed: run `python tests/rooms.py`"


@pytest.mark.parametrize(
    "folder", sorted({path.parent for path in FILES}), ids=lambda p: p.name
)
def test_a_wing_has_few_rooms(folder):
    assert len(list(folder.glob("*.py"))) <= 25


def test_a_name_stands_for_one_module():
    stems = Counter(path.stem for path in FILES)
    twice = {stem for stem, count in stems.items() if count > 1}
    assert twice <= {"__init__", "_base"}


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_what_is_passed_around_has_a_type(path):
    """An object that is passed from floor to floor says what is read of it."""
    for function in functions(ast.parse(path.read_text())):
        for argument in [*function.args.args, *function.args.kwonlyargs]:
            if argument.arg in ("params", "codec", "owner", "estimator"):
                kind = argument.annotation
                named = isinstance(kind, ast.Name) and kind.id != "Any"
                assert named or isinstance(kind, ast.Subscript | ast.BinOp), (
                    f"{function.name}: {argument.arg}"
                )


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_there_is_one_door_to_what_scikit_learn_keeps_private(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module and path.stem != "_sklearn":
            parts = [*node.module.split("."), *(alias.name for alias in node.names)]
            private = any(part.startswith("_") for part in parts)
            assert parts[0] != "sklearn" or not private, ast.unparse(node)


@cache
def classes() -> list[type]:
    """Return all classes of skreg."""
    found: dict[type, None] = {}
    for path in FILES:
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        if parts[-1] == "sktime":  # needs another library
            continue
        module = importlib.import_module(".".join(p for p in parts if p != "__init__"))
        for _, cls in inspect.getmembers(module, inspect.isclass):
            if cls.__module__ == module.__name__:
                found[cls] = None
    return list(found)


def own_bases(cls: type) -> list[type]:
    return [base for base in cls.__mro__[1:] if base.__module__.startswith("skreg")]


@pytest.mark.parametrize("cls", classes(), ids=lambda cls: cls.__qualname__)
def test_few_classes_stand_above_any_class(cls):
    assert len(own_bases(cls)) <= 5


def test_a_private_base_has_two_children():
    """A base class with one child is a file that was cut in two."""
    children = defaultdict(list)
    for cls in classes():
        for base in cls.__bases__:
            children[base].append(cls.__name__)
    for base in classes():
        names = children[base]
        assert len(names) != 1 or is_public(base), f"{base.__name__}: {names}"


def is_public(cls: type) -> bool:
    """Whether a public package names a class, or it is a protocol."""
    parts = cls.__module__.split(".")
    if getattr(cls, "_is_protocol", False):
        return True
    packages = [".".join(parts[:n]) for n in range(1, len(parts) + 1)]
    public = [name for name in packages if "._" not in name]
    modules = [importlib.import_module(name) for name in public]
    return any(cls.__name__ in getattr(module, "__all__", ()) for module in modules)
