"""Days at the ends of the calendar are refused where they were typed: a day more or less than they may be none."""

from __future__ import annotations

import datetime as dt

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import DateField, QuerySet

from projects.models import Entry, Project, Round
from projects.models.base import Record
from projects.periods import FIRST_DAY, LAST_DAY

pytestmark = pytest.mark.usefixtures("register")  # an empty database would have to be made of it for each

DAY = dt.timedelta(days=1)
TYPED = [
    (model, field.name)
    for model in apps.get_app_config("projects").get_models()
    if issubclass(model, Record)
    for field in model._meta.concrete_fields
    if type(field) is DateField and field.editable
]


@pytest.mark.no_database
@pytest.mark.parametrize("day", [dt.date.min, FIRST_DAY - DAY, LAST_DAY + DAY, dt.date.max], ids=str)
@pytest.mark.parametrize(("model", "name"), TYPED, ids=lambda each: getattr(each, "__name__", each))
def test_a_record_refuses_days_beyond_them_at_their_field(model, name, day):
    record = model(**{name: day})
    if model is Round:
        record.grace_days = 5
    with pytest.raises(ValidationError) as error:
        record.full_clean()
    assert "日期应在 1949-01-01 与 2149-12-31 之间。" in error.value.message_dict[name]


def test_there_are_days_to_look_at():
    assert len(TYPED) > 15
    assert (Project, "start") in TYPED


@pytest.mark.no_database
@pytest.mark.parametrize("name", ["as_of", "since"])
def test_a_state_before_all_days_is_refused_in_words(name, province, client_of):
    answer = client_of(province).get(f"/compare/?programme=2023&lang=en&{name}=0001-01-01")
    assert answer.status_code == 400
    assert "is too early: the first day that can be asked for is 1949-01-01." in answer.content.decode()


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/milestones/?planned_min=",
        "/projects/?start_min=",
        "/admin/projects/milestone/?planned__gte=",
    ],
)
def test_a_filter_compares_with_any_day_or_refuses_it(address, day, province, client_of):
    assert client_of(province).get(f"{address}{day}").status_code in (200, 302, 400)


def test_a_day_that_was_stored_before_holds_nothing_up(register):
    entry = Entry.objects.order_by("pk").first()
    assert entry is not None
    QuerySet(Entry).filter(pk=entry.pk).update(left=dt.date.max)
    entry.refresh_from_db()
    entry.status = "continuing" if entry.status == "new" else "new"
    entry.save()
    assert Entry.objects.get(pk=entry.pk).status == entry.status
    entry.left = dt.date.max - DAY
    with pytest.raises(ValidationError):
        entry.save()
