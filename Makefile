# Everything that is done to this project. A machine needs Python 3.11 or newer, make and a Python
# package index; nothing is installed outside this folder.

UV_VERSION := 0.13.9
BIN := .venv/bin
UV := .tools/bin/uv
CORE := src/gongxin/core/*,src/gongxin/law/*
ARGS ?=
CHECK_PYTHON := import sys; sys.exit(sys.version_info < (3, 11))

# Chosen only when something is installed. Override: make PYTHON=/opt/python3.12/bin/python3
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3; do \
	"$$p" -c '$(CHECK_PYTHON)' 2>/dev/null && { echo "$$p"; break; }; done)

# What another active environment says must not steer ours.
unexport VIRTUAL_ENV PYTHONHOME PYTHONPATH UV_PROJECT
# Without compiled modules each of the tests' hundreds of processes compiles all of them anew.
unexport PYTHONDONTWRITEBYTECODE
export UV_PROJECT_ENVIRONMENT := .venv
export UV_PYTHON_DOWNLOADS := never
export UV_NO_PROGRESS := 1

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup quick lint types arch packs test e2e long demo serve messages openapi bench sbom ci lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' Makefile

setup: .venv/.ready ## install uv into .tools and the locked dependencies into .venv

.tools/uv-$(UV_VERSION):
	@test -n "$(PYTHON)" && "$(PYTHON)" -c '$(CHECK_PYTHON)' || { \
	  echo "Gongxin needs Python 3.11 or newer; found: $$(python3 --version 2>&1)." >&2; \
	  echo "Install it, or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3.11" >&2; exit 1; }
	@if [ "$$($(UV) --version 2>/dev/null | cut -d' ' -f2)" != "$(UV_VERSION)" ]; then \
	  rm -rf .tools && $(MAKE) --no-print-directory .tools/bin/uv PYTHON="$(PYTHON)"; fi
	@touch $@

# Debian keeps venv's pip in a package of its own: without it, a pip that is there will do.
.tools/bin/uv:
	@echo "Installing uv $(UV_VERSION) into .tools"
	@if "$(PYTHON)" -m venv .tools >/dev/null 2>&1; then \
	  .tools/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION); \
	elif rm -rf .tools && "$(PYTHON)" -m pip --version >/dev/null 2>&1; then \
	  "$(PYTHON)" -m pip install --quiet --disable-pip-version-check --target .tools uv==$(UV_VERSION); \
	else \
	  echo "$(PYTHON) has neither venv with ensurepip nor pip, so nothing can be installed." >&2; \
	  echo "On Debian or Ubuntu: apt-get install python3-venv; then run make again." >&2; exit 1; \
	fi

.venv/.ready: pyproject.toml uv.lock .tools/uv-$(UV_VERSION)
	@echo "Installing the locked dependencies into .venv"
	@$(UV) sync --frozen --quiet --python "$(PYTHON)"
	@touch $@

quick: lint arch ## lint and architecture, in seconds

lint: setup ## ruff: rules and format
	$(BIN)/ruff check
	$(BIN)/ruff format --check

arch: setup ## import-linter: the layers
	$(BIN)/lint-imports

types: setup ## mypy --strict
	$(BIN)/mypy

packs: setup ## check the packs and run their cases
	$(BIN)/gongxin pack lint
	$(BIN)/gongxin pack test

test: setup ## all tests but the browser's and the long ones, with coverage gates; ARGS=tests/core runs a part, ungated
	@$(BIN)/coverage erase
	$(BIN)/pytest -n 2 -m "not e2e and not long" --cov=gongxin --cov-branch --cov-report= $(ARGS)
ifeq ($(strip $(ARGS)),)
	$(BIN)/coverage report --include='$(CORE)' --fail-under=100
	$(BIN)/coverage report --omit='$(CORE),*/migrations/*' --fail-under=90
endif

e2e: setup ## the browser tests (they need chromium or google-chrome)
	$(BIN)/pytest -m e2e tests/e2e $(ARGS)

long: setup ## the long runs, before a release: minutes to hours
	$(BIN)/python -m tools.evidence $(ARGS)

demo: setup ## load the demo pack and sample files, evaluate, serve; ARGS=--no-serve only checks
	$(BIN)/gongxin demo $(ARGS)

serve: setup ## serve the platform of GONGXIN_HOME
	$(BIN)/gongxin serve $(ARGS)

messages: setup ## compile the Chinese texts of the pages after a change of django.po
	$(BIN)/python -m tools.messages

openapi: setup ## write the reference pages of the API after a change of an operation
	$(BIN)/python -m tools.openapi

bench: setup ## measure; the figures of docs/benchmarks.md
	@$(UV) sync --frozen --quiet --group bench
	$(BIN)/python -m bench $(ARGS)

sbom: setup ## list the components with their hashes in dist/sbom.json (CycloneDX)
	@mkdir -p dist
	$(BIN)/python -m tools.sbom $(ARGS) > dist/sbom.json

ci: ## everything that is checked before a change is taken
	$(MAKE) --no-print-directory quick
	$(MAKE) --no-print-directory types
	$(MAKE) --no-print-directory packs
	$(MAKE) --no-print-directory test
	$(MAKE) --no-print-directory e2e

lock: setup ## renew uv.lock after a change of pyproject.toml; ARGS=--upgrade for newer versions
	$(UV) lock $(ARGS)

clean: ## remove environments, caches and the tests' database; never GONGXIN_HOME
	@if [ -x $(BIN)/python ]; then $(BIN)/python -c "from pathlib import Path; \
	  from gongxin.cluster import destroy; destroy(Path('.cache/tests-home'))"; fi
	rm -rf .venv .tools .cache .coverage .coverage.* htmlcov dist
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
