"""Where tables are sent: what is asked, what is refused beside its field, and who sees whose imports."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from projects.models import Import
from projects.models.workbook_import import LIFETIME
from tests.pages import opened, read
from tests.projects.imports.workbooks.made import xlsx
from tests.projects.workbook_imports.sent import CODE, REGISTER, sent

OF_LIST = {"kind": "register", "programme": "2023", "month": ""}
ROWS: list[list[Any]] = [REGISTER, [CODE, None, 5000, None, None]]


def file_of(rows: Any = ROWS, name: str = "名单.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, xlsx(rows))


def test_a_file_that_is_sent_leads_to_its_own_page(client_of, changsha_writer):
    answer = client_of(changsha_writer).post("/imports/", OF_LIST | {"file": file_of()})
    found = Import.objects.get()
    assert (answer.status_code, answer.url.partition("?")[0]) == (302, f"/imports/{found.pk}/")
    assert (found.user, found.kind, found.month, found.name) == (changsha_writer, "register", None, "名单.xlsx")


def test_a_table_that_is_pasted_is_sent_like_a_file(client_of, changsha_writer):
    pasted = f"项目编号\t7月完成投资（万元）\n{CODE}\t12\n"
    said = {"kind": "reports", "programme": "2023", "month": "2023-07", "pasted": pasted}
    assert client_of(changsha_writer).post("/imports/", said).status_code == 302
    found = Import.objects.get()
    assert (found.kind, found.month, bytes(found.file.content).decode()) == ("reports", 7, pasted)


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ({}, "i-file"),
        ({"pasted": "项目编号\n1"} | {"file": "both"}, "i-file"),
        ({"kind": "reports", "pasted": "a\n1"}, "i-month"),
        ({"kind": "reports", "month": "2023-07", "programme": "2022", "pasted": "a\n1"}, "i-month"),
        ({"file": "no table"}, "i-file"),
        ({"pasted": "{\\rtf1 a table}"}, "i-pasted"),
    ],
)
def test_what_cannot_be_sent_is_said_beside_its_field_and_what_was_typed_stays(client_of, changsha_writer, said, place):
    files = {"both": file_of(), "no table": SimpleUploadedFile("名单.xlsx", b"%PDF-1.7")}
    posted = OF_LIST | {name: files.get(value, value) for name, value in said.items()}
    answer = client_of(changsha_writer).post("/imports/", posted)
    page = read(answer.content)
    errors = [attributes for _tag, attributes in page.elements if attributes.get("id") == f"{place}_error"]
    assert (answer.status_code, len(errors), Import.objects.count()) == (422, 1, 0)
    assert said.get("pasted", "") in answer.content.decode()


def test_the_empty_page_says_what_can_be_sent_and_offers_workbooks_to_fill_in(client_of, changsha_writer):
    page = opened(client_of(changsha_writer), "/imports/", lang="en")
    assert "Nothing sent yet" in page.text
    templates = [each.href for each in page.anchors if each.href.startswith("/imports/template.xlsx?")]
    assert len(templates) == 3, "also the next list, begun from this one"
    for address in templates:
        assert client_of(changsha_writer).get(address).status_code == 200


@pytest.mark.permission
def test_each_sees_own_imports_and_the_province_all(client_of, changsha_writer, zhuzhou_writer, province):
    found = sent(changsha_writer, ROWS)
    seen = {
        user: (
            f"/imports/{found.pk}/" in client_of(user).get("/imports/").content.decode(),
            client_of(user).get(f"/imports/{found.pk}/").status_code,
        )
        for user in (changsha_writer, zhuzhou_writer, province)
    }
    assert seen == {changsha_writer: (True, 200), zhuzhou_writer: (False, 404), province: (True, 200)}


def test_who_writes_nothing_sends_nothing(client_of, client, changsha_reader):
    reader = client_of(changsha_reader)
    assert reader.get("/imports/").status_code == 403
    assert reader.post("/imports/", OF_LIST | {"file": file_of()}).status_code == 403
    assert client.get("/imports/").url.startswith("/login/")
    assert not Import.objects.exists()


@pytest.mark.permission
def test_only_who_sent_it_goes_on_with_it(client_of, changsha_writer, province):
    found = sent(changsha_writer, ROWS)
    answer = client_of(province).post(f"/imports/{found.pk}/", {"action": "confirm", "reason": "ja"})
    assert answer.status_code == 403
    page = opened(client_of(province), f"/imports/{found.pk}/")
    assert "confirm" not in [attributes.get("value") for tag, attributes in page.elements if tag == "button"]


def test_one_that_nobody_confirmed_in_time_says_so(client_of, province):
    found = sent(province, ROWS)
    Import.objects.update(expires_at=found.created_at - LIFETIME)
    client = client_of(province)
    assert "can no longer be written" in opened(client, f"/imports/{found.pk}/", lang="en").text
    answer = client.post(f"/imports/{found.pk}/", {"action": "confirm", "reason": "late"})
    assert answer.status_code == 409
    assert "expired" in answer.content.decode()
