"""Runs tests of another package with our classes in place of theirs."""

import inspect
from itertools import product

import pytest


def cases(module, left_out, applies=lambda given: True):
    """Return each test of a module with each of its sets of arguments.

    Tests that apply to nothing of ours are left out, by name or by arguments.
    """
    found = []
    for name, function in vars(module).items():
        is_test = name.startswith("test_") and name not in left_out
        if not is_test or function.__module__ != module.__name__:
            continue
        for number, given in enumerate(_argument_sets(function)):
            if applies(given):
                found.append(pytest.param(function, given, id=f"{name}-{number}"))
    return found


def _argument_sets(function):
    sets = []
    for mark in getattr(function, "pytestmark", []):
        if mark.name != "parametrize":
            continue
        names, values = mark.args[0], mark.args[1]
        is_single = isinstance(names, str) and "," not in names
        names = names.split(",") if isinstance(names, str) else names
        names = [name.strip() for name in names]
        rows = [(row,) if is_single else row for row in values]
        # What pytest.param wraps is a row already.
        rows = [getattr(row[0], "values", row) if is_single else row for row in rows]
        sets.append([dict(zip(names, row, strict=True)) for row in rows])
    for parts in product(*sets):
        yield {key: value for part in parts for key, value in part.items()}


def call(function, given, request, substitutes):
    """Call a test with classes replaced in its arguments, and its fixtures."""
    for key, value in given.items():
        if inspect.isclass(value):
            given = {**given, key: substitutes.get(value, value)}
    fixtures = [n for n in inspect.signature(function).parameters if n not in given]
    function(**given, **{name: request.getfixturevalue(name) for name in fixtures})
