"""Whatever the register and whatever the question: totals are the sums of the visible records, and open to them."""

from __future__ import annotations

import datetime as dt
from contextlib import contextmanager
from fractions import Fraction

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import QuerySet
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from projects.choices import ReportState
from projects.models import Claim, Entry, Milestone, MonthlyReport, Problem, Programme, Project
from projects.totals.coverage import months_coverage
from projects.totals.figures import USUAL
from projects.totals.totals import breakdowns, totals

from ..asking import scope_of
from .random_questions import passes, questions
from .random_register import KEYS, READINGS, YEARS, build, facts, figures_of, measured, registers

any_register = settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def people(province, changsha_writer, zhuzhou_writer, analyst, administrator, stranger, settings):
    """Everybody, and an empty register: the reference data and programmes stay."""
    settings.PUBLIC_READ = True
    for model in (MonthlyReport, Claim, Milestone, Problem, Entry, Project):
        QuerySet(model)._raw_delete("default")
    return {
        "province": province,
        "changsha": changsha_writer,
        "zhuzhou": zhuzhou_writer,
        "analyst": analyst,
        "administrator": administrator,
        "stranger": stranger,
        "anonymous": AnonymousUser(),
    }


def may_see(name, each):
    """Row permission, written once more."""
    adcode = {"changsha": "430100", "zhuzhou": "430200"}.get(name)
    return adcode is None or (each.project.prefecture is not None and each.project.prefecture.adcode == adcode)


def askable(role, question):
    """The question without the prefectures that this person may not even name: asking for those is refused."""
    own = {"changsha": "430100", "zhuzhou": "430200"}.get(role)
    return [pair for pair in question if own is None or pair[0] != "prefecture" or pair[1] in (own, "none")]


def told(row, names=USUAL):
    return {name: (row.figures[name].value, row.figures[name].known, row.figures[name].of) for name in names}


def codes(scope):
    return sorted(scope.projects().values_list("code", flat=True))


def fresh(user):
    """As a new request finds them: what a user may see is kept for one request only."""
    return user if user.is_anonymous else get_user_model().objects.get(pk=user.pk)


# Half of the questions are about everything, and half by the province: the others often concern no record at all.
asking = st.one_of(st.just([]), questions())
some = st.sampled_from(["changsha", "zhuzhou", "analyst", "administrator", "stranger", "anonymous"])
roles = st.one_of(st.just("province"), some)
years = st.sampled_from(YEARS)
months = st.one_of(st.none(), st.tuples(st.sampled_from(["month", "through"]), st.integers(1, 12)))


def asked(year, question, month):
    """The query string of a question."""
    pairs = [("programme", str(year)), *question]
    return [*pairs, (month[0], f"{year}-{month[1]:02}")] if month else pairs


def span_of(programme, month):
    if month:
        return (month[1], month[1]) if month[0] == "month" else (1, month[1])
    last = 0
    for number in range(1, 13):
        if counts(programme, number):
            last = number
        elif [entry for entry in Entry.objects.filter(programme=programme) if entry.basis != "published"]:
            break
    return 1, last


def counts(programme, number):
    """Whether figures go up to a month by themselves: all is approved, or its round has closed with nine tenths of it."""
    asked = [entry for entry in Entry.objects.filter(programme=programme) if entry.basis != "published"]
    told = MonthlyReport.objects.filter(entry__programme=programme, month=number, state=ReportState.APPROVED)
    approved = set(told.values_list("entry", flat=True))
    if not asked or not {entry.pk for entry in asked} - approved:
        return bool(asked)
    round_ = programme.rounds.filter(month=number).first()
    closes = round_.closes if round_ else dt.date(programme.year, number, 28) + dt.timedelta(days=60)
    if not round_:
        closes = closes.replace(day=1) - dt.timedelta(days=1)
    parts = ([1 for entry in asked if entry.pk in approved], [1 for _entry in asked])
    plans = [
        [entry.planned_disbursement or 0 for entry in asked if entry.pk in approved or whole] for whole in (False, True)
    ]
    return programme.today > closes and all(10 * sum(some) >= 9 * sum(every) for some, every in (parts, plans))


@contextmanager
def stored(drawn, people, role, year, question, month=None, *, on_list=True):
    """A question in a drawn register: its scope, and the facts of a span of months (first that of the scope)."""
    question = askable(role, question)
    with transaction.atomic():
        build(drawn)
        programme = Programme.objects.get(year=year)
        scope = scope_of(fresh(people[role]), asked(year, question, month), on_list=on_list)

        def expected(first=scope.first_month, last=scope.last_month):
            found = facts(programme, first, last, on_list=on_list)
            return [each for each in found if may_see(role, each) and passes(each, question)]

        yield scope, expected
        transaction.set_rollback(True)


OF_MONTHS_ASKED = {"counted_in", "missing", "complete_in", "gaps_in"}


@any_register
@given(registers, asking, roles, years, months)
def test_the_whole_is_the_sum_of_the_visible_records(people, drawn, question, role, year, month):
    with stored(drawn, people, role, year, question, month) as (scope, facts_in):
        first, last = span_of(scope.programme, month)
        assert (scope.first_month, scope.last_month) == (first, last)
        expected = facts_in()
        assert codes(scope) == sorted(each.project.code for each in expected)
        assert told(totals(scope).total_row) == figures_of(expected)
        for figure in ("disbursed", "enterprises_attracted") if last else ():
            found = months_coverage(scope, figure)
            has = [len([1 for each in one.reports if getattr(each, figure) is not None]) for one in expected]
            concerned = [n for n, one in zip(has, expected, strict=True) if READINGS[figure][0](one)]
            months = last - first + 1
            lacking = [months - n for n in concerned if n]
            assert (found.complete, found.none) == (lacking.count(0), concerned.count(0))
            assert (found.gaps, found.months) == (len(lacking) - lacking.count(0), sum(lacking))


