"""The feed names fields and writes values as the lists do: a copy kept by it needs no translation."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import ForeignKey

from projects.api.urls import router
from projects.changes.differences import parts_of
from projects.changes.feed import _KEYS, get_endpoint, get_spelling
from projects.changes.kinds import all_kinds, kind_of
from projects.history.revisions import create_revision
from projects.models import LightRule, Note, Plan, Rating
from tests.projects.models.reports_made import CHANGSHA_CODE, drafted
from tests.projects.workflows.proposals_made import INVESTMENT, PLAN, proposed

from .test_changes import followed

pytestmark = [pytest.mark.django_db, pytest.mark.no_database]

PERSONS = {
    "author",
    "proposed_by",
    "answered_by",
    "submitted_by",
    "returned_by",
    "approved_by",
}
NOT_IN_LISTS = {"proposal": {"withdrawn_at", "withdrawn_by"}}


@pytest.fixture
def system(system_of, province):
    return system_of(province)


def as_told(shown: Any) -> Any:
    """A member of a list as the feed says it: other records by their key, no value as null."""
    if isinstance(shown, dict):
        return next(shown[key] for key in ("code", "adcode", "id") if key in shown)
    return None if shown in ("", []) else shown


@pytest.fixture
def records_of_every_kind(register, province, changsha_writer):
    """With values in the columns that are stored otherwise than they are shown."""
    report = drafted(CHANGSHA_CODE, month=7, disbursed=7)
    entry, programme = report.entry, report.entry.programme
    with create_revision(user=province):
        Rating.objects.create(entry=entry, month=6, light="red", words="Behind", author=province)
        Note.objects.create(text="One", author=province, day="2023-07-01", programme=programme, month=6, report=report)
        Plan.objects.create(entry=entry, kind="revised", amount=7, decided_on="2023-07-01", reason="Rain")
    proposed(changsha_writer, INVESTMENT, PLAN)


def test_the_feed_says_the_address_of_every_record_that_has_one():
    listed = {prefix for prefix, _view, _name in router.registry}
    told = {endpoint[0] for endpoint in map(get_endpoint, all_kinds()) if endpoint}
    assert listed == told, (
        "its path is a line of projects/api/urls.py, and of projects/changes/feed.py if it has another name"
    )


@pytest.mark.parametrize("endpoint", [prefix for prefix, _view, _name in router.registry])
def test_whatever_the_feed_tells_of_a_record_is_what_its_list_shows(endpoint, records_of_every_kind, system):
    kind = next(kind.name for kind in all_kinds() if (get_endpoint(kind) or ("",))[0] == endpoint)
    records: dict[str, Any] = {}
    for change in followed(system, kind=kind, page_size=500):
        told = {each["field"]: each["after"] for each in change["changes"]}
        records[change["url"]] = records.get(change["url"], {}) | told
    shown = {record["url"]: record for record in system.all(f"/{endpoint}/")}
    assert shown, f"there is no {kind}: add one to a file of fixtures/"
    for address, told in records.items():
        left = PERSONS | NOT_IN_LISTS.get(kind, set())
        for name in told.keys() - left:
            if kind == "proposal" and name == "changes":
                own = told[name][0].keys()
                assert told[name] == [{key: each[key] for key in own} for each in shown[address][name]]
            else:
                assert told[name] == as_told(shown[address][name]), (address, name)


def test_whatever_the_feed_can_tell_has_a_member_of_that_name_in_the_lists():
    for _prefix, view, _name in router.registry:
        named = {get_spelling(view.model, part).name for part in parts_of(view.model)}
        absent = named - view.serializer_class._declared_fields.keys()
        assert absent == NOT_IN_LISTS.get(kind_of(view.model).name, set()), view.model


def test_every_reference_is_named_by_the_key_that_the_api_names_it_by():
    addressed = {view.model: view.lookup_field for _prefix, view, _name in router.registry}
    referred = {
        field.related_model
        for kind in all_kinds()
        for field in kind.model._meta.concrete_fields
        if isinstance(field, ForeignKey)
    }
    assert LightRule in referred
    for model in referred & addressed.keys():
        assert _KEYS.get(model, "pk") == addressed[model], model
    for model, key in addressed.items():
        assert get_endpoint(kind_of(model))[1] == ("id" if key == "pk" else key), model
