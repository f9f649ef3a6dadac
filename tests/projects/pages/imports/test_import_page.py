"""The page of an import in each of its states, from a messy workbook to what it wrote and took back."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from projects.choices import CellVerdict, JobLane
from projects.models import Import, MonthlyReport, Project, QueueCheck, Revision
from tests.pages import Page, opened
from tests.projects.imports.workbooks.made import xlsx
from tests.projects.workbook_imports.sent import CODE, JULY, NAME, REGISTER, begun, sent, worked, written

MESSY: list[list[Any]] = [
    ["2023年全省电子信息制造业重点项目表"],
    ["填报单位：长沙市", None, None, "单位：万元"],
    ["序号", "项目名称", "总投资", "2023年度计划", "包联领导"],
    [1, NAME, 104735, 51234, None],
    [2, "惠科长沙二期", "约9亿", 9000, None],
    [None, "小计", 104735, None, None],
    ["注：1. 总投资含流动资金。"],
]


def _months_of_changsha() -> list[str]:
    """The codes of two projects of Changsha that owe a report of July and have an amount far from no plan."""
    own = Project.objects.filter(prefecture__adcode="430100", basis="illustrative").order_by("code")
    return list(own.values_list("code", flat=True)[:2])


def names_of(page: Page, tag: str = "button") -> list[str]:
    return [attributes.get("value", "") for found, attributes in page.elements if found == tag]


def page_of(client: Any, imported: Import, **query: Any) -> Page:
    return opened(client, f"/imports/{imported.pk}/", lang="en", **query)


def test_while_it_is_checked_the_page_comes_again_by_itself(client_of, province):
    found = begun(province, [REGISTER, [CODE, None, 5000, None, None]])
    answer = client_of(province).get(f"/imports/{found.pk}/", {"lang": "en"})
    assert (answer["Refresh"], "You may close the browser" in answer.content.decode()) == ("4", True)
    worked(found)
    assert "Refresh" not in client_of(province).get(f"/imports/{found.pk}/")


def test_while_no_worker_checks_the_queue_the_page_says_since_when(client_of, province):
    words = "No worker has checked the queue of jobs since"
    found, now = begun(province, [REGISTER, [CODE, None, 5000, None, None]]), timezone.now()
    check = QueueCheck.objects.create(lane=JobLane.WORK, checked_at=now - dt.timedelta(minutes=10))
    page = client_of(province).get(f"/imports/{found.pk}/", {"lang": "en"}).content.decode()
    assert words in page
    assert f"{timezone.localtime(check.checked_at):%Y-%m-%d %H:%M:%S}" in page
    QueueCheck.objects.update(checked_at=now)
    assert words not in client_of(province).get(f"/imports/{found.pk}/", {"lang": "en"}).content.decode()


def test_a_messy_workbook_goes_from_upload_over_its_columns_to_a_revision_and_back(client_of, province):
    client, before = client_of(province), Revision.objects.newest_number()
    posted = {"kind": "register", "programme": "2023", "file": SimpleUploadedFile("表.xlsx", xlsx(MESSY))}
    assert client.post("/imports/", posted).status_code == 302
    found = worked(Import.objects.get())

    asked = page_of(client, found)
    assert "1 column has to be confirmed" in asked.text
    chosen = {"field-A": "", "field-B": "name_zh", "field-C": "total_investment", "unit-C": "10000", "field-E": ""}
    address = f"/imports/{found.pk}/"
    left_open = client.post(address, chosen | {"action": "map", "field-D": "?"})
    assert (left_open.status_code, 'id="column-D_error"' in left_open.content.decode()) == (422, True)
    said = chosen | {"action": "map", "field-D": "planned_disbursement", "unit-D": "10000"}
    assert client.post(address, said).status_code == 302
    worked(found)

    preview = page_of(client, found)
    counts = {each.data["value"] for each in preview.anchors if "cells=" in each.href and "value" in each.data}
    assert (counts != {"0"}, "10.4735" in preview.text or "1.04735" in preview.text) == (True, True)
    assert all(words in preview.text for words in ("Column E, “包联领导”", "“小计”", "Nothing is written yet."))
    refused = client.post(address, {"action": "confirm", "reason": "", "reported_by": "长沙市工信局"})
    assert (refused.status_code, "长沙市工信局" in refused.content.decode()) == (422, True)
    assert Revision.objects.newest_number() == before

    assert client.post(address, {"action": "confirm", "reason": "名单修订"}).status_code == 302
    assert worked(found).state == "done", found.words
    assert Project.objects.get(code=CODE).total_investment == 1_047_350_000
    done = page_of(client, found)
    assert f"/changes/{found.revision_made}/" in [each.href.partition("?")[0] for each in done.anchors]
    assert client.post(address, {"action": "undo", "reason": ""}).status_code == 422
    assert client.post(address, {"action": "undo", "reason": "传错文件"}).status_code == 302
    worked(found)
    assert (found.state, "Undone" in page_of(client, found).text) == ("undone", True)


def test_reports_that_were_written_are_said_to_be_drafts_and_are_submitted_from_the_page(client_of, changsha_writer):
    ready = [*_months_of_changsha()]
    found = written(changsha_writer, [JULY, *([code, 75, "无"] for code in ready)], kind="reports")
    client, address = client_of(changsha_writer), f"/imports/{found.pk}/"
    page = page_of(client, found)
    assert "2 reports of July 2023 are drafts" in page.text
    assert "/rounds/2023-07/" in [anchor.href.partition("?")[0] for anchor in page.anchors]
    assert "submit" in names_of(page)

    MonthlyReport.objects.get(entry__project__code=ready[0], month=7).delete()
    page = page_of(client, found)
    assert "1 report of July 2023 is a draft" in page.text
    assert client.post(address, {"action": "submit"}).status_code == 302
    states = MonthlyReport.objects.filter(month=7, entry__project__code__in=ready).values_list("state", flat=True)
    assert list(states) == ["submitted"]
    assert client.post(address, {"action": "submit"}).status_code == 409
    page = page_of(client, found)
    assert ("drafts" in page.text, "submit" in names_of(page)) == (False, False)


def test_what_cannot_be_submitted_is_said_and_all_stay_drafts(client_of, changsha_writer):
    ready = _months_of_changsha()
    found = written(changsha_writer, [JULY, [ready[0], None, "无"], [ready[1], 75, "无"]], kind="reports")
    answer = client_of(changsha_writer).post(f"/imports/{found.pk}/?lang=en", {"action": "submit"})
    assert (answer.status_code, ready[0] in answer.content.decode()) == (422, True)
    assert not MonthlyReport.objects.filter(month=7).exclude(state="draft").exists()


def test_the_effect_of_drafts_names_the_months_that_are_summed_and_no_figure_that_stays(client_of, changsha_writer):
    found = sent(changsha_writer, [JULY, [_months_of_changsha()[0], 75, "无"]], kind="reports")
    effect = page_of(client_of(changsha_writer), found).text.partition("Effect on the headline figures")[2]
    effect = effect.partition("Cell by cell")[0]
    assert "January to July 2023" in effect
    assert not [words for words in ("December", "Total investment", "+0") if words in effect]


@pytest.mark.parametrize("verdict", CellVerdict.values)
def test_each_count_opens_exactly_its_cells(client_of, province, verdict):
    found = sent(province, [REGISTER, [CODE, NAME, "many", 5000, None], [None, "新项目", 5, 6, "能源电子"]])
    page = page_of(client_of(province), found, cells=verdict)
    [counted] = [
        each.data["value"] for each in page.anchors if f"cells={verdict}" in each.href and "value" in each.data
    ]
    rows = [
        attributes for tag, attributes in page.elements if tag == "span" and attributes.get("class") == f"how {verdict}"
    ]
    assert len(rows) == int(counted)


def test_a_refused_file_says_why_and_what_to_do(client_of, province):
    found = sent(province, [[None]])  # no cell at all
    text = page_of(client_of(province), found).text
    assert (found.state, found.words.split("：")[0][:10] in text) == ("refused", True)
    assert "Correct the file and send it again" in text


def test_the_columns_of_a_preview_can_be_said_again(client_of, province):
    found = sent(province, [REGISTER, [CODE, None, 5000, None, None]])
    page = page_of(client_of(province), found, step="columns")
    chosen = [attributes["value"] for tag, attributes in page.elements if tag == "option" and "selected" in attributes]
    assert {"code", "total_investment", "planned_disbursement", "sector", "10000"} <= set(chosen)
    assert "map" in names_of(page)


def test_an_unknown_step_is_refused_in_words(client_of, province):
    found = sent(province, [REGISTER, [CODE, None, 5000, None, None]])
    answer = client_of(province).post(f"/imports/{found.pk}/?lang=en", {"action": "write"})
    text = answer.content.decode()
    assert (answer.status_code, "“write”" in text, "Known: map, choose" in text) == (400, True, True)
    assert Import.objects.get().state == "ready"


def test_an_unknown_import_is_not_there(client_of, province):
    found = sent(province, [REGISTER, [CODE, None, 5000, None, None]])
    assert client_of(province).post("/imports/999999/", {"action": "confirm"}).status_code == 404
    assert client_of(province).get(f"/imports/{10**30}/").status_code == 404
    assert client_of(province).get(f"/imports/{found.pk}/", {"cells": "all"}).status_code == 400
