# Every target installs what it needs into $(VENV), and only that.
VENV ?= .venv
PYTHON ?= python3
PY := $(VENV)/bin/python

# pip writes to one environment: no two installs at once under `make -j`.
.NOTPARALLEL:
.PHONY: help demo test doctest lint docs bench clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' Makefile

# One stamp per set of extras; a changed requirement installs it anew.
$(VENV)/.installed-%: pyproject.toml constraints.txt
	test -x $(PY) || $(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet -c constraints.txt -e ".[$*]"
	touch $@

demo: $(VENV)/.installed-demo ## train on noisy labels; write pictures, print their paths (a minute)
	$(PY) examples/plot_noisy_labels.py

# One thread a worker: torch and BLAS would otherwise fight over the cores. The longest
# tests come last, so a worker that is done takes some of those of the other.
test: $(VENV)/.installed-test ## run the tests (about 12 minutes)
	OMP_NUM_THREADS=1 $(PY) -m pytest -n 2 --dist worksteal

doctest: $(VENV)/.installed-test ## run the examples in the docstrings
	OMP_NUM_THREADS=1 $(PY) -m pytest --doctest-modules --doctest-ignore-import-errors skreg

lint: $(VENV)/.installed-lint ## check style and types
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy

docs: $(VENV)/.installed-docs ## build the documentation; a warning is an error
	$(PY) -m sphinx -W --keep-going -b html docs docs/_build/html

bench: $(VENV)/.installed-demo ## time the training
	OMP_NUM_THREADS=1 $(PY) -m benchmarks.training

clean: ## remove what the targets wrote, but for the environment
	rm -rf build dist demo_output docs/_build docs/api/generated docs/auto_examples \
	    docs/sg_execution_times.rst
	rm -rf .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -path ./.venv -prune -o -name __pycache__ -type d -exec rm -rf {} +
