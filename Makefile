# Everything runs in .venv, which is made here and installed into once, and again when a pin changes.
#
#   make demo                 from raw texts to a served model; DEMO_LANG=zh speaks Chinese
#   make test                 the checks, then the tests
#   make check                style, types and the order of the rooms
#   make bench NAME=fine_tune one benchmark; without NAME it lists them
#   make clean                remove what was made, .venv included

PYTHON = python3
DEMO_LANG = en
DEMO_DIR = headway-demo
NAME =

BIN = .venv/bin
PINS = pyproject.toml constraints.txt

.PHONY: demo test check bench clean

demo: .venv/installed-demo
	$(BIN)/headway demo --dir $(DEMO_DIR) --lang $(DEMO_LANG)

test: check
	OMP_NUM_THREADS=1 $(BIN)/pytest -n 3 --dist worksteal

check: .venv/installed-dev
	$(BIN)/ruff check src tests benchmarks
	$(BIN)/ruff format --check src tests benchmarks
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/installed-dev
	$(BIN)/python -m benchmarks $(NAME)

clean:
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find src tests benchmarks -name __pycache__ -prune -exec rm -rf {} +

.venv/installed-demo: $(PINS) | .venv/bin/python
	$(BIN)/python -m pip install -c constraints.txt -e '.[train,offline]'
	touch $@

.venv/installed-dev: $(PINS) | .venv/bin/python
	$(BIN)/python -m pip install -c constraints.txt -e '.[dev]'
	touch $@

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo 'Headway needs Python 3.11 or newer: make PYTHON=python3.12 …'; exit 1; }
	$(PYTHON) -m venv .venv
