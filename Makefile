# Every target does its own set-up: nothing is needed but make and Python 3.11 or later.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PORT ?= 8000
DEMO_DIR ?= .demo
ROOM ?= all
export PORT DEMO_DIR

.PHONY: demo test test-services bench mutate lint types messages migrations clean

$(BIN)/.ready: requirements/dev.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements/dev.txt
	touch $@

demo: $(BIN)/.ready
	@$(BIN)/python -m example_site.demo

test: $(BIN)/.ready
	$(BIN)/python -m pytest -n auto -m "not services and not browser"

test-services: $(BIN)/.ready
	$(BIN)/python -m tests.services.run

bench: $(BIN)/.ready
	$(BIN)/python -m benchmarks --room $(ROOM)

# Seeded mistakes in rules and formulas: the tests must notice nine of ten. Takes half an hour.
mutate: $(BIN)/.ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements/mutate.txt
	$(BIN)/python -m tests.mutation

lint: $(BIN)/.ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run

types: $(BIN)/.ready
	$(BIN)/mypy

messages: $(BIN)/.ready
	$(BIN)/python -m tests.messages

# Until the first release: the initial migrations are written anew.
migrations: $(BIN)/.ready
	$(BIN)/python -m tests.initial_migrations

clean:
	rm -rf $(VENV) .demo .bench .nox build dist
