import os
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings

from tests import catalogue
from tests.contract.compiling import TSC
from tests.contract.go_client import GO
from tests.people import *  # noqa: F403  the fixtures that every test shares
from tests.people import SNAPSHOTS, get_wanted_contents

# the same Chromium without its own windows draws a page for a third of the time, where Debian's package of it is installed
_WITHOUT_WINDOWS = Path("/usr/bin/chromium-headless-shell")
PROGRAMS = {  # by marker
    "browser": _WITHOUT_WINDOWS if _WITHOUT_WINDOWS.exists() else Path("/usr/bin/chromium"),
    "node": TSC,
    "go": GO,
    "office": Path("/usr/bin/soffice"),
}
OTHER_DATABASE = "postgresql" if "sqlite" in settings.DATABASES["default"]["ENGINE"] else "no_database"

hypothesis.settings.register_profile("steady", deadline=None, derandomize=True, print_blob=True)
hypothesis.settings.load_profile("steady")


def pytest_configure(config):
    if not hasattr(config, "workerinput"):
        catalogue.compile_texts()


def pytest_collection_modifyitems(config, items):
    deselected = [item for item in items if item.get_closest_marker(OTHER_DATABASE)]
    if deselected:
        config.hook.pytest_deselected(items=deselected)
        items[:] = [item for item in items if not item.get_closest_marker(OTHER_DATABASE)]
    for item in items:
        for marker, program in PROGRAMS.items():
            if item.get_closest_marker(marker) and not program.exists():
                item.add_marker(pytest.mark.skip(reason=f"{program} is not installed"))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    SNAPSHOTS.want(get_wanted_contents(item))


def fail_if_skipped(report):
    """Return the report: a skip is a failure where the machine is prepared for every test, since it has proved nothing."""
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("CI") == "true":
        report.outcome = "failed"
        report.longrepr = f"Skipped, which does not pass where CI=true: {report.longrepr}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    return fail_if_skipped((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    return fail_if_skipped((yield))
