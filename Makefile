# Plain `make` lists the words.

PYTHON ?= python3
BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: help setup build serve test check golden pictures fmt bench clean

help:  ## list these words
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 16

WEB := $(shell find web -name node_modules -prune -o -type f -print)

$(BIN)/.run: pyproject.toml constraints.txt hatch_build.py $(WEB)
	$(PYTHON) -m venv .venv
	$(INSTALL) --editable .
	touch $@

$(BIN)/.dev: $(BIN)/.run
	$(INSTALL) --editable '.[dev]'
	touch $@

setup: $(BIN)/.dev  ## environment with the tools of development

build: $(BIN)/.run  ## text -> checked graph; prints digest and findings
	$(BIN)/python -m compileall -q kg_server
	$(BIN)/kg build

serve: build  ## build what is stale, then serve on this machine
	$(BIN)/kg serve

check: $(BIN)/.dev  ## style, types, floors, spelling
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/codespell

test: check  ## all that CI runs
	$(BIN)/pytest

golden: $(BIN)/.dev build  ## rewrite the expected answers; read the difference before you commit it
	$(BIN)/python -m tests.golden

pictures: $(BIN)/.dev build  ## take the pictures of the README anew, with Debian's Chromium
	$(BIN)/python -m tests.browser.pictures

fmt: $(BIN)/.dev  ## lay out the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(BIN)/.dev build  ## measure the service beside others at 100,000 triples; `docs/benchmarks.md` tells how
	$(INSTALL) --editable '.[bench]'
	$(BIN)/python -m bench.run

clean:  ## remove what was built and installed
	rm -rf .venv build kg_server/web/static/built web/node_modules