def share_of_plan(row):
    figure = row.figures["disbursed_of_plan"]
    assert figure.ratio == (None if figure.withheld else Fraction(figure.value, figure.below))
    return figure.value or 0, figure.below or 0, figure.withheld or ""


@any_register
@given(registers, asking, roles, years, months, st.sampled_from(sorted(KEYS)))
def test_the_share_of_the_plan_is_of_the_records_that_have_both(people, drawn, question, role, year, month, by):
    with stored(drawn, people, role, year, question, month) as (scope, facts_in):
        expected = facts_in()
        answers = breakdowns(scope, None, by, compared=False)
        assert share_of_plan(answers[None].total_row) == measured(expected)
        for row in answers[by].rows:
            assert share_of_plan(row) == measured([each for each in expected if KEYS[by](each) == row.key])


@any_register
@given(registers, asking, roles, years, st.sampled_from(sorted(KEYS)))
def test_the_rows_of_a_breakdown_are_its_groups_and_add_up_to_the_whole(people, drawn, question, role, year, by):
    with stored(drawn, people, role, year, question) as (scope, facts_in):
        expected = facts_in()
        answer, whole = totals(scope, by), totals(scope).total_row
        groups = {}
        for each in expected:
            groups.setdefault(KEYS[by](each), []).append(each)
        assert {row.key: told(row) for row in answer.rows} == {key: figures_of(group) for key, group in groups.items()}
        for name, figure in whole.figures.items():
            parts = [row.figures[name] for row in answer.rows]
            assert figure.known == sum(part.known for part in parts)
            assert figure.of == sum(part.of for part in parts)
            assert (figure.value or 0) == sum(part.value or 0 for part in parts)


@any_register
@given(registers, asking, roles, years, st.sampled_from(sorted(KEYS)), st.sampled_from(sorted(USUAL)))
def test_every_row_opens_to_exactly_its_records(people, drawn, question, role, year, by, figure):
    with stored(drawn, people, role, year, question) as (scope, facts_in):
        expected = facts_in()
        for row in [*totals(scope, by).rows, totals(scope).total_row]:
            group = [each for each in expected if row.key is None or KEYS[by](each) == row.key]
            value = row.figures[figure]
            assert codes(scope_of(scope.user, list(row.parameters))) == sorted(each.project.code for each in group)
            opened = scope_of(scope.user, row.counted_parameters(figure))
            assert codes(opened) == sorted(
                each.project.code for each in group if passes(each, [("counted_in", figure)])
            )
            assert (totals(opened).total_row.figures[figure].value or 0) == (value.value or 0)
            lacking = scope_of(scope.user, row.missing_parameters(figure))
            assert len(codes(lacking)) == value.unknown_count
            assert codes(lacking) == sorted(each.project.code for each in group if passes(each, [("missing", figure)]))


@any_register
@given(registers, asking, roles, years, months)
def test_the_months_add_up_to_the_whole_and_open_to_their_records(people, drawn, question, role, year, month):
    with stored(drawn, people, role, year, question, month) as (scope, facts_in):
        answer, whole = totals(scope, "month"), totals(scope).total_row
        numbers = range(scope.first_month, scope.last_month + 1)
        assert [row.key for row in answer.rows] == [f"{year}-{number:02}" for number in numbers]
        for name in ("disbursed", "enterprises_attracted"):
            assert (whole.figures[name].value or 0) == sum(row.figures[name].value or 0 for row in answer.rows)
            for number, row in zip(numbers, answer.rows, strict=True):
                narrowed = "disbursed_min" in dict(question) or "disbursed_max" in dict(question)
                if narrowed or OF_MONTHS_ASKED & set(dict(question)):
                    continue  # such a filter speaks of the months asked about, and a month's own list has another answer
                expected = facts_in(number, number)
                assert told(row, [name])[name] == figures_of(expected)[name]
                assert codes(scope_of(scope.user, row.counted_parameters(name))) == sorted(
                    each.project.code for each in expected if passes(each, [("counted_in", name)])
                )


@any_register
@given(registers, asking, roles, years)
def test_all_projects_can_be_asked_about_whether_listed_or_not(people, drawn, question, role, year):
    with stored(drawn, people, role, year, question, on_list=False) as (scope, facts_in):
        assert told(totals(scope).total_row) == figures_of(facts_in())


@any_register
@given(registers, asking, roles, years)
def test_what_rests_on_illustrative_records_is_told_beside_the_whole(people, drawn, question, role, year):
    with stored(drawn, people, role, year, question) as (scope, facts_in):
        expected = facts_in()
        whole = breakdowns(scope, None, "basis")[None].total_row
        illustrative = figures_of([each for each in expected if each.project.basis == "illustrative"])
        told_apart = {name: (each.value, each.known, each.of) for name, each in whole.illustrative.items()}
        assert told_apart == illustrative
        shares = [whole.illustrative_share(name) for name in whole.figures]
        assert all(share is None or 0 <= share <= 1 for share in shares)
