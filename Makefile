# Every task of the project; CI calls the same ones. `make` alone lists them.
# ARGS goes to the command behind a task: make test ARGS="-k split", make demo ARGS=--once.
# PYTHON names the Python to build the virtual environment with, where the right one is not found by itself.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup check format docs test test-long chaos compose-test test-containers demo bench eval weights lock clean

BIN := .venv/bin
ARGS ?=
ROUNDS ?= 100
SEED ?= 1
export PYTHON
# Compiled modules are kept whatever the shell says: tests start Python by the hundred, and pytest rewrites the assertions of every file.
export PYTHONDONTWRITEBYTECODE :=

help: ## List the tasks
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-15s %s\n", $$1, $$2 }' Makefile

setup: ## Virtual environment with the locked packages; does nothing when it is ready
	@scripts/setup

check: setup ## Lint, format, types, boundaries between the services; changes nothing
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup ## Format the code and mend what can be mended by itself
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: setup ## Write README's tables of settings, topics, metrics and commands anew
	@$(BIN)/python -m scripts.tables

test: setup ## All tests, the connected ones on real Kafka and Elasticsearch; one file: ARGS=tests/unit/cli/test_main.py
	$(BIN)/python -m pytest -n auto $(ARGS)

test-long: setup ## The same in their long forms, one after the other: outages of minutes, thousands of examples; hours
	JIANBAO_TEST_LONG=1 $(BIN)/python -m pytest $(ARGS)

compose-test: setup ## docker-compose.yml on a Docker engine (the one that answers, else one of our own): up, fed, killed, down
	$(BIN)/python -m tests.docker $(BIN)/python -m pytest tests/docker -s $(ARGS)

test-containers: setup ## The connected tests on Kafka and Elasticsearch in containers
	$(BIN)/python -m tests.docker $(BIN)/python -m pytest -n auto -m connected $(ARGS)

chaos: setup ## The crash matrix: ROUNDS=100 rounds from SEED=1 on, some 40 minutes; a failing seed alone: SEED=17 ROUNDS=1
	@$(BIN)/python -m tests.chaos --rounds $(ROUNDS) --seed $(SEED) $(ARGS)

demo: setup ## The whole pipeline on this machine, fed with a sample digest; ARGS=--once stops after the answer
	@$(BIN)/jianbao demo $(ARGS)

bench: setup ## Figures as ratios from one run: table, and build/bench.json
	@$(BIN)/python -m bench $(ARGS)

build/training: scripts/segmenter/requirements.txt | setup
	@mkdir -p build
	$(BIN)/uv pip install --quiet --require-hashes --target $@ -r $<
	@touch $@

weights: build/training ## Train the splitter's model on labelled digests: GOLD=FOLDER BUILD=N, one more than before; half an hour
	PYTHONPATH=$(abspath $<) $(BIN)/python -m scripts.segmenter.train $(GOLD) --build $(BUILD) $(ARGS)

eval: build/training ## Score splitting and extraction against the gold sets, where they are; half an hour
	@PYTHONPATH=$(abspath $<) $(BIN)/python scripts/evaluate.py $(ARGS)

lock: setup ## Bring requirements.lock up to pyproject.toml; ARGS=--upgrade takes newer versions
	$(BIN)/uv pip compile pyproject.toml --quiet --all-extras --group dev --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --output-file requirements.lock $(ARGS)

clean: ## Remove the virtual environment, caches and build outputs; engines that were fetched stay in the user's cache
	rm -rf .venv build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
