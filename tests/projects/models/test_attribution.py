"""What a figure rests on: whoever changes one by hand says so, what is loaded or put back is not asked."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, models, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from projects.choices import Channel
from projects.history.revisions import create_revision
from projects.models import Claim, Entry, Project, Source

HANDS = (Channel.PAGE, Channel.ADMIN, Channel.API)
NEW = {"total_investment": 7, "expected_revenue": 7, "start": "2020-Q2", "finish": "2030"}


def project(code="HN-EI-2023-13"):
    return Project.objects.get(code=code)


def errors_of(record, door, reason=""):
    with pytest.raises(ValidationError) as refused, create_revision(door=door, reason=reason):
        record.save()
    return set(refused.value.message_dict)


def saved(record, door=Channel.PAGE, reason=""):
    with create_revision(door=door, reason=reason):
        record.save()
    return type(record).objects.get(pk=record.pk)


@pytest.mark.parametrize("door", HANDS)
def test_a_figure_that_is_changed_by_hand_asks_where_it_comes_from(register, door):
    for figure in Project.attributed:
        record = project()
        record.set_figure(figure, NEW[figure])
        assert errors_of(record, door) == {figure}


@pytest.mark.parametrize("figure", Project.attributed)
def test_a_reporter_answers_and_is_kept(register, figure):
    record = project()
    record.set_figure(figure, NEW[figure])
    setattr(record, f"{figure}_reported_by", " 常德市工信局 ")
    stored = saved(record)
    assert (stored.figure(figure), getattr(stored, f"{figure}_reported_by")) == (NEW[figure], "常德市工信局")


@pytest.mark.parametrize("figure", Project.attributed)
def test_a_source_answers_and_becomes_an_adopted_claim(register, figure):
    record, source = project(), Source.objects.first()
    for _time in range(2):  # the claim that says it already is found and not doubled
        record.set_figure(figure, NEW[figure])
        record.name_source(figure, source)
        record = saved(record)
        claim = record.claims.get(figure=figure, adopted=True)
        assert (claim.value, claim.source, record.figure(figure)) == (NEW[figure], source, NEW[figure])


def test_both_answers_at_once_or_one_without_a_figure_are_refused(register):
    record = project()
    record.total_investment, record.total_investment_reported_by = 7, "局"
    record.name_source("total_investment", Source.objects.first())
    assert errors_of(record, Channel.PAGE) == {"total_investment_reported_by"}
    record = project()
    record.finish_reported_by = "局"
    assert errors_of(record, Channel.CODE) == {"finish_reported_by"}
    record = project()
    record.name_source("finish", Source.objects.first())
    assert errors_of(record, Channel.CODE) == {"finish"}


def test_a_figure_is_taken_away_for_a_reason(register):
    record = project()
    record.total_investment = None
    assert errors_of(record, Channel.PAGE) == {"total_investment"}
    assert saved(record, reason="the bureau took it back").total_investment is None


def test_what_is_loaded_is_not_asked_and_forgets_who_reported_the_figure_before(register):
    record = project()
    record.total_investment, record.total_investment_reported_by = 7, "局"
    record = saved(record)
    record.total_investment = 8
    stored = saved(record, Channel.COMMAND)
    assert (stored.total_investment, stored.total_investment_reported_by) == (8, "")


def test_a_new_record_is_asked_like_a_changed_one(register):
    new = {"name_zh": "新", "sector": project().sector}
    assert errors_of(Project(code="N-1", **new, total_investment=7), Channel.API) == {"total_investment"}
    saved(Project(code="N-1", **new, total_investment=7, total_investment_reported_by="局"))
    assert saved(Project(code="N-2", **new)).total_investment is None


def test_the_plan_of_an_entry_is_asked_as_well(register):
    entry = Entry.objects.get(project__code="HN-EI-2023-13")
    entry.planned_disbursement = 7
    assert errors_of(entry, Channel.PAGE) == {"planned_disbursement"}
    entry.planned_disbursement_reported_by = "局"
    entry = saved(entry)
    source = Source.objects.first()
    entry.planned_disbursement = 8
    entry.name_source("planned_disbursement", source)
    stored = saved(entry)
    assert (stored.planned_disbursement, stored.source, stored.planned_disbursement_reported_by) == (8, source, "")


def test_a_hand_change_away_from_the_adopted_claim_lets_go_of_it_in_the_same_revision(register):
    record = project("HN-EI-2023-04")
    claim = record.claims.get(adopted=True)
    record.total_investment, record.total_investment_reported_by = 7, "局"
    stored = saved(record)
    claim.refresh_from_db()
    assert claim.adopted is False
    assert claim.history.first().revision_id == stored.history.first().revision_id


def test_who_reports_the_very_figure_of_a_claim_takes_its_place_for_a_reason(register):
    record = project("HN-EI-2023-04")
    record.total_investment_reported_by = "局"
    assert errors_of(record, Channel.PAGE) == {"total_investment_reported_by"}
    assert not saved(record, reason="the bureau asked the enterprise").claims.filter(adopted=True).exists()


def test_an_adopted_claim_is_neither_changed_nor_deleted_under_the_figure(register):
    claim = project("HN-EI-2023-04").claims.get(adopted=True)
    with pytest.raises(ValidationError):
        claim.delete()
    with pytest.raises(ValidationError):
        Claim.objects.filter(pk=claim.pk).delete()
    claim.amount += 1
    assert errors_of(claim, Channel.CODE) == {"amount"}
    share = Claim.objects.filter(figure="year_plan_progress").first()
    share.adopted = True
    assert errors_of(share, Channel.CODE) == {"stated"}


def by_sql(model, **key):
    """Straight SQL: no validation, no history."""
    return models.QuerySet(model).filter(**key)


def refuses(write, match):
    with pytest.raises(DatabaseError, match=match), transaction.atomic():
        write()


@pytest.mark.parametrize("date", ["2024-Q3", "2024-07-31"])
@pytest.mark.parametrize("figure", ["start", "finish"])
def test_the_database_holds_it_for_dates_as_exactly_as_they_are_known(register, figure, date):
    record = project()
    record.set_figure("start", None)
    record.set_figure(figure, date)
    record.name_source(figure, Source.objects.first())
    saved(record, reason="the start is not known")
    claims, rows = by_sql(Claim, project=record, adopted=True), by_sql(Project, pk=record.pk)
    assert claims.get().stated == date
    refuses(lambda: claims.update(stated="2019"), "claim_adopted_is_the_figure")
    refuses(lambda: rows.update(**{figure: "2019-12-31"}), "project_figure_is_its_adopted_claim")
    refuses(lambda: rows.update(**{figure: None, f"{figure}_precision": ""}), "project_figure_is_its_adopted_claim")


def test_the_database_holds_it_for_amounts_whoever_writes(register):
    adopted, other = by_sql(Claim, project__code="HN-EI-2023-04"), by_sql(Claim, project__code="HN-EI-2023-10")
    refuses(lambda: adopted.update(amount=1), "claim_adopted_is_the_figure")
    refuses(lambda: other.update(adopted=True), "claim_adopted_is_the_figure")
    rows = by_sql(Project, code="HN-EI-2023-04")
    for value in (1, None):
        refuses(lambda value=value: rows.update(total_investment=value), "project_figure_is_its_adopted_claim")
    rows.update(expected_revenue=5)  # no claim speaks of it


STEPS = st.lists(
    st.tuples(
        st.sampled_from(Project.attributed),
        st.sampled_from(["reporter", "source", "blank", "load"]),
        st.integers(0, 2),
        st.integers(0, 2),
    ),
    max_size=8,
)
VALUES = {
    "total_investment": [5, 6, 7],
    "expected_revenue": [5, 6, 7],
    "start": ["2020", "2020-Q1", "2020-01-01"],
    "finish": ["2030", "2030-Q4", "2030-12-31"],
}


@given(STEPS)
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_after_any_changes_an_adopted_claim_is_the_figure_and_every_figure_rests_on_one_thing(register, steps):
    sources = list(Source.objects.order_by("pk")[:3])
    with transaction.atomic():
        for figure, how, value, source in steps:
            record = project()
            record.set_figure(figure, None if how == "blank" else VALUES[figure][value])
            if how == "reporter":
                setattr(record, f"{figure}_reported_by", "局")
            elif how == "source":
                record.name_source(figure, sources[source])
            with create_revision(door=Channel.CODE if how == "load" else Channel.PAGE, reason="why"):
                record.save()
            record = project()
            for claim in record.claims.filter(adopted=True):
                assert claim.value == record.figure(claim.figure)
                assert getattr(record, f"{claim.figure}_reported_by") == ""
        transaction.set_rollback(True)
