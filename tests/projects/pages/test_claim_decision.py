"""`/claims/<id>/adopt/` and `/claims/<id>/withdraw/`, and what the project's page shows of claims."""

from __future__ import annotations

import pytest

from projects.models import Claim, Project, Revision
from tests.pages import opened, read

pytestmark = pytest.mark.no_database

CRRC, WHOLE, LICO = "HN-EI-2023-02", "HN-EI-2023-04", "HN-EI-2023-08"


def claims(code):
    return list(Claim.objects.filter(project__code=code, figure="total_investment").order_by("-adopted", "pk"))


def address(claim, act="adopt"):
    return f"/claims/{claim.pk}/{act}/"


def typed(client, path, **changes):
    """What the form at an address would send, with changes."""
    page = opened(client, path, lang="en")
    inputs = [attributes for tag, attributes in page.elements if tag == "input" and attributes.get("type") == "hidden"]
    return {each["name"]: each["value"] for each in inputs if each["name"] in ("seen", "next")} | changes


def investment(code):
    return Project.objects.get(code=code).total_investment


def test_the_projects_page_leads_to_the_form_and_the_form_leads_back(province, client_of):
    client, other = client_of(province), claims(CRRC)[1]
    page = opened(client, f"/projects/{CRRC}/")
    [link] = [anchor.href for anchor in page.anchors if address(other) in anchor.href]
    data = typed(client, link, reason="newer")
    done = client.post(link, data)
    assert (done.status_code, done["Location"]) == (302, f"/projects/{CRRC}/#claims")
    assert investment(CRRC) == other.amount
    assert "newer" in opened(client, f"/projects/{CRRC}/").text
    assert (Revision.objects.first().user, Revision.objects.first().door) == (province, "page")


def test_the_page_shows_how_far_each_amount_is_from_the_adopted_one(public_read, register, client):
    text = opened(client, f"/projects/{CRRC}/", lang="en").text
    assert "differs by +0.00014" in text
    assert "differs by +5.82614" in text


def test_a_disputed_figure_becomes_blank_and_the_page_says_why(province, client_of):
    client, adopted = client_of(province), claims(CRRC)[0]
    path = address(adopted, "withdraw")
    assert "the figure becomes blank" in opened(client, path, lang="en").text
    assert client.post(path, typed(client, path, reason="corrected")).status_code == 302
    assert investment(CRRC) is None
    assert "They disagree and none is adopted" in opened(client, f"/projects/{CRRC}/", lang="en").text


def test_an_undisputed_one_asks_what_the_figure_rests_on(province, client_of):
    client, only = client_of(province), claims(WHOLE)[0]
    path = address(only, "withdraw")
    refused = client.post(path, typed(client, path, reason="offline"))
    assert refused.status_code == 422
    assert "offline" in refused.content.decode()
    assert client.post(path, typed(client, path, reason="offline", reported_by="长沙市工信局")).status_code == 302
    assert "reported by 长沙市工信局" in opened(client, f"/projects/{WHOLE}/", lang="en").text
    assert (
        "None is adopted: the project's figure is based on something else"
        in opened(client, f"/projects/{WHOLE}/", lang="en").text
    )


def test_the_public_is_not_told_who_reported(province, client_of, public_read, client):
    only = claims(WHOLE)[0]
    path = address(only, "withdraw")
    signed_in = client_of(province)
    signed_in.post(path, typed(signed_in, path, reason="offline", reported_by="长沙市工信局"))
    text = opened(client, f"/projects/{WHOLE}/").text
    assert "长沙市工信局" not in text
    assert "200.00" in text


def test_who_comes_second_is_told_and_loses_nothing(province, client_of):
    client = client_of(province)
    _first, other, third = claims(CRRC)
    late = typed(client, address(third), reason="as I was saying")
    assert client.post(address(other), typed(client, address(other), reason="newer")).status_code == 302
    refused = client.post(address(third), late)
    assert refused.status_code == 409
    assert "as I was saying" in refused.content.decode()
    assert investment(CRRC) == other.amount
    again = {each["name"]: each["value"] for tag, each in read(refused.content).elements if each.get("name") == "seen"}
    assert client.post(address(third), late | again).status_code == 302
    assert investment(CRRC) == third.amount


def test_it_leads_back_to_this_site_only(province, client_of):
    client, other = client_of(province), claims(CRRC)[1]
    for elsewhere in ("https://evil.example/", "//evil.example/", "/\\evil.example"):
        page = client.get(address(other), {"next": elsewhere}).content.decode()
        assert "evil.example" not in page.replace("next=", "").partition("<main")[2].partition('action="')[0]
    data = typed(client, address(other), reason="x", next="https://evil.example/")
    assert client.post(address(other), data)["Location"] == f"/projects/{CRRC}/#claims"


@pytest.mark.permission
def test_only_the_province_finds_the_button_and_the_form(
    analyst, zhuzhou_writer, changsha_writer, stranger, client_of, public_read, client
):
    path = address(claims(CRRC)[1])
    for user in (analyst, zhuzhou_writer):
        assert "/adopt/" not in client_of(user).get(f"/projects/{CRRC}/").content.decode()
        assert client_of(user).get(path).status_code == 403
        assert client_of(user).post(path, {"reason": "x"}).status_code == 403
    assert client_of(changsha_writer).get(path).status_code == 404
    assert client_of(stranger).get(path).status_code == 403
    assert client.get(path).status_code == 403
    assert client_of(analyst).get("/claims/99999999999999999999999/adopt/").status_code == 404
