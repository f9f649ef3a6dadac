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
    assert response["Location"] == "/"


@pytest.mark.parametrize("username", ["province", "nobody"])
def test_a_wrong_password_is_answered_alike_for_every_name(province, client, username):
    response = client.post("/login/?lang=en", {"username": username, "password": "wrong"})
    assert response.status_code == 200
    assert "This name and password do not belong together." in read(response.content).text


def test_a_blank_field_is_named_with_a_link_to_it(db, client):
    page = read(client.post("/login/?lang=en", {"username": "", "password": ""}).content)
    assert [anchor.href for anchor in page.anchors if anchor.href in ("#id_username", "#id_password")] == [
        "#id_username",
        "#id_password",
    ]


def test_signing_out_takes_a_post(province, client_of):
    client = client_of(province)
    assert client.get("/logout/").status_code == 405
    assert client.post("/logout/").status_code == 302
    assert client.get("/").status_code == 302


def test_signing_in_twice_leads_on(province, client_of):
    assert client_of(province).get("/login/").status_code == 302


def test_officials_find_the_administration_and_others_do_not(public_read, province, client_of):
    assert [anchor for anchor in opened(client_of(province), "/").anchors if anchor.href == "/admin/"]
    assert not [anchor for anchor in opened(client_of(None), "/").anchors if anchor.href == "/admin/"]
