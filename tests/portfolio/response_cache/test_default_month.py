"""A cached answer goes up to the month that counts now: an approval, a round, an entry and the day may each change it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import QuerySet

from portfolio.response_cache import key
from projects.models import Entry, MonthlyReport, Round, Source
from projects.versioning.revisions import writing
from tests.projects.july import AFTER_CLOSING, BEFORE_CLOSING, approve, order, set_today

from .asking import Site, token_of

pytestmark = pytest.mark.django_db(transaction=True)

# figures that no report changes, so that another ETag can only come of another month
PATHS = (
    "/api/v1/totals/?programme=2023&fields=total_investment",
    "/api/v1/totals/?fields=project_count&by=sector",
    "/api/v1/projects/?fields=code,disbursed_through&programme=2023&page_size=3",
    "/api/v1/projects/?fields=code,disbursed_through&page_size=3",
)


class Reader:
    """Somebody who has asked before, and asks again with what was said then."""

    def __init__(self, site: Site, token: str) -> None:
        self.site, self.token = site, token
        self.tags: dict[str, str] = {}
        self.ask()

    def ask(self) -> set[Any]:
        """The months that all answers go up to; each answer is what Django says."""
        months, self.changed = set(), set()
        for path in PATHS:
            answer = self.site.ask(path, self.token, If_None_Match=self.tags.get(path, ""))
            is_new = answer.status_code == 200
            self.changed.add(is_new)
            whole = self.site.whole_way(path, self.token)
            if is_new:
                assert answer.json == whole.json, path
            self.tags[path] = answer.headers["ETag"]
            months.add(
                whole.json["results"][0]["disbursed_through"] if "results" in whole.json else whole.json["through"]
            )
        return months

    def sees(self, month: str, *, anew: bool) -> None:
        assert self.ask() == {month}
        assert self.changed == {anew}


def correct(model: Any, **values: Any) -> Callable[..., None]:
    """By SQL, as another program would."""
    return lambda **where: QuerySet(model).filter(**where).update(**values)


@pytest.fixture
def reader(site, province) -> Reader:
    set_today(BEFORE_CLOSING)
    approve(26)
    return Reader(site, token_of(province))


def test_an_approval_changes_it_only_when_the_month_changes(reader):
    approve(27)
    reader.sees("2023-06", anew=False)
    approve(29)
    reader.sees("2023-06", anew=False)
    approve(30)
    reader.sees("2023-07", anew=True)
    correct(MonthlyReport, state="draft")(entry__project__code=order()[29], month=7)
    reader.sees("2023-06", anew=True)


def test_the_day_closes_a_month(reader):
    approve(27)
    set_today(BEFORE_CLOSING + dt.timedelta(days=1))
    reader.sees("2023-06", anew=False)
    set_today(AFTER_CLOSING)
    reader.sees("2023-07", anew=True)


def test_the_calendar_closes_a_month_of_a_programme_that_goes_by_it(reader, monkeypatch):
    approve(27)
    set_today(None)
    month = Round.objects.filter(month=7)
    with writing(reason="later"):
        each = month.get()
        each.opens, each.due, each.closes = dt.date(2024, 1, 1), dt.date(2024, 5, 1), dt.date(2024, 5, 10)
        each.save()
    for day, shown in ((dt.date(2024, 5, 10), "2023-06"), (dt.date(2024, 5, 11), "2023-07")):
        monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args, day=day: day)
        key._day.cache_clear()
        reader.tags.clear()
        assert reader.ask() == {shown}
    key._day.cache_clear()


def test_the_date_of_a_round_closes_a_month(reader):
    approve(27)
    reader.sees("2023-06", anew=False)
    early = {"opens": dt.date(2023, 8, 1), "due": dt.date(2023, 8, 2), "punctual_until": dt.date(2023, 8, 2)}
    correct(Round, **early, grace_days=0, closes=BEFORE_CLOSING - dt.timedelta(days=1))(month=7)
    reader.sees("2023-07", anew=True)
    correct(Round, closes=BEFORE_CLOSING)(month=7)
    reader.sees("2023-06", anew=True)


def test_an_entry_that_is_asked_no_more_completes_a_month(reader):
    approve(29)
    lacking = order()[29]
    correct(Entry, disbursed_before=1)(project__code=lacking)
    reader.sees("2023-06", anew=False)
    correct(Entry, left=dt.date(2023, 6, 1))(project__code=lacking)
    reader.sees("2023-07", anew=True)
    correct(Entry, left=None)(project__code=lacking)
    reader.sees("2023-06", anew=True)
    correct(Entry, basis="published", source=Source.objects.first())(project__code=lacking)
    reader.sees("2023-07", anew=True)


def test_the_plan_of_an_entry_decides_too(reader):
    approve(27)
    set_today(AFTER_CLOSING)
    reader.sees("2023-07", anew=True)
    correct(Entry, planned_disbursement=10**11)(project__code=order()[29])
    reader.sees("2023-06", anew=True)


def test_a_page_and_a_file_go_up_to_the_same_month(site, province):
    set_today(BEFORE_CLOSING)
    token = token_of(province)
    file = "/api/v1/projects/?programme=2023&format=ndjson&fields=code,disbursed_through"
    for number, shown in ((29, "2023-06"), (30, "2023-07")):
        approve(number)
        assert f'"disbursed_through":"{shown}"' in site.ask(file, token).get_data(as_text=True)
    given = site.ask(file, token)
    given.get_data()
    assert site.ask(file, token, If_None_Match=given.headers["ETag"]).status_code == 304
    approve(29)
    again = site.ask(file, token, If_None_Match=given.headers["ETag"])
    assert (again.status_code, again.get_data() == given.get_data()) == (200, False)
