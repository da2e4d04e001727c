# Two commands do everything: `make run` and `make test`. Each makes its own environment first.
PYTHON ?= python3
BIN := .venv/bin
JOBS ?= $(shell nproc 2>/dev/null || echo 2)
RESULTS := results/first
TOGETHER := -n $(JOBS) --maxprocesses 4 --dist loadfile

.PHONY: setup run test check bench clean dev

setup: .venv/ready

.venv/ready: pyproject.toml constraints.txt
	@$(PYTHON) -c "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))" || { \
	  echo "Python 3.11 or newer with venv is needed. On Debian: apt-get install -y make python3-venv"; exit 2; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

.venv/test: .venv/ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[test,interop]"
	@touch $@

.venv/dev: .venv/test
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[test,interop,dev]"
	@touch $@

dev: .venv/dev

run: setup
	$(BIN)/dafeng study configs/studies/first.yaml -j $(JOBS) --out $(RESULTS)
	$(BIN)/dafeng compare $(RESULTS)
	$(BIN)/dafeng report $(RESULTS) --lang zh
	$(BIN)/dafeng report $(RESULTS)

test: .venv/test
	$(BIN)/python -m pytest -q $(TOGETHER)

check: dev
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q $(TOGETHER)

bench: dev
	$(BIN)/python -m tests.bench.run
	$(BIN)/python -m tests.bench.flows
	$(BIN)/python -m tests.bench.adequacy

clean:
	rm -rf .venv results build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
