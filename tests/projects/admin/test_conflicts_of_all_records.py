"""Records of several kinds: one changes a field, another has it open, changes another field, and both are kept."""

from __future__ import annotations

import datetime as dt

import pytest

from projects.history.revisions import create_revision
from projects.models import (
    Grant,
    MonthlyReport,
    Plan,
    Programme,
    Project,
    Round,
)
from tests.projects.admin.forms import change_url, filled, project
from tests.projects.admin.meetings import change, lines, sent

pytestmark = pytest.mark.no_database

CURVE = [10_000_000 * month for month in range(1, 13)]
NAMES = ({"name_en": "Theirs"}, {"name_zh": "我的"})
# what one changes in the database, and what the other types
MEETINGS = [
    (Project, {"name_en": "Theirs"}, {"note_en": "Mine"}),
    (Programme, *NAMES),
    (Plan, {"document": "Theirs"}, {"reason": "Mine"}),
    (Round, {"grace_days": 1}, {"closes": "2023-12-30"}),
    (MonthlyReport, {"contact": "Theirs"}, {"progress": "Mine"}),
    (Grant, {"role": "analyst"}, {"user": "changsha-reader"}),
]


@pytest.fixture
def made(province, administrator, changsha_reader):
    """What the fixtures do not have, or have in another state."""
    entry = project("18").entries.get()
    plan = Plan(entry=entry, kind="revised", amount=sum(CURVE), curve=CURVE, decided_on=dt.date(2023, 7, 1), reason="x")
    report = MonthlyReport(entry=entry, month=7, disbursed=1, basis="illustrative")
    with create_revision():
        for record in (plan, report):
            record.save()
    return {
        Project: project("18"),
        Plan: plan,
        MonthlyReport: report,
        Grant: Grant.objects.get(user=administrator),
    }


@pytest.mark.parametrize(("model", "theirs", "mine"), MEETINGS, ids=lambda part: getattr(part, "__name__", ""))
def test_both_changes_of_one_record_are_kept(model, theirs, mine, made, client_of, django_user_model):
    record = made.get(model) or model._default_manager.first()
    keeper = django_user_model.objects.create_superuser("keeper")
    browser = client_of(keeper)
    if "user" in mine:
        mine = {"user": django_user_model.objects.get(username=mine["user"]).pk}
    opened = browser.get(change_url(record), {"lang": "en"})
    stored = change(record, **theirs)
    assert browser.post(change_url(record), filled(opened)).status_code == 302  # nothing typed, nothing overwritten
    page = browser.post(change_url(record), filled(opened, **mine))
    assert page.status_code == 409
    expected = dict.fromkeys(theirs, ("changed by them only", "theirs"))
    expected |= dict.fromkeys(mine, ("changed by you only", "mine"))
    assert lines(page) == expected
    saved = browser.post(change_url(record), sent(page))
    assert saved.status_code == 302
    stored.refresh_from_db()
    found = {name: getattr(stored, f"{name}_id" if name == "user" else name) for name in theirs | mine}
    assert {name: str(value) for name, value in found.items()} == {
        name: str(value) for name, value in (theirs | mine).items()
    }


def test_the_months_of_a_plan_are_one_field(made, province, client_of):
    browser, record = client_of(province), made[Plan]
    opened = browser.get(change_url(record), {"lang": "en"})
    other = [*CURVE[:-2], CURVE[-2] + 10_000_000, CURVE[-1] - 10_000_000]
    change(record, curve=other)
    page = browser.post(change_url(record) + "?lang=en", filled(opened, curve_0="0.02", curve_1="0.01"))
    assert lines(page) == {"curve": ("changed by both", "")}
    assert browser.post(change_url(record), sent(page, curve="mine")).status_code == 302
    record.refresh_from_db()
    assert record.curve[:2] == [20_000_000, 10_000_000]
    assert record.curve[-2:] == CURVE[-2:]


def test_lines_that_end_in_another_way_are_no_change(made, province, client_of):
    record = change(made[Project], note_en="one\ntwo", note_zh="一\n二")
    browser = client_of(province)
    opened = browser.get(change_url(record), {"lang": "en"})
    change(record, name_en="Theirs")
    page = browser.post(change_url(record), filled(opened, note_en="one\r\ntwo", note_zh="一\r\n三"))
    assert set(lines(page)) == {"name_en", "note_zh"}
