"""What somebody tries who wants to learn of a project that they may not see: at each interface that writes, found by itself.

Each attempt is undone. `Answer` has what was sent and all that came back, headers included.
"""

from __future__ import annotations

import copy
import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.core.management import CommandError, call_command, get_commands, load_command_class
from django.db import transaction
from django.test import Client
from openpyxl.utils import get_column_letter

from projects.choices import PlausibilityKind, WorkbookKind
from projects.imports.workbooks.fields import FIELDS
from projects.models import (
    Claim,
    Enterprise,
    Entry,
    Import,
    Milestone,
    MonthlyReport,
    Note,
    Plan,
    Problem,
    Project,
    Proposal,
    Rating,
    Revision,
    Webhook,
)
from tests.length import some
from tests.markup import walking
from tests.markup.addresses import Route, routes
from tests.markup.forms import Control, Form, offers
from tests.people import CHANGSHA
from tests.projects.api import walks
from tests.projects.api.conftest import System
from tests.projects.hidden_project import HiddenProject
from tests.projects.workbook_imports.sent import WHY, worked
from tests.projects.workbook_imports.test_by_api import ADDRESS, asked, client_with_token, post

MOST, LEAST = 499 * 10**9, 1  # CNY: ten times what any other has, and a slip
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


def answer_to(response: Any, *, what: str, typed: Any) -> Answer:
    headers = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
    body = b"".join(response.streaming_content) if response.streaming else response.content
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            body = b" ".join(book.read(name) for name in book.namelist())
    return Answer(what, str(typed), response.status_code, f"{headers}\n{body.decode(errors='replace')}")


# pages and the administration


def form_attempts(browser: Client, user: Any, hidden: HiddenProject) -> Iterator[Answer]:
    """Each form of each page that a user sees, with what is guessed in its fields; and each page itself."""
    seen: list[walking.Answered] = []
    for address, form, answers in walking.forms_of_pages(browser, user, language="en", known=set(), by_role=True):
        seen = answers
        for data in some(list(form_guesses(form, hidden)), share=0.15):
            yield from posted(browser, address, data)
    for path, answer in seen:
        yield answer_to(answer, what=f"GET {path}", typed=path)


def form_guesses(form: Form, hidden: HiddenProject) -> Iterator[dict[str, list[str]]]:
    """What is sent with a form: as it is, names and codes as words beside large amounts, hidden records as choices."""
    first = next(offers(form, known=set()))
    typed = [each.name for each in form.controls if each.is_typed]
    words = [each.name for each in form.controls if each.is_in_words or (each.is_typed and each.name in CODES)]
    sums = [name for name in typed if any(part in name for part in AMOUNTS)]
    yield first
    for guess in hidden.guesses.values():
        yield first | filled(words, guess) | filled(sums, IN_YI)
    for amount in (IN_YI, str(MOST), "0.0001"):
        yield first | filled(sums, amount)
    for records in hidden.records.values():
        yield first | filled((each.name for each in form.controls if names_records(each)), str(records[0].pk))
    yield first | filled((each.name for each in form.controls if names_projects(each)), hidden.project.code)


def names_records(control: Control) -> bool:
    """Whether records are chosen by their keys, also where the choices are asked for while somebody types."""
    if control.name.endswith("_FORMS") or control.name == "_opened" or control.kind not in CHOSEN:
        return False
    values = [value for value, _is in control.options if value] or [control.value]
    return all(value.isdecimal() for value in values if value) and (control.kind == "select" or any(values))


def names_projects(control: Control) -> bool:
    """Whether a project is chosen by its code."""
    return control.name == "project" and any(value and not value.isdecimal() for value, _is in control.options)


def filled(names: Iterable[str], text: str) -> dict[str, list[str]]:
    return {name: [text] for name in names}


def hidden_address_attempts(browser: Client, hidden: HiddenProject) -> Iterator[Answer]:
    """Each page and each form of the administration at the address of a hidden record, asked and posted to."""
    for route in routes():
        if route.parameters and not route.is_of_systems:
            for address in hidden_addresses(route, hidden):
                yield answer_to(browser.get(address), what=f"GET {address}", typed=address)
                guessed = {"name_zh": hidden.guesses["name"], "reason": "x", "action": "accept", "_opened": "1"}
                for data in ({}, guessed, guessed | {"post": "yes", "_opened": str(Revision.objects.newest_number())}):
                    yield from posted(browser, address, {name: [value] for name, value in data.items()})


