"""Every kind: declared once, a row in the fixtures that says the same, and in both languages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.utils.translation import override

from projects.choices import LimitUnit, PlausibilityKind
from projects.plausibility.rules import KINDS

pytestmark = pytest.mark.no_database
FIXTURE = Path(settings.BASE_DIR) / "fixtures/plausibility_rules.json"


def test_every_kind_is_declared_and_looks_at_fields_that_there_are() -> None:
    assert set(KINDS) == set(PlausibilityKind.values)
    for kind in KINDS.values():
        assert (kind.limit is None) == (kind.name.unit == LimitUnit.NONE)
        for model, fields in kind.looks_at.items():
            known = {field.name for field in apps.get_model("projects", model)._meta.concrete_fields}
            assert set(fields) <= known, kind.name


def test_the_rules_of_the_fixtures_are_what_the_kinds_begin_with() -> None:
    rows = [each["fields"] for each in json.loads(FIXTURE.read_text(encoding="utf-8"))]
    assert [row["kind"] for row in rows] == sorted(KINDS)
    for row in rows:
        kind = KINDS[row["kind"]]
        said = {}
        for language, name in (("zh-hans", "message_zh"), ("en", "message_en")):
            with override(language):
                said[name] = str(kind.message)
        expected = {"importance": kind.importance.value, "limit": kind.limit, "months": kind.months} | said
        assert {name: row[name] for name in expected} == expected
        assert row["on_from"]
