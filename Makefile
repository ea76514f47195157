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

help: ## 列出全部命令 · list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

serve: $(VENV)/ready ## 生成网页版，给出本机网址 · build the book, serve it and print its address
	@$(BIN)/kejian serve --port $(PORT)

book: $(VENV)/ready ## 生成网页版，放在 _build/html · build the book into _build/html
	@$(BIN)/kejian build

pdf: $(VENV)/ready ## 排成学生用书、教师用书、参考答案，放在 _build/pdf · typeset the book for students, for teachers, and the key
	@$(BIN)/python tools/prepare_fonts.py
	@$(BIN)/kejian pdf

test: $(VENV)/ready web/node_modules/.ready ## 运行全部测试 · run every test: unit, build, browser, notebook
	@$(BIN)/python tools/prepare_browser.py
	@$(BIN)/python -m pytest -n 2 --dist loadgroup

lint: $(VENV)/ready web/node_modules/.ready ## 检查代码 · ruff, mypy --strict, tsc
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy
	@$(BIN)/python tools/node.py npm --prefix web run --silent check

assets: $(VENV)/ready web/node_modules/.ready ## 重做随源码提交的生成文件 · rebuild every generated file that is committed
	@for tool in tools/make_*.py; do echo "== $$tool"; $(BIN)/python $$tool || exit 1; done
	@echo "== web/build.mjs" && cd web && ../$(BIN)/python ../tools/node.py node build.mjs

lock: $(VENV)/ready ## 更新全部依赖的版本 · choose new versions of all dependencies
	@$(BIN)/python tools/lock.py

clean: ## 删去生成的内容，保留已安装的 · remove what was built, but not what was installed
	rm -rf _build

$(VENV)/ready: requirements.lock pyproject.toml
	@echo "== 安装 Python 包（只此一次，一两分钟） · Python packages (once; a minute or two)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "需要 Python 3.11 或更高版本，可以这样指明 · Python 3.11 or newer is needed; name it like this: make serve PYTHON=python3.12"; exit 1; }
	@test -d $(VENV) || $(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "缺少 venv 模块，Debian 或 Ubuntu 上请运行 · The venv module is missing; on Debian or Ubuntu run: apt-get install python3-venv"; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

web/node_modules/.ready: web/package-lock.json | $(VENV)/ready
	@echo "== 安装网页工具（只此一次） · browser tools (once)"
	@$(BIN)/python tools/node.py npm --prefix web ci --silent --no-audit --no-fund
	@touch $@
