import gc
import os
import re
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings

from tests import migrated, order, postgres_copies, room
from tests.contract.compiling import TSC
from tests.contract.go_client import GO
from tests.databases import runs_once
from tests.length import LONG
from tests.people import *  # noqa: F403  the fixtures that every test shares
from tests.people import begin_with_what_is_asked_for
from tests.session_patches import *  # noqa: F403  what is changed in frameworks, see docs/testing.md
from tests.writers_lock import requests_hold_the_writers_lock_for_less_than_a_second  # noqa: F401  autouse

# the same Chromium without its own windows draws a page for a third of the time, where Debian's package of it is installed
_WITHOUT_WINDOWS = Path("/usr/bin/chromium-headless-shell")
NEEDED = {  # by marker
    "browser": _WITHOUT_WINDOWS if _WITHOUT_WINDOWS.exists() else Path("/usr/bin/chromium"),
    "node": TSC,
    "go": GO,
    "office": Path("/usr/bin/soffice"),
}

FAULTS = Path(__file__).parent / "faults"

hypothesis.settings.register_profile("steady", deadline=None, derandomize=not LONG, print_blob=True)
hypothesis.settings.load_profile("steady")


def pytest_configure(config):
    migrated.share(config)
    postgres_copies.forget(config)
    room.give()


def pytest_xdist_make_scheduler(config, log):
    return order.WholeFiles(config, log) if config.option.dist == "loadfile" else None


def elsewhere():
    """The marker of those that this database is not asked."""
    return "postgresql" if "sqlite" in settings.DATABASES["default"]["ENGINE"] else "no_database"


def pytest_collection_modifyitems(config, items):
    apart = {item for item in items if item.get_closest_marker(elsewhere())}
    apart |= {item for item in items if item.get_closest_marker("long") and not LONG}
    unnamed = {item.path for item in items if item.get_closest_marker("alone")}
    if lost := [str(path) for path in unnamed if not names_alone(path)]:
        raise pytest.UsageError(
            f"These are run alone and would be run by nobody, as they do not name the marker: {lost}"
        )
    if apart:
        config.hook.pytest_deselected(items=list(apart))
        items[:] = [item for item in items if item not in apart]
    items[:] = order.in_order(items)
    for item in items:
        # A machine that has something else to do is told from a fault by trying again, once, which the run reports (R).
        if item.get_closest_marker("browser") or item.get_closest_marker("alone") or FAULTS in item.path.parents:
            item.add_marker(pytest.mark.flaky(reruns=1))
    for marker, program in NEEDED.items():
        if not program.exists():
            for item in items:
                if item.get_closest_marker(marker):
                    item.add_marker(pytest.mark.skip(reason=f"{program} is not installed"))


def pytest_ignore_collect(collection_path, config):
    """Files are not imported for nothing: of which all tests are deselected, or none is of those that are run alone.

    These name the marker, those have it as a whole.
    """
    if not collection_path.name.startswith("test_") or collection_path.suffix != ".py":
        return None
    if config.option.markexpr == "alone" and not names_alone(collection_path):
        return True
    of_all = " ".join(re.findall("^pytestmark = (.*)$", collection_path.read_text("utf-8"), re.MULTILINE))
    if elsewhere() == "no_database" and runs_once(collection_path) and not LONG:
        return True
    left_out = {elsewhere()} | ({"browser"} if config.option.markexpr.startswith("not browser") else set())
    return any(f"pytest.mark.{name}" in of_all for name in left_out) or None


def names_alone(path):
    return "pytest.mark.alone" in path.read_text("utf-8")


def pytest_sessionfinish(session, exitstatus):
    """Of the two runs of `make test`, one may have nothing to do of what was asked for."""
    if exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED and session.config.option.markexpr:
        session.exitstatus = pytest.ExitCode.OK


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    begin_with_what_is_asked_for(item)


def pytest_collection_finish(session):
    """What is loaded by now stays to the end: looking through it for garbage again and again took a tenth of the run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def a_skip_is_a_failure(report):
    """Where the machine is prepared for every test, one that did not run has proved nothing."""
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("CI") == "true":
        report.outcome = "failed"
        report.longrepr = f"Skipped, which does not pass where CI=true: {report.longrepr}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    return a_skip_is_a_failure((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    return a_skip_is_a_failure((yield))
