# make run    install what the app needs and open it on http://127.0.0.1:8501 (PORT= changes it)
# make test   install what the tests need and run them all
# make check  lint, types and the fast tests
# make scripts  ESLint and Prettier over the JavaScript, where npm ci was run
# make long   the heavy checks, which CI runs after the tests
# make setup  only prepare .venv

PYTHON ?= python3
PORT ?= 8501
BIN := .venv/bin

.PHONY: run test long check scripts setup

run: setup
	@echo "ThoraxLens: http://127.0.0.1:$(PORT)"
	@$(BIN)/streamlit run app.py --server.port $(PORT)

setup: .venv/app.stamp

test: .venv/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	@$(MAKE) --no-print-directory scripts
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not long"

long: .venv/dev.stamp
	$(BIN)/pytest -m long

check: .venv/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	@$(MAKE) --no-print-directory scripts
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not slow and not browser and not long"

scripts:
	@if command -v npm >/dev/null && test -x node_modules/.bin/eslint; then npm run --silent check; \
	else echo "ESLint and Prettier were left out: they need npm and 'npm ci'"; fi

.venv/app.stamp: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, found %s" % sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing what the app needs (a few minutes the first time)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/dev.stamp: requirements-dev.txt .venv/app.stamp
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@
