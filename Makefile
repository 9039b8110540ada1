# Every target does its own set-up: nothing is needed but make and Python 3.11 or later.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PORT ?= 8000
DEMO_DIR ?= .demo
ROOM ?= all
export PORT DEMO_DIR

.PHONY: demo test test-all test-js test-services bench mutate lint lint-js types messages migrations docs clean

$(BIN)/.ready: requirements/dev.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements/dev.txt
	touch $@

demo: $(BIN)/.ready
	@$(BIN)/python -m example_site.demo

test: $(BIN)/.ready
	$(BIN)/python -m pytest -n auto --dist worksteal -m "not services and not browser"

# Unit tests of the scripts as they are served, without a browser.
test-js:
	node --test tests/scripts/*.test.js

test-services: $(BIN)/.ready
	$(BIN)/python -m tests.services.run

# The whole check with what only repeats: every set of versions on both databases.
test-all:
	bash .ci/run all

bench: $(BIN)/.ready
	$(BIN)/python -m benchmarks --room $(ROOM)

# Seeded mistakes in rules and formulas: the tests must notice nine of ten. 14 minutes beside other
# work, 11 of processor time.
mutate: $(BIN)/.ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements/mutate.txt
	$(BIN)/python -m tests.mutation

lint: $(BIN)/.ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/djangofmt --check cx_feedback example_site
	$(BIN)/python manage.py makemigrations --check --dry-run
	@if command -v npm >/dev/null; then $(MAKE) --no-print-directory lint-js; \
	else echo "npm is missing: scripts and style sheets were not checked"; fi

# Biome: formatting and rules of scripts and style sheets, which npm brings.
lint-js: node_modules/.ready
	node_modules/.bin/biome ci

node_modules/.ready: package.json
	npm install --silent --no-package-lock --no-audit --no-fund
	touch $@

types: $(BIN)/.ready
	$(BIN)/mypy

messages: $(BIN)/.ready
	$(BIN)/python -m tests.messages

# Before the first release alone: writes the initial migrations anew, and refuses once they are listed.
migrations: $(BIN)/.ready
	$(BIN)/python -m tests.initial_migrations

# The documentation as pages, in build/docs; a warning (a link that leads nowhere, say) is an error.
docs: .venv-docs/.ready
	.venv-docs/bin/sphinx-build --fail-on-warning --keep-going --nitpicky --quiet -b html docs build/docs

.venv-docs/.ready: requirements/docs.txt
	$(PYTHON) -m venv .venv-docs
	.venv-docs/bin/python -m pip install --quiet --disable-pip-version-check -r requirements/docs.txt
	touch $@

clean:
	rm -rf $(VENV) .venv-docs .demo .bench .nox build dist node_modules
