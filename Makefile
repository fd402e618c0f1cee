# Everything that a clone needs to show itself and to test itself. `make` alone explains the targets.

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# The newest version is not always the best supported, so what `python3` means here comes first.
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$python" && break; done)
PYTEST := $(BIN)/python -m pytest
# One more than two cores: tests on a running Airflow mostly wait for it.
WORKERS ?= 3
# The demo writes into it what it has to stop.
SESSIONS := demo/.run/sessions

# Airflow takes 6 seconds to import without its bytecode, in each of its many processes.
unexport PYTHONDONTWRITEBYTECODE
# An Airflow that somebody set up on this machine is not ours to touch.
unexport AIRFLOW_HOME AIRFLOW_CONFIG

.DEFAULT_GOAL := help
.PHONY: help venv demo demo-stop bench test test-quick test-matrix soak lint format types docs ui clean

help:  ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo "  Each target does its own set-up, into $(VENV). PYTHON=python3.12 chooses the interpreter (3.11 or later)."

venv: $(STAMP)  ## install the project and its tools into .venv (the others do it by themselves)

$(STAMP): pyproject.toml
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Python 3.11 or later is needed, and '$(or $(PYTHON),python3)' is not that. Install one," \
			"or name it: make PYTHON=/path/to/python3.12"; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "'$(PYTHON)' cannot make virtual environments. On Debian and Ubuntu: apt install python3-venv"; exit 1; }
	@echo "Installing Airflow, the project and its tools into $(VENV); the first time this takes a few minutes."
	"$(PYTHON)" -m venv --clear $(VENV)
	$(BIN)/python -m pip install -qq --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install -qq --compile --editable '.[postgres]' --group dev
	@touch $@

demo: $(STAMP)  ## retrain, promote, stop, roll back and score on real Airflow; KEEP=1 leaves it running, and opens the Models page
	$(BIN)/python -m demo $(if $(KEEP),--keep)

demo-stop:  ## stop the Airflow that `make demo KEEP=1` left running
	@if test -e $(SESSIONS); then $(BIN)/python -m demo --stop; else echo "Nothing was running."; fi

bench: $(STAMP)  ## beside MLflow and plain SQL, as ratios measured side by side; ARGS='resolving reading' for some
	$(BIN)/python -m benchmarks $(ARGS)

test: lint types docs  ## everything: lint, types, docs, and all tests on SQLite, PostgreSQL and real Airflow
	$(BIN)/python -m tests.support.chromium
	$(PYTEST) -n $(WORKERS) --dist loadgroup $(ARGS)
	$(BIN)/python -m tests.matrix --quick

test-quick: $(STAMP)  ## the kernel alone, on SQLite
	$(PYTEST) -m "not airflow and not postgres and not integration" $(ARGS)

test-matrix: $(STAMP)  ## all tests on each Airflow, Python and SQLAlchemy that is supported, in an hour; ARGS='--only oldest'
	$(BIN)/python -m tests.matrix $(ARGS)

soak: $(STAMP)  ## killed, raced, cut, tampered, hostile, any acts in any order, and any calls of the REST API, for hours; EXAMPLES=500 is quicker
	REGISTRY_SOAK_EXAMPLES=$(or $(EXAMPLES),10000) $(PYTEST) -n 2 --timeout 0 tests/registry/state_machine tests/faults tests/ui/test_contract.py $(ARGS)

lint: $(STAMP)  ## ruff: rules and formatting
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(STAMP)  ## let ruff mend what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(STAMP)  ## mypy, strict
	$(BIN)/mypy

docs: $(STAMP)  ## build the documentation into docs/_build, warnings being errors
	$(BIN)/sphinx-build --quiet --fail-on-warning --keep-going --builder html docs docs/_build

# The page's bundle is committed, so that nobody else needs Node.js.
WEB := airflow_provider_registry/ui/web
ui: $(STAMP)  ## build the Models page into airflow_provider_registry/ui/static, with Node.js 20 or later
	$(BIN)/python -c 'import json; from airflow_provider_registry.ui.app import make_app; print(json.dumps(make_app().openapi()))' \
		| tail -n 1 > $(WEB)/openapi.json
	cd $(WEB) && npm ci --no-fund --no-audit && npm run types && npm run build

clean:  ## remove all that these targets made, once the demo's Airflow is stopped
	@if test -e $(SESSIONS) && test -x $(BIN)/python; then $(BIN)/python -m demo --stop; fi
	rm -rf $(VENV) .cache $(WEB)/node_modules demo/.run docs/_build dist build .mypy_cache .pytest_cache .ruff_cache .hypothesis
