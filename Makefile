# make run     a demonstration at http://127.0.0.1:8000 (HOST, PORT, DATABASE_URL and DEMO_PASSWORD are honoured)
# make check   everything that can be judged without running the product
# make test    every test on SQLite, then on PostgreSQL those that depend on the database (TEST_DATABASE_URL names a server
#              of your own); ARGS is handed on to pytest
# make walks   every page in Chromium, compiled clients and short faults: half an hour
# make faults  processes killed and databases taken away, FAULT_ROUNDS times, on both databases: hours
# make contract  the API looked at long by schemathesis, as each caller (CONTRACT_EXAMPLES for each operation): hours
# make bench   what responses cost beside a textbook's and Datasette's, as ratios inside one run
# make backup FILE=…, make restore FILE=…, make drill   a backup, its way back, and both tried on a database aside
# make next    the suite on SQLite against the newest Django 6, in an environment of its own (.ci/weekly, on Python 3.13)
# make pictures  takes the pictures of help again, as pages look now

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
PROCESSES ?= logical
# What takes long and is left to `make walks`.
WALKS := $(wildcard tests/faults/test_*.py) $(addprefix tests/browser/test_,accessibility.py administration.py chart_values.py \
	every_page.py first_screen.py frame.py help.py layout.py navigation_fits.py print.py slow_line.py) \
	$(addprefix tests/contract/test_,generated_client.py go.py one_field.py typescript.py)
# What reads source, which `make check` runs.
OF_SOURCE := $(addprefix tests/test_,architecture.py markup_in_python.py words.py) tests/contract/test_changelog.py
# What reaches the database in another way there: constraints, triggers, locks, history, totals, how text is compared and
# sorted, writes of the API, what is loaded and streamed; and every address once, so that its statements are understood.
ON_POSTGRESQL := tests/bounds tests/sectors tests/portfolio/accounts tests/projects/test_access.py tests/projects/test_people.py \
	$(addprefix tests/projects/,changes database exports history jobs management models monitoring totals workflows) \
	$(addprefix tests/projects/api/test_,as_of.py bulk.py changes.py contract.py cursors.py entries.py exports.py \
	idempotency.py projects.py reports.py streaming.py totals.py) \
	$(addprefix tests/projects/pages/test_,order_of_records.py project_list.py search.py tasks.py) \
	tests/projects/imports/test_load_register.py \
	tests/projects/workbook_imports/test_writing.py tests/projects/workbook_imports/test_undoing.py

# What was installed is remembered by a stamp named for the interpreter and the pins, so that the next time costs nothing.
stamp = .venv/$(1)-$(shell { $(PYTHON) --version; cat $(2); } | cksum | tr ' ' -)
RUN := $(call stamp,run,requirements.txt)
DEV := $(call stamp,dev,requirements.txt tests/requirements.txt)
BIN := .venv/bin
TEXTS := locale/zh_Hans/LC_MESSAGES/django.mo

define AS_OPERATOR
@export SECRET_KEY="$${SECRET_KEY:-$$(cat var/secret_key)}" && $(BIN)/python manage.py
endef

.PHONY: run backup restore drill test walks faults contract next check bench docs pictures messages
.DELETE_ON_ERROR:

$(RUN):
	@test ! -L .venv || { echo '.venv is a link: what another checkout uses would be cleared. Remove the link, or set RUN= and DEV= to use it.'; exit 1; }
	$(PYTHON) -m venv --clear .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --requirement requirements.txt
	@touch $@

$(DEV): $(RUN)
	$(BIN)/pip install --quiet --disable-pip-version-check --requirement tests/requirements.txt
	@touch $@

$(TEXTS): $(TEXTS:.mo=.po) $(RUN)
	@DEBUG=true $(BIN)/python manage.py compilemessages

var/secret_key:
	@mkdir -p -m 700 var
	@umask 077 && $(PYTHON) -c 'import secrets; print(secrets.token_urlsafe(64))' > $@

