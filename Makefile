# `make lab` opens the course, `make test` proves it. Both set up all they need, once.
PYTHON ?= python3
BIN = .venv/bin

.PHONY: lab test execute lint

lab: .venv/installed
	$(BIN)/jupyter lab notebooks/01_data.ipynb

test: .venv/installed
	$(BIN)/python -m pytest

# Run all lessons anew and save their outputs.
execute: .venv/installed
	$(BIN)/python tests/execute_notebooks.py

lint: .venv/installed
	$(BIN)/ruff check
	$(BIN)/ruff format --check

# Installs again only when what is to be installed has changed.
.venv/installed: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		(echo "This course needs Python 3.11 or newer. Try: make lab PYTHON=python3.12"; exit 1)
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -r requirements.txt
	touch $@
