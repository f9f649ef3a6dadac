"""The form of an account in the administration: what it says of a password, and what is wrong with what was typed."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.pages import read

pytestmark = pytest.mark.no_database


def test_of_a_password_it_says_only_that_there_is_one(administrator, province, client_of):
    answer = client_of(administrator).get(reverse("admin:portfolio_user_change", args=[province.pk]))
    text = read(answer.content).text
    assert "已设置密码。" in text
    for said in ("md5", "pbkdf2", "盐", "哈希", province.password.split("$")[-1]):
        assert said not in text
    assert any(
        anchor.href.endswith("/password/") or "password" in anchor.href for anchor in read(answer.content).anchors
    )


def test_an_account_without_a_password_says_so(administrator, province, client_of):
    province.set_unusable_password()
    province.save()
    answer = client_of(administrator).get(reverse("admin:portfolio_user_change", args=[province.pk]))
    assert "未设置密码。" in answer.content.decode()


def test_what_is_wrong_stands_before_the_form_and_leads_to_its_field(administrator, client_of):
    answer = client_of(administrator).post(
        reverse("admin:portfolio_user_add"), {"password1": "123", "password2": "123"}
    )
    page = read(answer.content)
    links = {anchor.href: anchor.text for anchor in page.anchors if anchor.href.startswith("#id_")}
    assert "#id_username" in links
    assert "#id_password2" in links
    identities = {attributes.get("id") for _tag, attributes in page.elements}
    assert {href.removeprefix("#") for href in links} <= identities


def test_an_error_in_a_row_names_the_row(administrator, province, client_of):
    address = reverse("admin:portfolio_user_change", args=[province.pk])
    form = {
        "username": "province",
        "grants-TOTAL_FORMS": "1",
        "grants-INITIAL_FORMS": "0",
        "grants-0-role": "prefecture_writer",
    }
    page = read(client_of(administrator).post(address, form).content)
    wrong = [anchor.text for anchor in page.anchors if anchor.href.startswith("#id_grants-0-")]
    assert wrong
    assert " 1 · " in wrong[0]
