"""The history page: who, when, by which door, why, and each field before and after; it only reads."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from django.utils.html import strip_tags

from projects.history.revisions import create_revision
from projects.models import Enterprise, Entry, Grant, Project, Revision, Target
from sectors.models import Sector
from tests.projects.admin.forms import change_url, filled, project, url

pytestmark = pytest.mark.no_database

TOLD = {"total_investment_reported_by": "局", "start_reported_by": "局"}


@pytest.fixture
def browser(province, client_of):
    return client_of(province)


def history(browser, record, **query):
    return browser.get(url(type(record), "history", record.pk), {"lang": "en"} | query)


def told(response):
    """(event, {label: (before, after)}) for each change, as text."""

    def text(value):
        return None if value is None else " ".join(strip_tags(str(value)).split())

    with translation.override("en"):
        return [
            (
                str(change["event"]),
                {field["label"]: (text(field["before"]), text(field["after"])) for field in change["fields"]},
            )
            for change in response.context["changes"]
        ]


def test_a_change_in_the_form_is_told_field_by_field_newest_first(browser, province):
    record = project("18")
    data = filled(
        browser.get(change_url(record)), total_investment="45.72", start="2022-Q2", transferred="unknown", **TOLD
    )
    browser.post(change_url(record), data)
    response = history(browser, record)
    text = response.content.decode()
    newest = response.context["changes"][0]
    assert newest["revision"].user == province
    assert "by administration" in text
    assert "周敏" in text
    changes = told(response)
    assert [event for event, _fields in changes] == ["changed", "created"]
    assert changes[0][1] == {
        "Total investment": (
            "4.57199 billion CNY = 4,571,990,000 CNY",
            "4.572 billion CNY = 4,572,000,000 CNY",
        ),
        "Start": ("2022-02", "2022-Q2"),
        "Total investment reported by": ("—not known", "局"),
        "Start reported by": ("—not known", "局"),
        "Transferred from another province": ("yes", "not known"),
    }
    assert changes[1][1]["Sector"] == (None, "Advanced computing")


def test_a_blank_is_told_as_not_known_and_a_reference_by_its_name(browser, province):
    record = project("18")
    with create_revision(reason="the owner was named"):
        enterprise = Enterprise(name_zh="某企业", name_en="Some enterprise")
        enterprise.save()
        record.enterprise, record.expected_revenue = enterprise, None
        record.save()
    response = history(browser, record)
    assert "the owner was named" in response.content.decode()
    fields = told(response)[0][1]
    assert fields["Enterprise"] == ("—not known", "Some enterprise")
    assert fields["Expected annual revenue at full capacity"][1] == "—not known"


def test_every_kind_of_record_has_a_history_page(browser, register):
    records = [project("02"), Entry.objects.first(), project("02").claims.first(), Target.objects.first()]
    records += [Sector.objects.first(), project("18").prefecture, project("02").source]
    for record in records:
        assert [event for event, _fields in told(history(browser, record))] == ["created"]


def test_a_target_is_told_in_the_unit_of_its_measure(browser, register):
    count = Target.objects.get(programme__year=2023, measure="project_count", kind="announced")
    assert told(history(browser, count))[0][1]["Value"] == (None, "42 projects")


def test_it_cannot_be_written_to(browser, register):
    record = project("18")
    before = Revision.objects.newest_number()
    version = record.history.first().pk
    for address in (
        url(Project, "history", record.pk),
        f"{url(Project, 'history', record.pk)}{version}/",
        f"{url(Project, 'history', record.pk)}?version={version}",
    ):
        browser.post(address, {"name_en": "Reverted", "_save": "1"})
    assert project("18").name_en == record.name_en
    assert Revision.objects.newest_number() == before


def test_grants_are_told_to_administrators_only(administrator, province, client_of):
    grant = Grant.objects.get(user=province)
    assert told(history(client_of(administrator), grant))[0][1]["Role"] == (None, "province")
    assert history(client_of(province), grant).status_code == 404


def test_the_number_of_the_revision_is_a_link_to_its_page(changsha_writer, client_of):
    browser = client_of(changsha_writer)
    assert 'href="/changes/1/"' in history(browser, project("03")).content.decode()
    assert browser.get("/changes/1/").status_code == 200


def test_an_enterprise_that_one_may_not_see_is_not_named_by_an_old_row(changsha_writer, client_of):
    own, other = project("03"), project("02")
    with create_revision():
        enterprise = Enterprise(name_zh="株洲秘密企业")
        enterprise.save()
        own.enterprise = enterprise
        own.save()
    with create_revision():
        own.enterprise = None
        own.save()
        other.enterprise = enterprise
        other.save()
    page = history(client_of(changsha_writer), own)
    assert page.status_code == 200
    assert "秘密" not in page.content.decode()


def test_a_long_history_is_shown_in_pages_with_the_same_number_of_questions(browser, register):
    record = project("18")

    def questions_of():
        with CaptureQueriesContext(connection) as queries:
            response = history(browser, record)
        return len(queries), response

    with create_revision():
        record.name_en = "Name"
        record.save()
    questions_of()
    before, _page = questions_of()
    for number in range(60):
        with create_revision():
            record.name_en = f"Name {number}"
            record.save()
    after, page = questions_of()
    assert after <= before + 1  # the row before the oldest one of the page
    assert len(page.context["changes"]) == 50
    assert told(page)[-1][1] == {"English name": ("Name 9", "Name 10")}
    last = history(browser, record, p="2")
    assert [event for event, _fields in told(last)][-1] == "created"
    assert history(browser, record, p="x").status_code == 200
