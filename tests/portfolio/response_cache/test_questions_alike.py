"""What is asked alike, of another project or with other values, is answered as on the whole way, in the same state alone."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, models
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portfolio.models import ApiToken
from projects.choices import ReportState
from projects.models import Grant, MonthlyReport, Project
from projects.versioning.revisions import writing
from sectors.models import Sector
from tests.projects.july import approve
from tests.projects.models.reports_made import submitted

from .asking import token_of

pytestmark = pytest.mark.django_db(transaction=True)

OF_THIS_ANSWER = ("Date", "X-Request-ID", "ETag", "Last-Modified", "Content-Length", "Vary")
LISTS = "/api/v1/projects/"
# questions of one kind: the first goes the whole way, and those behind it are asked alike
KINDS = (
    [f"{LISTS}HN-EI-2023-{number}/" for number in (13, 14, 29)],
    [f"{LISTS}{code}/?fields=code,version&lang=en" for code in ("HN-EI-2023-13", "hn-ei-2023-01")],
    [f"{LISTS}HN-EI-2023-{number}/?programme=2023&through=2023-04" for number in (13, 37)],
    [f"{LISTS}HN-EI-2023-{number}/?as_of=r1" for number in (13, 37)],
    [f"{LISTS}?page_size={size}&page={page}" for size, page in ((5, 2), (7, 1), (50, 1))],
    [f"{LISTS}?sector={sector}" for sector in ("new-display", "energy-electronics", "smart-terminals")],
    [f"{LISTS}?prefecture={code}&page_size=2" for code in ("430100", "none", "430200")],
    [f"{LISTS}?programme=2023&ordering={order}" for order in ("-disbursed", "sector,-name", "code")],
    [f"{LISTS}?total_investment_min={amount}&search={text}" for amount, text in ((1, "a"), (10**9, "长沙"))],
    [f"{LISTS}?light={light}" for light in ("red", "green", "none")],
    [f"{LISTS}?sector={sector}&as_of=r1" for sector in ("new-display", "smart-terminals")],
)
# of the same kinds, to be refused or shown in another way: each in its own words
UNLIKE = (
    f"{LISTS}NOTHING/",
    f"{LISTS}%E7%89%B9-0/",
    f"{LISTS}HN-EI-2023-13/?as_of=r99",
    f"{LISTS}?page_size=5&page=99",
    f"{LISTS}?page_size=0&page=1",
    f"{LISTS}?page_size=5&page_size=6",
    f"{LISTS}?sector=nothing",
    f"{LISTS}?sector=%ff",
    f"{LISTS}?programme=1900&ordering=code",
    f"{LISTS}?programme=2023&ordering=wrong",
    f"{LISTS}?total_investment_min=x&search=a",
    "/api/v1/sectors/nothing/",
)


def same(site: Any, path: str, token: str, **headers: str) -> bool:
    """Whether it was answered without Django; what is said has to be what Django says."""
    asked = site.django.asked
    answer = site.ask(path, token, **headers)
    reached = site.django.asked - asked
    whole = site.whole_way(path, token)
    assert (answer.status_code, answer.get_data()) == (whole.status_code, whole.get_data()), path
    assert _said(answer) == _said(whole), path
    assert answer.headers.get("ETag", "").startswith(whole.headers.get("ETag", "").rstrip('"')), path
    return not reached


def _said(answer: Any) -> list[tuple[str, str]]:
    return sorted(pair for pair in answer.headers if pair[0] not in OF_THIS_ANSWER)


@pytest.mark.permission
def test_what_is_asked_alike_is_what_the_whole_way_says(site, province, changsha_writer, analyst, stranger):
    tokens = [token_of(user) for user in (province, changsha_writer, analyst, stranger)]
    tokens.append(token_of(province, prefectures=["430100"]))
    for token in tokens:
        found = {kind[0]: [same(site, path, token) for path in kind] for kind in KINDS}
        assert not any(alike for alike, *_others in found.values())
        if token in (tokens[0], tokens[2]):  # others do not see all of it, and what there is not goes the whole way
            assert all(all(alike) for _first, *alike in found.values()), found
        assert not any(same(site, path, token) for path in UNLIKE)


@pytest.mark.parametrize(("kind", "most"), [(0, 3), (4, 2), (5, 2), (7, 2)])
def test_it_asks_for_the_state_and_for_its_lines(site, province, kind, most):
    token, [first, second, *_others] = token_of(province), KINDS[kind]
    site.ask(first, token)
    with CaptureQueriesContext(connection) as queries:
        assert site.ask(second, token).status_code == 200
    assert len(queries) <= most, [query["sql"][:100] for query in queries]  # of a record also its years


@pytest.mark.parametrize(("kind", "most"), [(0, 4), (5, 3)])
def test_after_a_write_of_records_it_looks_at_the_programme_again(site, province, kind, most):
    token, [first, second, third] = token_of(province), KINDS[kind]
    assert [same(site, path, token) for path in (first, second)] == [False, True]
    models.QuerySet(Project).filter(code="HN-EI-2023-14").update(expected_revenue=7)
    with CaptureQueriesContext(connection) as queries:
        assert site.ask(third, token).status_code == 200
    assert len(queries) <= most, [query["sql"][:100] for query in queries]
    assert [same(site, path, token) for path in (second, first, third)] == [True, True, True]


def test_after_a_write_of_the_frame_it_goes_the_whole_way_once(site, province):
    token, [first, second, third] = token_of(province), KINDS[0]
    assert [same(site, path, token) for path in (first, second)] == [False, True]
    models.QuerySet(Sector).filter(code="new-display").update(name_en="Displays")
    assert [same(site, path, token) for path in (second, first, third)] == [False, True, True]


def test_a_month_that_counts_now_is_in_what_is_asked_alike(site, province, changsha_writer):
    token, report = token_of(province), submitted(changsha_writer)
    approve(30, but=[report.entry.project.code])
    assert [same(site, path, token) for path in KINDS[0][:2]] == [False, True]
    now = {"state": ReportState.APPROVED, "approved_at": timezone.now(), "approved_by": province}
    models.QuerySet(MonthlyReport).filter(pk=report.pk).update(**now)
    assert [same(site, path, token) for path in KINDS[0][:2]] == [False, True]
    assert site.ask(KINDS[0][1], token).json["disbursed_through"] == "2023-07"


def test_what_one_may_see_no_more_is_not_given(site, changsha_writer):
    token = token_of(changsha_writer)
    own = list(Project.objects.visible_to(changsha_writer).values_list("code", flat=True)[:3])
    assert [same(site, f"{LISTS}{code}/", token) for code in own] == [False, True, True]
    with writing(reason="gone"):
        Grant.objects.filter(user=changsha_writer).delete()
    assert not any(same(site, f"{LISTS}{code}/", token) for code in own)


def test_a_token_that_is_revoked_is_given_nothing(site, province):
    token = token_of(province)
    assert [same(site, path, token) for path in KINDS[0][:2]] == [False, True]
    ApiToken.objects.all().revoke(by=province)
    assert not same(site, KINDS[0][2], token)


def test_nothing_is_alike_between_readers_and_what_they_accept(site, province, analyst):
    assert not same(site, KINDS[0][0], token_of(province))
    assert not same(site, KINDS[0][1], token_of(analyst))
    token = token_of(province)
    assert not same(site, KINDS[5][0], token)
    indented = [site.ask(path, token, accept="application/json; indent=2").get_data() for path in KINDS[5]]
    assert all(body.startswith(b'{\n  "count"') for body in indented)


def test_a_list_with_lines_indented_is_so_after_a_write(site, province):
    path, token = KINDS[5][0], token_of(province)
    for revenue in (1, 2):
        answer = site.ask(path, token, accept="application/json; indent=2")
        assert answer.get_data().startswith(b'{\n  "count"')
        models.QuerySet(Project).filter(code="HN-EI-2023-14").update(expected_revenue=revenue)
