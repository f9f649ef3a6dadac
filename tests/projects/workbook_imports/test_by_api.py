"""Imports by API: sent as a form, looked at by pages, confirmed, taken back; errors as everywhere."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from portfolio.models import ApiToken
from projects.models import Import, Project
from tests.projects.api.conftest import messages_by_place
from tests.projects.imports.workbooks.made import xlsx

from .sent import CODE, JULY, REGISTER, WHY, worked

ADDRESS = "/api/v1/imports/"


def client_with_token(user: Any, **more: Any) -> Client:
    _token, secret = ApiToken.objects.create(user=user, **({"scope": "write"} | more))
    return Client(headers={"Authorization": f"Token {secret}", "Accept-Language": "en"})


def post(client: Client, rows: Any, *, kind: str = "register", content: bytes | None = None, **more: Any) -> Any:
    file = SimpleUploadedFile(more.pop("name", "名单.xlsx"), content if content is not None else xlsx(rows))
    return client.post(ADDRESS, {"file": file, "kind": kind, "programme": "2023"} | more)


def asked(client: Client, address: str, body: Any) -> Any:
    return client.post(address, body, content_type="application/json")


def test_a_workbook_goes_its_whole_way(province):
    client = client_with_token(province)
    begun = post(client, [REGISTER, [CODE, None, 5000, 1, None], [None, "新项目", 8, "约", "能源电子"]])
    assert (begun.status_code, begun.json()["state"], begun["Location"]) == (202, "checking", begun.json()["url"])
    url = begun.json()["url"]
    worked(Import.objects.get())
    shown = client.get(url).json()
    assert (shown["state"], shown["counts"]["rows"]["changed"], shown["counts"]["cells"]["refused"]) == ("ready", 1, 1)
    moved = {each["figure"]: (each["after"] or 0) - (each["before"] or 0) for each in shown["effects"]}
    assert (moved["total_investment"], moved["project_count"]) == (50_080_000 - 1_047_340_000, 1)
    refused = client.get(shown["cells"], {"verdict": "refused"}).json()
    assert [(each["address"], bool(each["words"])) for each in refused["results"]] == [("D3", True)]
    pages = client.get(shown["cells"], {"page_size": 2}).json()
    assert (pages["count"], len(pages["results"]), pages["next"] is None) == (7, 2, False)

    assert asked(client, f"{url}confirm/", {"reason": WHY}).status_code == 202
    worked(Import.objects.get())
    shown = client.get(url).json()
    assert (shown["state"], shown["words"]) == ("done", "")
    assert Project.objects.get(code=CODE).total_investment == 50_000_000
    assert client.get(ADDRESS).json()["count"] == 1

    taken_back = asked(client, f"{url}undo/", {"reason": "发错了"})
    assert (taken_back.status_code, taken_back.json()["state"]) == (202, "undoing")
    assert worked(Import.objects.get()).state == client.get(url).json()["state"] == "undone"
    assert Project.objects.get(code=CODE).total_investment == 1_047_340_000
    assert not Project.objects.filter(name_zh="新项目").exists()
    assert asked(client, f"{url}undo/", {"reason": "再来"}).status_code == 409


def test_columns_that_are_not_sure_are_asked(province):
    client = client_with_token(province)
    rows = [["项目编号", "总投资"], [CODE, 5000]]
    url = post(client, rows).json()["url"]
    worked(Import.objects.get())
    shown = client.get(url).json()
    assert (shown["state"], shown["columns"][1]["question"], shown["counts"]) == (
        "needs_mapping",
        "unit",
        shown["counts"],
    )
    wrong = asked(client, f"{url}mapping/", {"mapping": {"A": {"field": "code"}, "B": {"field": "total_investment"}}})
    assert (wrong.status_code, set(messages_by_place(wrong.json()))) == (400, {"B"})
    right = {"A": {"field": "code"}, "B": {"field": "total_investment", "unit": "万元"}}
    assert asked(client, f"{url}mapping/", {"mapping": right}).status_code == 202
    worked(Import.objects.get())
    assert client.get(url).json()["counts"]["cells"]["changed"] == 1
    # and the next table with these heads is read so by itself
    url = post(client, rows).json()["url"]
    assert worked(Import.objects.first()).state == "ready"


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ({"kind": "other"}, "kind"),
        ({"programme": "1999"}, "programme"),
        ({"kind": "reports"}, "month"),
        ({"kind": "reports", "month": "July"}, "month"),
        ({"mapping": "[" * 100_000}, "mapping"),
        ({"mapping": '{"A": 1}'}, "mapping"),
        *(({"mapping": f'{{"A": {{"field": {value}}}}}'}, "mapping") for value in ("NaN", '"\\u0000"')),
        ({"content": b"PK\x03\x04 no workbook"}, "file"),
        ({"name": "a.xls"}, "file"),
        ({"other": "1"}, "other"),
    ],
)
def test_what_cannot_be_is_said_at_its_place_and_nothing_is_kept(province, sent, name):
    answer = post(client_with_token(province), [REGISTER], **sent)
    assert (answer.status_code, set(messages_by_place(answer.json()))) == (400, {name}), answer.json()
    assert not Import.objects.exists()


def test_what_is_no_form_is_refused(province):
    client = client_with_token(province)
    assert asked(client, ADDRESS, {"kind": "register"}).status_code == 415
    broken = client.generic("POST", ADDRESS, b"--x\r\nno form", "multipart/form-data; boundary=")
    assert (broken.status_code, broken.json()["status"]) == (400, 400)


@pytest.mark.permission
def test_who_may_not_is_told_so_and_of_another_s_import_nothing(
    province, changsha_writer, zhuzhou_writer, changsha_reader, analyst
):
    own = Project.objects.filter(prefecture__adcode="430100", basis="illustrative").first()
    url = post(client_with_token(changsha_writer), [JULY, [own.code, 1, None]], kind="reports", month="2023-07").json()[
        "url"
    ]
    worked(Import.objects.get())
    for stranger in (zhuzhou_writer, changsha_reader, analyst):
        client = client_with_token(stranger, scope="write" if stranger == zhuzhou_writer else "read")
        assert client.get(url).status_code == client.get(f"{url}cells/").status_code == 404
        assert client.get(ADDRESS).json()["count"] == 0
    for reader in (changsha_reader, analyst):
        assert post(client_with_token(reader), [REGISTER]).status_code == 403
    assert asked(client_with_token(zhuzhou_writer), f"{url}confirm/", {"reason": WHY}).status_code == 404
    assert client_with_token(province).get(url).status_code == 200
    assert asked(client_with_token(province), f"{url}confirm/", {"reason": WHY}).status_code == 403
    assert post(client_with_token(changsha_writer, scope="read"), [REGISTER]).status_code == 403
    assert Client().get(url).status_code == 401


def test_what_a_preview_asks_is_answered_and_what_is_refused_fetched(province):
    client = client_with_token(province)
    rows = [["项目编号", "版本", "总投资（万元）"], [CODE, "0" * 32, 5000], ["HN-EI-2023-18", None, "约"]]
    url = post(client, rows).json()["url"]
    worked(Import.objects.get())
    shown = client.get(url).json()
    listed = client.get(shown["cells"], {"verdict": "conflicts"}).json()["results"]
    assert [(each["address"], each["question"], each["options"]) for each in listed] == [("C2", "conflict", {})]
    for verdict, count in shown["counts"]["cells"].items():
        assert client.get(shown["cells"], {"verdict": verdict}).json()["count"] == count, verdict

    wrong = asked(client, f"{url}choices/", {"cells": {"C9": "file"}})
    assert (wrong.status_code, set(messages_by_place(wrong.json()))) == (400, {"cells"})
    assert asked(client, f"{url}choices/", {"cells": {"C2": "mine"}}).status_code == 400
    assert asked(client, f"{url}choices/", {"conflicts": "file"}).status_code == 202
    worked(Import.objects.get())
    assert client.get(url).json()["counts"]["cells"]["changed"] == 1

    book = client.get(shown["refused"])
    assert (book.status_code, book.content[:2], "attachment" in book["Content-Disposition"]) == (200, b"PK", True)
    assert asked(client, f"{url}mapping/", {"heads": {"first": 9, "last": 9, "records": 9}}).status_code == 400
