"""Undoing of an import is offered where it would be done, and where not it is said why and whom to ask."""

from __future__ import annotations

from typing import Any

import pytest

from projects.history.revisions import create_revision
from projects.models import Import, MonthlyReport, Project, Proposal
from projects.workflows import proposals, reporting
from tests.pages import opened
from tests.projects.pages.imports.test_import_page import names_of
from tests.projects.workbook_imports.sent import CODE, JULY, REGISTER, worked, written

NEW: list[Any] = [None, "新项目", 9, 8, "能源电子"]


@pytest.fixture
def own(register: Any) -> Project:
    found = Project.objects.filter(prefecture__adcode="430100", basis="illustrative").order_by("code").first()
    assert found is not None
    return found


def looked(client: Any, imported: Import, **query: Any) -> tuple[bool, str]:
    """Whether its page has the button that undoes it, and what the page says."""
    page = opened(client, f"/imports/{imported.pk}/", lang="en", **query)
    return "undo" in names_of(page), page.text


def undone_on_page(client: Any, imported: Import) -> Import:
    address = f"/imports/{imported.pk}/"
    assert client.post(address, {"action": "undo", "reason": "传错文件"}).status_code == 302
    assert "It is being undone" in looked(client, imported)[1]
    return worked(imported)


def test_what_can_be_undone_has_its_button_once_one_looks(client_of, province):
    imported = written(province, [REGISTER, [CODE, None, 5000, 1, None], NEW])
    assert not looked(client_of(province), imported)[0]
    assert looked(client_of(province), imported, step="undo")[0]
    assert undone_on_page(client_of(province), imported).state == "undone"


def test_of_a_decided_proposal_and_a_submitted_report_it_is_said(client_of, changsha_writer, province, own):
    client = client_of(changsha_writer)
    proposed = written(changsha_writer, [REGISTER, [own.code, None, 5000, None, None]])
    assert looked(client, proposed, step="undo")[0]
    proposals.accept(Proposal.objects.get(project=own), user=province, comment="")
    reported = written(changsha_writer, [JULY, [own.code, 75, "无"]], kind="reports")
    assert looked(client, reported, step="undo")[0]
    report = MonthlyReport.objects.get(entry__project=own, month=7)
    with create_revision(door="page", user=changsha_writer):
        report.reason, report.measure = "设备到货推迟", "加快"
        report.save()
    reporting.submit([report], user=changsha_writer)
    offered, text = looked(client, reported, step="undo")
    assert (offered, "Ask the province" in text) == (False, True)
    assert undone_on_page(client, reported).state == "done"
    assert "It was not undone:" in looked(client, reported)[1]
    proposed = undone_on_page(client, proposed)
    assert (proposed.state, bool(proposed.words), proposed.words in looked(client, proposed)[1]) == (
        "undone",
        True,
        True,
    )