def hidden_addresses(route: Route, hidden: HiddenProject) -> list[str]:
    """Fill a route with hidden records. Raises `LookupError` for one of which nobody has said what it is about."""
    if route.pattern.startswith("admin/"):
        if "app_label" in route.parameters or "url" in route.parameters:
            return []
        named = route.pattern.split("/")[1:3]
        models = [each for each in admin.site._registry if each._meta.label_lower == ".".join(named)]
        keys = [record.pk for model in models for record in hidden.records.get(model, ())]
        return [f"/{put(route.pattern, [key])}" for key in keys]
    about = ABOUT.get(route.name)
    if about is None:
        raise LookupError(
            f"say in ABOUT of tests/projects/attempts.py which hidden record {route.pattern} may be about"
        )
    return [f"/{put(route.pattern, values)}" for values in about(hidden)]


def keys_of(model: type[Any]) -> Any:
    return lambda hidden: [[record.pk] for record in hidden.records[model]]


def hidden_revisions(hidden: HiddenProject) -> list[list[int]]:
    rows = Project.history.filter(id=hidden.project.pk).values_list("revision_id", flat=True)
    return [[number] for number in rows]


ABOUT: dict[str, Any] = {
    **dict.fromkeys(("project", "propose"), lambda hidden: [[hidden.project.code]]),
    **dict.fromkeys(
        ("report", "report-reopen"),
        lambda hidden: [[hidden.project.code, f"2023-{each.month:02}"] for each in hidden.records[MonthlyReport]],
    ),
    "round-row": lambda hidden: [["2023-07", hidden.project.code]],
    "proposal": keys_of(Proposal),
    **dict.fromkeys(("claim-adopt", "claim-withdraw"), keys_of(Claim)),
    "note": keys_of(Note),
    "milestone": keys_of(Milestone),
    "problem": keys_of(Problem),
    **dict.fromkeys(("import", "import-refused", "import-template"), keys_of(Import)),
    **dict.fromkeys(("webhook", "webhook-delete"), keys_of(Webhook)),
    "webhook-skip": lambda hidden: [[record.pk, 1] for record in hidden.records[Webhook]],
    **dict.fromkeys(("revision", "undo"), hidden_revisions),
    # about no record of a project
    **dict.fromkeys(
        (
            "programme",
            "sector",
            "prefecture",
            "chart",
            "chart-picture",
            "figure",
            "token-revoke",
            "round",
            "round-drafts",
        ),
        lambda _: [],
    ),
}


def put(pattern: str, values: Iterable[Any]) -> str:
    given = iter(values)
    parts = (str(next(given)) if "<" in part else part for part in pattern.removesuffix("$").split("/"))
    return "/".join(parts)


def posted(browser: Client, address: str, data: Mapping[str, list[str]]) -> Iterator[Answer]:
    cookies = browser.cookies.copy()
    with transaction.atomic():
        response = browser.post(address, data)
        typed = f"{address} {data}"
        yield answer_to(response, what=f"POST {address}", typed=typed)
        if response.status_code == 302 and response["Location"].startswith("/"):
            led = browser.get(response["Location"])
            yield answer_to(led, what=f"POST {address} → {response['Location']}", typed=typed)
        transaction.set_rollback(True)
    browser.cookies = cookies


# the API


