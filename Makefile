# Everything a person does with this project. PYTHON=, VENV=, PORT= and BENCH= may be given on the command line.
PYTHON ?= python3
VENV ?= .venv
PORT ?= 8000
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check
export PORT

.DEFAULT_GOAL := help
.PHONY: help setup demo demo-reset tour test bench lint docs openapi messages clean

help: ## what there is
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

setup: $(INSTALLED) ## make the virtual environment; nothing to do the second time

$(INSTALLED): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed: make PYTHON=...")'
	@echo 'Installing into $(VENV), about a minute the first time ...'
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) --upgrade 'pip>=24'
	@$(PIP) --editable '.[demo,test]'
	@if command -v mariadb_config >/dev/null || command -v mysql_config >/dev/null; then \
	  $(PIP) --editable '.[services]' \
	  || echo 'The drivers for MariaDB did not build: tests that need them will be skipped.'; \
	fi
	@touch $@

$(VENV)/.installed-%: pyproject.toml $(INSTALLED)
	@$(PIP) --editable '.[$*]'
	@touch $@

demo: setup ## the miniature LMS with web, worker and beat; Ctrl-C stops all of it
	@$(BIN)/python conf/demo/launch.py

demo-reset: setup ## the same, starting over with a fresh campus
	@$(BIN)/python conf/demo/launch.py --reset

tour: setup ## the main job told as a timeline, no browser
	@$(BIN)/python conf/demo/tour.py

test: setup ## the whole suite, and what could not run here
	@$(BIN)/python -m tests.everything

# An environment of its own, because the LMS loads every plugin that is installed, and so would the demo.
bench: ## the loads that CI does not run, as ratios
	@$(MAKE) --no-print-directory VENV=$(VENV)-bench $(VENV)-bench/.installed-bench
	@$(VENV)-bench/bin/python -m benchmarks $(BENCH)

lint: $(VENV)/.installed-lint ## style, types, layers, migrations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	PYTHONPATH=conf:conf/demo/standins $(BIN)/mypy
	$(BIN)/lint-imports --config conf/importlinter.ini
	$(BIN)/python conf/demo/manage.py makemigrations --check --dry-run mandatory_assignments

docs: $(VENV)/.installed-docs ## the documentation as HTML
	$(BIN)/python -m sphinx -q -W --keep-going -b html docs docs/_build/html

openapi: setup ## write docs/openapi.yaml anew
	$(BIN)/python conf/demo/openapi.py > docs/openapi.yaml

messages: setup ## collect the texts and compile their translations (needs gettext)
	cd mandatory_assignments && PYTHONPATH= ../$(BIN)/python -m django makemessages --all --no-location --no-obsolete
	cd mandatory_assignments && PYTHONPATH= ../$(BIN)/python -m django compilemessages

clean: ## remove what was built, the virtual environment and the demo's data
	rm -rf $(VENV) build dist docs/_build *.egg-info conf/demo/var
