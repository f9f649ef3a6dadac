"""What is asked to see what grows: every page that people open and every address that systems read, once each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.description import read_description
from tests.markup import addresses
from tests.markup.walking import routes_of_people
from tests.pages import PATHS
from tests.pages import read as page_of

BY_LIGHT = ("/projects/?ordering=light", "/projects/?ordering=-gap")
# what an address is asked for beside itself
PAGES = (
    *PATHS,
    *BY_LIGHT,
    "/?programme=2023&through=2023-05&sector=new-display",
    "/projects/?sector=new-display",
    "/projects/?basis=illustrative&ordering=-total_investment",
    "/compare/?since=r20",
    "/rounds/2023-06/",
    "/review/",
    # in another order than the usual one, by which an index might go
    "/problems/?sort=-due",
    "/milestones/?sort=-moved",
    "/compare/?since=r20&sort=-disbursed",
    "/figures/disbursed/?programme=2023&sort=-month_2",
    *(f"/figures/{figure}/?programme=2023" for figure in addresses.SOME_FIGURES),
)
# lists whose heads order them
ORDERED = (
    "/projects/",
    "/attention/?show=all",
    "/problems/?state=all",
    "/milestones/?show=all",
    "/compare/?since=r20",
    "/figures/disbursed/?programme=2023",
    "/rounds/",
    "/league/?by=prefecture",
    "/sectors/energy-electronics/",
)
QUESTIONS = {
    "comparison/": ["since=r20"],
    "explain/": [f"programme=2023&figure={figure}" for figure in addresses.SOME_FIGURES],
    "totals/": ["by=sector", "by=prefecture&total_investment_min=100000000"],
    "projects/": ["sector=new-display&page_size=50", "total_investment_min=100000000", "cursor=&page_size=50"],
    "reports/": ["state=approved&page_size=50"],
    "changes/": ["after=0"],
}
STREAMED = ("projects/?format=csv", "projects/?format=ndjson", "entries/?format=ndjson")


def pages(user: Any) -> list[str]:
    """Each pattern of the URL configuration that has something to show, and each question of PAGES."""
    found = dict.fromkeys(PAGES)
    for route in routes_of_people():
        if not route.pattern.startswith("admin/") or route.name.endswith("_changelist"):
            offered = addresses.filled(route, user)
            # only who made a proposal proposes it again
            found |= dict.fromkeys([address for address in offered if "?proposal=" not in address][-1:])
    return list(found)


def orders(content: Any) -> list[str]:
    """Each order that the heads of a list offer; one of three (`content` reads an address)."""
    found: list[str] = []
    for page in ORDERED:
        path, links = page.partition("?")[0], [anchor.href for anchor in page_of(content(page)).anchors]
        offered = [link.partition("#")[0] for link in links if link.startswith(f"{path}?") and _orders(link)]
        found += list(dict.fromkeys(offered))[::3]
    return found


def _orders(link: str) -> bool:
    return any(part.startswith(("sort", "ordering=")) for part in link.partition("?")[2].split("&"))


def api(ask: Any) -> list[str]:
    """Each GET of the API's description; a record is the first that its list gives (`ask` reads an address as JSON)."""
    found: list[str] = []
    for path, operations in read_description()["paths"].items():
        if "get" in operations and "/files/" not in path:  # of these `files` names some
            found += _asked(path, operations["get"], ask)
    return found


def _asked(path: str, operation: dict[str, Any], ask: Any) -> Iterator[str]:
    before, brace, after = path.partition("{")
    if brace:
        name, _brace, rest = after.partition("}")
        listed = ask(f"{before}?page_size={1 if rest == '/' else 20}")["results"]
        found = [each for each in listed if not rest.startswith("/refused") or each["refused"]]  # else there is no file
        return iter([f"{before}{each[name]}{rest}" for each in found[:1]])
    questions = next((some for end, some in QUESTIONS.items() if path.endswith(f"/{end}")), [""])
    return iter([f"{path}?{question}".removesuffix("?") for question in questions])


def files() -> list[str]:
    """A list that the database writes as text, and one that is written record by record."""
    return [f"/api/v1/{address}" for address in STREAMED]
