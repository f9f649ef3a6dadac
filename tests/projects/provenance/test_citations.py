"""What somebody entered without a source is told with that person and the day, never with the source of its project."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from projects.changes.undo import undo
from projects.choices import Channel, OriginKind
from projects.history.revisions import create_revision
from projects.models import Entry, Programme, Project, Revision, Source
from projects.provenance.origins import entered_columns, entered_values, origins

pytestmark = pytest.mark.django_db

CODE = "HN-EI-2023-09"  # published, in Changsha
BY_HAND = [Channel.PAGE, Channel.ADMIN, Channel.API]


@pytest.fixture
def own(register):
    return Project.objects.get(code=CODE)


def change(record: Any, user: Any, door: str = Channel.API, **values: Any) -> Revision:
    with create_revision(door=door, user=user, reason="x"):
        for name, value in values.items():
            setattr(record, name, value)
        record.save()
    return Revision.objects.first()


def entered(record: Any, **more: Any) -> dict[str, int]:
    """The revisions in which values of a record were entered without a source, by column."""
    found = entered_values(type(record), entered_columns(type(record)), [record.pk], **more)
    return {column: each.number for column, each in found.get(record.pk, {}).items()}


def transferred(user: Any) -> Any:
    project = Project.objects.get(code=CODE)
    return origins([project], "transferred_count", user=user)[project.pk]


@pytest.mark.parametrize("door", BY_HAND)
def test_what_was_entered_by_hand_the_source_of_the_project_does_not_say(own, province, door):
    assert entered(own) == {}
    made = change(own, province, door, national_code="2109-430100-04-01-123456", county_en="Yuelu")
    assert entered(own) == {"national_code": made.number, "county_en": made.number}
    assert entered(own, until=made.number - 1) == {}


def test_what_the_record_is_said_to_stand_in_says_all_that_is_there(own, province):
    change(own, province, county_en="Yuelu")
    other = Source.objects.exclude(pk=own.source_id).first()
    change(own, province, source=other)
    assert entered(own) == {}
    made = change(own, province, county_en="Wangcheng")
    assert entered(own) == {"county_en": made.number}
    change(own, province, county_en="Yuelu")
    assert entered(own) == {}, "it is again what that source says"


def test_what_is_put_back_is_what_the_source_says(own, province):
    made = change(own, province, county_en="Wangcheng")
    assert entered(own) == {"county_en": made.number}
    undo(made, user=province, reason="typed by mistake")
    assert entered(own) == {}


def test_of_a_new_record_without_a_source_all_was_entered(own, province):
    new = Project(code="HN-EI-2024-01", name_zh="新", sector=own.sector, prefecture=own.prefecture)
    made = change(new, province, transferred="yes", source_province="44")
    assert {"transferred", "source_province", "prefecture_id"} <= entered(new).keys()
    assert set(entered(new).values()) == {made.number}


def test_a_figure_of_the_project_is_told_with_who_entered_it(own, province):
    cited = transferred(province)
    assert (cited.kind, cited.source) == (OriginKind.SOURCE, own.source)
    made = change(own, province, transferred="yes")
    for user, name in ((province, province.display_name), (AnonymousUser(), "")):
        found = transferred(user)
        assert (found.kind, found.basis, found.source) == (OriginKind.REPORTED, "reported", None)
        assert (found.revision, found.changed_by) == (made.number, name)


def test_a_place_on_a_list_is_told_with_who_entered_its_days(own, province):
    entry, year = Entry.objects.get(project=own), Programme.objects.get(year=2023)
    cited = origins([own], "project_count", user=province, programme=year)[own.pk]
    assert cited.source == entry.source
    change(entry, province, joined="2023-03-01")
    found = origins([own], "project_count", user=province, programme=year)[own.pk]
    assert (found.kind, found.source, found.changed_by) == (OriginKind.REPORTED, None, province.display_name)


def test_the_page_names_who_entered_a_fact_and_no_source(own, province, client_of, client, public_read):
    address = reverse("project", args=[CODE]) + "?lang=en"
    publisher = own.source.publisher_en or own.source.publisher
    assert publisher in fact(client_of(province).get(address), "Prefecture")
    made = change(own, province, county_en="Wangcheng")
    after = fact(client_of(province).get(address), "Prefecture")
    day = made.day.isoformat()
    assert f"entered by {province.display_name} on {day}" in after
    assert publisher not in after
    told_to_all = fact(client.get(address), "Prefecture")
    assert f"entered on {day}" in told_to_all
    assert province.display_name not in told_to_all
    past = fact(client_of(province).get(f"{address}&as_of=r{made.number - 1}"), "Prefecture")
    assert publisher in past


def fact(response: Any, label: str) -> str:
    """What a page says of a fact, without marks."""
    [found] = re.findall(rf"<dt>{label}</dt>(.*?)</div>", response.content.decode(), re.DOTALL)
    return re.sub(r"<[^>]*>", " ", found)
