"""What others know a record by stays as it was stored first: links, other systems and the log go by it."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import DatabaseError, models, transaction

from projects.history.revisions import create_revision
from projects.models import LightRule, PlausibilityRule, Prefecture, Programme, Project, Revision
from sectors.models import ChainLink, Direction, Sector
from tests.projects.admin.forms import change_url, filled

OTHERS = {
    Project: ("code", "HN-EI-2023-99"),
    Programme: ("year", 2031),
    Prefecture: ("adcode", "439900"),
    Direction: ("code", "another"),
    Sector: ("code", "another"),
    ChainLink: ("code", "another"),
    LightRule: ("code", "another"),
    PlausibilityRule: ("kind", "another"),
}
OF_REGISTER = [model for model in OTHERS if model is not PlausibilityRule]


def test_every_model_that_fixes_a_field_is_looked_at():
    fixed = {model: model.fixed_fields for model in apps.get_models() if getattr(model, "fixed_fields", ())}
    assert fixed == {model: (name,) for model, (name, _other) in OTHERS.items()}


@pytest.mark.parametrize("model", OF_REGISTER)
def test_it_is_refused_at_its_field_and_by_the_database(model, register):
    name, other = OTHERS[model]
    record, revisions = model.objects.first(), Revision.objects.count()
    before = getattr(record, name)
    setattr(record, name, other)
    with pytest.raises(ValidationError) as refused, create_revision():
        record.save()
    assert list(refused.value.message_dict) == [name]
    assert str(before) in refused.value.message_dict[name][0]
    with pytest.raises(DatabaseError, match=f"{model._meta.model_name}_{name}_stays"), transaction.atomic():
        models.QuerySet(model).filter(pk=record.pk).update(**{name: other})
    assert getattr(model.objects.get(pk=record.pk), name) == before
    assert Revision.objects.count() == revisions


@pytest.mark.parametrize("model", [Project, LightRule])
def test_the_administration_shows_it_and_asks_for_none(model, province, client_of):
    browser, record, name = client_of(province), model.objects.first(), OTHERS[model][0]
    page = browser.get(change_url(record))
    assert name not in page.context["adminform"].form.fields
    assert str(getattr(record, name)) in page.content.decode()
    browser.post(change_url(record), filled(page, **{name: OTHERS[model][1]}))
    assert getattr(model.objects.get(pk=record.pk), name) == getattr(record, name)
