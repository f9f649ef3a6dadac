"""Milestones and problems: lists by the programme's own today, forms, and both inside a project's form."""

from __future__ import annotations

import datetime as dt

import pytest

from projects.history.revisions import create_revision
from projects.models import Milestone, Problem, Programme, Project
from tests.projects.admin.forms import change_url, errors_of, filled, project, url

ENGLISH = {"lang": "en"}


@pytest.fixture
def browser(province, client_of):
    return client_of(province)


def milestone(code="21", **values):
    content = {"name_zh": "封顶", "name_en": "Roof closed", "planned": dt.date(2023, 8, 6)} | values
    made = Milestone(project=project(code), **content)
    with create_revision():
        made.save()
    return made


def problem(code="21", **values):
    content = {"kind": "land", "description": "The plot is not handed over", "raised_on": dt.date(2023, 6, 1)} | values
    made = Problem(project=project(code), **content)
    with create_revision():
        made.save()
    return made


def found(browser, model, **query):
    """Rows made here; those of the fixtures are illustrative."""
    query = {"basis": "reported", **query}
    return set(browser.get(url(model), query).context["cl"].queryset)


def test_milestones_are_overdue_by_the_day_of_the_programme(browser):
    late, due_today = milestone(), milestone(name_zh="投产", planned=dt.date(2023, 8, 7))
    moved = milestone("24", expected=dt.date(2023, 9, 1), reason="Rain")
    reached = milestone("25", actual=dt.date(2023, 8, 9))
    assert found(browser, Milestone, overdue="1") == {late}
    assert found(browser, Milestone, overdue="0") == {due_today, moved, reached}
    assert found(browser, Milestone, reached="1") == {reached}
    text = browser.get(url(Milestone), ENGLISH).content.decode()
    assert "Overdue on 2023-08-07" in text
    assert '<span class="number late">1</span>' in text
    assert '<span class="number">+26</span>' in text  # from 6 August to 1 September
    programme = Programme.objects.get(year=2023)
    programme.reporting_day = dt.date(2023, 8, 8)
    with create_revision():
        programme.save()
    assert found(browser, Milestone, overdue="1", programme="2023") == {late, due_today}


def test_problems_are_filtered_by_kind_state_and_what_is_overdue(browser):
    late = problem(due=dt.date(2023, 8, 6))
    waiting = problem("24", due=dt.date(2023, 8, 7), kind="finance")
    solved = problem("25", due=dt.date(2023, 7, 1), state="solved", solved_on=dt.date(2023, 7, 20))
    assert found(browser, Problem, overdue="1") == {late}
    assert found(browser, Problem, kind="finance") == {waiting}
    assert found(browser, Problem, state="solved") == {solved}
    assert found(browser, Problem, programme="2023") == {late, waiting, solved}
    refused = browser.get(url(Problem), {"overdue": "maybe"}, follow=True)
    assert list(refused.context["messages"])
    assert found(browser, Problem, q="handed over") == {late, waiting, solved}


def test_both_are_written_inside_the_form_of_their_project(browser):
    record = Project.objects.filter(milestones=None, problems=None).first()
    page = browser.get(change_url(record))
    rows = {
        "milestones-TOTAL_FORMS": 1,
        "milestones-0-name_zh": "封顶",
        "milestones-0-planned": "2023-09-01",
        "milestones-0-basis": "reported",
        "problems-TOTAL_FORMS": 1,
        "problems-0-kind": "land",
        "problems-0-description": "No plot",
        "problems-0-raised_on": "2023-07-01",
        "problems-0-state": "open",
        "problems-0-basis": "reported",
    }
    keys = {"milestones-0-project": record.pk, "problems-0-project": record.pk}
    assert browser.post(change_url(record), filled(page, **rows, **keys)).status_code == 302
    assert (record.milestones.get().name_zh, record.problems.get().kind) == ("封顶", "land")
    page = browser.get(change_url(record))
    names = [str(inline.opts.verbose_name_plural) for inline in page.context["inline_admin_formsets"]]
    assert [name.rpartition(" · ")[2] for name in names if " · " in name] == [str(record.claims.count()), "1", "1"]
    wrong = filled(page, **{"milestones-0-expected": "2023-10-01", "problems-0-state": "handed-over"})
    response = browser.post(change_url(record), wrong)
    said = {
        inline.formset.prefix: [set(errors) for errors in inline.formset.errors]
        for inline in response.context["inline_admin_formsets"]
    }
    assert (said["milestones"], said["problems"]) == ([{"reason"}], [{"note"}])
    assert record.problems.get().state == "open"


@pytest.mark.permission
@pytest.mark.parametrize(("model", "make"), [(Milestone, milestone), (Problem, problem)])
def test_a_writer_keeps_those_of_the_own_prefecture_and_sees_no_other(model, make, changsha_writer, client_of):
    mine, hidden = make(), make("39")
    browser = client_of(changsha_writer)
    assert found(browser, model) == {mine}
    assert browser.get(change_url(hidden)).status_code == 404
    page = browser.get(change_url(mine))
    moved = browser.post(change_url(mine), filled(page, project=str(project("39").pk)))
    assert set(errors_of(moved)) == {"project"}
    may_delete = model is Milestone
    assert browser.post(url(model, "delete", mine.pk), {"post": "yes"}).status_code == (302 if may_delete else 403)
