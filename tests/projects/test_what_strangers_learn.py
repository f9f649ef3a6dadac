"""What is not public is nothing to a stranger: two registers that differ in it alone are answered alike, wherever is asked.

That a report is in, and late, is public (a bureau is not called missing whose report waits); what it says is not before it
is approved. What is written but not handed in, given back, noted or proposed is not public at all. Each address that can
be read is asked with each value of each filter, in one world and then in the other. In the short form each path is asked,
with half of what it can be asked, and all that says whose report is in; with less on PostgreSQL, where the same decides.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Collection, Iterator
from itertools import chain
from typing import Any

import pytest
from django.db import transaction

from projects.api.filters import get_filter_parameters
from projects.api.parameters import Parameter
from projects.api.urls import VIEWSETS
from projects.choices import ReportPart
from projects.history.revisions import create_revision
from projects.models import Note, Revision
from projects.pages.report_sheet.sheet_filter import PART
from projects.totals.filters import FIGURE_CHOICES, ProjectFilterSet
from projects.workflows import reporting
from tests.description import get_parameters, read_description
from tests.markup import addresses
from tests.markup.walking import routes_of_people
from tests.pages import PATHS
from tests.projects.models.reports_made import CHANGSHA_CODE, YI, drafted, entry_of
from tests.projects.workflows.proposals_made import proposed

WORD = "绝密"
LITTLE, MUCH = 3 * YI + 7, 9 * YI + 7
OPEN = "programme=2023&through=2023-07"
# what is different in each answer, whoever asks
OF_EACH = re.compile(
    rb"""(name="(?:csrfmiddlewaretoken|opened_by)"\ value=")[^"]*
    |[0-9]{4}-[0-9]{2}-[0-9]{2}(?:</span>)?[T ][0-9:.]+(?:Z|\+[0-9:]+)?""",
    re.VERBOSE,
)
# values of the parameters that name none: such as would find, or part, what is hidden
VALUES: dict[str, tuple[str, ...]] = {
    "programme": ("2023", "2022"),
    "month": ("2023-07",),
    "through": ("2023-07",),
    "outstanding_in": ("2023-07",),
    "not_submitted_in": ("2023-07",),
    "search": (WORD,),
    "project": (CHANGSHA_CODE,),
    "code": (CHANGSHA_CODE,),
    "prefecture": ("430100",),
    "sector": ("advanced-computing",),
    "source": ("none",),
    "enterprise": ("none",),
    "year": ("2023",),
    "position": (),
    "after": ("1",),
    "since": ("r1",),
    "as_of": ("r1",),
}
SAYS_WHO_REPORTED = re.compile("round|reports_|compar|submitted|outstanding|gaps")
LOOKED_THROUGH = ("/projects/", "/reports/", "/entries/")
ALWAYS = {"/comparison/": "since=r1", "/explain/": "figure=disbursed"}
SKIPPED = {"fields", "lang", "page", "page_size", "cursor", "effects_page", "source_province", "report", "projects"}
OF_SCOPE = {"programme", "month", "through"}  # of these each address says one already
SKIPPED |= OF_SCOPE
SKIPPED |= {"format", "transferred", "kind", "basis", "status"}
MONTHS, AMOUNTS, DAYS = ("2023-07",), (str(6 * YI),), ("2023-08-01",)


# worlds: each is one revision that nobody may see anything of


def nothing(author: Any, _reviewer: Any) -> None:
    with create_revision():
        Note(figure="total_investment", programme=entry_of().programme, author=author, text="x").save()


def a_draft(_author: Any, _reviewer: Any) -> None:
    with create_revision():
        drafted(disbursed=LITTLE, stage="trial", started_on="2023-07-03", forecast=MUCH, problems=WORD, contact=WORD)


def a_returned_one(author: Any, reviewer: Any) -> None:
    with create_revision():
        [report] = reporting.submit([drafted(disbursed=LITTLE, stage="trial", progress=WORD)], user=author)
        reporting.send_back([report], user=reviewer, comment=WORD)


def submitted(author: Any, **more: Any) -> None:
    with create_revision():
        content = {"disbursed": LITTLE, "forecast": YI, "contact": "x"} | more
        reporting.submit([drafted(**content)], user=author)


def one_thing(author: Any, _reviewer: Any) -> None:
    submitted(author)


def another_thing(author: Any, _reviewer: Any) -> None:
    submitted(
        author,
        disbursed=MUCH,
        stage="trial",
        started_on="2023-07-03",
        forecast=MUCH,
        progress=WORD,
        problems=WORD,
        reason=WORD,
        measure=WORD,
        contact=WORD,
        enterprises_attracted=3,
    )


def noted_and_proposed(author: Any, _reviewer: Any) -> None:
    with create_revision():
        Note(project=entry_of().project, programme=entry_of().programme, author=author, text=WORD).save()
        proposed(author, code=CHANGSHA_CODE, reason=WORD)


PAIRS: dict[str, tuple[Callable[..., None], Callable[..., None]]] = {
    "a draft": (nothing, a_draft),
    "one that was given back": (nothing, a_returned_one),
    "what one says that waits": (one_thing, another_thing),
    "what is noted and proposed": (nothing, noted_and_proposed),
}


@pytest.fixture(autouse=True)
def quiet():
    """What is refused is logged, hundreds of times."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def values_of(parameter: Parameter) -> tuple[str, ...]:
    name, schema = parameter.name.removeprefix("project_"), parameter.schema
    if name in SKIPPED:
        return ()
    if schema.get("enum"):
        return tuple(str(each) for each in schema["enum"] if name != "format" or each != "xlsx")
    if schema["type"] == "boolean":
        return "true", "false"
    if name in VALUES:
        return VALUES[name]
    if name.endswith(("_min", "_max")):
        whole = schema.get("type") == "integer" or "pattern" not in schema
        return AMOUNTS if whole else MONTHS if "month" in name else DAYS
    return ()


