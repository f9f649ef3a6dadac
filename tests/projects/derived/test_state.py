"""The numbers of the data's state and of its frame, which answers are kept by: after writes by SQL too."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.db import models, transaction

from projects.models import DataState, Enterprise, Grant, Programme, Project, Source, Target
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
