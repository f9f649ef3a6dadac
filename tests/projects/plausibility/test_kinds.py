"""Every kind: declared once, and a row in the fixtures in both languages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from projects.choices import LimitUnit, PlausibilityKind
from projects.plausibility.rules import KINDS

pytestmark = pytest.mark.no_database
FIXTURE = Path(settings.BASE_DIR) / "fixtures/plausibility_rules.json"


def test_every_kind_looks_at_fields_that_there_are():
    assert set(KINDS) == set(PlausibilityKind.values)
    for kind in KINDS.values():
        for model, fields in kind.looks_at.items():
            known = {field.name for field in apps.get_model("projects", model)._meta.concrete_fields}
            assert set(fields) <= known, kind.name


def test_the_fixtures_have_a_rule_of_each_kind():
    rows = [each["fields"] for each in json.loads(FIXTURE.read_text(encoding="utf-8"))]
    assert [row["kind"] for row in rows] == sorted(KINDS)
    for row in rows:
        assert (row["limit"] is None) == (PlausibilityKind(row["kind"]).unit == LimitUnit.NONE)
        assert all(row[name] for name in ("message_zh", "message_en", "on_from"))