@dataclass
class ApiAttempts:
    """Each operation of the description that writes: its example about a record of one's own, each member of it guessed."""

    system: System
    hidden: HiddenProject
    own: Mapping[str, Any]  # by the name of a member
    operations: dict[str, dict[str, Any]] = field(init=False)
    schemas: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        description = json.loads((settings.BASE_DIR / "docs/openapi.json").read_text("utf-8"))
        self.schemas = description["components"]["schemas"]
        self.operations = {
            each["operationId"]: each | {"path": path, "method": method}
            for path, methods in description["paths"].items()
            for method, each in methods.items()
            if method != "get"
        }

    def answers(self) -> Iterator[Answer]:
        cases = [(name, path, body) for name in self.operations for path, body in self.calls(name)]
        for name, path, body in some(cases, of=lambda case: case[:2]):
            yield from self.sent(name, path, body)

    def calls(self, name: str) -> Iterator[tuple[str, Any]]:
        """Where an operation is called with what: guesses at a record of one's own, the example at a hidden one."""
        own, *others = self.paths(name)
        bodies = list(self.bodies(name))
        yield from ((own, body) for body in bodies)
        yield from ((path, bodies[0]) for path in others)

    def paths(self, name: str) -> list[str]:
        """The address of an operation: at a record of one's own, and at each hidden one."""
        path = self.operations[name]["path"].removeprefix("/api/v1")
        before, brace, after = path.partition("{")
        if not brace:
            return [path]
        collection, (_key, _brace, rest) = before.strip("/"), after.partition("}")
        if collection not in COLLECTIONS:
            raise LookupError(f"say in COLLECTIONS of tests/projects/attempts.py which records {path} is about")
        model = COLLECTIONS[collection]
        keys = [record.code if model is Project else record.pk for record in self.hidden.records.get(model, ())]
        seen = self.system.get(f"/{collection}/", page_size=1).data["results"]
        own = [each.get("code", each.get("kind")) if "id" not in each else each["id"] for each in seen]
        own = [each["year"] for each in seen] if collection == "programmes" else own
        return [f"{before}{key}{rest}" for key in [*own, *keys[:1]]]

    def bodies(self, name: str) -> Iterator[Any]:
        operation = self.operations[name]
        if "application/json" not in operation.get("requestBody", {}).get("content", {}):
            yield {}  # nothing is sent, or a file: see the imports
            return
        begun = self.about_own(walks._body(name, self.operations))
        yield begun
        for place in places(begun):
            yield from self.guessed(begun, place)
        for member in self.members(operation):
            yield from self.guessed(begun, (*first_record(begun), member))

    def members(self, operation: Mapping[str, Any]) -> list[str]:
        """What the description has beside the example."""
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        found = self.schemas[schema["$ref"].rpartition("/")[2]]
        if "records" in (properties := found.get("properties", {})):
            found = self.schemas[properties["records"]["items"]["$ref"].rpartition("/")[2]]
        return list(found.get("properties", {}))

    def guessed(self, body: Any, place: tuple[Any, ...]) -> Iterator[Any]:
        """The body with other values at one place: what may be guessed there, keys of hidden records, sums of any size."""
        member = str(place[-1])
        for guess in self.guesses_of(member):
            changed = copy.deepcopy(body)
            target = changed
            for step in place[:-1]:
                target = target[step]
            target[place[-1]] = guess
            if "investment" in member:
                target["total_investment_reported_by"] = "x"
            yield changed

    def guesses_of(self, member: str) -> list[Any]:
        if member in REFERRED:
            return [self.hidden.records[REFERRED[member]][0].pk]
        if member.startswith(("code", "national", "name", "project", "value")):
            return [*self.hidden.guesses.values(), *([MOST] if member == "value" else [])]
        return [MOST, LEAST] if any(part in member for part in AMOUNTS) else [self.hidden.guesses["name"]]

    def about_own(self, body: Any) -> Any:
        """The example about records of one's own."""
        if isinstance(body, dict):
            return {name: self.own.get(name, self.about_own(value)) for name, value in body.items()}
        return [self.about_own(each) for each in body] if isinstance(body, list) else body

    def sent(self, name: str, path: str, body: Any) -> Iterator[Answer]:
        with transaction.atomic():
            send = getattr(self.system, self.operations[name]["method"])
            response = send(path, body)
            yield answer_to(response, what=f"{name} {path}", typed=f"{path} {json.dumps(body, ensure_ascii=False)}")
            transaction.set_rollback(True)


REFERRED = {"entry": Entry, "report": MonthlyReport, "enterprise": Enterprise, "id": Claim}  # by the name of a member
COLLECTIONS: dict[str, Any] = {
    "claims": Claim,
    "entries": Entry,
    "milestones": Milestone,
    "notes": Note,
    "problems": Problem,
    "projects": Project,
    "proposals": Proposal,
    "reports": MonthlyReport,
    "imports": Import,
    "plans": Plan,
    "ratings": Rating,
    **dict.fromkeys(("light-rules", "plausibility-rules", "programmes", "rounds")),  # not of a project
}


