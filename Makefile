# Two commands: `make demo` shows it, `make test` proves it. Both do all the set-up on a bare machine.
.DEFAULT_GOAL := help
.ONESHELL:
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-print-directory --no-builtin-rules

VENV := .venv
BIN := $(VENV)/bin
# The first Python from 3.11 to 3.13 on this machine; `make PYTHON=/path/to/python3` chooses another.
PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11; do \
	$$name -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null && echo $$name && break; done)
COMPILE := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header pyproject.toml

.PHONY: help setup setup-dev demo up check test lock reference bench screenshots clean

help: ## Say what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: $(VENV)/.run ## Make .venv with what Lapak needs to run

setup-dev: $(VENV)/.dev $(VENV)/.chromium ## The same with the tools of developers and the browser of the tests

demo: setup ## Start everything on this machine with practice platforms and example shops
	@exec $(BIN)/lapak demo

up: setup ## Start Lapak
	@exec $(BIN)/lapak up

check: setup-dev ## The whole gate: format, lint, types, walls, tests
	@$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy lapak tests
	$(BIN)/lint-imports
	$(BIN)/python -m pytest

test: check ## Set up and prove it; ends with the closing line of pytest

lock: setup ## Compute the locks anew from pyproject.toml (asks the package registry)
	@PATH="$(CURDIR)/$(BIN):$$PATH"
	echo uv | uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header - -o requirements-uv.lock
	$(COMPILE) --extra build -o requirements.lock
	$(COMPILE) --extra build --extra dev --extra browser -o requirements-dev.lock
	! grep -n '://' requirements*.lock

reference: setup ## Write docs/reference/ anew from the code
	@$(BIN)/python -m lapak.config.reference docs/reference

bench: setup-dev ## Measure, beside the bare limits of this machine
	@$(BIN)/python -m tests.benchmarks

screenshots: setup-dev ## Take the pictures of docs/screenshots/ anew
	@$(BIN)/python -m tests.browser.screenshots

clean: ## Remove what set-up and tests made; data folders stay
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis build dist *.egg-info
	find lapak tests -name __pycache__ -type d -prune -exec rm -rf {} +

# pip brings uv, uv brings the rest (seconds instead of half a minute); both check every file's hash.
$(BIN)/uv: requirements-uv.lock
	@"$(or $(PYTHON),false)" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null || { echo "No Python 3.11, 3.12 or 3.13 found → install python3, or say make PYTHON=/path/to/python3." >&2; exit 1; }
	pip=("$(BIN)/python" -m pip)
	if "$(PYTHON)" -c 'import ensurepip' 2>/dev/null; then
		"$(PYTHON)" -m venv --clear $(VENV)
	elif "$(PYTHON)" -c 'import pip' 2>/dev/null; then
		"$(PYTHON)" -m venv --clear --without-pip $(VENV)
		pip=("$(PYTHON)" -m pip --python "$(BIN)/python")
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
		echo "Python has no ensurepip: installing python3-venv …"
		apt-get update -qq && apt-get install -y -qq python3-venv >/dev/null
		"$(PYTHON)" -m venv --clear $(VENV)
	else
		echo "Python has neither ensurepip nor pip → as root: apt-get install python3-venv" >&2; exit 1
	fi
	"$${pip[@]}" install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements-uv.lock
	touch $@

# The machine's own certificates hold those of a proxy too, where there is one.
CERTS := $(if $(wildcard /etc/ssl/certs/ca-certificates.crt),--system-certs)

# A lock is installed exactly, then Lapak itself, in place. The environment of developers serves to run as well.
define install
	@echo "Installing $(1) …"
	"$(BIN)/uv" pip sync --quiet $(CERTS) --python $(BIN)/python --require-hashes $(1)
	"$(BIN)/uv" pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
endef

$(VENV)/.run: $(BIN)/uv requirements.lock pyproject.toml
	@if [ -e $(VENV)/.dev ]; then $(MAKE) $(VENV)/.dev; touch $@; exit 0; fi
	$(call install,requirements.lock)
	touch $@

$(VENV)/.dev: $(BIN)/uv requirements-dev.lock pyproject.toml
	$(call install,requirements-dev.lock)
	touch $@ $(VENV)/.run

# Browser tests need Debian's chromium; without it they skip loudly, and fail where CI is set.
$(VENV)/.chromium: | $(VENV)/.dev
	@sudo=()
	[ "$$(id -u)" = 0 ] || sudo=(sudo -n)
	if command -v chromium >/dev/null; then touch $@
	elif "$${sudo[@]}" true 2>/dev/null && command -v apt-get >/dev/null; then
		echo "Installing chromium …"
		"$${sudo[@]}" apt-get update -qq && "$${sudo[@]}" apt-get install -y -qq chromium >/dev/null && touch $@
	else
		echo "No chromium: browser tests will be skipped → as root: apt-get install chromium" >&2
	fi
