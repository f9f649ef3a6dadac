"""A round as tests need it: July 2023, open, nothing reported yet."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.test import Client

from projects.history.digests import digest_of
from projects.models import Entry, MonthlyReport, Round
from projects.workflows import reporting
from tests.pages import Page

JULY = "/rounds/2023-07/"
DRAFTS = f"{JULY}drafts/"
REASONS = {"reason": "the machines came late", "measure": "two shifts until October"}


def entries(adcode: str = "430100") -> list[Entry]:
    """The entries of a prefecture that are asked for a report in July 2023, by code."""
    asked = Round.objects.get(programme__year=2023, month=7).entries()
    chosen = asked.filter(project__prefecture__adcode=adcode).order_by("project__code")
    return list(chosen.select_related("project", "programme"))


def report(entry: Entry, amount: int | None = 10_000_000, **more: Any) -> MonthlyReport:
    """A draft for July that can be submitted."""
    made = MonthlyReport(entry=entry, month=7, disbursed=amount, basis="illustrative", **(REASONS | more))
    made.save()
    return made


def submitted(user: Any, chosen: Iterable[Entry], amount: int = 10_000_000, **more: Any) -> list[MonthlyReport]:
    """Drafts of these entries, handed in by the user."""
    return reporting.submit([report(entry, amount, **more) for entry in chosen], user=user)


def july(entry: Entry) -> MonthlyReport | None:
    return MonthlyReport.objects.filter(entry=entry, month=7).first()


def fields(entry: Entry, *, version: str = "new", **texts: str) -> dict[str, str]:
    """A row as the form posts it."""
    return {f"{entry.pk}-version": version} | {f"{entry.pk}-{name}": text for name, text in texts.items()}


def in_large_unit(path: str) -> str:
    """The address of a form whose amounts are typed in 亿元 or billion CNY, whatever the person's own unit is."""
    return path if "unit=" in path else f"{path}{'&' if '?' in path else '?'}unit=large"


def posted(client: Client, *rows: dict[str, str], action: str = "save", path: str = JULY, **more: str) -> Any:
    """Post rows as the form does, with amounts in 亿元 or billion CNY where the address names no unit."""
    data = {"action": action} | more
    for row in rows:
        data |= row
    return client.post(in_large_unit(path), data)


def inputs(page: Page) -> dict[str, dict[str, str]]:
    """Attributes of the page's input elements by name."""
    return {
        attributes["name"]: attributes for tag, attributes in page.elements if tag == "input" and "name" in attributes
    }


def version_now(entry: Entry) -> str:
    """The version of the entry's report of July."""
    return digest_of(july(entry))


def stored(client: Client, *rows: dict[str, str], path: str = DRAFTS) -> Any:
    """Post rows as the script does, with amounts in 亿元 or billion CNY where the address names no unit."""
    data: dict[str, str] = {}
    for row in rows:
        data |= row
    return client.post(in_large_unit(path), data)


def row_of(response: Any, entry: Entry) -> dict[str, Any]:
    """What was answered about an entry's row."""
    return response.json()["rows"][str(entry.pk)]
