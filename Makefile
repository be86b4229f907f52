# One word per duty; the same words on a laptop and in CI.
# Needs Python 3.11 or newer, make and a package index; nothing else.

PYTHON ?= python3
BIN := .venv/bin
MEMBERS := libs/common libs/testing services/registry services/cases services/matching services/reporting deploy/local
READY := .venv/.ready

ROW ?=
PROFILE ?=
SIZE ?=
PART ?=

# Where the tests on whole stacks are; to look through all others for them takes a quarter of a minute.
STACKS := tests/acceptance tests/faults tests/security

# What make test-long does in parts of an hour at most; without PART all of it, one after the other.
ANSWERS := libs/common/tests/faults/test_protocol_errors.py
long_frame := libs services tests/architecture --ignore=libs/common/tests/brokers --ignore=libs/common/tests/faults
long_kafka := libs/common/tests/brokers libs/common/tests/faults --ignore=$(ANSWERS)
long_produce := $(ANSWERS) -k producer
long_late := $(ANSWERS) -k f10
long_fetch := $(ANSWERS) -k "consumer and FETCH"
long_commit := $(ANSWERS) -k "consumer and OFFSET_COMMIT"
long_heartbeat := $(ANSWERS) -k "consumer and HEARTBEAT"
long_join := $(ANSWERS) -k "consumer and JOIN_GROUP"
long_sync := $(ANSWERS) -k "consumer and SYNC_GROUP"
long_links := tests/faults/test_links.py
long_faults := tests/faults --ignore=tests/faults/test_links.py
PARTS := frame kafka produce late fetch commit heartbeat join sync links faults

# Hundreds of processes start in make test: what Python has compiled once is kept, also where the
# environment says otherwise.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help setup installed setup-kafka run demo bench test test-long check format lint types imports promises site spoken lock clean

help: ## List the words
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

setup: installed ## Prepare .venv with everything at the locked versions, and compile the matching kernel
	@$(BIN)/python -m matching.engine.compiled

installed: $(READY)

$(READY): requirements.lock $(MEMBERS:%=%/pyproject.toml)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Wushe needs Python 3.11 or newer; this is " + sys.version.split()[0])'
	@echo "Preparing .venv (about a minute the first time) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@echo "Installing the members of the workspace ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation $(MEMBERS:%=-e %)
	@touch $@
	@echo "Ready: the command is $(BIN)/wushe"

setup-kafka: installed ## Fetch a real Apache Kafka 4 by Maven (needs Java 17), for wushe up --kafka=apache
	@$(BIN)/wushe setup-kafka

run: setup ## Start the whole stack and stay; Ctrl-C stops all of it
	@$(BIN)/wushe up

demo: setup ## Start the stack, play the story through the gateway, stop
	@$(BIN)/wushe demo

test: setup ## Every test that belongs to every change
	@$(BIN)/wushe setup-kafka --where-possible
	@$(BIN)/pytest -m "not long and not stack" -n 3 --dist loadfile --no-loadscope-reorder -q
	@$(BIN)/pytest -m "stack and not long" -q $(STACKS)

test-long: setup ## The long sizes of the fault tests, all or PART=frame|kafka|produce|late|fetch|commit|heartbeat|join|sync|links|faults
	@$(if $(filter-out $(PARTS),$(PART)),echo "PART is one of $(PARTS)" >&2; exit 2)
	@$(BIN)/pytest -m long -q $(if $(PART),$(long_$(PART)))

bench: setup ## Measure the budgets, keep the result: ROW=intake|areas|imports|gap|scale|candidates|service|latency|idle, PROFILE=1, SIZE=needs
	@PYTHONPATH=.:tests $(BIN)/python -m benchmarks $(ROW) $(if $(PROFILE),--profile) $(if $(SIZE),--size $(SIZE))

check: installed lint types imports promises ## Format, lint, strict types, import contracts, schema promises

lint: installed
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .

types: installed
	@$(BIN)/mypy libs/*/src services/*/src deploy/local/src
	@$(BIN)/basedpyright --level error

imports: installed
	@$(BIN)/lint-imports

promises: installed
	@$(BIN)/pytest tests/contracts -m "not long" -q --ignore=tests/contracts/test_site.py

format: installed ## Put the code into its form
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

site: installed ## Rebuild what is generated: OpenAPI, AsyncAPI, problem pages, docs/events.md
	@$(BIN)/python tools/site.py

spoken: setup ## At a release: note what its code says to its databases, for later schemas
	@rm -f tests/migrations/spoken/*.sql
	@$(BIN)/pytest libs/common services --spoken=tests/migrations/spoken -m "not long and not stack" -n 2 --dist loadfile -q

lock: ## Resolve all dependencies again, with hashes and without any index's address
	@$(PYTHON) -m pip --version >/dev/null
	@$(BIN)/python -m pip install --quiet uv
	@$(BIN)/uv pip compile --python-version 3.11 --universal --generate-hashes --no-annotate --no-header \
		--no-emit-index-url --no-emit-package wushe-common --no-emit-package wushe-testing --no-emit-package wushe-local --no-emit-package wushe-matching \
		--group dev $(MEMBERS:%=%/pyproject.toml) -o requirements.lock

clean: ## Remove the environment and all local data
	@rm -rf .venv .wushe .mypy_cache .ruff_cache .pytest_cache .hypothesis
