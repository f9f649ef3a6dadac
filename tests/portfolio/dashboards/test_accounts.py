"""`/login/` and `/logout/`."""

import pytest

from tests.pages import opened, read
from tests.people import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.no_database]


def test_signing_in_leads_to_where_one_wanted_to_go(province, client):
    response = client.post(
        "/login/", {"username": "province", "password": PASSWORD, "next": "/projects/?basis=published"}
    )
    assert response.status_code == 302
    assert response["Location"] == "/projects/?basis=published"
    assert "周敏" in opened(client, "/").text


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"])
def test_signing_in_leads_to_no_other_site(province, client, target):
    response = client.post("/login/", {"username": "province", "password": PASSWORD, "next": target})
    assert response["Location"] == "/tasks/"


@pytest.mark.parametrize("username", ["province", "nobody"])
def test_a_wrong_password_is_answered_alike_for_every_name(province, client, username):
    response = client.post("/login/?lang=en", {"username": username, "password": "wrong"})
    assert response.status_code == 200
    assert "Incorrect user name or password." in read(response.content).text


def test_a_blank_field_is_named_with_a_link_to_it(db, client):
    page = read(client.post("/login/?lang=en", {"username": "", "password": ""}).content)
    assert [anchor.href for anchor in page.anchors if anchor.href in ("#id_username", "#id_password")] == [
        "#id_username",
        "#id_password",
    ]


def test_signing_out_takes_a_post(province, client_of):
    client = client_of(province)
    for method in ("get", "head"):
        assert getattr(client, method)("/logout/").status_code == 200
    assert ("form", "/logout/") in [(tag, each.get("action")) for tag, each in opened(client, "/logout/").elements]
    assert client.get("/tasks/").status_code == 200  # still signed in
    assert client.post("/logout/").status_code == 302
    assert client.get("/").status_code == 302


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("zzz=1", "“zzz” is not a parameter of this page."),
        ("programme=2023", "“programme” is not a parameter of this page."),
        ("next=/tasks/&next=/", "“next” is given twice."),
        ("lang=xx", "“xx” is not known."),
    ],
)
def test_a_wrong_address_of_signing_in_is_refused_as_everywhere(register, client, query, said):
    for answer in (client.get, client.post):
        page = answer(f"/login/?{query}", HTTP_ACCEPT_LANGUAGE="en")
        assert (page.status_code, said in page.content.decode()) == (400, True), query


def test_what_others_hang_on_to_the_address_of_signing_in_is_passed_over(register, client):
    assert client.get("/login/?utm_source=mail&scene=1&next=/tasks/%3Flang%3Den").status_code == 200


@pytest.mark.permission
def test_officials_find_the_administration_and_others_do_not(public_read, province, client_of):
    assert [anchor for anchor in opened(client_of(province), "/").anchors if anchor.href == "/admin/"]
    assert not [anchor for anchor in opened(client_of(None), "/").anchors if anchor.href == "/admin/"]


def test_signing_in_says_whom_to_ask_for_a_forgotten_password(db, client, settings):
    said = opened(client, "/login/", lang="en").text
    assert "An administrator sets a new password" in said
    assert "Whom to ask" not in said
    settings.HELP_CONTACT = "Office of informatics, 0731-88888888"
    assert "Whom to ask: Office of informatics, 0731-88888888." in opened(client, "/login/", lang="en").text


@pytest.mark.parametrize("method", ["get", "head"])
def test_the_address_of_signing_out_of_the_administration_leads_to_the_page_that_asks(province, client_of, method):
    """Opened by hand it was an empty answer, for which browsers show a page of their own."""
    client = client_of(province)
    response = getattr(client, method)("/admin/logout/")
    assert (response.status_code, response["Location"]) == (302, "/logout/")
    assert client.get("/tasks/").status_code == 200
    client.post("/admin/logout/")
    assert client.get("/tasks/").status_code == 302


@pytest.mark.django_db
def test_whose_role_has_no_tasks_begins_with_the_overview_and_who_has_none_is_told_whom_to_ask(
    changsha_writer, changsha_reader, analyst, administrator, stranger, client_of
):
    homes = {changsha_writer: "/tasks/", changsha_reader: "/", analyst: "/", administrator: "/", stranger: "/tasks/"}
    assert {user: client_of(user).get("/login/")["Location"] for user in homes} == homes
