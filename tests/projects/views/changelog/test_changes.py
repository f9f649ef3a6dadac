"""`/changes/`: the log, searchable by person, kind, record, field, day and door; each reader's own part of it."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from projects.choices import Door
from projects.models import Claim, Enterprise, Entry, Milestone, MonthlyReport, Prefecture, Problem, Project, Rating
from projects.revisions import writing
from tests.pages import opened
from tests.projects.changelog.asking import CODE, deleted, project, saved
from tests.projects.reports_made import CHANGSHA_CODE, submitted

CHANGSHA, ZHUZHOU = "HN-EI-2023-09", "HN-EI-2023-02"


def numbers(client, **query):
    """The numbers of the revisions that a page shows, in its order."""
    response = client.get("/changes/", query | {"lang": "en"})
    assert response.status_code == 200, query
    return [event.number for event in response.context["events"]]


def refused(client, **query):
    response = client.get("/changes/", query | {"lang": "en"})
    assert response.status_code == 400, query
    return [refusal.parameter for refusal in response.context["refusals"]]


@pytest.fixture
def log(province, changsha_writer):
    """Some revisions by several people and doors; their numbers by name."""
    found = {}
    with writing(user=province, door=Door.ADMIN, reason="a slip") as draft:
        saved(project(), total_investment=1, started="2022-Q2")
    found["money"] = draft.number
    with writing(user=changsha_writer, door=Door.API) as draft:
        saved(project(CHANGSHA), name_en="Renamed")
    found["name"] = draft.number
    with writing(user=province, door=Door.PAGE) as draft:
        saved(Claim.objects.filter(project__code=CODE).first() or Claim.objects.first(), note_en="Noted")
    found["claim"] = draft.number
    found["deleted"] = deleted(Claim.objects.filter(project__code="HN-EI-2023-08").first())
    return found


def test_the_newest_come_first_and_a_revision_says_who_when_by_which_door_and_why(log, province, client_of):
    client = client_of(province)
    assert numbers(client)[:4] == [log["deleted"], log["claim"], log["name"], log["money"]]
    text = opened(client, "/changes/", lang="en").text
    for words in ("周敏", "administration", "a slip", "Total investment", "1,047.34 million CNY → 0.00 million CNY"):
        assert words in text.replace("0.000001", "0.00"), words
    assert "2023-02 → 2022-Q2" in text


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"who": "周敏"}, ["claim", "money"]),
        ({"who": "changsha"}, ["name"]),
        ({"who": "nobody"}, []),
        ({"door": "api"}, ["name"]),
        ({"kind": "claim", "event": "deleted"}, ["deleted"]),
        ({"kind": "claim", "event": "changed"}, ["claim"]),
        ({"record": "hn-ei-2023-13", "event": "changed"}, ["money"]),
        ({"record": "Renamed", "event": "changed"}, ["name"]),
        ({"project": CHANGSHA, "event": "changed"}, ["name"]),
        ({"project": "HN-EI-2023-08", "event": "deleted"}, ["deleted"]),
        ({"field": "project.total_investment"}, ["money"]),
        ({"field": "project.start"}, ["money"]),
        ({"field": "project.name_en", "kind": "project"}, ["name"]),
        ({"field": "project.enterprise"}, []),
        ({"field": "claim.note_en", "who": "province"}, ["claim"]),
        ({"record": "%"}, []),
    ],
)
def test_it_is_searched_by(log, province, client_of, query, names):
    assert numbers(client_of(province), **query) == [log[name] for name in names]


def test_it_is_searched_by_the_days_of_the_province(log, province, client_of):
    client, today = client_of(province), timezone.localdate()
    tomorrow, yesterday = today + dt.timedelta(days=1), today - dt.timedelta(days=1)
    assert log["money"] in numbers(client, since=str(today), until=str(today))
    assert numbers(client, since=str(tomorrow)) == numbers(client, until=str(yesterday)) == []


def test_one_record_is_found_by_its_kind_and_number(log, province, client_of):
    key = project().pk
    assert numbers(client_of(province), kind="project", key=str(key)) == [log["money"], 1]


def test_a_field_that_became_blank_or_was_filled_is_a_change_of_it(province, client_of):
    blank = saved(project(), total_investment=None)
    filled = saved(project(), total_investment=5)
    saved(project(), name_en="Other")
    assert numbers(client_of(province), field="project.total_investment") == [filled, blank]


def test_a_revision_that_wrote_much_is_told_in_numbers(province, client_of):
    text = opened(client_of(province), "/changes/", lang="en").text
    assert "Project recorded: 42" in text
    assert "each of them" in text


def test_pages_go_by_revision_number_and_never_shift(province, client_of):
    made = [saved(project(), name_en=f"Name {number}") for number in range(45)][::-1]
    client = client_of(province)
    first = client.get("/changes/", {"project": CODE})
    assert [event.number for event in first.context["events"]] == made[:20]
    older = first.context["older_url"]
    saved(project(), name_en="One more")
    second = client.get(older)
    assert [event.number for event in second.context["events"]] == made[20:40]
    assert f"before={made[19]}" in older
    last = client.get(second.context["older_url"])
    assert [event.number for event in last.context["events"]] == [*made[40:], 1]
    assert last.context["older_url"] == ""
    back = client.get(last.context["newer_url"])
    assert [event.number for event in back.context["events"]] == made[20:40]


@pytest.mark.parametrize(
    ("query", "parameters"),
    [
        ({"kind": "user"}, ["kind"]),
        ({"kind": "grant"}, ["kind"]),  # not the province's to read
        ({"field": "project.nothing"}, ["field"]),
        ({"field": "nothing"}, ["field"]),
        ({"event": "exploded"}, ["event"]),
        ({"door": "window"}, ["door"]),
        ({"since": "2023-02-30"}, ["since"]),
        ({"since": "yesterday", "until": "x"}, ["since", "until"]),
        ({"since": "2023-03-01", "until": "2023-02-01"}, ["until"]),
        ({"before": "x"}, ["before"]),
        ({"before": "9" * 30}, ["before"]),
        ({"after": "-1"}, ["after"]),
        ({"before": "5", "after": "5"}, ["after"]),
        ({"key": "5"}, ["key"]),
        ({"kind": "claim", "key": "9" * 25}, ["key"]),
        ({"kind": "claim", "field": "project.code"}, ["field"]),
        ({"record": "x" * 101}, ["record"]),
        ({"record": "a\x00b"}, ["record"]),
        ({"who": "\x00"}, ["who"]),
    ],
)
def test_a_wrong_condition_is_named(province, client_of, query, parameters):
    assert refused(client_of(province), **query) == parameters


# each reader's own part


def test_it_asks_to_sign_in_where_the_public_may_not_read(register, client):
    assert client.get("/changes/").status_code == 302


def test_the_public_reads_no_person_reason_request_or_remark(public_read, log, province, client_of):
    entry = Entry.objects.get(project__code=CODE)
    with writing(user=province, reason="told by somebody"):
        Rating(entry=entry, month=6, light="red", words="very bad", author=province).save()
        Problem(project=project(), kind="land", description="d", solver="Mr Li", raised_on=dt.date(2023, 6, 1)).save()
        MonthlyReport.objects.filter(entry=entry).first().save()
    client = client_of(None)
    for path in ("/changes/", f"/changes/{log['deleted'] + 1}/"):
        text = opened(client, path, lang="en").text
        for words in ("周敏", "李湘", "told by", "a slip", "very bad", "Mr Li"):
            assert words not in text, (path, words)
    assert refused(client, who="周敏") == ["who"]
    assert refused(client, field="rating.words") == ["field"]
    assert refused(client, field="monthlyreport.submitted_by") == ["field"]


def test_the_public_reads_nothing_of_reports_before_their_approval(public_read, changsha_writer, client_of):
    number = submitted(changsha_writer, progress="in secret").history.first().revision_id
    client = client_of(None)
    assert number not in numbers(client)
    assert client.get(f"/changes/{number}/").status_code == 404
    assert number in numbers(client_of(changsha_writer), project=CHANGSHA_CODE)


def test_a_reader_of_a_prefecture_sees_its_projects_only(log, changsha_reader, client_of):
    client = client_of(changsha_reader)
    assert log["name"] in numbers(client)
    assert log["money"] not in numbers(client)
    assert numbers(client, project=CODE) == []
    assert numbers(client, field="project.total_investment") == []


def test_what_a_project_was_elsewhere_belongs_to_others(province, changsha_reader, client_of):
    """A milestone, a report and the project itself, before and after the project came to Changsha."""
    entry = Entry.objects.get(project__code=ZHUZHOU)
    moved = {}
    for name in ("before", "after"):
        with writing() as draft:
            saved(project(ZHUZHOU), expected_revenue={"before": 111, "after": 222}[name])
            Milestone(project=project(ZHUZHOU), name_zh=name, planned=dt.date(2023, 9, 1)).save()
            month = 7 if name == "before" else 8
            MonthlyReport(entry=entry, month=month, disbursed=1, basis="illustrative").save()
        moved[name] = draft.number
        if name == "before":
            moved["came"] = saved(project(ZHUZHOU), prefecture=Prefecture.objects.get(adcode="430100"))
    client = client_of(changsha_reader)
    assert numbers(client, project=ZHUZHOU) == [moved["after"], moved["came"]]
    assert numbers(client, kind="monthlyreport", project=ZHUZHOU) == [moved["after"]]
    assert client.get(f"/changes/{moved['before']}/").status_code == 404
    text = opened(client, f"/changes/{moved['came']}/", lang="en").text
    assert "Prefecture" not in text.split("What it changed")[1].split("Proof")[0]
    assert numbers(client_of(province), project=ZHUZHOU) == [moved["after"], moved["came"], moved["before"], 1]


def test_a_project_that_left_is_no_longer_told_of(changsha_reader, client_of):
    number = saved(project(CHANGSHA), name_en="Renamed")
    saved(project(CHANGSHA), prefecture=Prefecture.objects.get(adcode="430200"))
    assert number not in numbers(client_of(changsha_reader))
    assert numbers(client_of(changsha_reader), project=CHANGSHA) == []


def test_a_project_that_went_and_came_back_is_told_of_from_its_return(changsha_reader, client_of):
    home, away = project(CHANGSHA).prefecture, Prefecture.objects.get(adcode="430200")
    saved(project(CHANGSHA), name_en="First")
    with writing() as draft:  # both in one revision: it is the reader's from the last of them on
        saved(project(CHANGSHA), prefecture=away)
        saved(project(CHANGSHA), prefecture=home)
    last = saved(project(CHANGSHA), name_en="Last")
    assert numbers(client_of(changsha_reader), project=CHANGSHA) == [last, draft.number]


def test_a_deleted_project_stays_in_the_log_of_its_prefecture(changsha_reader, zhuzhou_writer, client_of):
    made = Project(code="NEW-1", name_zh="新", sector=project().sector, prefecture=project(CHANGSHA).prefecture)
    saved(made)
    number = deleted(made)
    assert number in numbers(client_of(changsha_reader), event="deleted")
    assert number not in numbers(client_of(zhuzhou_writer), event="deleted")


def test_an_enterprise_is_told_of_to_who_may_see_it(changsha_reader, client_of):
    with writing() as draft:
        enterprise = Enterprise(name_zh="株洲秘密企业")
        enterprise.save()
        saved(project(ZHUZHOU), enterprise=enterprise)
    client = client_of(changsha_reader)
    assert draft.number not in numbers(client)
    assert "秘密" not in client.get("/changes/").content.decode()


def test_grants_are_told_of_to_administrators_only(administrator, province, client_of):
    assert numbers(client_of(administrator), kind="grant")
    assert refused(client_of(province), kind="grant") == ["kind"]
    assert not any("rant" in line.title for event in shown(client_of(province)) for line in event.lines)


def shown(client):
    return client.get("/changes/", {"lang": "en"}).context["events"]


def test_a_stranger_reads_nothing(stranger, log, client_of):
    assert numbers(client_of(stranger)) == []


def test_a_deleted_record_has_a_way_back_for_who_may_add_it(log, province, analyst, client_of):
    address = f"/changes/{log['deleted']}/undo/"
    assert address in client_of(province).get("/changes/", {"event": "deleted"}).content.decode()
    assert address not in client_of(analyst).get("/changes/", {"event": "deleted"}).content.decode()


def test_every_page_leads_to_it_and_a_project_to_its_own_part(province, client_of):
    page = opened(client_of(province), f"/projects/{CODE}/")
    addresses = [anchor.href for anchor in page.anchors]
    assert "/changes/" in addresses
    assert f"/changes/?project={CODE}" in addresses
    assert "/changes/1/" in addresses


@pytest.mark.parametrize("who", ["province", "changsha_reader"])
def test_it_asks_the_database_no_more_for_more_changes(request, who, client_of):
    client = client_of(request.getfixturevalue(who))

    def asked():
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/changes/", {"event": "changed"}).status_code == 200
        return len(queries)

    def change(number):
        for code in (CHANGSHA, "HN-EI-2023-10"):
            with writing():
                saved(project(code), name_en=f"Name {number}")
                saved(Entry.objects.get(project__code=code), disbursed_before=number)

    change(1)
    change(2)
    asked()
    few = asked()
    for number in range(3, 12):
        change(number)
    assert asked() == few <= 24
