"""The numbers of the data's state and of its frame, which answers are kept by: after writes by SQL too."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.contrib.auth import get_user_model
from django.db import connection, models, transaction

from projects.database import rollups, triggers
from projects.database.rollups import state
from projects.exports.last_change import changed_in
from projects.models import (
    Claim,
    DataState,
    Enterprise,
    Grant,
    MonthlyReport,
    Programme,
    Project,
    Source,
    TableState,
    Target,
)
from sectors.models import Sector

pytestmark = pytest.mark.django_db(transaction=True)

FRAME = {
    Sector: {"name_zh": "甲"},
    Source: {"publisher_zh": "乙"},
    Enterprise: {"name_zh": "丙"},
    Programme: {"name_zh": "丁"},
    Target: {"note_zh": "戊"},
    Grant: {"role": "analyst", "prefecture": None},
}


def numbers() -> tuple[int, int]:
    return DataState.objects.values_list("number", "frame").get()


def write(model: type[models.Model], **values: object) -> None:
    """To one record, by SQL, as another program would."""
    first = models.QuerySet(model).order_by("pk").first()
    assert first is not None
    models.QuerySet(model).filter(pk=first.pk).update(**values)


def test_a_record_changes_the_state_and_leaves_the_frame(live_register):
    before, frame = numbers()
    write(Project, expected_revenue=7)
    number, same = numbers()
    assert number > before
    assert same == frame


@pytest.mark.parametrize("model", FRAME)
def test_what_records_are_read_by_changes_the_frame(model, live_register, changsha_writer):
    _number, before = numbers()
    write(model, **FRAME[model])
    number, frame = numbers()
    assert number == frame > before


def test_who_may_do_something_and_is_called_so_changes_the_frame(live_register, province):
    before = numbers()
    get_user_model().objects.filter(pk=province.pk).update(last_name="吴")
    number, frame = numbers()
    assert number == frame > before[1]


def test_in_one_transaction_both_count_once_in_either_order(live_register):
    for order in ((Project, Sector), (Sector, Project)):
        before, _frame = numbers()
        with transaction.atomic():
            for model in order:
                write(model, name_zh=f"己{model.__name__}{before}")
        number, frame = numbers()
        assert number >= frame > before
        write(Project, name_zh="庚")
        assert numbers()[1] == frame


def number_of(model: type[models.Model]) -> int:
    return TableState.objects.get(name=model._meta.db_table).number


def test_each_table_has_the_number_of_its_own_last_change(live_register):
    before = {model: number_of(model) for model in (Project, MonthlyReport, Claim)}
    write(Project, expected_revenue=8)
    write(Claim, scope_en="of 2023")
    assert before[Project] < number_of(Project) < number_of(Claim) == numbers()[0]
    assert number_of(MonthlyReport) == before[MonthlyReport]


def test_a_file_is_of_the_last_change_of_what_it_is_read_from(live_register):
    projects, reports = ({model._meta.db_table} for model in (Project, MonthlyReport))
    write(Project, expected_revenue=9)
    state, frame = numbers()
    assert (changed_in(projects), changed_in(projects | reports)) == (state, state)
    assert frame <= changed_in(reports) < state
    write(Sector, name_zh="辛")
    assert changed_in(reports) == numbers()[1] > state


def test_all_tables_changed_while_nobody_counted(live_register):
    models.QuerySet(TableState).filter(name=Claim._meta.db_table).delete()
    before = number_of(Project)
    rollups.install("default")
    assert {number_of(model) for model in (Project, Claim, MonthlyReport)} == {numbers()[0]}
    assert number_of(Project) > before
    rollups.install("default")
    assert number_of(Project) == numbers()[0]


def test_a_trigger_with_another_text_is_made_anew_and_all_is_counted(live_register):
    vendor = connection.vendor
    own = next(each for each in state.triggers(vendor) if each.name == "projects_claim_counts_update")
    triggers.make("default", [replace(own, body="SELECT 1" if vendor == "sqlite" else "PERFORM 1")])
    before, _frame = numbers()
    write(Claim, scope_en="unseen")
    assert numbers()[0] == before
    rollups.install("default")
    counted = numbers()[0]
    assert number_of(Claim) == counted > before
    write(Claim, scope_en="seen")
    assert number_of(Claim) > counted
    rollups.install("default")
    assert triggers.outdated("default", state.triggers(vendor)) == []


def test_before_there_was_what_triggers_write_there_are_none(live_register, monkeypatch):
    monkeypatch.setattr(state, "_TABLES", "projects_no_such_table")
    rollups.install("default")
    before, _frame = numbers()
    write(Claim, scope_en="of a release before")
    assert numbers()[0] == before
    monkeypatch.undo()
    rollups.install("default")
    assert numbers()[0] > before
