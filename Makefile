# Two commands do all the set-up on a fresh Debian machine: `make run` and `make test`.
.DEFAULT_GOAL := help
.PHONY: help run test test-rest test-all check bench judge soak clean

VENV ?= .venv
PY = $(VENV)/bin/python
DATA ?= var
CITY ?= binjai
PORT ?= 8080
SEEDS ?= 2000
SEED ?=
MINUTES ?=

help: ## what can be made
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/^([a-z-]+):.*## /  make \1\t/'

SPEAKS = --else "without it calls say only the warnings that ship as sound, and an SMS carries the words" espeak-ng

$(VENV)/ready-run: pyproject.toml package-lock.json
	@sh .ci/venv "$(VENV)" .
	@sh .ci/front "$(VENV)"
	@sh .ci/packages $(SPEAKS)
	@touch $@

$(VENV)/ready-dev: pyproject.toml package-lock.json
	@sh .ci/venv "$(VENV)" '.[dev]'
	@sh .ci/front "$(VENV)"
	@touch $@ $(VENV)/ready-run

run: $(VENV)/ready-run ## the program on a virtual GSM network (PORT= DATA= CITY=)
	@sh .ci/front "$(VENV)"
	@sh .ci/packages --name $(SPEAKS)
	@KENTONGAN_CITY="$(CITY)" KENTONGAN_DATA_DIR="$(DATA)" KENTONGAN_HTTP__PORT="$(PORT)" exec $(VENV)/bin/kentongan demo

test: $(VENV)/ready-dev ## every promise: the store on both engines, what stands above it on one; a part of the examples
	@sh .ci/front "$(VENV)"
	@sh .ci/packages gammu gammu-smsd smstools kannel kannel-extras postgresql espeak-ng sqlite3 sox libsox-fmt-all libsox-fmt-mp3 chromium-headless-shell fonts-dejavu-core
	env -u PYTHONDONTWRITEBYTECODE $(PY) -m pytest -n $$(($$(nproc) + 1)) --maxprocesses 8 --dist loadgroup -q

test-rest: ## what make test leaves out: the same tests on the other engine
	@TESTS_REST=1 $(MAKE) --no-print-directory test

test-all: ## both, and all of the examples, seeds and sizes: hours
	@TESTS_WHOLE=1 $(MAKE) --no-print-directory test

check: $(VENV)/ready-dev ## ruff and mypy strict
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy

bench: $(VENV)/ready-dev ## the table of figures, written to bench.json too
	@sh .ci/packages gammu gammu-smsd smstools libdbd-sqlite3 kannel strace espeak-ng chromium-headless-shell fonts-dejavu-core
	$(PY) -m tests.bench.table

judge: $(VENV)/ready-dev ## how well letters are read, on the texts of tests/judge
	$(PY) -m tests.judge.judge

soak: $(VENV)/ready-dev ## the simulator (SEEDS= how many, SEED= just that one, MINUTES= at most)
	$(PY) -m tests.simulator.soak $(if $(SEED),--seed $(SEED),--seeds $(SEEDS)) $(if $(MINUTES),--minutes $(MINUTES))

clean: ## remove the virtual environment and caches (never the data)
	rm -rf $(VENV) node_modules dispatch/console/static/vendor .mypy_cache .ruff_cache .pytest_cache .hypothesis *.egg-info
