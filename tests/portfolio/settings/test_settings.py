"""Each start in these tests is a process of its own, as a real one is.

The many that are stopped by a wrong value are forked from one that has loaded what is not ours, which is all that takes
time about them.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.no_database

ROOT = Path(__file__).parents[3]
SOUND = {
    "SECRET_KEY": "x1Y2z3" * 10,
    "DATABASE_URL": "sqlite://:memory:",
    "DJANGO_SETTINGS_MODULE": "portfolio.settings",
}
PRODUCTION = SOUND | {"SECRET_KEY": "kqW3-rT8z_uP1aX6-mB4vN9c_eL7oD2yS5-hJ0fG8iU3tR6", "ALLOWED_HOSTS": "a.gov.cn"}
PRODUCTION["SECRET_KEY"] += "zQ4w"


FORKING = """
import json, os, runpy, sys
import gc, sqlite3
import csp.constants, dj_database_url, environs, psycopg2, structlog
import django.core.checks, django.core.management, django.core.validators, django.core.wsgi
import django.db.backends.base.base, django.db.backends.base.validation
gc.freeze()
for line in sys.stdin:
    arguments, environment, outputs = json.loads(line)
    if child := os.fork():
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
        continue
    os.environ.clear()
    os.environ.update(environment)
    for number, path in enumerate(outputs, start=1):
        os.dup2(os.open(path, os.O_CREAT | os.O_WRONLY), number)
    if arguments[0] == "-c":
        exec(arguments[1])
    else:
        sys.argv = arguments
        runpy.run_path(arguments[0], run_name="__main__")
    sys.exit()
"""


def environment_with(variables):
    environment = {"PATH": os.environ["PATH"]} | SOUND | variables
    return {name: value for name, value in environment.items() if value is not None}


def start(*arguments, **variables):
    command, environment = [sys.executable, *arguments], environment_with(variables)
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)


@pytest.fixture(scope="module")
def forking():
    pipe, command = subprocess.PIPE, [sys.executable, "-c", FORKING]
    with subprocess.Popen(command, cwd=ROOT, env=environment_with({}), stdin=pipe, stdout=pipe, text=True) as process:
        yield process
        process.stdin.close()


@pytest.fixture
def start_quickly(forking, tmp_path):
    """As `start`, once in a test."""

    def started(*arguments, **variables):
        outputs = [tmp_path / "stdout", tmp_path / "stderr"]
        asked = [arguments, environment_with(variables), [str(path) for path in outputs]]
        forking.stdin.write(json.dumps(asked) + "\n")
        forking.stdin.flush()
        status = int(forking.stdout.readline())
        return subprocess.CompletedProcess(arguments, status, *(path.read_text("utf-8") for path in outputs))

    return started


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("DEBUG", "maybe"),
        ("DEBUG", ""),
        ("HTTPS", "2"),
        ("PUBLIC_READ", "perhaps"),
        ("SESSION_IDLE_MINUTES", "0"),
        ("SESSION_IDLE_MINUTES", "half an hour"),
        ("TRUSTED_PROXY", "nginx"),
        ("TRUSTED_PROXY", "true"),
        ("PROCESSES", "0"),
        ("THREADS", "many"),
        ("WEBHOOK_PRIVATE_ADDRESSES", "10.1.0.0/99"),
        ("WEBHOOK_PRIVATE_ADDRESSES", "intranet"),
        ("WEBHOOK_PORTS", ""),
        ("WEBHOOK_PORTS", "443,https"),
        ("WEBHOOK_PORTS", "0"),
        ("WEBHOOK_PORTS", "443,65536"),
        ("SECRET_KEY", None),
        ("SECRET_KEY", ""),
        ("SECRET_KEY", "too short"),
        ("SECRET_KEY_FALLBACKS", "too short"),
        ("SECRET_KEY_FALLBACKS", f"{'x1Y2z3' * 10},"),
        ("ALLOWED_HOSTS", ""),
        ("ALLOWED_HOSTS", "https://a.gov.cn"),
        ("CSRF_TRUSTED_ORIGINS", "a.gov.cn"),
        ("DATABASE_URL", ""),
        ("DATABASE_URL", "mysql://user:hidden@host/name"),
        ("DATABASE_URL", "postgres://user:hidden@host"),
        ("DATABASE_URL", "postgres://user:hidden@host:port/name"),
        ("DATABASE_REPLICA_URL", "mysql://user:hidden@host/name"),
        ("MAP_FILE", "no/such/file.geojson"),
        ("LOG_LEVEL", "chatty"),
        ("SITE_URL", "a.gov.cn"),
        ("CLOSED_MONTH_PERCENT", "101"),
        ("LEAST_COMPARED_PERCENT", "half"),
        ("REMINDER_DAYS_BEFORE", "3,soon"),
        ("REMINDER_DAYS_AFTER", "-1"),
        ("PROPOSAL_FIELDS", "project.county_zh"),
        ("PROPOSAL_FIELDS", "project.sector,project.secktor"),
        ("EMAIL_PORT", "0"),
        ("EMAIL_PORT", "smtp"),
        ("EMAIL_SECURITY", "ssl"),
        ("EMAIL_FROM", "monitor"),
    ],
)
@pytest.mark.parametrize("arguments", [("manage.py", "check"), ("-c", "import portfolio.wsgi")], ids=["manage", "wsgi"])
def test_a_wrong_value_stops_the_start_with_one_sentence_naming_the_variable(start_quickly, variable, value, arguments):
    result = start_quickly(*arguments, **{variable: value})

    assert result.returncode == 1
    assert result.stdout == ""
    sentence = result.stderr.removesuffix("\n")
    assert sentence.startswith(f"{variable} ")
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert "hidden" not in sentence


def test_a_sound_environment_starts():
    result = start("manage.py", "check")

    assert result.returncode == 0, result.stderr


def test_a_replica_needs_a_postgresql():
    result = start("manage.py", "check", DATABASE_REPLICA_URL="postgres://user:hidden@host/name")

    assert result.returncode == 1
    assert result.stderr == "DATABASE_REPLICA_URL needs a DATABASE_URL of PostgreSQL.\n"


def test_development_needs_no_variable_but_debug():
    assert start("-c", "import portfolio.settings", SECRET_KEY=None, DEBUG="true").returncode == 0


def test_the_production_environment_passes_every_check_of_a_deployment():
    result = start("manage.py", "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)

    assert result.returncode == 0, result.stderr


def test_the_directory_of_the_embedded_database_is_made_by_what_makes_the_database(tmp_path):
    database = {"DATABASE_URL": f"sqlite:///{tmp_path}/a/b/portfolio.sqlite3"}
    start("-c", "import portfolio.settings", **database)
    assert not (tmp_path / "a").exists()

    start("manage.py", "migrate", "--plan", **database)
    assert (tmp_path / "a" / "b").stat().st_mode & 0o777 == 0o700
