"""`/changes/`: each reader's own part of the log."""

from __future__ import annotations

import datetime as dt

from projects.history.revisions import create_revision
from projects.models import Enterprise, Entry, Milestone, MonthlyReport, Prefecture, Problem, Project, Rating
from tests.pages import opened
from tests.projects.changes.asking import CODE, deleted, project, saved
from tests.projects.models.reports_made import CHANGSHA_CODE, submitted

from .conftest import CHANGSHA, ZHUZHOU, numbers, refused


def test_the_public_reads_no_person_reason_request_or_remark(public_read, log, province, client_of):
    entry = Entry.objects.get(project__code=CODE)
    with create_revision(user=province, reason="told by somebody"):
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
    assert number in numbers(client_of(changsha_writer), project=CHANGSHA_CODE, reach="own")


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
        with create_revision() as draft:
            saved(project(ZHUZHOU), expected_revenue={"before": 111, "after": 222}[name])
            Milestone(project=project(ZHUZHOU), name_zh=name, planned=dt.date(2023, 9, 1)).save()
            month = 7 if name == "before" else 8
            said = {"state": "approved", "basis": "published", "source": entry.source}  # a bureau reports nothing of it
            MonthlyReport(entry=entry, month=month, disbursed=1, **said).save()
        moved[name] = draft.number
        if name == "before":
            moved["came"] = saved(project(ZHUZHOU), prefecture=Prefecture.objects.get(adcode="430100"))
    client = client_of(changsha_reader)
    assert numbers(client, project=ZHUZHOU) == [moved["after"], moved["came"]]
    assert numbers(client, kind="monthlyreport", project=ZHUZHOU) == [moved["after"]]
    assert client.get(f"/changes/{moved['before']}/").status_code == 404
    text = opened(client, f"/changes/{moved['came']}/", lang="en").text
    assert "Prefecture" not in text.split("What it changed")[1].split("A dash means")[0]
    assert numbers(client_of(province), project=ZHUZHOU) == [moved["after"], moved["came"], moved["before"], 1]


def test_a_project_that_went_and_came_back_is_told_of_from_its_return(changsha_reader, client_of):
    home, away = project(CHANGSHA).prefecture, Prefecture.objects.get(adcode="430200")
    saved(project(CHANGSHA), name_en="First")
    with create_revision() as draft:  # both in one revision: it is the reader's from the last of them on
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
    with create_revision() as draft:
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
