"""The administration as pages: two languages, the site's look, nothing that the content security policy forbids."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.contrib import admin
from django.urls import reverse

from projects.history.revisions import create_revision
from projects.models import PlausibilityRule, Project
from tests.people import PASSWORD
from tests.projects.admin.forms import url

pytestmark = pytest.mark.no_database

FORBIDDEN = re.compile(r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*\ssrc=)[^>]*>\s*\S", re.IGNORECASE)


def every_page(browser):
    """(address, text) of each page that the user opens."""
    addresses = [reverse("admin:index"), reverse("admin:password_change")]
    for model in admin.site._registry:
        record = model._default_manager.first()
        addresses.append(url(model))
        addresses.append(url(model, "add"))
        if record is not None:
            addresses += [url(model, page, record.pk) for page in ("change", "history", "delete")]
    for address in addresses:
        response = browser.get(address)
        if response.status_code == 200:
            yield address, response.content.decode()


@pytest.mark.parametrize("who", ["province", "administrator", "analyst"])
def test_no_page_has_inline_script_style_or_handler(who, request, register, client_of):
    pages = list(every_page(client_of(request.getfixturevalue(who))))
    assert len(pages) > 20
    assert {address: FORBIDDEN.findall(text) for address, text in pages if FORBIDDEN.search(text)} == {}


@pytest.mark.parametrize(
    ("language", "title", "list_name"),
    [("zh-hans", "重点项目监测 管理", "项目"), ("en", "Key-project monitor administration", "Projects")],
)
def test_title_and_names_are_in_the_readers_language(language, title, list_name, province, client_of):
    browser = client_of(province)
    text = browser.get(url(Project), {"lang": language}).content.decode()
    assert f"<title>{list_name} | {title}</title>" in text
    assert f'lang="{language}"' in text
    assert f"| {title}</title>" in browser.get(reverse("admin:index")).content.decode()


def test_the_language_switch_keeps_the_question_and_is_remembered(province, client_of):
    browser = client_of(province)
    response = browser.get(url(Project), {"sector": "smart-terminals", "o": "1"})
    english = next(link for link in response.context["languages"] if link["code"] == "en")
    response = browser.get(english["url"])
    assert response.context["cl"].result_count == Project.objects.filter(sector__code="smart-terminals").count()
    assert "Projects" in browser.get(url(Project)).content.decode()


def test_the_header_leads_back_to_the_site_and_names_the_person(province, client_of):
    text = client_of(province).get(url(Project)).content.decode()
    assert '<a href="/">查看网站</a>' in text
    assert "<strong>周敏</strong>" in text


def test_signing_in_leads_to_the_page_asked_for(province, client):
    address = url(Project) + "?sector=smart-terminals"
    login = client.get(address, follow=True)
    assert "重点项目监测 管理" in login.content.decode()
    target = f"{reverse('admin:login')}?next={address}"
    response = client.post(target, {"username": "province", "password": PASSWORD, "next": address}, follow=True)
    assert response.context["cl"].result_count > 0


def test_whoever_has_no_grant_is_told_so_after_signing_in(stranger, client, public_read):
    stranger.is_staff = True
    stranger.save()
    response = client.post(reverse("admin:login"), _signing_in("stranger"), follow=True)
    assert response.status_code == 403
    assert "cl" not in (response.context or {})
    assert response.request["PATH_INFO"] == reverse("admin:login")
    assert "没有" in response.content.decode()


def _signing_in(username):
    return {"username": username, "password": PASSWORD, "next": reverse("admin:index")}


@pytest.mark.parametrize(("language", "said"), [("zh-hans", "共 46 条"), ("en", "46 plausibility rules")])
def test_a_list_says_how_many_there_are_and_writes_days_as_the_site_does(language, said, province, client_of):
    rule = PlausibilityRule.objects.order_by("kind").first()
    with create_revision(user=province):
        rule.on_from = dt.date(2023, 8, 7)
        rule.save()
    text = client_of(province).get(url(PlausibilityRule), {"lang": language}).content.decode()
    assert f'<p class="paginator">{said}</p>' in text
    assert "2023-08-07" in re.findall(r"field-on_from[^>]*>([^<]*)<", text)


@pytest.mark.parametrize(
    ("removed", "page"),
    [
        ("projects/revision/", "/changes/"),
        ("projects/revision/1/change/", "/changes/1/"),
        ("portfolio/apitoken/", "/tokens/"),
    ],
)
def test_a_list_that_was_here_leads_to_its_page(removed, page, province, client_of):
    assert client_of(province).get(f"/admin/{removed}").url == page
