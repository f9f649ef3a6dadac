"""Batches: what they write is what saving each record writes, in a few statements."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from projects.choices import Channel
from projects.history.revisions import create_revision
from projects.models import Claim, Enterprise, Entry, MonthlyReport, Overruling, Programme, Project, Source
from projects.models.bulk import Batch, Keys
from projects.plausibility.checks import DoubtedError, check_together, confirm_doubts
from sectors.models import ChainLink, Sector

MODELS = (Enterprise, Project, Entry, MonthlyReport)
CODE = "HN-EI-2023-13"  # illustrative


class _TakenBackError(Exception):
    pass


def of_new(number):
    project = Project(code=f"HN-EI-2023-9{number:02}", name_zh=f"新项目{number}", sector=Sector.objects.first())
    project.enterprise = Enterprise(name_zh=f"企业{number}")
    project.total_investment, project.total_investment_reported_by = 10**9, "长沙市工信局"
    entry = Entry(project=project, programme=Programme.objects.get(year=2023), planned_disbursement=10**8 + number)
    entry.planned_disbursement_reported_by = "长沙市工信局"
    return project, entry


def of_changed():
    project = Project.objects.get(code=CODE)
    project.total_investment, project.total_investment_reported_by = 2 * 10**9, "长沙市工信局"
    project.started, project.start_reported_by = "2023-Q2", "长沙市工信局"
    entry = project.entries.get(programme__year=2023)
    entry.status = "continuing"
    return project, entry


def written(user, write):
    """The rows of history that writing these leaves, and those of records before, without what is of the moment."""
    found = []
    try:
        with transaction.atomic():
            with create_revision(door=Channel.PAGE, user=user, reason="更正") as draft:
                write(draft)
            for model in MODELS:
                for row in model.history.filter(models.Q(revision=draft.number) | models.Q(superseded_by=draft.number)):
                    left_out = {"history_id", "history_date", "id", "enterprise_id", "project_id", "_state"}
                    found.append({name: value for name, value in vars(row).items() if name not in left_out})
            raise _TakenBackError
    except _TakenBackError:
        return found


def save(_draft):
    for number in range(3):
        project, entry = of_new(number)
        project.enterprise.save()
        project.enterprise = project.enterprise
        project.save()
        entry.project = project
        entry.save()
    for record in of_changed():
        record.save()


def batch(draft):
    found = Batch(draft, MODELS)
    for number in range(3):
        project, entry = of_new(number)
        found.add(project.enterprise)
        project.enterprise = project.enterprise
        found.add(project)
        entry.project = project
        found.add(entry)
    for record in of_changed():
        found.add(record)
    found.write()


@pytest.fixture
def person(province):
    return get_user_model().objects.get(pk=province.pk)


def test_what_is_written_together_is_what_is_written_one_by_one(person):
    one_by_one, together = written(person, save), written(person, batch)
    assert len(together) == 3 * 3 + 2 * 2
    assert sorted(map(repr, together)) == sorted(map(repr, one_by_one))


@pytest.mark.parametrize("who", ["person", "changsha_writer"])
def test_a_batch_refuses_what_saving_refuses(who, request):
    """The one has not said where the figure comes from, the other may only propose it."""
    user, (project, _entry) = request.getfixturevalue(who), of_changed()
    project.total_investment_reported_by = ""
    said = []
    for write in (lambda _draft: project.save(), lambda draft: Batch(draft, MODELS).add(project)):
        with pytest.raises(ValidationError) as refused:
            written(user, write)
        said.append(refused.value.message_dict)
    assert said[0] == said[1]
    assert "total_investment" in said[0]


def test_what_is_doubted_is_doubted_of_many_too_and_overruled_with_its_reason(person, plausible):
    project, _entry = of_new(1)
    project.enterprise, project.total_investment = None, 3
    with (
        pytest.raises(DoubtedError) as doubted,
        create_revision(door=Channel.PAGE, user=person, reason="更正") as draft,
        check_together([project], draft),
    ):
        Batch(draft, MODELS).add(project)
    kinds = {each.rule.kind for each in doubted.value.doubts}
    with confirm_doubts(kinds, "确为三元"), create_revision(door=Channel.PAGE, user=person, reason="更正") as draft:
        found = Batch(draft, MODELS)
        found.add(project)
        found.write()
        project.when_written()
    assert {(each.key, each.reason) for each in Overruling.objects.all()} == {(project.pk, "确为三元")}


def test_a_key_is_never_used_twice(register):
    with create_revision(door=Channel.CODE):
        gone = Enterprise(name_zh="早先的企业")
        gone.save()
        key = gone.pk
        gone.delete()
        keys = Keys()
        taken = [keys.take(Enterprise) for _time in range(250)]
    assert len(set(taken)) == len(taken)
    assert min(taken) > key
    assert not Enterprise.objects.filter(pk__in=taken).exists()


def _spoils(model: type[models.Model]) -> st.SearchStrategy[dict[str, Any]]:
    """Other values, as cells have them, for columns that neither identify the record nor name another."""
    keys = {name.split("__")[0] for name in model.natural_key_fields}
    values: dict[str, st.SearchStrategy[Any]] = {}
    for field in model._meta.concrete_fields:
        if field.primary_key or field.is_relation or field.name in keys or not field.editable:
            continue
        if isinstance(field, models.DateTimeField):
            values[field.attname] = st.sampled_from([None, timezone.now()])
        elif isinstance(field, models.DateField):
            values[field.attname] = st.sampled_from([None, *(dt.date(year, 1, 1) for year in (1900, 2023, 2026))])
        elif isinstance(field, models.IntegerField):
            values[field.attname] = st.sampled_from([None, -1, 0, 5, 500 * 10**9, 10**15])
        elif field.name.endswith("_precision"):
            values[field.attname] = st.sampled_from(["", *field.flatchoices[0][:1]])
        else:
            words = ["", "x", "x" * 2100, "a\x00b", *(value for value, _label in field.flatchoices or ())]
            values[field.attname] = st.sampled_from(words)
    return st.fixed_dictionaries({}, optional=values)


def _said(validate: Any) -> dict[str, list[str]]:
    try:
        validate()
    except ValidationError as error:
        return error.message_dict
    return {}


@pytest.mark.parametrize(
    "model", [Sector, ChainLink, Programme, Source, Enterprise, Project, Entry, Claim, MonthlyReport]
)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_what_is_said_of_a_record_alone_is_what_is_said_with_the_database(register, model, data):
    """Where what it refers to exists and its key is free: of the stored record itself."""
    spoils = data.draw(_spoils(model))
    key = data.draw(st.sampled_from(sorted(model._default_manager.values_list("pk", flat=True)[:40])))
    alone, asking = (model._default_manager.get(pk=key) for _time in range(2))
    for record in (alone, asking):
        for name, value in spoils.items():
            setattr(record, name, value)
    assert _said(alone.full_clean_alone) == _said(asking.full_clean)