# The demonstration is read on this machine, without TLS and without signing in.
run: export HTTPS := false
run: export PUBLIC_READ := true
run: export LOG_LEVEL ?= WARNING
run: export ALLOWED_HOSTS := $(if $(filter 0.0.0.0 ::,$(HOST)),*,localhost,127.0.0.1,[::1],$(HOST))
run: export SITE_URL := $(or $(SITE_URL),http://$(if $(filter 0.0.0.0 ::,$(HOST)),localhost,$(if $(findstring :,$(HOST)),[$(HOST)],$(HOST))):$(PORT))
run: $(RUN) $(TEXTS) var/secret_key
	@export SECRET_KEY="$${SECRET_KEY:-$$(cat var/secret_key)}" && \
	echo '正在准备演示，完成后给出地址 Preparing the demonstration; its address follows when it answers' && \
	welcome="$$($(BIN)/python manage.py demo --host '$(HOST)' --port '$(PORT)')" && \
	( printf '%s\n\n' "$$welcome" | $(BIN)/python -m portfolio.management.once_it_answers --host '$(HOST)' --port '$(PORT)' --beside $$$$ & ) && \
	exec $(BIN)/python -m portfolio.server --host '$(HOST)' --port '$(PORT)'

backup: $(RUN) $(TEXTS) var/secret_key
	$(AS_OPERATOR) backup '$(or $(FILE),$(error FILE names the new file of the backup))'

restore: $(RUN) $(TEXTS) var/secret_key
	$(AS_OPERATOR) restore $(if $(REPLACE),--replace) '$(or $(FILE),$(error FILE names the backup))'

# Restores into DRILL_DATABASE_URL, an empty database; without it into a file of SQLite that is thrown away.
drill: $(RUN) $(TEXTS) var/secret_key
	@folder=$$(mktemp -d) && trap 'rm -r "$$folder"' EXIT && export SECRET_KEY="$${SECRET_KEY:-$$(cat var/secret_key)}" && \
	$(BIN)/python manage.py backup "$$folder/drill.zip" && \
	DATABASE_URL="$${DRILL_DATABASE_URL:-sqlite:///$$folder/drill.sqlite3}" $(BIN)/python manage.py restore "$$folder/drill.zip"

test: $(DEV) $(TEXTS)
	@failed=; \
	echo 'Tests on SQLite'; \
	$(BIN)/python -m pytest -n $(PROCESSES) --dist loadfile tests $(WALKS:%=--ignore=%) $(ARGS) || failed="$$failed SQLite"; \
	echo 'Tests on PostgreSQL'; \
	$(BIN)/python -m tests.postgres $(BIN)/python -m pytest -n $(PROCESSES) --dist loadfile $(ON_POSTGRESQL) $(ARGS) \
		|| failed="$$failed PostgreSQL"; \
	echo 'Processor time, user and system: of make, then of the tests (without the server of PostgreSQL)'; times; \
	if [ -n "$$failed" ]; then echo "Failed on:$$failed"; exit 1; fi

# One after the other: what is killed, or measured, wants the machine for itself.
walks: $(DEV) $(TEXTS)
	$(BIN)/python -m pytest -n 0 --durations=0 --durations-min=10 $(WALKS) $(ARGS)

faults: export FAULT_ROUNDS ?= 20
faults: export FAULT_SEED ?= $(shell date +%s)
faults: $(DEV) $(TEXTS)
	@failed=; \
	$(BIN)/python -m pytest -n 0 -s tests/faults $(ARGS) || failed="$$failed SQLite"; \
	$(BIN)/python -m tests.postgres $(BIN)/python -m pytest -n 0 -s tests/faults $(ARGS) || failed="$$failed PostgreSQL"; \
	if [ -n "$$failed" ]; then echo "Failed on:$$failed"; exit 1; fi

# Some 200,000 requests, for an hour or more; says how many for each caller, and fails by any answer that is not as described.
contract: export CONTRACT_EXAMPLES ?= 5
contract: export LOG_LEVEL := CRITICAL
contract: $(DEV) $(TEXTS)
	$(BIN)/python -m pytest -n 0 tests/projects/api/test_contract.py $(ARGS)

# What a later Django only deprecates is printed and is no failure.
next: $(TEXTS)
	$(PYTHON) -m venv --clear var/next
	var/next/bin/pip install --quiet --disable-pip-version-check --requirement tests/requirements.txt
	var/next/bin/pip install --quiet --disable-pip-version-check --upgrade 'Django>=6,<7'
	var/next/bin/python -m pytest -n $(PROCESSES) --dist loadfile tests $(WALKS:%=--ignore=%) -W default::DeprecationWarning -W default::PendingDeprecationWarning $(ARGS)

check: export DJANGO_SETTINGS_MODULE := portfolio.settings
check: export SECRET_KEY := $(shell printf 'only-for-checks-%.0s' 0 1 2 3 4)-AaBbCcDdEeFfGg0123456789
check: export DATABASE_URL := sqlite://:memory:
check: export DEBUG := false
check: $(DEV) $(TEXTS)
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
	$(BIN)/python manage.py spectacular --validate --fail-on-warn --file /dev/null
	$(BIN)/python -m tests.contract.surface --check
	$(BIN)/python -m pytest -n 0 -q $(OF_SOURCE)

# The product beside a textbook's API and Datasette, each on a register of its own in a temporary place.
bench: export LOG_LEVEL := WARNING
bench: $(DEV) $(TEXTS)
	$(BIN)/pip install --quiet --disable-pip-version-check --requirement tests/bench/requirements.txt
	@for projects in 42 1000 10062; do \
		file=$$(mktemp -d) && TEST_DATABASE_URL="sqlite:///$$file/register.sqlite3" $(BIN)/python -m tests.bench $$projects || exit 1; \
		rm -r "$$file"; \
		$(BIN)/python -m tests.postgres $(BIN)/python -m tests.bench $$projects || exit 1; \
	done

# Writes what is derived from the code again: the data dictionary and the surface of the API.
docs: $(DEV) $(TEXTS)
	$(BIN)/python -m tests.data_dictionary
	$(BIN)/python -m tests.contract.surface

# Takes the pictures of help and of the README again, in both languages; a test says when one is out of date.
pictures: export TAKE_PICTURES := true
pictures: $(DEV) $(TEXTS)
	$(BIN)/python -m pytest -n 0 -q tests/browser/test_help.py

# Takes new texts of code and templates into the Chinese catalogue and lists those without a translation.
messages: $(DEV) $(TEXTS)
	$(BIN)/python -m tests.catalogue update
	$(BIN)/python -m tests.catalogue missing
