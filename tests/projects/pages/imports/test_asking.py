"""The page of a preview: what it asks and takes, the row that a figure leads to, and what it says where nothing is left."""

from __future__ import annotations

import re
from typing import Any

import pytest

from projects.history.revisions import create_revision
from projects.models import Import, Project
from projects.workbook_imports import confirm
from tests.pages import opened
from tests.projects.models.reports_made import CHANGSHA_CODE
from tests.projects.pages.imports_made import OF_ANOTHER
from tests.projects.workbook_imports.sent import CODE, NAME, REGISTER, WHY, sent, worked

VERSIONED = ["编号", "版本", "总投资（万元）"]


def answered(client: Any, imported: Import, action: str, **said: str) -> Any:
    answer = client.post(f"/imports/{imported.pk}/", said | {"action": action})
    worked(imported)
    return answer


def test_a_conflict_is_chosen_on_the_page(client_of, province):
    client, found = client_of(province), sent(province, [VERSIONED, [CODE, "0" * 32, 5000]])
    asked = opened(client, f"/imports/{found.pk}/", lang="en")
    assert "of a version of the record that is not known" in asked.text
    assert {"choose", "take-all", "keep-all"} <= {more.get("value") for tag, more in asked.elements if tag == "button"}
    assert answered(client, found, "choose", **{"holds-C2": "file"}).status_code == 302
    assert found.counts["cells"]["changed"] == 1
    answered(client, found, "keep-all")
    assert found.counts["cells"]["conflicts"] == 1
    answered(client, found, "take-all")
    assert found.counts["cells"]["changed"] == 1
    wrong = answered(client, found, "choose", **{"holds-C9": "file"})
    assert (wrong.status_code, "C9" in wrong.content.decode()) == (422, True)


def test_which_of_several_projects_of_a_name_is_chosen_on_the_page(client_of, province):
    """Until somebody has, it is said what is waited for; then the cell that names it says what the register does."""
    name = Project.objects.get(code=OF_ANOTHER)
    name.name_zh = NAME
    with create_revision():
        name.save()
    client, found = client_of(province), sent(province, [REGISTER[1:3], [NAME, 5000]])
    page = opened(client, f"/imports/{found.pk}/", lang="en")
    waits = "as long as nothing is selected"
    assert waits in page.text
    assert {"HN-EI-2023-13", OF_ANOTHER, "new"} <= {each.get("value") for tag, each in page.elements if tag == "option"}
    answered(client, found, "choose", **{"project-2": OF_ANOTHER})
    worked(found)
    assert found.cells.get(field="total_investment").project == OF_ANOTHER
    page = opened(client, f"/imports/{found.pk}/", lang="en")
    assert (waits in page.text, page.text.count(NAME) >= 2) == (False, True)  # stored, and in the file


def test_the_rows_of_the_heads_are_chosen_on_the_page(client_of, province):
    client, found = client_of(province), sent(province, [["汇总", "五月"], ["代号", "钱"], [CODE, 5000]])
    address = f"/imports/{found.pk}/"
    rows = {"heads-first": "2", "heads-last": "2", "heads-records": "3", "read": "1"}
    assert client.post(address, rows | {"action": "map", "heads-last": "x"}).status_code == 422
    assert client.post(address, rows | {"action": "map"}).status_code == 302
    worked(found)
    page = opened(client, address, lang="en")
    assert (found.heads["records"], "代号" in page.text, 'class="hd"' in client.get(address).content.decode()) == (
        3,
        True,
        True,
    )
    said = {"field-A": "code", "field-B": "total_investment", "unit-B": "10000", "action": "map"}
    assert client.post(address, said).status_code == 302
    assert worked(found).state == "ready"


@pytest.mark.permission
def test_a_figure_leads_to_its_cell_for_who_may_see_the_import(client_of, province, changsha_writer):
    found = worked(
        confirm(sent(province, [REGISTER, [CHANGSHA_CODE, None, 5000, None, None]]), user=province, reason=WHY)
    )
    figure = f"/figures/total_investment/?programme=2023&code={CHANGSHA_CODE}"
    [link] = re.findall(rf'/imports/{found.pk}/\?cell=C2[^"]*', client_of(province).get(figure).content.decode())
    row = opened(client_of(province), link.partition("#")[0].replace("&amp;", "&") + "&lang=en")
    assert ("Row 2 of the file" in row.text, "名单.xlsx" in row.text, "5000" in row.text) == (True, True, True)
    assert client_of(province).get(f"/imports/{found.pk}/", {"cell": "Z9"}).status_code == 404
    others = client_of(changsha_writer).get(figure).content.decode()
    assert ("名单.xlsx" in others, f"/imports/{found.pk}/" in others) == (True, False)


@pytest.mark.parametrize("action", ["choose", "keep-all", "take-all"])
@pytest.mark.parametrize("name", ["cell-C2", "-", "holds-", "holds-C3"])
def test_an_answer_to_what_is_not_asked_is_refused_on_the_page(client_of, province, action, name):
    client, found = client_of(province), sent(province, [VERSIONED, [CODE, "0" * 32, 5000]])
    wrong = answered(client, found, action, **{name: "file"})
    assert wrong.status_code == 422
    found.refresh_from_db()
    assert (found.state, found.counts["cells"]["conflicts"]) == ("ready", 1)
