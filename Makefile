# make run     a demonstration at http://127.0.0.1:8000 (HOST, PORT, DATABASE_URL and DEMO_PASSWORD are honoured)
# make test    the whole suite on SQLite in PROCESSES at a time, and beside it on PostgreSQL (TEST_DATABASE_URL names a
#              server of your own), in one process or in BESIDE, what depends on the database
# make long    the same with more rounds and whole matrices, for hours: before a release, and after a change of frames, templates or permission
# make faults  what is slow, too much, killed or asked for at the same time, each for minutes (FAULT_SEED has a run again)
# make contract  the API looked at long by schemathesis, as each caller (CONTRACT_EXAMPLES for each operation)
# make bench   what responses cost beside a textbook's and Datasette's, as ratios inside one run
# make next    the suite on SQLite against the newest Django 6, in an environment of its own (.ci/weekly, on Python 3.13)
# make check   everything that can be judged without running the product
# make pictures  takes the pictures of help again, as pages look now

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
# One more than two cores: tests that start servers, browsers and workers wait for most of their time.
PROCESSES ?= 3
# processes of the run on PostgreSQL; none other than the one that runs them, which finds all tests once
BESIDE ?= 0
# in the order of tests/order.py
BY_FILE := --dist=loadfile --no-loadscope-reorder

# What was installed is remembered by a stamp named for the interpreter and the pins, so that the next time costs nothing.
stamp = .venv/$(1)-$(shell { $(PYTHON) --version; cat $(2); } | cksum | tr ' ' -)
RUN := $(call stamp,run,requirements.txt)
DEV := $(call stamp,dev,requirements.txt tests/requirements.txt)
BIN := .venv/bin
SCHEMA := --format openapi-json --lang en --validate --fail-on-warn

.PHONY: run test long faults contract next check bench docs pictures messages
.DELETE_ON_ERROR:

$(RUN):
	@test ! -L .venv || { echo '.venv is a link: what another checkout uses would be cleared. Remove the link, or set RUN= and DEV= to use it.'; exit 1; }
	$(PYTHON) -m venv --clear .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --requirement requirements.txt
	@touch $@

$(DEV): $(RUN)
	$(BIN)/pip install --quiet --disable-pip-version-check --requirement tests/requirements.txt
	@touch $@

var/secret_key:
	@mkdir -p -m 700 var
	@umask 077 && $(PYTHON) -c 'import secrets; print(secrets.token_urlsafe(64))' > $@

