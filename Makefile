SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: run test check bench fmt migrate migration locales lock help

BIN := .venv/bin
# The first Python that is new enough; `make PY=/path/to/python3 …` chooses another.
PY ?= $(shell for p in python3.11 python3.12 python3.13 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
SOURCES := app bot miniapp admin web locales domain tests bench
LOCK := $(BIN)/uv pip compile -q --universal --generate-hashes --no-emit-index-url \
	--no-emit-find-links --no-header --no-annotate
# Killing make must not leave the servers behind, where the system can see to that.
TIED := $(shell command -v setpriv >/dev/null && echo setpriv --pdeathsig TERM --)
# Node from a wheel brings certificates of its own; it should trust the system's as well.
NODE_OF_WHEEL := PATH="$$PATH:$(CURDIR)/$(BIN)" NODE_OPTIONS=--use-system-ca
export PIP_DISABLE_PIP_VERSION_CHECK := 1

##@ Use

run: .venv/.run node_modules/.done ## Start everything: servers, demo program on the first start, web, worker
	@exec $(TIED) $(BIN)/loyalty run

migrate: .venv/.run ## Bring the database to the schema of this version
	@$(BIN)/loyalty migrate

##@ Work on it

test: .venv/.dev node_modules/.done ## Run the tests; T=tests/domain or T="-k words" for a part
	@command -v chromium >/dev/null || echo "Without Chromium the browser tests are skipped: sudo apt-get install chromium"
	@$(BIN)/pytest -q -n auto $(T)

check: .venv/.dev ## Format, lint, types, layers, words, migrations, schema, statements, locks
	@$(BIN)/ruff format --check --quiet $(SOURCES) || { echo "ruff format: run make fmt"; exit 1; }
	@$(BIN)/ruff check --quiet $(SOURCES)
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python -m locales.check
	@$(BIN)/python -m domain.new_migration --check
	@$(BIN)/python -m tests.scale.lint
	@! grep -n '://' requirements*.lock package-lock.json || { echo "A lock must name no host: run make lock"; exit 1; }

bench: .venv/.dev ## Measure posting and the award endpoint against pgbench, as ratios
	@$(BIN)/python -m bench

fmt: .venv/.dev ## Format the code and mend what ruff can
	@$(BIN)/ruff check --quiet --fix-only $(SOURCES)
	@$(BIN)/ruff format $(SOURCES)

migration: .venv/.dev ## Write a migration for changed models; m=what_it_does
	@$(BIN)/python -m domain.new_migration $(m)

locales: .venv/.dev ## Add the sentences that a catalogue lacks, to be translated
	@$(BIN)/python -m locales.check --add

lock: .venv/.uv ## Write all locks anew from pyproject.toml and package.json; U=-U for newer versions
	@$(LOCK) $(U) pyproject.toml --extra embedded --group build -o requirements.lock
	@$(LOCK) $(U) pyproject.toml --extra embedded --group build --group dev -o requirements-dev.lock
	@$(LOCK) $(U) --group node -o requirements-node.lock
	@npm install --package-lock-only --ignore-scripts --no-audit --no-fund --silent
	@$(BIN)/python -c 'import json, pathlib; f = pathlib.Path("package-lock.json"); d = json.loads(f.read_text()); \
	[p.pop(k, None) for p in d["packages"].values() for k in ("funding", "resolved")]; \
	f.write_text(json.dumps(d, indent=2) + "\n")'

help: ## Say what each target does
	@awk 'BEGIN { FS = ":.*## " } /^##@ / { print "\n" substr($$0, 5) } \
	/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# What the targets above need. Each stamp is newer than the lock that it stands for.

.venv/.uv:
	@test -n "$(PY)" || { echo "Python 3.11 or newer is needed; with one elsewhere: make PY=/path/to/python3"; exit 1; }
	@$(PY) -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PY) lacks venv: sudo apt-get install python3-venv"; exit 1; }
	@echo "Setting up .venv with $$($(PY) --version)"
	@$(PY) -m venv .venv
	@$(BIN)/python -m pip install -q "uv==0.13.*"
	@touch $@

.venv/.run: requirements.lock pyproject.toml | .venv/.uv
	@$(BIN)/uv pip install -q --require-hashes -r requirements.lock
	@$(BIN)/uv pip install -q --no-deps --no-build-isolation -e .
	@touch $@

.venv/.dev: requirements-dev.lock pyproject.toml | .venv/.uv
	@$(BIN)/uv pip install -q --require-hashes -r requirements-dev.lock
	@$(BIN)/uv pip install -q --no-deps --no-build-isolation -e .
	@touch $@

node_modules/.done: package-lock.json web/digits.py | .venv/.uv
	@command -v npm >/dev/null || $(BIN)/uv pip install -q --require-hashes -r requirements-node.lock
	@$(if $(shell command -v npm),,$(NODE_OF_WHEEL)) npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null
	@$(BIN)/python -m web.digits node_modules/.made/digits.woff2
	@touch $@
