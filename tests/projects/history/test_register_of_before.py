"""A register of before there were days of knowledge: it verifies and answers as it did, and nothing is filled in."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from importlib import import_module
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from projects.history.as_of import AsOf, override_as_of
from projects.history.revisions import create_revision
from projects.models import Project, Revision
from projects.models.revision import Seal
from tests.people import FIXTURES
from tests.serving import environment_of, prepare


def digest_of_before(revision: Revision) -> str:
    """As the version before wrote it: over these facts and no other."""
    facts: dict[str, Any] = {
        "number": revision.number,
        "created_at": revision.created_at.isoformat(),
        "user": revision.user_id,
        "username": revision.username,
        "door": revision.door,
        "request_id": revision.request_id,
        "reason": revision.reason,
        "undoes": revision.undoes_id,
        "previous": revision.previous_digest,
        "rows": Seal.objects.get(revision=revision).rows,
    }
    text = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.django_db
def test_what_says_no_day_has_the_digest_that_it_would_have_had_before(register):
    with create_revision(reason="as ever"):
        project = Project.objects.get(code="HN-EI-2023-13")
        project.total_investment += 1
        project.save()
    for revision in Revision.objects.all():
        assert revision.known_on is None
        assert revision.digest == digest_of_before(revision)
    call_command("verify_history", verbosity=0)


@pytest.mark.django_db
def test_a_day_that_was_said_is_in_the_digest(db, tmp_path):
    path = tmp_path / "source.json"
    source = {"url": "https://example.org/", "published": "2022-05-01", "published_precision": "day"}
    path.write_text(json.dumps([{"model": "projects.source", "fields": source}]))
    call_command("loaddata", str(path), verbosity=0)
    revision = Revision.objects.get()
    assert revision.known_on == dt.date(2022, 5, 1)
    assert revision.digest != digest_of_before(revision)
    revision.known_on = dt.date(2022, 5, 2)
    assert revision.digest != revision.digest_of(revision.seal.rows)


@pytest.mark.django_db
def test_it_answers_a_day_by_what_had_been_recorded(register):
    """Each of its days as before: nothing until the day of the first revision, and its end from then on."""
    first = timezone.localtime(Revision.objects.get().created_at)
    before, on = AsOf.parse((first.date() - dt.timedelta(days=1)).isoformat()), AsOf.parse(first.date().isoformat())
    assert (before.revision, before.known_on, before.recorded_at) == (0, None, None)
    assert (on.revision, on.known_on, on.recorded_at) == (1, first.date(), first)
    for state, there in [(before, False), (on, True), (AsOf.parse("r1"), True), (AsOf.parse("2023-05-01"), False)]:
        with override_as_of(state):
            assert Project.objects.exists() is there


MANAGED = """
from unittest.mock import patch
from projects.imports import chronicle
from projects.models import Revision

{work}
"""
LOADED = "with patch.object(chronicle, 'FIRST', None): call_command('loaddata', *{fixtures!r}, verbosity=0)"
VERIFIED = "call_command('verify_history', verbosity=0)"


@pytest.mark.no_database
def test_rules_of_kinds_that_an_earlier_state_does_not_know_come_back(tmp_path):
    """Its log knows them as what is, so that a register without them would be one whose records were taken away."""
    [(app, before)] = import_module("projects.migrations.0043_published_figures_and_lower_basis").Migration.dependencies
    rules = (
        "from projects.models import PlausibilityRule; print(list(PlausibilityRule.objects.order_by('pk').values()))"
    )
    work = [
        *(LOADED.format(fixtures=[*FIXTURES, "plausibility_rules"]), rules),
        *(f"call_command('migrate', {app!r}, {before!r}, verbosity=0)", "call_command('migrate', verbosity=0)"),
        *(VERIFIED, rules),
    ]
    said = prepare(MANAGED.format(work="\n".join(work)), environment_of(f"sqlite:///{tmp_path}/before.sqlite3"))
    noted, again = said.splitlines()
    assert noted == again
    assert "published-figure" in noted
    assert "lower-basis" in noted