# The demonstration is read on this machine, without TLS and without signing in.
run: export HTTPS := false
run: export PUBLIC_READ := true
run: export LOG_LEVEL ?= WARNING
run: export ALLOWED_HOSTS := $(if $(filter 0.0.0.0 ::,$(HOST)),*,localhost,127.0.0.1,[::1],$(HOST))
run: export SITE_URL := $(or $(SITE_URL),http://$(if $(filter 0.0.0.0 ::,$(HOST)),localhost,$(if $(findstring :,$(HOST)),[$(HOST)],$(HOST))):$(PORT))
run: $(RUN) var/secret_key
	@export SECRET_KEY="$${SECRET_KEY:-$$(cat var/secret_key)}" && \
	echo '正在准备演示，完成后给出地址 Preparing the demonstration; its address follows when it answers' && \
	welcome="$$($(BIN)/python manage.py demo --host '$(HOST)' --port '$(PORT)')" && \
	( printf '%s\n\n' "$$welcome" | $(BIN)/python -m portfolio.management.once_it_answers --host '$(HOST)' --port '$(PORT)' --beside $$$$ & ) && \
	exec $(BIN)/python -m portfolio.server --host '$(HOST)' --port '$(PORT)'

# What runs on PostgreSQL runs beside the rest, which waits for servers and browsers, and is told at the end. It is one process, which
# the others let go first (`nice`): so it never ends last and alone. What says how long something took runs by itself, when all else
# has ended: on each database, as another waits for the files `asked` and `alone`.
# What one of the runs has compiled or made the next ones begin with.
test: export PYTHONDONTWRITEBYTECODE :=
test: $(DEV)
	@made=$$(mktemp -d) && export TESTS_MIGRATED="$$made"; failed=; beside=; \
	trap 'test -z "$$beside" || kill "$$beside"; rm -rf "$$made"' EXIT; trap 'exit 130' INT TERM; \
	$(BIN)/python -m tests.compiled; \
	( trap 'kill "$$server"; exit 143' TERM; \
		$(BIN)/python -m tests.postgres \
			$(BIN)/python -m pytest -n $(BESIDE) $(BY_FILE) -m 'not browser and not alone' $(ARGS) -- \
			sh -c 'touch "$$0/asked"; until test -e "$$0/alone"; do sleep 1; done' "$$made" -- \
			$(BIN)/python -m pytest -n 0 -m alone $(ARGS) & server=$$!; \
		wait "$$server"; returned=$$?; touch "$$made/asked"; exit "$$returned" ) > "$$made/on_postgresql" 2>&1 & beside=$$!; \
	echo 'Tests on SQLite; what those on PostgreSQL say, which run beside them, stands at the end'; \
	nice -n 5 $(BIN)/python -m pytest -n $(PROCESSES) $(BY_FILE) -m 'not alone' $(ARGS) || failed="$$failed SQLite"; \
	until test -e "$$made/asked"; do sleep 1; done; \
	$(BIN)/python -m pytest -n 0 -m alone $(ARGS) || failed="$$failed SQLite"; \
	touch "$$made/alone"; \
	wait "$$beside" || failed="$$failed PostgreSQL"; beside=; \
	echo 'Tests on PostgreSQL'; cat "$$made/on_postgresql"; \
	if [ -n "$$failed" ]; then echo "Failed on:$$failed"; exit 1; fi

long: export LONG := true
long: BESIDE := 2
long: test

# One after the other: each needs the machine for itself.
faults: export LONG := true
faults: $(DEV)
	@failed=; \
	$(BIN)/python -m pytest -n 0 -p no:randomly -s tests/faults $(ARGS) || failed="$$failed SQLite"; \
	$(BIN)/python -m tests.postgres $(BIN)/python -m pytest -n 0 -p no:randomly -s tests/faults $(ARGS) || failed="$$failed PostgreSQL"; \
	if [ -n "$$failed" ]; then echo "Failed on:$$failed"; exit 1; fi

# Some 200,000 requests, for an hour or more; says how many for each caller, and fails by any answer that is not as described.
contract: export CONTRACT_EXAMPLES ?= 5
contract: export LOG_LEVEL := CRITICAL
contract: $(DEV)
	$(BIN)/python -m pytest -n 0 -p no:randomly tests/projects/api/test_contract.py $(ARGS)

# What a later Django only deprecates is printed and is no failure.
next:
	$(PYTHON) -m venv --clear var/next
	var/next/bin/pip install --quiet --disable-pip-version-check --requirement tests/requirements.txt
	var/next/bin/pip install --quiet --disable-pip-version-check --upgrade 'Django>=6,<7'
	var/next/bin/python -m pytest -n $(PROCESSES) $(BY_FILE) -W default::DeprecationWarning -W default::PendingDeprecationWarning $(ARGS)

check: export DJANGO_SETTINGS_MODULE := portfolio.settings
check: export SECRET_KEY := $(shell printf 'only-for-checks-%.0s' 0 1 2 3 4)-AaBbCcDdEeFfGg0123456789
check: export DATABASE_URL := sqlite://:memory:
check: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	@mkdir -p var
	$(BIN)/bandit --quiet --recursive --configfile pyproject.toml --severity-level medium portfolio projects sectors manage.py \
		2> var/bandit.log || { grep --invert-match 'nosec encountered' var/bandit.log; exit 1; }
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/python -m tests.catalogue check
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python manage.py check --deploy --fail-level WARNING
	$(BIN)/python -m tests.data_dictionary --check
	$(BIN)/python manage.py spectacular $(SCHEMA) --file var/openapi.json
	@cmp -s var/openapi.json docs/openapi.json || \
		{ echo 'docs/openapi.json is not what the API is. Run make docs, then read the difference.'; exit 1; }

# The product beside a textbook's API and Datasette, each on a register of its own in a temporary place: each question asked once, another
# each time, and asked again. What was asked once stands in a table at the end, for docs/scaling.md.
bench: export LOG_LEVEL := WARNING
bench: $(DEV)
	$(BIN)/pip install --quiet --disable-pip-version-check --requirement tests/bench/requirements.txt
	@failed=; \
	for projects in 42 1000 10000; do \
		$(BIN)/python -m tests.bench.serving $$projects || failed="$$failed $$projects projects on SQLite"; \
		$(BIN)/python -m tests.postgres $(BIN)/python -m tests.bench.serving $$projects || failed="$$failed $$projects projects on PostgreSQL"; \
	done; \
	$(BIN)/python -m tests.bench.table; \
	if [ -n "$$failed" ]; then echo "Failed:$$failed"; exit 1; fi

# Writes what is derived from the code again: the data dictionary and the description of the API.
docs: export DEBUG := true
docs: $(DEV)
	$(BIN)/python -m tests.data_dictionary
	@mkdir -p var
	$(BIN)/python manage.py spectacular $(SCHEMA) --file var/openapi.json
	@$(BIN)/python -m tests.contract.breaks docs/openapi.json var/openapi.json || \
		echo 'This breaks clients. If it must be, say so in docs/api-changelog.md.'
	@mv var/openapi.json docs/openapi.json

# Takes the pictures of help and of the README again, in both languages; a test says when one is out of date.
pictures: export TAKE_PICTURES := true
pictures: $(DEV)
	$(BIN)/python -m pytest -n 0 -q tests/browser/test_help.py

# Takes new texts of code and templates into the Chinese catalogue and lists those without a translation.
messages: $(DEV)
	$(BIN)/python -m tests.catalogue update
	$(BIN)/python -m tests.catalogue missing
