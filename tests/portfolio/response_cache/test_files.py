"""Whoever has a file and asks again whether it changed is told so without it, whichever way the question is put."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import models

from projects.models import Claim, Milestone, MonthlyReport, Problem, Project
from sectors.models import Sector

from .asking import Site
from .test_wsgi import write

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("a_while_later")]

FILE = "/api/v1/projects/?format="
FORMS = ("ndjson", "csv", "xlsx")
# what a 304 repeats of the answer that it stands for (RFC 9110, 15.4.5)
REPEATED = ("ETag", "Last-Modified", "Vary", "Cache-Control", "Content-Language")


def asked_again(file: Any) -> list[dict[str, str]]:
    """The conditions that are met by whoever has the file."""
    tag = file.headers["ETag"]
    strong = tag.removeprefix("W/")
    since = file.headers["Last-Modified"]
    return [
        *({"If_None_Match": value} for value in (tag, strong, f'"other", {strong}', "*")),
        {"If_Modified_Since": since},
        {"If_None_Match": tag, "If_Modified_Since": "Sat, 01 Jan 2000 00:00:00 GMT"},
    ]


@pytest.mark.parametrize("form", FORMS)
def test_a_file_that_has_not_changed_is_not_sent_again(site: Site, token: str, form: str) -> None:
    file = site.ask(FILE + form, token)
    assert file.data
    asked = site.django.asked
    for condition in asked_again(file):
        unchanged(file, site.ask(FILE + form, token, **condition))
    assert site.django.asked == asked
    for condition in asked_again(file):  # another process of the site, which has sent no file yet
        unchanged(file, Site().ask(FILE + form, token, **condition))


def unchanged(file: Any, again: Any) -> None:
    assert (again.status_code, again.data) == (304, b"")
    assert [again.headers[name] for name in REPEATED] == [file.headers[name] for name in REPEATED]
    assert "Content-Type" not in again.headers
    assert again.headers["X-Request-ID"] != file.headers["X-Request-ID"]


@pytest.mark.parametrize("form", FORMS)
def test_a_file_is_sent_to_whoever_has_another(site: Site, token: str, form: str) -> None:
    file = site.ask(FILE + form, token)
    assert file.data
    since = file.headers["Last-Modified"]
    for condition in (
        {"If_None_Match": '"other"'},
        {"If_None_Match": '"other"', "If_Modified_Since": since},
        {"If_Modified_Since": "Sat, 01 Jan 2000 00:00:00 GMT"},
    ):
        again = site.ask(FILE + form, token, **condition)
        assert again.status_code == 200
        assert again.data
    write()
    changed = site.ask(FILE + form, token, If_None_Match=file.headers["ETag"])
    assert changed.status_code == 200
    assert changed.data
    assert changed.headers["ETag"] != file.headers["ETag"]


@pytest.mark.parametrize("form", FORMS)
def test_a_file_that_must_still_be_the_same_and_is_not_is_refused(site: Site, token: str, form: str) -> None:
    """RFC 9110, 13.1.1 and 13.1.4; its own tag is weak, and so is no match."""
    file = site.ask(FILE + form, token)
    assert file.data
    for stale in (
        {"If_Match": '"other"'},
        {"If_Match": file.headers["ETag"]},
        {"If_Unmodified_Since": "Sat, 01 Jan 2000 00:00:00 GMT"},
    ):
        refused = site.ask(FILE + form, token, **stale)
        assert (refused.status_code, refused.data, refused.headers["Content-Length"]) == (412, b"", "0")
        assert refused.headers["ETag"] == file.headers["ETag"]
    for same in ({"If_Match": "*"}, {"If_Unmodified_Since": file.headers["Last-Modified"]}):
        again = site.ask(FILE + form, token, **same)
        assert again.status_code == 200
        assert again.data


def changed_by_sql(model: type[models.Model], **values: Any) -> None:
    first = models.QuerySet(model).order_by("pk").first()
    assert first is not None
    assert models.QuerySet(model).filter(pk=first.pk).update(**values)


@pytest.mark.parametrize("query", ["", "&as_of=r1", "&programme=2023&ordering=-disbursed"])
def test_a_file_stays_the_same_until_something_changes_that_it_is_read_from(site: Site, token: str, query: str) -> None:
    path = f"{FILE}csv{query}"
    file = site.ask(path, token)
    assert file.data
    for model, values in ((Milestone, {"name_en": "elsewhere"}), (Problem, {"description": "elsewhere"})):
        changed_by_sql(model, **values)
        for condition in asked_again(file):
            unchanged(file, site.ask(path, token, **condition))
    for model, values in (
        (Project, {"name_en": "renamed"}),
        (Claim, {"scope_en": "of another year"}),
        (MonthlyReport, {"disbursed": 7}),
        (Sector, {"name_en": "renamed too"}),
    ):
        changed_by_sql(model, **values)
        again = site.ask(path, token, If_None_Match=file.headers["ETag"])
        assert again.data, model
        assert again.headers["ETag"] != file.headers["ETag"]
        file = again


def test_records_put_in_full_are_read_from_everything(site: Site, token: str) -> None:
    path = f"{FILE}ndjson&expand=sector"
    file = site.ask(path, token)
    assert file.data
    unchanged(file, site.ask(path, token, If_None_Match=file.headers["ETag"]))
    changed_by_sql(Milestone, name_en="elsewhere")
    assert site.ask(path, token, If_None_Match=file.headers["ETag"]).data


def test_what_is_wrong_is_said_whatever_the_condition(site: Site, token: str) -> None:
    assert site.ask(f"{FILE}csv&kind=ship", token, If_None_Match="*").status_code == 400
    assert site.ask(f"{FILE}csv", "0" * 64, If_None_Match="*").status_code == 401


def test_the_head_of_a_file_is_unchanged_for_whoever_has_the_file(site: Site, token: str) -> None:
    file = site.ask(f"{FILE}csv", token)
    assert file.data
    headers = {"Authorization": f"Token {token}", "If-None-Match": file.headers["ETag"]}
    assert site.browser().head(f"{FILE}csv", headers=headers).status_code == 304