def api(ask: Callable[[str], Any]) -> Iterator[str]:
    """Each GET of the description, and with each value of each parameter; a record is any of the first of its list.

    The short form asks at lists of projects, reports and entries, and of each filter of projects at one of them.
    """
    description = read_description()
    known: set[tuple[str, str]] = set()
    for path, operations in description["paths"].items():
        if "get" not in operations:
            continue
        month = (
            f"&{OPEN}"
            if any(each["name"] == "through" for each in get_parameters(description, operations["get"]))
            else ""
        )
        for address in _filled(path, ask):
            yield address + month
            if path.endswith(LOOKED_THROUGH):
                view = VIEWSETS[path.split("/")[-2]]
                filters = [*get_filter_parameters(view.filterset_class, view.model), *view.list_parameters]
                yield from (f"{address}&{name}={value}{month}" for name, value in _pairs(filters, known))


def _pairs(parameters: list[Parameter], known: set[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for each in parameters:
        for value in values_of(each):
            pair = (each.name.removeprefix("project_"), value)
            if pair not in known:
                yield each.name, value
            if pair[0] in ProjectFilterSet.base_filters:
                known.add(pair)


def _filled(path: str, ask: Callable[[str], Any]) -> list[str]:
    before, brace, rest = path.partition("{")
    if not brace:
        return [f"{path}?{next((query for end, query in ALWAYS.items() if path.endswith(end)), 'lang=en')}"]
    name, _brace, after = rest.partition("}")
    listed = ask(f"{before}?page_size=2").get("results", [])
    keys = [each[name] for each in listed] + ([CHANGSHA_CODE] if before.endswith("/projects/") else [])
    return [f"{before}{key}{after}?lang=en" for key in keys]


def pages() -> Iterator[str]:
    """Each page, as it is and of the open month; the lists of projects by each figure's filters, each figure's own page."""
    for route in routes_of_people():
        if not route.pattern.startswith("admin/") and route.name != "propose":  # which is for whoever proposes
            yield from (f"{each}{'&' if '?' in each else '?'}lang=en" for each in addresses.filled(route, None))
    for path in PATHS:
        yield f"{path}{'&' if '?' in path else '?'}{OPEN}"
    yield from (f"/figures/{figure}/?{OPEN}" for figure, _label in FIGURE_CHOICES)
    yield from (
        f"/{page}/?{OPEN}&format=csv" for page in ("projects", "attention", "rounds", "rounds/2023-07", "problems")
    )
    yield from (f"/rounds/2023-07/?{PART}={part}" for part in ReportPart.values)
    yield "/proposals/1/"
    yield from (f"/search/?search={WORD}", f"/projects/?search={WORD}")
    yield from (f"/compare/?since=r1&{OPEN}", "/figures/disbursed/?since=r1", "/changes/?kind=monthlyreport")
    yield f"/attention/?show=all&{OPEN}&sort=-disbursed"


def answers(client: Any, asked: Iterator[str]) -> Iterator[tuple[str, tuple[int, bytes]]]:
    for address in asked:
        answer = client.get(address, headers={"Accept-Language": "en"})
        client.cookies.clear()
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        yield address, (answer.status_code, OF_EACH.sub(rb"\1", body))


def apart(one: tuple[int, bytes], other: tuple[int, bytes]) -> str:
    """Where two answers part, and what they say there."""
    if one[0] != other[0]:
        return f"{one[0]} | {other[0]}"
    same = (number for number, pair in enumerate(zip(one[1], other[1], strict=False)) if pair[0] != pair[1])
    place = next(same, min(len(one[1]), len(other[1])))
    around = slice(max(place - 60, 0), place + 40)
    return f"{one[1][around].decode(errors='replace')} | {other[1][around].decode(errors='replace')}"


@pytest.fixture
def told_in(public_read, changsha_writer, province, client):
    """What a stranger is told in a world, by address, `among` these or a sample of its own. Nothing of the world stays."""

    def told(world: Callable[..., None], among: Collection[str] = ()) -> dict[str, Any]:
        with transaction.atomic():
            world(changsha_writer, province)
            newest = Revision.objects.order_by("-number").values_list("number", flat=True)[0]
            ask = lambda address: client.get(address).json()  # noqa: E731
            past = (
                f"/api/v1/projects/{CHANGSHA_CODE}/?as_of=r{newest}&{OPEN}",
                f"/figures/disbursed/?as_of=r{newest}&{OPEN}",
            )
            every = [*chain(api(ask), pages())]
            taken = {*(among or _drawn(every))}
            found = dict(answers(client, iter([*(each for each in every if each in taken), *past])))
            transaction.set_rollback(True)
        return found

    return told


def _drawn(every: list[str]) -> list[str]:
    """One of each path, every second address, and all of what says whose report is in."""
    return [*{_path(each): each for each in every}.values(), *every[::2]] + [
        each for each in every if SAYS_WHO_REPORTED.search(each)
    ]


def _path(address: str) -> tuple[str]:
    return (address.partition("?")[0],)


def _betrayed(one: dict[str, Any], other: dict[str, Any]) -> dict[str, str]:
    """The addresses that are answered in another way, and where the answers part."""
    assert len(one.keys() & other.keys()) > len(one) * 3 / 4
    return {path: apart(one[path], other[path]) for path in one if path in other and one[path] != other[path]}


def test_a_stranger_is_told_the_same_whatever_is_not_public(told_in):
    told = {nothing: told_in(nothing)}
    told |= {world: told_in(world, told[nothing]) for pair in PAIRS.values() for world in pair if world is not nothing}
    betrayed = {name: _betrayed(told[other], told[one]) for name, (one, other) in PAIRS.items()}
    assert not any(betrayed.values()), "\n".join(
        f"{name}: {path}: {where}" for name, found in betrayed.items() for path, where in found.items()
    )
    for found in told.values():
        assert len([status for status, _body in found.values() if status == 200]) > len(found) * 3 / 4
    # the control: that a report is in is public, and seen where it is asked for
    assert len(_betrayed(told[nothing], told[one_thing])) > 10
