# Developers' tasks. `make demo` and `make test` set everything up by themselves.

# The first of these that is there and new enough; `make PYTHON=…` names another.
PYTHON ?= $(shell for python in python3 python3.11 python3.12 python3.13 python3.14; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
BIN := .venv/bin
STAMP := .venv/.ready
PERIOD ?= 2026-10
SAMPLE ?= --people 3000 --seed 102 --preset modern

.PHONY: setup demo test test-all test-hard lint types format check docs lock sample bench-peers bench-scale

setup: $(STAMP)

$(STAMP): requirements-dev.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed: install it, or name it with make PYTHON=..." >&2; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements-dev.txt
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m pip install --quiet --no-build-isolation --no-deps --editable .
	@touch $@

demo: setup  ## the monthly run on the made-up city in sample_data/
	$(BIN)/reconcile run configs/monthly.yaml --period $(PERIOD)

test: setup  ## the fast suite
	$(BIN)/pytest -n auto --dist worksteal -m "not slow" --hypothesis-profile few

test-all: setup  ## the whole suite: also months, years, kills, every format, and more examples
	$(BIN)/pytest -n auto --dist worksteal

test-hard: setup  ## an hour: hundreds of kills, two at once, a year of a city of 20,000
	$(BIN)/python -m benchmarks.kills --kills 500
	$(BIN)/python -m benchmarks.at_once --times 100
	$(BIN)/python -m benchmarks.year.play --people 20000 --months 12

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: setup  ## as Linux has the standard library, then as Windows has it
	$(BIN)/mypy
	$(BIN)/mypy --platform win32 --cache-dir .mypy_cache/win32

format: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

check: lint types test-all

docs: .docs/.ready  ## the site of docs/ in both languages, into site/; open site/index.html
	NO_MKDOCS_2_WARNING=1 .docs/bin/mkdocs build --strict

.docs/.ready: requirements-docs.txt
	$(PYTHON) -m venv .docs
	.docs/bin/python -m pip install --quiet --require-hashes --requirement requirements-docs.txt
	@touch $@

sample: setup  ## writes sample_data/ anew
	$(BIN)/reconcile sample sample_data $(SAMPLE)

bench-peers: setup  ## Splink, exact joins and reconcile on the same data, into docs/benchmarks.md; installs Splink in .peers/
	$(BIN)/python -m benchmarks.peers.compare --docs $(ARGS)

bench-scale: setup  ## time and memory from 10,000 to 2,000,000 people, into docs/benchmarks.md
	$(BIN)/python -m benchmarks.scale --docs $(ARGS)

PINNED := uv pip compile --universal --python-version 3.11 --generate-hashes --upgrade --no-annotate \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" --quiet

lock:  ## pins what pyproject.toml asks for; needs uv
	$(PINNED) pyproject.toml --group dev --output-file requirements-dev.txt
	$(PINNED) --group docs --output-file requirements-docs.txt
