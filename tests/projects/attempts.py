"""Attempts to learn of a hidden project by whatever writes: forms of pages and of the administration, and commands.

The forms, addresses and commands are found by themselves. Each attempt is undone. `api_attempts` and `workbook_attempts` try
the other interfaces.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.core.management import CommandError, call_command, get_commands, load_command_class
from django.db import transaction
from django.test import Client

from projects.models import (
    Claim,
    Import,
    Milestone,
    MonthlyReport,
    Note,
    Problem,
    Project,
    Proposal,
    Revision,
    Webhook,
)
from tests.markup import walking
from tests.markup.addresses import Route, routes
from tests.markup.forms import Control, Form, offers
from tests.projects.hidden_project import HiddenProject

MOST = 499 * 10**9  # CNY, ten times what any other has
IN_YI = "4990"  # as a form asks for it
CHOSEN = ("select", "hidden", "checkbox", "radio")
CODES = ("code", "national_code", "project")
AMOUNTS = ("investment", "revenue", "disburse", "amount", "forecast", "value")


@dataclass(frozen=True)
class Answer:
    """What was sent where, and what came back: headers and text."""

    what: str
    typed: str
    status: int
    text: str


def read_answer(response: Any, *, what: str, typed: Any) -> Answer:
    headers = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
    body = b"".join(response.streaming_content) if response.streaming else response.content
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            body = b" ".join(book.read(name) for name in book.namelist())
    return Answer(what, str(typed), response.status_code, f"{headers}\n{body.decode(errors='replace')}")


# pages and the administration


def try_forms(browser: Client, user: Any, hidden: HiddenProject) -> Iterator[Answer]:
    """Each form of each page that a user sees, with what is guessed in its fields; and each page itself."""
    seen: list[walking.Answered] = []
    for address, form, answers in walking.forms_of_pages(browser, user, language="en", known=set(), by_role=True):
        seen = answers
        for data in list(get_form_guesses(form, hidden))[::6]:
            yield from post_form(browser, address, data)
    for path, answer in seen:
        yield read_answer(answer, what=f"GET {path}", typed=path)


def get_form_guesses(form: Form, hidden: HiddenProject) -> Iterator[dict[str, list[str]]]:
    """What is sent with a form: as it is, names and codes as words beside large amounts, hidden records as choices."""
    first = next(offers(form, known=set()))
    typed = [each.name for each in form.controls if each.is_typed]
    words = [each.name for each in form.controls if each.is_in_words or (each.is_typed and each.name in CODES)]
    sums = [name for name in typed if any(part in name for part in AMOUNTS)]
    yield first
    for guess in hidden.guesses.values():
        yield first | form_values(words, guess) | form_values(sums, IN_YI)
    for amount in (IN_YI, str(MOST), "0.0001"):
        yield first | form_values(sums, amount)
    for records in hidden.records.values():
        yield first | form_values((each.name for each in form.controls if names_records(each)), str(records[0].pk))
    yield first | form_values((each.name for each in form.controls if names_projects(each)), hidden.project.code)


def names_records(control: Control) -> bool:
    """Whether records are chosen by their keys, also where the choices are asked for while somebody types."""
    if control.name.endswith("_FORMS") or control.name == "_opened" or control.kind not in CHOSEN:
        return False
    values = [value for value, _is in control.options if value] or [control.value]
    return all(value.isdecimal() for value in values if value) and (control.kind == "select" or any(values))


def names_projects(control: Control) -> bool:
    """Whether a project is chosen by its code."""
    return control.name == "project" and any(value and not value.isdecimal() for value, _is in control.options)


def form_values(names: Iterable[str], text: str) -> dict[str, list[str]]:
    return {name: [text] for name in names}


def try_hidden_addresses(browser: Client, hidden: HiddenProject) -> Iterator[Answer]:
    """Each page and each form of the administration at the address of a hidden record, asked and posted to."""
    for route in routes():
        if route.parameters and not route.is_of_systems:
            for address in hidden_addresses(route, hidden):
                yield read_answer(browser.get(address), what=f"GET {address}", typed=address)
                guessed = {"name_zh": hidden.guesses["name"], "reason": "x", "action": "accept", "_opened": "1"}
                for data in ({}, guessed, guessed | {"post": "yes", "_opened": str(Revision.objects.newest_number())}):
                    yield from post_form(browser, address, {name: [value] for name, value in data.items()})


def hidden_addresses(route: Route, hidden: HiddenProject) -> list[str]:
    """Fill a route with hidden records. Raises `LookupError` for one of which nobody has said what it is about."""
    if route.pattern.startswith("admin/"):
        if "app_label" in route.parameters or "url" in route.parameters:
            return []
        named = route.pattern.split("/")[1:3]
        models = [each for each in admin.site._registry if each._meta.label_lower == ".".join(named)]
        keys = [record.pk for model in models for record in hidden.records.get(model, ())]
        return [f"/{fill_route(route.pattern, [key])}" for key in keys]
    if route.name in NOT_OF_A_PROJECT:
        return []
    if route.name not in HIDDEN_RECORDS:
        raise LookupError(f"say in HIDDEN_RECORDS of tests/projects/attempts.py what {route.pattern} is about")
    return [f"/{fill_route(route.pattern, values)}" for values in HIDDEN_RECORDS[route.name](hidden)]


def get_keys(model: type[Any]) -> Any:
    return lambda hidden: [[record.pk] for record in hidden.records[model]]


def get_revisions(hidden: HiddenProject) -> list[list[int]]:
    rows = Project.history.filter(id=hidden.project.pk).values_list("revision_id", flat=True)
    return [[number] for number in rows]


HIDDEN_RECORDS: dict[str, Any] = {
    **dict.fromkeys(("project", "propose"), lambda hidden: [[hidden.project.code]]),
    **dict.fromkeys(
        ("report", "report-reopen", "report-submit", "report-withdraw"),
        lambda hidden: [[hidden.project.code, f"2023-{each.month:02}"] for each in hidden.records[MonthlyReport]],
    ),
    "round-row": lambda hidden: [["2023-07", hidden.project.code]],
    "proposal": get_keys(Proposal),
    **dict.fromkeys(("claim-adopt", "claim-withdraw"), get_keys(Claim)),
    "note": get_keys(Note),
    "milestone": get_keys(Milestone),
    "problem": get_keys(Problem),
    **dict.fromkeys(("import", "import-refused", "import-template"), get_keys(Import)),
    **dict.fromkeys(("webhook", "webhook-delete"), get_keys(Webhook)),
    "webhook-skip": lambda hidden: [[record.pk, 1] for record in hidden.records[Webhook]],
    **dict.fromkeys(("revision", "undo"), get_revisions),
}
NOT_OF_A_PROJECT = {
    *("programme", "sector", "prefecture", "chart", "chart-picture", "figure", "token-revoke", "round", "round-drafts"),
}


def fill_route(pattern: str, values: Iterable[Any]) -> str:
    given = iter(values)
    parts = (str(next(given)) if "<" in part else part for part in pattern.removesuffix("$").split("/"))
    return "/".join(parts)


def post_form(browser: Client, address: str, data: Mapping[str, list[str]]) -> Iterator[Answer]:
    cookies = browser.cookies.copy()
    with transaction.atomic():
        response = browser.post(address, data)
        typed = f"{address} {data}"
        yield read_answer(response, what=f"POST {address}", typed=typed)
        if response.status_code == 302 and response["Location"].startswith("/"):
            led = browser.get(response["Location"])
            yield read_answer(led, what=f"POST {address} → {response['Location']}", typed=typed)
        transaction.set_rollback(True)
    browser.cookies = cookies


# commands


def try_commands(user: Any, hidden: HiddenProject) -> Iterator[Answer]:
    """Run each command that is run for a user with what is guessed in each of its options for names and codes."""
    for name, app in get_commands().items():
        if str(app).split(".")[0] not in ("projects", "sectors", "portfolio"):
            continue
        options = load_command_class(app, name).create_parser("manage.py", name)._actions
        if "username" not in {each.dest for each in options}:
            continue
        needed = [NEEDED[each.dest] for each in options if each.required and each.dest != "username"]
        known = {word for each in options for word in each.option_strings}
        for option in sorted(known & {"--label", "--project", "--prefecture", "--address"}):
            for guess in hidden.guesses.values():
                yield run_command(name, user.username, *needed, f"{option}={guess}")


# by the name of an option
NEEDED = {"url": "https://8.8.8.8/hook", "label": "--label=platform", "scope": "--scope=read", "role": "analyst"}


def run_command(name: str, *words: str) -> Answer:
    said, wrong = io.StringIO(), io.StringIO()
    with transaction.atomic():
        try:
            call_command(name, *words, stdout=said, stderr=wrong)
        except CommandError as error:
            wrong.write(str(error))
        transaction.set_rollback(True)
    return Answer(f"manage.py {name}", " ".join(words), 0, f"{said.getvalue()} {wrong.getvalue()}")
