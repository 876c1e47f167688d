# Both commands start from a bare python3 and make their own virtual environment.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: help demo test check format clean
help:
	@echo "make demo   pack examples/penguins, move it, run it"
	@echo "make test   all tests, with what they need"
	@echo "make check  format, lint, types, import direction"

$(READY): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip install --quiet --python $(BIN)/python --editable . --group dev
	touch $@

check: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(READY)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

test: $(READY)
	@tests/support/prepare.sh
	$(BIN)/python -m pytest -n auto --dist loadgroup

demo: $(READY)
	@examples/demo.sh

clean:
	rm -rf $(VENV) .cache .mypy_cache .pytest_cache .ruff_cache