def places(body: Any, before: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where texts and numbers stand in a body."""
    parts = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    for step, value in parts:
        if isinstance(value, dict | list):
            yield from places(value, (*before, step))
        else:
            yield (*before, step)


def first_record(body: Any) -> tuple[Any, ...]:
    return ("records", 0) if "records" in body else ()


# workbooks


def workbook_attempts(user: Any, browser: Client, hidden: HiddenProject) -> Iterator[Answer]:
    """A workbook of each kind, with what is guessed in each of its columns that takes words, on its way from the upload to
    the undo: what each step answers, and what the import shows after it.
    """
    client = client_with_token(user)
    cases = [(kind, guess) for kind in WorkbookKind.values for guess in hidden.guesses.values()]
    for kind, guess in some(cases, of=lambda case: case):
        with transaction.atomic():
            heads = [each.label for each in FIELDS[kind].values()]
            rows = [heads, *guessing_rows(kind, guess)]
            for what, response in whole_way(client, browser, kind, rows):
                yield answer_to(response, what=f"{kind} with {guess}: {what}", typed=guess)
            transaction.set_rollback(True)


def guessing_rows(kind: str, guess: str) -> Iterator[list[Any]]:
    """A row for each column of words, in which that is guessed; of new projects with sums that are too large."""
    fields = FIELDS[kind].values()
    begun = {"sector": "advanced-computing", "prefecture": CHANGSHA} if kind == WorkbookKind.REGISTER else {}
    for number, column in enumerate(each for each in fields if not each.is_amount and each.name not in begun):
        said = begun | {each.name: MOST // 10_000 for each in fields if each.is_amount}
        said |= {"name_zh": f"新项目{number}", "joined": "2023-07-03", column.name: guess}
        yield [said.get(each.name) for each in fields]


def whole_way(client: Client, browser: Client, kind: str, rows: list[list[Any]]) -> Iterator[tuple[str, Any]]:
    begun = post(client, rows, kind=kind, **({"month": "2023-07"} if kind == WorkbookKind.REPORTS else {}))
    yield "send", begun
    if begun.status_code != 202:
        return
    imported = worked(Import.objects.latest("pk"))
    yield from shown(client, browser, imported)
    for step, body in {
        "mapping": {"mapping": mapping_of(kind)},
        "choices": {"conflicts": "file"},
        "confirm": {"reason": WHY},
        "confirm/": {"reason": WHY, "confirm": PlausibilityKind.values},  # what is doubted after all
        "undo": {"reason": WHY},
    }.items():
        yield step, asked(client, f"{ADDRESS}{imported.pk}/{step.strip('/')}/", body)
        worked(imported)
        yield from ((f"{step}, then {what}", response) for what, response in shown(client, browser, imported))


def mapping_of(kind: str) -> dict[str, dict[str, str]]:
    """Each column as the field that its head is the label of, sums in 万元."""
    return {
        get_column_letter(number): {"field": each.name} | ({"unit": "万元"} if each.is_amount else {})
        for number, each in enumerate(FIELDS[kind].values(), 1)
    }


def shown(client: Client, browser: Client, imported: Import) -> Iterator[tuple[str, Any]]:
    own = f"{ADDRESS}{imported.pk}/"
    for address in (own, f"{own}cells/?page_size=500", f"{own}refused/"):
        yield address, client.get(address)
    for address in (f"/imports/{imported.pk}/?lang=en", f"/imports/{imported.pk}/refused.xlsx"):
        yield address, browser.get(address)


# commands


def command_attempts(user: Any, hidden: HiddenProject) -> Iterator[Answer]:
    """Each command that is run for a user, with what is guessed in each of its options that takes a text."""
    for name, app in get_commands().items():
        if not isinstance(app, str) or app.split(".")[0] not in ("projects", "sectors", "portfolio"):
            continue
        command = load_command_class(app, name)
        parser = command.create_parser("manage.py", name)
        if not any(each.dest == "username" for each in parser._actions):
            continue
        needed = {
            each.dest: MEANT.get(each.dest, "x") for each in parser._actions if each.required or not each.option_strings
        }
        for each in parser._actions:
            if (
                each.option_strings
                and each.nargs != 0
                and each.type is None
                and each.choices is None
                and each.dest in FREE
            ):
                for guess in hidden.guesses.values():
                    yield called(name, needed | {"username": user.username, each.dest: guess})


MEANT = {"url": "https://8.8.8.8/hook", "label": "platform", "scope": "read"}
FREE = ("label", "project", "prefecture", "address")


def called(name: str, options: Mapping[str, Any]) -> Answer:
    """What a command answers; where an option may be repeated it is given once."""
    positional = [options[each] for each in ("username", "url") if each in options]
    words = [f"--{each}={value}" for each, value in options.items() if each not in ("username", "url")]
    out, wrong = io.StringIO(), io.StringIO()
    with transaction.atomic():
        try:
            call_command(name, *positional, *words, stdout=out, stderr=wrong)
        except CommandError as error:
            wrong.write(str(error))
        transaction.set_rollback(True)
    return Answer(f"manage.py {name}", str(options), 0, f"{out.getvalue()} {wrong.getvalue()}")
