"""Every address of the site, found from its URL configuration, and filled in from what the database holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.contrib import admin
from django.urls import URLPattern, get_resolver

from portfolio.models import ApiToken
from portfolio.urls import MOVED_FROM_ADMIN
from projects.models import Claim, Import, Milestone, Note, Problem, Project, Proposal, Revision, Webhook
from tests.people import CHANGSHA
from tests.projects.models.reports_made import CHANGSHA_CODE
from tests.projects.workflows.proposals_made import OTHER_OWN, OWN

MOST_RECORDS = 2  # of each model, at each of its addresses in the administration
WITH_CLAIMS = "HN-EI-2023-02"
SOME_FIGURES = (
    "total_investment",
    "planned_disbursement",
    "disbursed",
    "problems_raised",
)  # one of each kind of record


@dataclass(frozen=True)
class Route:
    """One pattern of the URL configuration, whole: 'projects/<str:code>/'."""

    pattern: str
    name: str
    parameters: frozenset[str]
    view: Any

    @property
    def is_of_systems(self) -> bool:
        return self.pattern.startswith("api/")


def routes() -> list[Route]:
    return [
        Route(
            pattern, each.name or "", frozenset(each.pattern.converters or each.pattern.regex.groupindex), each.callback
        )
        for pattern, each in _walked(get_resolver().url_patterns, "")
    ]


def _walked(patterns: list[Any], before: str) -> Iterator[tuple[str, URLPattern]]:
    for each in patterns:
        pattern = f"{before}{str(each.pattern).removeprefix('^')}"  # as Django names a route
        if isinstance(each, URLPattern):
            yield pattern, each
        else:
            yield from _walked(each.url_patterns, pattern)


def _webhooks(user: Any) -> list[Webhook]:
    return list(Webhook.objects.filter(user=user.pk)) if user else []


Filled = Callable[[Any], list[tuple[Any, ...]]]  # for a user the values of a route's parameters

# by the route's name; those of the administration are filled from its models
PARAMETERS: dict[str, Filled] = {
    "programme": lambda _user: [(2023,), (2022,)],
    "sector": lambda _user: [(Project.objects.get(code=OWN).sector.code,)],
    "prefecture": lambda _user: [(CHANGSHA,)],
    "chart": lambda _user: [("disbursement",), ("prefectures",)],
    "project": lambda _user: [(code,) for code in (OWN, OTHER_OWN, CHANGSHA_CODE, WITH_CLAIMS, "CS-TOLD")],
    "report": lambda _user: [(CHANGSHA_CODE, "2023-06"), (CHANGSHA_CODE, "2023-07")],
    **{
        f"report-{action}": lambda _user: [(CHANGSHA_CODE, "2023-06"), (CHANGSHA_CODE, "2023-07")]
        for action in ("reopen", "submit", "withdraw")
    },
    "propose": lambda _user: [(CHANGSHA_CODE,), ("CS-TOLD",)],
    "figure": lambda _user: [(figure,) for figure in SOME_FIGURES],
    "token-revoke": lambda user: [(each.token_key,) for each in ApiToken.objects.filter(user=user)] if user else [],
    "webhook": lambda user: [(each.pk,) for each in _webhooks(user)],
    "webhook-delete": lambda user: [(each.pk,) for each in _webhooks(user)],
    "webhook-skip": lambda user: [
        (each.pk, message.pk) for each in _webhooks(user) for message in each.deliveries.undelivered()
    ],
    "proposal": lambda _user: [(pk,) for pk in Proposal.objects.values_list("pk", flat=True)],
    "round": lambda _user: [("2023-07",), ("2023-06",)],
    "round-row": lambda _user: [("2023-07", OWN), ("2023-06", OWN)],
    "claim-adopt": lambda _user: [(each.pk,) for each in Claim.objects.filter(adopted=False)[:2]],
    "claim-withdraw": lambda _user: [(each.pk,) for each in Claim.objects.filter(adopted=True)[:2]],
    "note": lambda user: [(each.pk,) for each in Note.objects.filter(author=user)[:2]] if user else [],
    "milestone": lambda user: [(each.pk,) for each in Milestone.objects.visible_to(user)[:2]] if user else [],
    "problem": lambda user: [(each.pk,) for each in Problem.objects.visible_to(user)[:2]] if user else [],
    "import": lambda user: [(each.pk,) for each in Import.objects.visible_to(user).order_by("pk")] if user else [],
    "revision": lambda _user: [(number,) for number in _revisions()],
    "undo": lambda _user: [(number,) for number in _revisions()[:2]],
}
NO_PAGES = {
    "healthz": "a word",
    "livez": "a word",
    "readyz": "JSON",
    "favicon.ico": "leads on",
    "charts/<slug:name>.svg": "a picture, which is read where charts are",
    "admin/jsi18n/": "a script of Django's own texts",
    "admin/autocomplete/": "JSON, of which Select2 makes text",
    "logout/": "only ends a session",
    "admin/logout/": "only ends a session",
    "imports/template.xlsx": "a workbook, which is read where workbooks to be filled in are",
    "imports/<int:key>/refused.xlsx": "a workbook, which is read where what was refused is given back",
    "rounds/<str:month>/drafts/": "stores rows of a round; its answer is read where rows are stored",
    "admin/(?P<url>.*)$": "what is not there",
    "admin/r/<path:content_type_id>/<path:object_id>/": "leads on",
    **{f"admin/{old}/": "leads on" for old in MOVED_FROM_ADMIN},
}


def _revisions() -> list[int]:
    return [*Revision.objects.order_by("-number").values_list("number", flat=True)[:5], 1]


# questions of pages that show something else by them
QUERIES = {
    "": ["as_of=r20"],
    "projects/": ["missing=total_investment", "as_of=r20"],
    "league/": ["by=prefecture"],
    "search/": ["search=a"],
    "compare/": ["since=r20"],
    "notes/add/": [f"programme=2023&project={OWN}", "programme=2023&figure=total_investment"],
    "milestones/add/": [f"project={OWN}"],
    "admin/projects/enterprise/add/": ["_popup=1"],
    "admin/projects/source/add/": ["_popup=1"],
}


def filled(route: Route, user: Any) -> list[str]:
    """The addresses of a route for somebody. Raises `LookupError` where nobody has said how it is filled in."""
    if not route.parameters:
        path = f"/{route.pattern.removesuffix('$')}"
        return [path, *(f"{path}?{query}" for query in QUERIES.get(route.pattern, ()))]
    if route.pattern.startswith("admin/"):
        return _of_administration(route)
    if route.name not in PARAMETERS:
        raise LookupError(f"say in PARAMETERS of tests/markup/addresses.py with what {route.pattern} is filled in")
    found = [_with(route.pattern, values) for values in PARAMETERS[route.name](user)]
    if route.name == "propose":  # one that was returned, and is handed in again
        [returned] = Proposal.objects.filter(state="returned")
        found.append(f"{_with(route.pattern, (returned.project.code,))}?proposal={returned.pk}")
    return found


def _with(pattern: str, values: tuple[Any, ...]) -> str:
    path, given = "/", iter(values)
    for part in pattern.split("/"):
        path += f"{quote(str(next(given))) if part.startswith('<') else part}/"
    return path.removesuffix("/")


def _of_administration(route: Route) -> list[str]:
    if "app_label" in route.parameters:
        return [f"/admin/{label}/" for label in ("projects", "sectors", "portfolio")]
    _admin, label, name, *_rest = route.pattern.split("/")
    [model] = [each for each in admin.site._registry if each._meta.label_lower == f"{label}.{name}"]
    newest = model._base_manager.order_by("-pk").values_list("pk", flat=True)[:MOST_RECORDS]
    return [_with(route.pattern, (pk,)) for pk in newest]
