"""The test of hostile tables with 1,000 of them."""

import sys

import pytest

if __name__ == "__main__":
    options = ["--hypothesis-profile=thorough", "-p", "no:cacheprovider"]
    sys.exit(pytest.main(["tests/test_hostile_tables.py", *options]))
