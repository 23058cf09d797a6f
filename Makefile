# `make lab` opens the course, `make test` proves it. Both set up all they need, once.
PYTHON ?= python3
BIN = .venv/bin
new_enough = @$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	(echo "This course needs Python 3.11 or newer. Try: make lab PYTHON=python3.12"; exit 1)

.PHONY: lab work test test-all test-oldest locked execute exercises controls slides site benchmark lint

lab: .venv/installed
	$(BIN)/python -m helpers.lab

# Copy the exercises that notebooks/my_work does not have yet. Nothing there is ever changed.
work: .venv/installed
	$(BIN)/python -m helpers.workspace

# The helpers, and every cell of every lesson: what to run before a class.
test: .venv/contributor
	$(BIN)/python -m pytest

# And what takes longer, as CI does.
test-all: test
	$(BIN)/python -m pytest -m slow

# The functions and lessons with the oldest versions that pyproject.toml allows, in an environment
# of their own. Needs a Python for which those versions are made: 3.11 or 3.12.
test-oldest: .venv-oldest/installed
	.venv-oldest/bin/python -m pytest

# All that an instructor needs, in a new .venv, from files that requirements.lock knows. --clear, as
# pip asks no sum of what is there already; the build of -e . takes what is there too.
locked:
	$(new_enough)
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --no-deps --no-build-isolation -e .
	touch .venv/installed

# Run all lessons and extras anew and save their outputs.
execute: .venv/installed
	$(BIN)/python tests/execute_notebooks.py

# Make the exercises from the solutions.
exercises: .venv/contributor
	$(BIN)/jupyter nbconvert --config notebooks/solutions/nbconvert_config.py --to notebook \
		--output-dir notebooks/exercises notebooks/solutions/*.ipynb

# Run each lesson that has changed, and record its controls: build/controls
controls: .venv/contributor
	$(BIN)/python site/controls/record.py

# Slides of all lessons: build/slides/index.html
slides: controls
	$(BIN)/python site/slides/build.py

# The course as pages to read: build/site/index.html
site: controls
	$(BIN)/python site/build.py

# An epoch here and in other libraries, half an hour: benchmarks/results.md
benchmark: .venv/benchmark
	$(BIN)/python -m benchmarks

lint: .venv/installed
	$(BIN)/ruff check
	$(BIN)/ruff format --check

# Installs again only when what is to be installed has changed.
.venv/installed: requirements.txt constraints.txt pyproject.toml
	$(new_enough)
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -r requirements.txt
	touch $@

# What a class, the slides, the site and the tests need, and a learner does not.
.venv/contributor: .venv/installed deploy/requirements.txt
	$(BIN)/python -m pip install -e ".[instructor]" -r deploy/requirements.txt -c constraints.txt
	touch $@

.venv-oldest/installed: requirements.txt deploy/requirements.txt pyproject.toml tests/oldest.py
	$(PYTHON) -m venv --clear .venv-oldest
	$(PYTHON) tests/oldest.py > .venv-oldest/requirements.txt
	.venv-oldest/bin/python -m pip install -e ".[instructor]" -r .venv-oldest/requirements.txt \
		-r deploy/requirements.txt
	touch $@

# The other libraries that the benchmark compares.
.venv/benchmark: .venv/installed benchmarks/requirements.txt
	$(BIN)/python -m pip install -r benchmarks/requirements.txt
	touch $@
