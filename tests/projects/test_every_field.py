"""Whoever adds a field to a model is told where it is forgotten."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.db import models

from projects.access import Access
from projects.api.projects import ProjectChange
from projects.imports.fields import FIELDS
from projects.imports.loading import get_project_layout
from projects.models import Project
from projects.models.base import own_fields
from projects.pages.facts import ProjectFacts
from projects.periods import partial_dates

# by model: what no form takes, because the program says it
_SAID_BY_THE_PROGRAM = {
    "entry": {"listed_on"},
    "monthlyreport": {f"{step}_{part}" for step in ("submitted", "returned", "approved") for part in ("at", "by")},
    "import": {
        *(
            "bound_to",
            "choices",
            "confirmed_at",
            "confirmed_rules",
            "counts",
            "created_at",
            "door",
            "doubts",
            "effects",
        ),
        *(
            "expires_at",
            "fingerprint",
            "heads",
            "job",
            "language",
            "mapping",
            "reach",
            "reading",
            "sheet",
            "signature",
            "undone_at",
            "user",
        ),
    },
    "job": {
        *("kind", "user", "state", "run_after", "leased_until", "steps_done", "steps", "outcome", "error"),
        *("started_at", "ended_at"),
    },
    "note": {"author"},
    "overruling": {"model", "key", "prefecture", "user", "at"},
    "proposal": {"fields", "has_news"},
    "rating": {"author", "rated_at"},
    "reportevent": {"user", "before", "after", "at"},
    "revision": {"created_at", "undoes", "username", "user", "reason"},
}
_ON_THE_PAGE_BUT_NO_FACT = {"name_zh", "name_en", "county_en", "note_zh", "note_en"}


def written_fields(model: type[models.Model]) -> list[str]:
    return [each.name for each in own_fields(model) if each.editable]


FORMS = {model: form for model, form in admin.site._registry.items() if form.fieldsets or form.fields}


@pytest.mark.no_database
@pytest.mark.parametrize("model", [model for model in FORMS if model._meta.app_label in ("projects", "sectors")])
def test_every_field_stands_in_a_form_of_the_administration(model):
    form: Any = FORMS[model]
    named = flatten_fieldsets(form.fieldsets or [(None, {"fields": form.fields})])
    missing = set(written_fields(model)) - {*named, *_SAID_BY_THE_PROGRAM.get(model._meta.model_name, ())}
    assert not missing, f"{type(form).__module__.replace('.', '/')}.py has no place for {sorted(missing)}"


@pytest.mark.no_database
def test_every_field_of_a_project_is_written_by_the_api():
    missing = set(written_fields(Project)) - set(ProjectChange.Meta.fields)
    assert not missing, f"_OWN of projects/api/projects.py has no place for {sorted(missing)}"


FACTS = [
    name
    for name in written_fields(Project)
    if name not in _ON_THE_PAGE_BUT_NO_FACT and not name.endswith("_reported_by")
]


@pytest.mark.usefixtures("register")
@pytest.mark.parametrize("name", FACTS)
def test_every_field_of_a_project_is_a_fact_of_its_page(name):
    assert facts_change_with(name), f"projects/pages/facts.py says nothing of {name}"


def facts_change_with(name: str) -> bool:
    project = Project.objects.filter(source__isnull=False).first()
    before = ProjectFacts(project, None, [], Access(public=True)).get_facts()
    setattr(project, partial_dates(Project).get(name, name), another(project, Project._meta.get_field(name)))
    return ProjectFacts(project, None, [], Access(public=True)).get_facts() != before


def another(project: Project, field: Any) -> Any:
    """Another value than the project has."""
    present = getattr(project, field.name)
    if field.related_model:
        return field.related_model.objects.exclude(pk=present and present.pk).first()
    if field.choices:
        return next(value for value, _label in field.choices if value != present)
    if field.name in partial_dates(Project):
        return "2031-05"
    return 31 if isinstance(field, models.IntegerField) else "another"


@pytest.mark.no_database
def test_the_register_of_csv_files_has_a_column_for_each_field_of_workbooks():
    layout = get_project_layout(2023)
    for field in FIELDS["register"].values():
        read = layout.readers.get(layout.columns.get(field.name, field.name))
        assert read == (field.read if field.model else None), field.name
    assert "national_code" in layout.optional
