# Everything from nothing: each target sets up what it needs, once, and says what it is doing.
# A machine with Python >= 3.11 (with venv), make and git is enough.

PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
endif
export PYTHONUTF8 := 1

.DEFAULT_GOAL := help
.PHONY: help serve book pdf test lint assets lock clean

help: ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

serve: $(VENV)/ready ## build the book, serve it and print its address
	@$(BIN)/kejian serve --port $(PORT)

book: $(VENV)/ready ## build the book into _build/html
	@$(BIN)/kejian build

pdf: $(VENV)/ready ## typeset the book into _build/pdf: for students, for teachers, answer key
	@$(BIN)/python tools/prepare_fonts.py
	@$(BIN)/kejian pdf

test: $(VENV)/ready web/node_modules/.ready ## run every test: unit, build, browser, notebook
	@$(BIN)/python tools/prepare_browser.py
	@$(BIN)/python -m pytest -n 2 --dist loadgroup

lint: $(VENV)/ready web/node_modules/.ready ## ruff, mypy --strict, tsc
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy
	@$(BIN)/python tools/node.py npm --prefix web run --silent check

assets: $(VENV)/ready web/node_modules/.ready ## rebuild every generated file that is committed
	@for tool in tools/make_*.py; do echo "== $$tool"; $(BIN)/python $$tool || exit 1; done
	@echo "== web" && cd web && ../$(BIN)/python ../tools/node.py node build.mjs

lock: $(VENV)/ready ## choose new versions of all dependencies
	@$(BIN)/python tools/lock.py

clean: ## remove what was built, but not what was installed
	rm -rf _build

$(VENV)/ready: requirements.lock pyproject.toml
	@echo "== Python packages (once; a minute or two)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "kejian needs Python 3.11 or newer; name it with: make PYTHON=python3.12"; exit 1; }
	@test -d $(VENV) || $(PYTHON) -m venv $(VENV) || { echo "The venv module is missing. On Debian or Ubuntu: apt-get install python3-venv"; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

web/node_modules/.ready: web/package-lock.json | $(VENV)/ready
	@echo "== browser tools (once)"
	@$(BIN)/python tools/node.py npm --prefix web ci --silent --no-audit --no-fund
	@touch $@
