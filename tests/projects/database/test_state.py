"""State numbers: every change of what responses are built from raises one, by whatever program; nothing else does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.db import connection, models, transaction
from django.utils import timezone

from portfolio.models import ApiToken
from projects.database import guards, installation, state
from projects.models import (
    Claim,
    Grant,
    Job,
    MonthlyReport,
    Note,
    PlausibilityRule,
    PlausibilityTally,
    Programme,
    Project,
    Round,
    StateNumber,
    Target,
)
from sectors.models import Sector
from tests.people import person, session_of

pytestmark = pytest.mark.django_db(transaction=True)

DATA: dict[type[models.Model], dict[str, Any]] = {
    Project: {"expected_revenue": 7},
    MonthlyReport: {"disbursed": 7},
    Sector: {"name_zh": "甲"},
    Target: {"note_zh": "戊"},
    Round: {"grace_days": 3},
}


def get_numbers() -> tuple[int, int]:
    numbers = state.get_state_numbers()
    assert numbers is not None
    return numbers


def get_raised(write: Callable[[], Any]) -> set[str]:
    """Return the names of the numbers that a write raises. None ever falls."""
    before = get_numbers()
    write()
    after = get_numbers()
    assert after[0] >= before[0]
    assert after[1] >= before[1]
    return {name for name, old, new in zip(("data", "permission"), before, after, strict=True) if new > old}


def update(model: type[models.Model], **values: Any) -> None:
    """Change one record by SQL, as another program would: no revision is made."""
    first = models.QuerySet(model).order_by("pk").first()
    assert first is not None
    assert models.QuerySet(model).filter(pk=first.pk).update(**values)


@pytest.mark.parametrize("model", DATA, ids=lambda model: model.__name__)
def test_a_changed_record_raises_the_number_of_the_data(model, live_register):
    assert get_raised(lambda: update(model, **DATA[model])) == {"data"}


def test_a_record_that_is_added_or_deleted_raises_the_number_of_the_data(live_register, province):
    about = {"project": Project.objects.get(code="HN-EI-2023-13"), "programme": Programme.objects.get(year=2023)}
    note = Note(**about, text="new", author=province, day=dt.date(2023, 7, 1), month=6)
    assert get_raised(lambda: models.QuerySet(Note).bulk_create([note])) == {"data"}
    assert get_raised(lambda: models.QuerySet(Note).filter(pk=note.pk)._raw_delete("default")) == {"data"}


CHANGES_OF_PERMISSION = {
    "a grant is changed": lambda: update(Grant, role="analyst", prefecture=None),
    "a grant is taken away": lambda: models.QuerySet(Grant).all()._raw_delete("default"),
    "an account is renamed": lambda: update(get_user_model(), last_name="吴"),
    "an account is closed": lambda: update(get_user_model(), is_active=False),
    "a token is bound to a prefecture": lambda: update(ApiToken, prefectures=["430100"]),
    "a token is revoked": lambda: ApiToken.objects.get().revoke(by=get_user_model().objects.get()),
    "a token expires sooner": lambda: update(ApiToken, expiry=timezone.now()),
    "a token is deleted": lambda: ApiToken.objects.all().delete(),
}


@pytest.mark.parametrize("change", CHANGES_OF_PERMISSION)
def test_a_change_of_who_may_read_what_raises_the_number_of_permission(change, live_register, changsha_writer):
    ApiToken.objects.create(user=changsha_writer, scope="read", label="test")
    assert get_raised(CHANGES_OF_PERMISSION[change]) == {"permission"}


WITHOUT_EFFECT = {
    "somebody signs in": lambda: (update(get_user_model(), last_login=timezone.now()), session_of(None)),
    "a session ends": lambda: Session.objects.all().delete(),
    "a token is used or refused": lambda: update(
        ApiToken, last_used=timezone.now(), refused_at=timezone.now(), refused_from="192.0.2.1"
    ),
    "a job waits": lambda: Job.objects.create(kind="none", run_after=timezone.now() + dt.timedelta(days=1)),
    "a plausibility rule speaks": lambda: PlausibilityTally.objects.create(rule=PlausibilityRule.objects.first()),
}


@pytest.mark.parametrize("change", WITHOUT_EFFECT)
def test_what_no_response_depends_on_raises_neither(change, live_register, changsha_writer):
    ApiToken.objects.create(user=changsha_writer, scope="read", label="test")
    session_of(changsha_writer)
    assert get_raised(WITHOUT_EFFECT[change]) == set()


def test_a_number_is_the_present_time_in_microseconds_unless_the_one_before_was_later(live_register):
    update(Project, expected_revenue=7)
    assert abs(get_numbers()[0] / 1_000_000 - timezone.now().timestamp()) < 60
    of_a_clock_ahead = int((timezone.now() + dt.timedelta(days=1)).timestamp() * 1_000_000)
    models.QuerySet(StateNumber).update(number=of_a_clock_ahead)
    update(Project, expected_revenue=8)
    assert get_numbers() == (of_a_clock_ahead + 1, of_a_clock_ahead)


def test_a_transaction_that_is_rolled_back_leaves_the_numbers_and_one_of_many_writes_raises_them(live_register):
    before = get_numbers()
    with transaction.atomic():
        update(Project, expected_revenue=7)
        transaction.set_rollback(True)
    assert get_numbers() == before

    def write_much() -> None:
        with transaction.atomic():
            for number in range(3):
                update(Project, expected_revenue=number)
                update(Grant, role="analyst", prefecture=None)

    person("somebody", "province")
    assert get_raised(write_much) == {"data", "permission"}


def test_without_a_number_nothing_is_known(live_register):
    models.QuerySet(StateNumber).filter(name="permission")._raw_delete("default")
    assert state.get_state_numbers() is None


def test_a_trigger_that_was_missing_or_another_is_made_and_raises_both(live_register):
    vendor = connection.vendor
    own = next(trigger for trigger in state.get_triggers(vendor) if trigger.name == "projects_claim_raises_update")
    guards.make("default", [replace(own, sql=own.sql.replace("'data'", "'other'"))])
    try:
        assert get_raised(lambda: update(Claim, scope_en="unseen")) == set()
        assert list(installation.find_missing("default")) == [f"the trigger {own.name} of projects_claim"]
        assert get_raised(lambda: state.install("default")) == {"data", "permission"}
    finally:
        state.install("default")
    assert get_raised(lambda: update(Claim, scope_en="seen")) == {"data"}
    assert get_raised(lambda: state.install("default")) == set()


def test_while_migrations_take_the_triggers_away_there_is_no_number(live_register):
    """On SQLite these make tables anew; should a migration be killed, the triggers stay away until the next."""
    before = get_numbers()
    state.remove("default")
    try:
        assert state.get_state_numbers() is None
    finally:
        state.install("default")
    assert min(get_numbers()) > max(before)
