"""`/notes/add/`, `/notes/<id>/`, and notes on the pages of projects and of the review."""

from __future__ import annotations

import pytest

from projects.history.revisions import create_revision
from projects.models import MonthlyReport, Note, Programme, Project
from projects.pages.notes import get_notes
from tests.pages import opened, read

OWN, FOREIGN = "HN-EI-2023-01", "HN-EI-2023-02"
ADD = f"/notes/add/?programme=2023&project={OWN}"


def note(author, *, text="二期设备到货", **about):
    made = Note(author=author, text=text, programme=Programme.objects.get(year=2023), **about)
    made.save()
    return made


def version_in(content):
    [found] = [each["value"] for _tag, each in read(content).elements if each.get("name") == "version"]
    return found


def test_a_note_is_written_and_stands_on_the_projects_page(changsha_writer, client_of):
    client = client_of(changsha_writer)
    page = opened(client, f"/projects/{OWN}/")
    [link] = [anchor.href for anchor in page.anchors if anchor.href.startswith("/notes/add/")]
    done = client.post(link, {"text": "设备 7 月到货", "month": "6"})
    assert (done.status_code, done["Location"]) == (302, f"/projects/{OWN}/#notes")
    made = Note.objects.get()
    assert (made.author, made.project.code, made.period, made.text) == (
        changsha_writer,
        OWN,
        "2023-06",
        "设备 7 月到货",
    )
    text = opened(client, f"/projects/{OWN}/", lang="en").text
    assert "设备 7 月到货" in text
    assert "June 2023" in text


def test_a_second_click_writes_no_second_note(province, client_of):
    client = client_of(province)
    for data in ({"text": "x"}, {"text": " x "}, {"text": "x", "month": "6"}, {"text": "x", "month": "6"}):
        assert client.post(ADD, data).status_code == 302
    assert [note.month for note in Note.objects.order_by("pk")] == [None, 6]


def test_it_may_speak_of_the_whole_year_or_of_a_report(province, client_of):
    client = client_of(province)
    assert client.post(ADD, {"text": "x", "month": ""}).status_code == 302
    report = MonthlyReport.objects.first()
    assert client.post(f"/notes/add/?report={report.pk}", {"text": "y"}).status_code == 302
    assert {each.period for each in Note.objects.all()} == {"2023", f"2023-{report.month:02}"}


def test_a_figure_of_the_whole_or_a_part_can_be_remarked_on(province, client_of, rf):
    client = client_of(province)
    assert client.post("/notes/add/?programme=2023&figure=total_investment", {"text": "whole"}).status_code == 302
    part = "/notes/add/?programme=2023&figure=total_investment&sector=new-display&prefecture=430100"
    assert client.post(part, {"text": "part"}).status_code == 302
    request = rf.get("/figures/total_investment/")
    request.user = province
    shown = get_notes(request, programme=Programme.objects.get(year=2023), figure="total_investment")
    assert [row.note.text for row in shown["rows"]] == ["part", "whole"]
    assert shown["add_url"].startswith("/notes/add/?programme=2023&figure=total_investment&next=")


@pytest.mark.permission
def test_the_author_changes_it_and_nobody_else(changsha_writer, province, client_of):
    made = note(changsha_writer, project=Project.objects.get(code=OWN))
    path, client = f"/notes/{made.pk}/", client_of(changsha_writer)
    data = {"text": "8 月到货", "version": version_in(client.get(path).content)}
    assert client.post(path, data).status_code == 302
    assert Note.objects.get().text == "8 月到货"
    late = client.post(path, data | {"text": "too late"})
    assert late.status_code == 409
    assert "too late" in late.content.decode()
    assert client.post(path, {"text": "again", "version": version_in(late.content)}).status_code == 302
    assert client_of(province).get(path).status_code == 403
    assert client_of(province).post(path, data).status_code == 403
    assert path in client.get(f"/projects/{OWN}/").content.decode()
    assert path not in client_of(province).get(f"/projects/{OWN}/").content.decode()


@pytest.mark.parametrize("data", [{"text": " "}, {"text": "x", "month": "13"}, {"text": "a\x00"}])
def test_wrong_input_is_refused(data, province, client_of):
    assert client_of(province).post(ADD, data).status_code == 422
    assert not Note.objects.exists()


@pytest.mark.parametrize(
    "query",
    [
        "",
        "programme=2023&project=%00",
        "programme=2023&figure=colour",
        "report=999999",
        "report=99999999999999999999999",
    ],
)
def test_what_is_not_there_cannot_be_remarked_on(query, province, client_of):
    assert client_of(province).get(f"/notes/add/?{query}").status_code == 404


@pytest.mark.permission
def test_others_see_and_write_none(province, zhuzhou_writer, analyst, stranger, client_of, client, public_read):
    made = note(province, project=Project.objects.get(code=OWN))
    for user in (stranger, None):
        assert "二期设备到货" not in client_of(user).get(f"/projects/{OWN}/").content.decode()
        assert client_of(user).get(f"/notes/{made.pk}/").status_code == 404
        assert client_of(user).get(ADD).status_code == 403
    assert client_of(zhuzhou_writer).get(f"/notes/{made.pk}/").status_code == 404
    assert client_of(zhuzhou_writer).get(ADD).status_code == 404
    assert "二期设备到货" in client_of(analyst).get(f"/projects/{OWN}/").content.decode()
    assert client_of(analyst).get(ADD).status_code == 403


def test_a_page_shows_the_newest_fifty_and_leads_to_the_earlier_ones(province, client_of):
    project, path = Project.objects.get(code=OWN), f"/projects/{OWN}/"
    with create_revision(reason="remarks"):
        for number in range(1, 51):
            note(province, project=project, text=f"remark {number}.")
    client = client_of(province)
    page = opened(client, path, lang="en")
    assert "remark 1." in page.text
    assert "Earlier notes" not in page.text
    with create_revision(reason="one more"):
        note(province, project=project, text="remark 51.")
    page = opened(client, path, lang="en")
    assert page.text.count("remark ") == 50
    assert "remark 51." in page.text
    assert "remark 1." not in page.text
    [earlier] = [anchor.href for anchor in page.anchors if "kind=note" in anchor.href]
    assert "note" in opened(client, earlier, lang="en").text.lower()


def test_an_earlier_note_that_a_search_finds_stands_on_the_page_it_leads_to(province, client_of):
    with create_revision(reason="remarks"):
        oldest = note(province, figure="disbursed", text="the first remark.")
        for number in range(51):
            note(province, figure="disbursed", text=f"later {number}.")
    client = client_of(province)
    [found] = [
        each.href for each in opened(client, "/search/?search=first+remark&lang=en").anchors if "#note-" in each.href
    ]
    address, _hash, anchor = found.partition("#")
    assert anchor == f"note-{oldest.pk}"
    page = opened(client, address)
    assert [each["id"] for _tag, each in page.elements if each.get("id", "").startswith("note-")][-1] == anchor
    assert page.text.count("later ") == 50
    assert "the first remark." not in opened(client, address.replace(f"note={oldest.pk}", "note=0")).text
