# run: start the filter.  test: run the whole suite.  check: what must hold before a commit.
# messages: bring the catalogues of translations up to date.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test check venv lock format messages clean

run: $(VENV)/.base
	@exec $(BIN)/filterdns serve $(ARGS)

# Two at a time, as most tests wait for servers; a file's tests stay together. One at a time: make test ARGS="-n 0".
test: $(VENV)/.test
	$(BIN)/python -m pytest -n 2 --dist loadfile $(ARGS)

check: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict filterdns
	$(BIN)/python -m pytest -q tests/architecture

venv: $(VENV)/.test

format: $(VENV)/.test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

messages: $(VENV)/.test
	$(BIN)/python -m tests.transparency.catalogues

# Needs uv (`pip install uv`): one file that is right for every Python and machine we support.
lock:
	uv pip compile --universal --python-version 3.11 --group test --no-annotate --no-header \
		--output-file requirements-test.lock pyproject.toml

clean:
	rm -rf $(VENV)

# Where Debian's python3-venv is not installed, pip from outside fills an environment that has none.
$(VENV)/.base: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 15))' || { \
		echo "filterdns needs Python 3.11 to 3.14; name one: make PYTHON=python3.12" >&2; exit 1; }
	@if $(PYTHON) -c 'import ensurepip' 2>/dev/null; then \
		$(PYTHON) -m venv $(VENV) && $(BIN)/python -m pip install --quiet --editable .; \
	elif $(PYTHON) -m pip --version >/dev/null 2>&1; then \
		$(PYTHON) -m venv --without-pip $(VENV) && $(PYTHON) -m pip --python $(BIN)/python install --quiet pip \
			&& $(BIN)/python -m pip install --quiet --editable .; \
	else \
		echo "A virtual environment cannot be made: this Python has neither ensurepip nor pip." >&2; \
		echo "On Debian, Ubuntu and Raspberry Pi OS: sudo apt install python3-venv" >&2; exit 1; \
	fi
	@touch $@

$(VENV)/.test: $(VENV)/.base requirements-test.lock
	@$(BIN)/python -m pip install --quiet --requirement requirements-test.lock
	@touch $@
