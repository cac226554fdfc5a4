"""Runs tests of another package with our classes in place of theirs."""

import inspect
from itertools import product

import pytest


def cases(module, left_out):
    """Return each test of a module with each of its sets of arguments.

    Tests that apply to nothing of ours are left out, by name.
    """
    found = []
    for name, function in vars(module).items():
        is_test = name.startswith("test_") and name not in left_out
        if not is_test or function.__module__ != module.__name__:
            continue
        for number, given in enumerate(_argument_sets(function)):
            found.append(pytest.param(function, given, id=f"{name}-{number}"))
    return found


def _argument_sets(function):
    sets = []
    for mark in getattr(function, "pytestmark", []):
        if mark.name != "parametrize":
            continue
        names = mark.args[0]
        names = names.split(",") if isinstance(names, str) else names
        names = [name.strip() for name in names]
        rows = [getattr(row, "values", row) for row in mark.args[1]]
        rows = [row if _is_row(row, names) else (row,) for row in rows]
        sets.append([dict(zip(names, row, strict=True)) for row in rows])
    for parts in product(*sets):
        yield {key: value for part in parts for key, value in part.items()}


def _is_row(row, names):
    return isinstance(row, tuple | list) and (len(names) > 1 or len(row) == 1)


def call(function, given, request, substitutes):
    """Call a test with classes replaced in its arguments, and its fixtures."""
    for key, value in given.items():
        if inspect.isclass(value):
            given = {**given, key: substitutes.get(value, value)}
    fixtures = [n for n in inspect.signature(function).parameters if n not in given]
    function(**given, **{name: request.getfixturevalue(name) for name in fixtures})
