"""`/changes/<number>/`: a revision at its permanent address, with everything that it changed."""

from __future__ import annotations

import pytest

from projects.history.revisions import create_revision
from projects.models import Claim
from projects.plausibility.checks import confirm_doubts
from projects.workflows import proposals
from tests.pages import opened, read
from tests.projects.changes.asking import deleted, project, saved, undone
from tests.projects.workflows.proposals_made import project as proposed_project
from tests.projects.workflows.proposals_made import proposed


def test_it_tells_fields_before_and_after(province, client_of):
    with create_revision(user=province, door="admin", reason="a slip") as draft:
        saved(project(), total_investment=1_100_000_000, total_investment_reported_by="湘江新区")
    text = opened(client_of(province), f"/changes/{draft.number}/", lang="en").text
    for words in ("1,047.34 million CNY → 1,100.00 million CNY", "周敏", "湘江新区", "a slip"):
        assert words in text


@pytest.mark.no_database
def test_a_reason_that_names_a_proposal_is_told_in_the_readers_language_wherever_it_stands(
    changsha_writer, province, client_of
):
    made = proposals.accept(proposed(changsha_writer), user=province)
    number, browser = made.history.first().revision_id, client_of(province)
    record = proposed_project()
    told = {"zh-hans": f"变更申请 {made.pk}：追加设备投资", "en": f"Proposal {made.pk}: 追加设备投资"}
    for language, words in told.items():
        for address in (f"/changes/{number}/", f"/projects/{record.code}/"):
            text = opened(browser, address, lang=language).text
            assert words in text, address
            assert f"proposal {made.pk}: " not in text


@pytest.mark.permission
def test_it_tells_what_was_doubted_and_why_it_was_kept_but_never_to_the_public(
    plausible, province, public_read, client_of
):
    why = "<b>合同</b>已签"
    with create_revision(user=province, door="admin", reason="a slip") as draft, confirm_doubts(["plan"], why):
        saved(project("HN-EI-2023-25"), total_investment=600_000_000, total_investment_reported_by="湘江新区")
    response = client_of(province).get(f"/changes/{draft.number}/", {"lang": "en"})
    assert f"Reason: {why} · {province.display_name}" in " ".join(read(response.content).text.split())
    assert "plan against investment" in response.content.decode()
    assert "<b>合同" not in response.content.decode()
    public = client_of(None).get(f"/changes/{draft.number}/", {"lang": "en"}).content.decode()
    assert "已签" not in public
    assert "Doubted, and kept" not in public


def test_what_was_made_or_deleted_is_told_with_all_its_values(province, client_of):
    claim = Claim.objects.filter(project__code="HN-EI-2023-08").first()
    number = deleted(claim)
    text = opened(client_of(province), f"/changes/{number}/", lang="en").text
    assert "Claim removed" in text
    assert str(claim.source.publisher_en or claim.source.publisher_zh) in text


def test_a_large_one_has_pages_and_each_row_stands_on_one_of_them(province, client_of):
    client, seen, address = client_of(province), [], "/changes/1/?lang=en"
    while address:
        response = client.get(address)
        lines = response.context["event"].lines
        seen += [line.key for line in lines if line.key]
        gathered = [line for line in lines if not line.key]
        assert not gathered, "every line of this page has values of its own"
        address = response.context["pages"].next_url
    assert len(seen) == len(set(seen)) == response.context["count"] > 400


def test_it_names_the_revision_that_undid_it_and_the_other_way_round(province, client_of):
    number = saved(project(), total_investment=1)
    again = undone(number, province)
    client = client_of(province)
    assert f"undone by revision {again}" in opened(client, f"/changes/{number}/", lang="en").text
    assert f"undoes revision {number}" in opened(client, f"/changes/{again}/", lang="en").text


@pytest.mark.permission
def test_what_is_not_the_readers_to_see_is_left_out_or_not_found(changsha_reader, client_of):
    with create_revision() as draft:
        saved(project("HN-EI-2023-09"), name_en="Ours")
        saved(project("HN-EI-2023-02"), name_en="Theirs")
    text = opened(client_of(changsha_reader), f"/changes/{draft.number}/", lang="en").text
    assert "Ours" in text
    assert "Theirs" not in text
    number = saved(project("HN-EI-2023-02"), name_en="Theirs again")
    assert client_of(changsha_reader).get(f"/changes/{number}/").status_code == 404


@pytest.mark.permission
def test_ways_back_are_offered_to_who_may_take_them(province, analyst, changsha_reader, public_read, client_of):
    number = saved(project("HN-EI-2023-09"), name_en="Renamed")

    def offered(user):
        page = read(client_of(user).get(f"/changes/{number}/").content)
        return [anchor.href for anchor in page.anchors if "/undo/" in anchor.href]

    key = project("HN-EI-2023-09").pk
    assert offered(province) == [f"/changes/{number}/undo/", f"/changes/{number}/undo/?record=project.{key}"]
    assert offered(analyst) == offered(changsha_reader) == offered(None) == []
