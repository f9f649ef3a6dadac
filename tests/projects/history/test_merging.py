"""Three versions of a record: who changed what, what comes of it, and what the history says of an earlier version."""

from __future__ import annotations

import datetime as dt

import pytest
from django.apps import apps
from hypothesis import given
from hypothesis import strategies as st

from projects.history.digests import digest_of
from projects.history.merging import (
    Side,
    Three,
    find_version_by_digest,
    get_keys_written_since,
    get_last_row,
    get_owner,
    get_parts_as_of,
    get_revisions_since,
)
from projects.history.revisions import create_revision
from projects.models import Claim, Entry, Milestone, Note, Project, Rating, Revision
from tests.people import person
from tests.projects.workflows.proposals_made import proposed

CODE = "HN-EI-2023-02"
KEPT = [model for model in apps.get_app_config("projects").get_models() if hasattr(model, "history")]
values = st.sampled_from([None, "", "a", "b", "c", 1, 2])


@given(values, values, values)
def test_what_only_one_changed_is_merged_and_what_both_changed_alike_is_no_question(base, mine, theirs):
    three = Three.compare(base, mine, theirs)
    assert three.is_conflict == (mine != base and theirs != base and mine != theirs)
    if three.is_conflict:
        assert three.side is None
    else:
        assert three.value_of(three.side) == (theirs if mine == base else mine)
    assert [three.value_of(side) for side in Side] == [base, mine, theirs]


def test_values_that_mean_the_same_are_no_change():
    three = Three.compare("1.0", "1", "1.00", same=lambda one, other: float(one) == float(other))
    assert (three.by_me, three.by_them, three.has_choices) == (False, False, False)


def changed(record, **new):
    with create_revision():
        for name, value in new.items():
            setattr(record, name, value)
        record.save()
    return Revision.objects.newest_number()


@pytest.fixture
def project(register):
    return Project.objects.get(code=CODE)


def test_revisions_of_a_record_are_those_of_its_parts_too(project):
    parts = [(Claim, "project_id")]
    own = changed(project, name_en="x")
    claim = project.claims.first()
    with_part = changed(claim, note_en="x")
    moved = changed(claim, project=Project.objects.get(code="HN-EI-2023-18"), adopted=False)
    assert [each.number for each in get_revisions_since(project, own, parts)] == [moved, with_part]


def test_the_parts_of_a_record_are_found_as_they_were(project):
    claim, before = project.claims.first(), Revision.objects.newest_number()
    count, note = project.claims.count(), claim.note_en
    changed(claim, note_en="x")
    project.claims.exclude(pk=claim.pk).filter(adopted=False).first().delete()
    changed(Claim(project=project, figure="finish", stated="2030", source=claim.source))
    then = get_parts_as_of((Claim, "project_id"), project.pk, before)
    assert len(then) == count
    assert then[claim.pk].note_en == note
    now = get_parts_as_of((Claim, "project_id"), project.pk, Revision.objects.newest_number())
    assert set(now) == set(project.claims.values_list("pk", flat=True))


def test_every_kind_of_record_is_found_by_its_digest(register, changsha_writer):
    author = person("somebody", "province")  # with a grant
    changed(Rating(entry=Entry.objects.first(), month=6, light="red", words="No crane", author=author))
    changed(
        Note(
            text="No crane",
            author=author,
            project=Project.objects.get(code=CODE),
            programme=Entry.objects.first().programme,
        )
    )
    proposed(changsha_writer)
    records = [record for model in KEPT if (record := model._default_manager.first()) is not None]
    lacking = {model._meta.model_name for model in KEPT} - {record._meta.model_name for record in records}
    assert len(lacking) <= 1, f"there is no record of one of {lacking}: add one to a file of fixtures/"
    for record in records:
        found = find_version_by_digest(record, digest_of(record))
        assert digest_of(found) == digest_of(record)
        assert find_version_by_digest(record, "0" * 32) is None


def test_records_that_were_written_since_are_known_also_when_they_are_gone(project):
    one, other, third = project.claims.order_by("adopted", "pk")[:3]  # an adopted one could not be deleted
    keys = [one.pk, other.pk, third.pk]
    before = Revision.objects.newest_number()
    changed(one, note_en="x")
    other.delete()
    assert get_keys_written_since(Claim, keys, before) == {keys[0], keys[1]}
    assert get_keys_written_since(Claim, keys, Revision.objects.newest_number()) == set()


def test_the_owner_of_what_is_gone_is_known_from_the_history_of_what_it_belonged_to(project):
    new = Project(code="HN-EI-2024-01", name_zh="新", sector=project.sector, prefecture=project.prefecture)
    changed(new)
    milestone = Milestone(project=new, name_zh="开工", planned=dt.date(2024, 3, 1))
    changed(milestone)
    key, owner = milestone.pk, project.prefecture_id
    with create_revision():
        milestone.delete()
        new.delete()
    row = get_last_row(Milestone, key)
    assert (row.history_type, get_owner(row)) == ("-", owner)
    assert get_last_row(Milestone, 10**9) is None
