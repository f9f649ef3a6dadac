"""Attempts by workbooks to learn of a hidden project: each kind, from the upload to the undo."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.test import Client
from openpyxl.utils import get_column_letter

from projects.choices import PlausibilityKind, WorkbookKind
from projects.imports.fields import FIELDS
from projects.models import Import
from tests.people import CHANGSHA
from tests.projects.attempts import MOST, Answer, read_answer
from tests.projects.hidden_project import HiddenProject
from tests.projects.workbook_imports.sent import WHY, worked
from tests.projects.workbook_imports.test_by_api import ADDRESS, asked, client_with_token, post


def try_workbooks(user: Any, browser: Client, hidden: HiddenProject) -> Iterator[Answer]:
    """A workbook of each kind, with what is guessed in each of its columns that takes words, on its way from the upload to
    the undo: what each step answers, and what the import shows after it.
    """
    client = client_with_token(user)
    cases = [(kind, guess) for kind in WorkbookKind.values for guess in hidden.guesses.values()]
    for kind, guess in cases[::3]:
        with transaction.atomic():
            heads = [each.label for each in FIELDS[kind].values()]
            rows = [heads, *get_rows(kind, guess)]
            for what, response in try_steps(client, browser, kind, rows):
                yield read_answer(response, what=f"{kind} with {guess}: {what}", typed=guess)
            transaction.set_rollback(True)


def get_rows(kind: str, guess: str) -> Iterator[list[Any]]:
    """A row for each column of words, in which that is guessed; of new projects with sums that are too large."""
    fields = FIELDS[kind].values()
    begun = {"sector": "advanced-computing", "prefecture": CHANGSHA} if kind == WorkbookKind.REGISTER else {}
    for number, column in enumerate(each for each in fields if not each.is_amount and each.name not in begun):
        said = begun | {each.name: MOST // 10_000 for each in fields if each.is_amount}
        said |= {"name_zh": f"新项目{number}", "joined": "2023-07-03", column.name: guess}
        yield [said.get(each.name) for each in fields]


def try_steps(client: Client, browser: Client, kind: str, rows: list[list[Any]]) -> Iterator[tuple[str, Any]]:
    begun = post(client, rows, kind=kind, **({"month": "2023-07"} if kind == WorkbookKind.REPORTS else {}))
    yield "send", begun
    if begun.status_code != 202:
        return
    imported = worked(Import.objects.latest("pk"))
    yield from get_import_pages(client, browser, imported)
    for step, body in {
        "mapping": {"mapping": get_mapping(kind)},
        "choices": {"conflicts": "file"},
        "confirm": {"reason": WHY},
        "confirm/": {"reason": WHY, "confirm": PlausibilityKind.values},  # what is doubted after all
        "undo": {"reason": WHY},
    }.items():
        yield step, asked(client, f"{ADDRESS}{imported.pk}/{step.strip('/')}/", body)
        worked(imported)
        yield from (
            (f"{step}, then {what}", response) for what, response in get_import_pages(client, browser, imported)
        )


def get_mapping(kind: str) -> dict[str, dict[str, str]]:
    """Each column as the field that its head is the label of, sums in 万元."""
    return {
        get_column_letter(number): {"field": each.name} | ({"unit": "万元"} if each.is_amount else {})
        for number, each in enumerate(FIELDS[kind].values(), 1)
    }


def get_import_pages(client: Client, browser: Client, imported: Import) -> Iterator[tuple[str, Any]]:
    own = f"{ADDRESS}{imported.pk}/"
    for address in (own, f"{own}cells/?page_size=500", f"{own}refused/"):
        yield address, client.get(address)
    for address in (f"/imports/{imported.pk}/?lang=en", f"/imports/{imported.pk}/refused.xlsx"):
        yield address, browser.get(address)
