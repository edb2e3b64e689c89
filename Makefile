# Every target does its whole set-up: Python 3.11 or newer and make are enough.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo run doctor test check bench kill lock clean

demo: $(VENV)/.run
	$(BIN)/python run.py demo

run: $(VENV)/.run
	$(BIN)/python run.py run

doctor: $(VENV)/.run
	$(BIN)/python run.py doctor

test: $(VENV)/.dev
	$(BIN)/python -m pytest -n 4 --dist loadfile -rs

check: $(VENV)/.dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy engine storage bot handlers run.py
	$(BIN)/lint-imports
	$(BIN)/python -m bot.i18n

bench: $(VENV)/.dev
	@for one in $(basename $(notdir $(wildcard benchmarks/[a-z]*.py))); do echo "== $$one"; $(BIN)/python -m benchmarks.$$one || exit 1; done

# Kill the engine N times with SIGKILL, among faults of the venue, and count what was doubled, lost or left naked.
N ?= 10000
kill: $(VENV)/.dev
	$(BIN)/python -m tests.kill $(N)

# A stamp a lock file: nothing is installed again while the lock is the same.
$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Heliograph needs Python 3.11 or newer; name it: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.lock | $(VENV)/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(VENV)/.dev: requirements-dev.lock | $(VENV)/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@ $(VENV)/.run

COMPILE := $(BIN)/pip-compile --quiet --generate-hashes --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
	--strip-extras --allow-unsafe --no-header --annotation-style=line

lock: $(VENV)/.dev
	$(COMPILE) -o requirements.lock pyproject.toml
	$(COMPILE) --extra dev -c requirements.lock -o requirements-dev.lock pyproject.toml

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .hypothesis .import_linter_cache
