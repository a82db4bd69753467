# The two that matter: `make demo` and `make test`. `make help` lists the rest.

PYTHON ?= python3
DEMO_PORT ?= 8125
DEMO = $(PYTHON) -m demo --port $(DEMO_PORT)
BIN = .venv/bin
# The bot of the demo: its home is config/, whatever the surroundings say.
TROPEBOT = env -u TROPEBOT_PASSWORD TROPEBOT_HOME=config TROPEBOT_DEMO_PORT=$(DEMO_PORT) $(BIN)/tropebot
# What a person has to say before a command where the wiki is not at the usual port.
OTHER_PORT = $(if $(filter-out 8125,$(DEMO_PORT)),TROPEBOT_DEMO_PORT=$(DEMO_PORT) )
# One test process for each core; each brings its own wiki where it needs one.
PYTEST = $(BIN)/python -m pytest -n auto

.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help demo demo-port demo-down test test-fast test-long test-all lint docs bench mutants clean

help:
	@echo "make demo       a wiki at http://127.0.0.1:$(DEMO_PORT)/, filled, and the bot patrols it"
	@echo "make demo-down  end it (DEMO_PORT=… chooses another port)"
	@echo "make test       everything: lint, types, all tests, a real wiki among them"
	@echo "make test-fast  the tests that need no wiki"
	@echo "make test-long  the soaks"
	@echo "make test-all   the same here and, as root, on Python 3.13 and MediaWiki 1.43"
	@echo "make bench      how long judging takes, how many requests; beside another bot"
	@echo "make mutants    whether tests notice changes of what decides (GROUP=… one part)"
	@echo "make lint       ruff and mypy"
	@echo "make docs       the documentation as a site, in build/site"
	@echo "make clean      remove what the above have made"

.venv/installed: pyproject.toml
	@$(PYTHON) -m demo venv
	@echo "Installing tropebot and its libraries"
	@$(BIN)/pip install --quiet --disable-pip-version-check --editable .
	@touch $@

.venv/tested: pyproject.toml
	@$(PYTHON) -m demo venv
	@echo "Installing tropebot, its libraries and the tests'"
	@$(BIN)/pip install --quiet --disable-pip-version-check --editable ".[test,docs]"
	@touch $@ .venv/installed

demo: demo-port .venv/installed
	@$(DEMO) fill home
	@mkdir -p build/demo
	@echo; echo "What the bot would do (tropebot patrol --dry-run):"
	@$(TROPEBOT) patrol --dry-run --since "$$($(DEMO) since)" >build/demo/dry-run.txt
	@$(PYTHON) -m demo.telling build/demo/dry-run.txt
	@echo; echo "What the bot does (tropebot patrol):"
	@$(TROPEBOT) patrol --since "$$($(DEMO) since)" >build/demo/patrol.txt
	@$(PYTHON) -m demo.telling build/demo/patrol.txt
	@echo; $(DEMO) jobs verify
	@echo "Look at the wiki: http://127.0.0.1:$(DEMO_PORT)/wiki/Special:RecentChanges?hidebots=0"
	@$(DEMO) admin
	@echo "Patrol it again:  $(OTHER_PORT)$(BIN)/tropebot patrol"
	@echo "End it:           make demo-down$(if $(OTHER_PORT), DEMO_PORT=$(DEMO_PORT))"

# Before anything is fetched: a wiki that nobody can serve is not worth waiting for.
demo-port:
	@$(DEMO) port

demo-down:
	@$(DEMO) down

lint: .venv/tested
	@echo "Linting (ruff)"
	@$(BIN)/ruff check .
	@echo "Checking types (mypy)"
	@$(BIN)/mypy -p tropebot -p demo

docs: .venv/tested
	@echo "Building the documentation (warnings are errors)"
	@$(BIN)/python -m sphinx --quiet -W --keep-going -j auto -d build/doctrees docs build/site

test: lint docs
	@echo "Running all tests"
	@$(PYTEST) -q -m "not long"

test-fast: .venv/tested
	@$(PYTEST) -q -m "not real and not long and not heavy" --hypothesis-profile=fast

test-long: .venv/tested
	@$(PYTEST) -q -m long --hypothesis-profile=long

test-all: test
	@sh .ci/suite trixie test

# Not tests: they measure, and say where a target is missed. docs/performance.md has the figures.
bench: .venv/tested
	@$(BIN)/pip install --quiet --disable-pip-version-check --editable ".[bench]"
	@$(BIN)/python -m benchmarks.judge --quiet
	@$(BIN)/python -m benchmarks.hostile
	@$(BIN)/python -m benchmarks.requests
	@$(BIN)/python -m benchmarks.plain_bot

# Takes long: docs/testing.md says how long, and what came of it.
mutants: .venv/tested
	@$(BIN)/pip install --quiet --disable-pip-version-check --editable ".[bench]"
	@PYTHONHASHSEED=0 $(BIN)/python -m benchmarks.mutants $(GROUP)

clean: demo-down
	@rm -rf .venv .wiki .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist
	@rm -rf config/state config/apicache config/user-password.py config/throttle.ctrl
