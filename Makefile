# One front door for every command. Needs Python 3.11 or newer, make and a package index; nothing else.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.stamp
MEMBERS := shared services/api services/intake services/notifier services/router services/sla-timer
NEIGHBOURS := --dist loadscope --no-loadscope-reorder
PROJECTS := $(addsuffix /pyproject.toml,$(MEMBERS))
, := ,

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_ROOT_USER_ACTION := ignore
# Every process would compile the whole house anew, and pytest rewrite every test.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help up demo test check lock fmt docs bench bench-sla corpus kafka clean dovecot clamav

help: ## list every target
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

up: $(STAMP) ## start everything on this machine; Ctrl-C stops it
	@exec $(BIN)/gongdan up

demo: $(STAMP) ## send one message on every channel and print what became of each
	@exec $(BIN)/gongdan demo

# Chaos takes the whole machine, one storm on each kind of broker, and comes last.
# A choice by PYTEST_ARGS may leave one of the two with nothing to run.
test: $(STAMP) dovecot clamav ## run all tests, against every broker and server to be had here
	@$(BIN)/python -m pytest --numprocesses 3 $(NEIGHBOURS) -m "not chaos" $(PYTEST_ARGS) $(if $(PYTEST_ARGS),|| test $$? = 5)
	@$(BIN)/python -m pytest --numprocesses 2 $(NEIGHBOURS) -m chaos $(or $(PYTEST_ARGS),tests/chaos) $(if $(PYTEST_ARGS),|| test $$? = 5)

# step: run one check; one line when it passes, everything it said when it fails
define step
	@if out=$$($(2) 2>&1); then echo "ok      $(1)"; else echo "$$out"; echo "FAILED  $(1)"; exit 1; fi
endef

check: $(STAMP) ## check style, types, import contracts, dependencies and the shape of the house
	$(call step,style (ruff check),$(BIN)/ruff check --quiet .)
	$(call step,format (ruff format),$(BIN)/ruff format --check .)
	$(call step,types (mypy --strict),$(BIN)/mypy)
	$(call step,import contracts (lint-imports),$(BIN)/lint-imports)
	$(call step,declared dependencies (deptry),for m in $(MEMBERS); do (cd $$m && $(CURDIR)/$(BIN)/deptry src) || exit 1; done)
	$(call step,shape$(,) sizes$(,) docs$(,) deploy files (tests/architecture),$(BIN)/python -m pytest -q tests/architecture)

fmt: $(STAMP) ## format the code and repair what ruff can repair
	@$(BIN)/ruff check --quiet --fix . ; $(BIN)/ruff format .

docs: $(STAMP) ## write the topic table into ARCHITECTURE.md and additions into the golden schemas
	@$(BIN)/python -m gongdan.shared.contracts.docs ARCHITECTURE.md
	@$(BIN)/python -m tests.contracts.golden

lock: $(STAMP) ## resolve requirements.lock from all pyproject.toml files; UPGRADE=1 takes newer versions
	@$(BIN)/uv pip compile $(PROJECTS) --group dev --extra embedded --universal --python-version 3.11 $(if $(UPGRADE),--upgrade) \
		--generate-hashes --no-emit-index-url --no-emit-package gongdan-shared --no-annotate \
		--custom-compile-command "make lock" --quiet --output-file requirements.lock
	@echo "requirements.lock: $$(grep -c == requirements.lock) packages"

bench: $(STAMP) ## measure messages per second and latency on this machine
	@$(BIN)/python -m tests.bench.end_to_end $(BENCH_ARGS)

bench-sla: $(STAMP) ## measure timers, lateness and recomputing with a million open clocks, calendars and the what-if
	@$(BIN)/python -m tests.bench.sla $(BENCH_ARGS)
	@$(BIN)/python -m tests.bench.calendar
	@$(BIN)/python -m tests.bench.backtest

corpus: $(STAMP) ## count what comes out right of the corpora beside this checkout
	@$(BIN)/python -m tests.corpus.scores $(CORPUS_ARGS)

kafka: ## fetch Apache Kafka with Maven, for the tests that run against it
	@mvn --quiet --batch-mode -f tests/kafka/pom.xml package

# packaged: have a program from a Debian package, not started; 1 its path, 2 the package, 3 services of it, 4 what is done without
define packaged
	@if test -x $(1); then echo "$(2) is there"; \
	elif test "$$(id -u)" = 0 && command -v apt-get >/dev/null; then \
		get() { DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends $(2); }; \
		if { get || { apt-get update && get; }; } >/dev/null 2>&1; then echo "$(2) was installed"; \
		else echo "NOT installed: apt-get cannot get $(2); $(4)"; fi; \
		systemctl disable --quiet --now $(3) 2>/dev/null || true; \
	else echo "NOT installed: $(2) needs root on Debian or Ubuntu; $(4)"; fi
endef

dovecot: ## install Dovecot, for the tests that read mailboxes from it; on Debian, as root
	$(call packaged,/usr/sbin/dovecot,dovecot-imapd,dovecot,the tests read mailboxes from pymap only)

clamav: ## install ClamAV's daemon, for the tests that have files looked at by it; on Debian, as root
	$(call packaged,/usr/sbin/clamd,clamav-daemon,clamav-daemon.socket clamav-daemon clamav-freshclam,the tests show files to a fake scanner only)

clean: ## remove the environment and all caches; data in .gongdan stays
	@rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis tests/kafka/target
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The environment is made from the lock and again whenever the lock or a distribution's pyproject.toml changes.
$(STAMP): requirements.lock $(PROJECTS)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
		|| { echo "Gongdan needs Python 3.11 or newer; name one with: make PYTHON=/path/to/python3.11 ..."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
		|| { echo "$(PYTHON) cannot make virtual environments; on Debian or Ubuntu: apt-get install python3-venv"; exit 1; }
	@echo "setting up $(VENV) from requirements.lock (about a minute the first time)"
	@test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements.lock
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation $(addprefix --editable ,$(MEMBERS))
	@touch $@
