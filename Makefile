# 信衡 Xinheng. `make` lists the targets.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

BIN := .venv/bin
HOST ?= 127.0.0.1
PORT ?= 8000
SIZE ?= 20000
TEMPLATES := service/web/templates

.PHONY: help setup run test check static screens browser bench load faults wheelhouse sbom lock pythons clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

setup: ## Make .venv with everything; install system packages where it may
	@tools/setup.sh all

run: export XINHENG_DATA_DIR ?= $(CURDIR)/var
run: ## Start the service on http://127.0.0.1:8000 (HOST=… PORT=… for others) with a demonstration city
	@tools/setup.sh run
	@$(BIN)/xinheng demo --if-empty --size $(SIZE)
	@exec $(BIN)/xinheng serve --host $(HOST) --port $(PORT)

test: ## Set up, check, and run every test but the benchmarks
	@tools/setup.sh test
	@$(MAKE) static
	$(BIN)/python -m pytest -n auto --dist loadscope --no-loadscope-reorder

check: ## Lint, formats, types, import rules, templates, house rules
	@tools/setup.sh all
	@$(MAKE) static
	$(BIN)/python -m pytest tests/health

static:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@[ ! -d $(TEMPLATES) ] || { set -x; $(BIN)/djlint --lint --quiet $(TEMPLATES); }

screens: ## Take a picture of every page of the demonstration city into docs/images/pages
	@tools/setup.sh test
	XINHENG_SCREENS=docs/images/pages $(BIN)/python -m pytest tests/browser/test_desks.py -k sound

browser: ## Run the tests that drive a headless Chromium
	@tools/setup.sh test
	$(BIN)/python -m pytest -m browser

bench: ## Run the benchmarks and print the ratios
	@tools/setup.sh all
	@mkdir -p .benchmarks
	$(BIN)/python -m pytest benchmarks --benchmark-only --benchmark-quiet --benchmark-save-data --benchmark-json=.benchmarks/last.json
	@$(BIN)/python tools/bench_table.py .benchmarks/last.json

load: ## Measure the service under load (needs wrk); writes docs/reference/load.md
	@tools/setup.sh all
	$(BIN)/python -m benchmarks.load --report docs/reference/load.md

faults: ## Kill servers and workers 200 times under load; writes docs/reference/faults.md
	@tools/setup.sh test
	$(BIN)/python -m tests.faults --kills 200 --report docs/reference/faults.md

wheelhouse: ## Build dist/wheelhouse: everything an installation without a network needs
	@tools/setup.sh all
	@tools/wheelhouse.sh

sbom: ## Write dist/sbom.cdx.json and docs/reference/licences.md from a fresh installation
	@tools/setup.sh all
	@tools/sbom.sh

lock: ## Pin the newest packages allowed by pyproject.toml into locks/
	@tools/lock.sh --upgrade

pythons: ## Run the pure suites on every Python found (3.11, 3.12, 3.13)
	@tools/pythons.sh

clean: ## Remove the environments and everything generated
	rm -rf .venv .venvs .benchmarks .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
