"""Whatever a table holds: finite predictions, or an error that says what is wrong."""

from hostile_tables import cases, check
from hypothesis import given, settings


@given(cases())
@settings(max_examples=max(50, settings().max_examples))
def test_answers_or_says_why_not(case):
    check(case)
