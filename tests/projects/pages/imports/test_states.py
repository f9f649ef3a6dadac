"""The page of an import in each state says where it stands, for its sender and for the province."""

from __future__ import annotations

import pytest

from projects.choices import ImportState
from projects.models import Import, ImportedCell
from tests.pages import opened
from tests.projects.models.reports_made import CHANGSHA_CODE
from tests.projects.pages.imports_made import in_every_state

SAID = {
    ImportState.CHECKING: "The file is being checked.",
    ImportState.NEEDS_MAPPING: "How the columns are read",
    ImportState.READY: "Is it right?",
    ImportState.CONFIRMING: "It is being written",
    ImportState.DONE: "Undo the import",
    ImportState.REFUSED: "没有找到表格。",
    ImportState.UNDONE: "Undone 20",
}


def test_each_state_has_its_page_for_sender_and_province(client_of, changsha_writer, province):
    found = in_every_state(changsha_writer, CHANGSHA_CODE)
    assert found.keys() == set(ImportState.values)
    for state, words in SAID.items():
        text = opened(client_of(changsha_writer), f"/imports/{found[state].pk}/", lang="en").text
        assert words in text, state
        opened(client_of(province), f"/imports/{found[state].pk}/", lang="en")
    listed = opened(client_of(province), "/imports/", lang="en")
    assert {f"/imports/{each.pk}/" for each in found.values()} <= {anchor.href for anchor in listed.anchors}


@pytest.mark.parametrize("kind", ["targets", "rounds"])
def test_an_import_of_a_kind_that_is_given_up_is_still_shown_and_goes_no_further(client_of, province, kind):
    found = in_every_state(province, CHANGSHA_CODE)
    Import.objects.update(kind=kind, effects=[])
    ImportedCell.objects.update(field="value")
    client = client_of(province)
    assert kind in opened(client, "/imports/", lang="en").text.casefold()
    for state, each in found.items():
        assert client.get(f"/imports/{each.pk}/", {"lang": "en"}).status_code == 200, state
        assert client.get(f"/api/v1/imports/{each.pk}/").json()["kind"] == kind
        assert client.get(f"/imports/{each.pk}/refused.xlsx").status_code == 404
    answer = client.post(f"/imports/{found['needs_mapping'].pk}/", {"action": "map"})
    assert answer.status_code == 409
