"""The register of a bench: filled, written to, and asked in SQL what the servers' answers must be."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cached_property
from itertools import islice
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection, models

from portfolio.models import ApiToken
from projects.choices import Role
from projects.models import Grant, Project, Revision
from sectors.models import Sector
from tests.people import CHANGSHA, FIXTURES, person, session_of

from .load import Answer
from .versions import fill, let_wait

SECTOR = "new-display"
PAST = 2  # versions of each record: there is a past to ask for

Sums = dict[str, dict[str, Any]]  # figures by the code of a sector and by their name


def token() -> str:
    """A token of an analyst, who reads everything."""
    user = get_user_model().objects.filter(username="analyst").first() or person("analyst", "analyst")
    return ApiToken.objects.create(user=user, scope="read", label="bench")[1]


def _sql(query: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall() if cursor.description else []


class Register:
    """So many projects; the fixtures' own 42 where no more are asked for."""

    def __init__(self, projects: int) -> None:
        if projects > 42:
            fill(projects=projects, versions=PAST)
            let_wait(person("writer", Role.PREFECTURE_WRITER, CHANGSHA))
        else:
            call_command("loaddata", *FIXTURES, verbosity=0)
        if connection.vendor == "postgresql":
            _sql("VACUUM ANALYZE")  # what the database does by itself within minutes
            _sql("CHECKPOINT")
        self.count = models.QuerySet(Project).count()
        self.sector = Sector.objects.get(code=SECTOR).pk
        first = models.QuerySet(Project).filter(sector=self.sector).order_by("code").first()
        assert first is not None
        self.key, self.code = first.pk, first.code
        self.past = max(1, Revision.objects.newest_number() - 1)
        counts = models.QuerySet(Project).values_list("sector__code").annotate(count=models.Count("pk"))
        self.sectors = dict(counts.order_by("-count", "sector__code"))  # by code, how many projects

    @property
    def last_page(self) -> int:
        return -(-self.count // 100)

    # addresses that ask each something else

    def pages_of_sectors(self, address: str, count: int) -> list[str]:
        """Pages of 50 of one sector after the other, as far as there are so many."""
        pages = range(1, 2 + self.count // 50)
        found = ((code, page) for page in pages for code, of in self.sectors.items() if page <= -(-of // 50))
        return [address.format(code=code, page=page) for code, page in islice(found, count)]

    def codes(self, count: int) -> list[str]:
        """Of projects that nobody has asked for, from the middle of the register."""
        return [code for _key, code in self._middle(count)]

    def keys(self, count: int) -> list[int]:
        return [key for key, _code in self._middle(count)]

    def _middle(self, count: int) -> list[tuple[int, str]]:
        first = max(0, (self.count - count) // 2)
        return list(models.QuerySet(Project).order_by("code").values_list("pk", "code")[first : first + count])

    def session(self) -> str:
        """The session of somebody of the province."""
        user = get_user_model().objects.filter(username="province").first() or person("province", "province")
        assert Grant.objects.filter(user=user).exists()
        return session_of(user)

    # what the answers must be

    def check_list(self, count: int, codes: list[str]) -> None:
        rows = _sql("SELECT code FROM projects_project WHERE sector_id = %s ORDER BY code", self.sector)
        assert count == len(rows), (count, len(rows))
        assert codes == [code for (code,) in rows[:50]]

    def check_one(self, record: dict[str, Any]) -> None:
        [(investment,)] = _sql("SELECT total_investment FROM projects_project WHERE code = %s", self.code)
        assert (record["code"], record["total_investment"]) == (self.code, investment)

    def check_sums(self, told: Sums) -> None:
        """Figures of 2023 by sector, and by their name."""
        rows = _sql(
            "SELECT s.code, COUNT(*), SUM(p.total_investment), SUM(e.planned_disbursement), SUM(p.expected_revenue),"
            " SUM((SELECT SUM(r.disbursed) FROM projects_monthlyreport r WHERE r.entry_id = e.id AND r.state = 'approved'))"
            " FROM projects_project p JOIN sectors_sector s ON s.id = p.sector_id JOIN projects_entry e"
            " ON e.project_id = p.id JOIN projects_programme y ON y.id = e.programme_id WHERE y.year = 2023 GROUP BY s.code"
        )
        names = ("project_count", "total_investment", "planned_disbursement", "expected_revenue", "disbursed")
        found = {code: tuple(figures[name] for name in names) for code, figures in told.items()}
        expected = {code: tuple(value and int(value) for value in values) for code, *values in rows}
        assert found == expected, (found, expected)

    def check_count(self, rows: int) -> None:
        assert rows == self.count, (rows, self.count)

    # writes, each with how to see that an answer has it

    def write_listed(self, number: int) -> Callable[[Answer], bool]:
        """The revenue of a project on the page that is asked for."""
        amount = 10**9 + number
        self._write(amount)
        return lambda answer: (
            [each["expected_revenue"] for each in json.loads(answer.body)["results"] if each["code"] == self.code]
            == [amount]
        )

    def write_summed(self, told: Callable[[Answer], Sums]) -> Callable[[int], Callable[[Answer], bool]]:
        """The same, seen in the totals of its sector, which `told` reads from an answer."""

        def write(number: int) -> Callable[[Answer], bool]:
            amount = 2 * 10**9 + number
            self._write(amount)
            return lambda answer: told(answer)[SECTOR]["expected_revenue"] == self._of_others + amount

        return write

    @cached_property
    def _of_others(self) -> int:
        """The revenue of the other projects of the sector: summed once, since to read them all leaves no cache warm."""
        [(total,)] = _sql(
            "SELECT SUM(p.expected_revenue) FROM projects_project p JOIN projects_entry e ON e.project_id = p.id"
            " JOIN projects_programme y ON y.id = e.programme_id WHERE y.year = 2023 AND p.sector_id = %s AND p.id <> %s",
            self.sector,
            self.key,
        )
        return int(total)

    def write_shown(self, number: int) -> Callable[[Answer], bool]:
        """An amount that the overview shows."""
        self._write(10**9 * (number % 400 + 1))
        return lambda answer: answer.status == 200

    def _write(self, amount: int) -> None:
        models.QuerySet(Project).filter(pk=self.key).update(expected_revenue=amount)
