"""The second saver of a form is shown it again with what was typed and what is stored, and loses nothing."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from projects.history.revisions import create_revision
from projects.models import Claim, Grant, Plan, Project, Revision, Source
from tests.people import person
from tests.projects.admin.forms import change_url, errors_of, filled, project
from tests.projects.admin.meetings import change, notes

pytestmark = pytest.mark.no_database

ENGLISH = {"lang": "en"}
FIGURE = "total_investment"


@pytest.fixture
def browser(province, client_of):
    return client_of(province)


@pytest.fixture
def colleague(register):
    return person("colleague", "province", last_name="王", first_name="强")


def posted(browser, record, data):
    return browser.post(f"{change_url(record)}?lang=en", data)


def meet(browser, record, typed, **theirs):
    """Return what comes of `typed` after somebody else changed the record that was opened."""
    opened = browser.get(change_url(record), ENGLISH)
    change(record, **theirs)
    return posted(browser, record, filled(opened, **typed))


def test_fields_that_only_others_changed_stand_as_stored_and_ones_own_as_typed(browser, colleague):
    record = project("18")
    mine = {"name_en": "Mine", "expected_revenue": "0.7", "expected_revenue_reported_by": "局"}
    theirs = {FIGURE: 1_000_000_000, "note_en": "Theirs"}
    page = meet(browser, record, mine, by=colleague, reason="From the gazette.", **theirs)
    assert notes(page) == {FIGURE: "1 billion CNY", "note_en": "Theirs"}
    said = errors_of(page)["__all__"][1]
    assert "王强" in said
    assert "From the gazette." in said
    assert project("18").name_en != "Mine"
    assert posted(browser, record, filled(page)).status_code == 302
    found = project("18")
    assert (found.name_en, found.total_investment, found.note_en) == ("Mine", 1_000_000_000, "Theirs")
    assert (found.expected_revenue, found.expected_revenue_reported_by) == (700_000_000, "局")


def test_a_field_that_both_changed_keeps_what_was_typed_beside_what_is_stored(browser, register):
    page = meet(browser, project("18"), {"name_en": "Mine"}, name_en="Theirs")
    assert notes(page) == {"name_en": "Theirs"}
    assert project("18").name_en == "Theirs"
    assert posted(browser, project("18"), filled(page)).status_code == 302
    assert project("18").name_en == "Mine"


def test_a_third_who_saves_meanwhile_is_told_too(browser, register):
    page = meet(browser, project("18"), {"name_en": "Mine"}, name_en="Second")
    change(project("18"), name_en="Third")
    assert notes(posted(browser, project("18"), filled(page))) == {"name_en": "Third"}


def test_the_same_change_twice_is_no_conflict(browser, register):
    assert meet(browser, project("18"), {"name_en": "Same"}, name_en="Same", note_en="Theirs").status_code == 302
    assert (project("18").name_en, project("18").note_en) == ("Same", "Theirs")


def test_who_typed_nothing_overwrites_nothing_and_is_not_asked(browser, register):
    before = Revision.objects.newest_number()
    assert meet(browser, project("18"), {}, name_en="Theirs").status_code == 302
    assert project("18").name_en == "Theirs"
    assert Revision.objects.newest_number() == before + 1


def test_what_is_invalid_is_said_at_once(browser, register):
    page = meet(browser, project("18"), {"name_en": "Mine", "start": "never"}, name_en="Theirs")
    assert set(errors_of(page)) == {"__all__", "name_en", "start"}
    assert posted(browser, project("18"), filled(page, start="2023-Q2", start_reported_by="局")).status_code == 302
    assert (project("18").name_en, str(project("18").started)) == ("Mine", "2023-Q2")


def test_what_only_saving_notices_is_said_in_the_form(browser, monkeypatch, register):
    page = meet(browser, project("18"), {"name_en": "Mine"}, name_en="Theirs")

    def refuse(*_arguments, **_more):
        raise ValidationError("Noticed late.")

    monkeypatch.setattr(Project, "save", refuse)
    form = posted(browser, project("18"), filled(page))
    assert errors_of(form) == {"__all__": ["Noticed late."]}
    assert form.context["adminform"].form["name_en"].value() == "Mine"


@pytest.mark.parametrize("reporter", ["", "局"])
def test_a_figure_that_both_changed_is_saved_with_its_own_origin(reporter, browser, register):
    record, own = project("18"), Source.objects.last()
    origin = {f"{FIGURE}_reported_by": reporter} if reporter else {f"{FIGURE}_source": own.pk}
    theirs = {FIGURE: 10**9, f"{FIGURE}_reported_by": "湘局"}
    page = meet(browser, record, {FIGURE: "6", **origin}, **theirs)
    assert notes(page) == {FIGURE: "1 billion CNY"}
    assert posted(browser, record, filled(page)).status_code == 302
    adopted = [claim.source for claim in Claim.objects.filter(project=record, figure=FIGURE, adopted=True)]
    assert project("18").total_investment == 6 * 10**9
    assert (project("18").total_investment_reported_by, adopted) == (reporter, [] if reporter else [own])


CURVE = [10_000_000 * month for month in range(1, 13)]
# what one changes in the database, and what the other types
MEETINGS = [
    (Project, {"name_en": "Theirs"}, {"note_en": "Mine"}),
    (Plan, {"document": "Theirs"}, {"reason": "Mine"}),
    (Grant, {"role": "analyst"}, {"user": "changsha-reader"}),
]


@pytest.fixture
def made(province, administrator, changsha_reader):
    """What the fixtures do not have, or have in another state."""
    entry = project("18").entries.get()
    plan = Plan(entry=entry, kind="revised", amount=sum(CURVE), curve=CURVE, decided_on=dt.date(2023, 7, 1), reason="x")
    with create_revision():
        plan.save()
    return {Plan: plan, Grant: Grant.objects.get(user=administrator), Project: project("18")}


@pytest.mark.parametrize(("model", "theirs", "mine"), MEETINGS, ids=lambda part: getattr(part, "__name__", ""))
def test_both_changes_of_records_of_each_kind_are_kept(model, theirs, mine, made, client_of, django_user_model):
    record, browser = made[model], client_of(django_user_model.objects.create_superuser("keeper"))
    if "user" in mine:
        mine = {"user": django_user_model.objects.get(username=mine["user"]).pk}
    page = meet(browser, record, mine, **theirs)
    assert set(notes(page)) == set(theirs)
    assert posted(browser, record, filled(page)).status_code == 302
    record.refresh_from_db()
    for name, value in (theirs | mine).items():
        assert str(getattr(record, f"{name}_id" if name == "user" else name)) == str(value)


def test_the_months_of_a_plan_are_one_field(made, browser):
    other = [*CURVE[:-2], CURVE[-2] + 10_000_000, CURVE[-1] - 10_000_000]
    page = meet(browser, made[Plan], {"curve_0": "0.02", "curve_1": "0.01"}, curve=other)
    assert notes(page)["curve"].startswith("0.01, 0.02, 0.03")
    assert posted(browser, made[Plan], filled(page)).status_code == 302
    assert Plan.objects.get(pk=made[Plan].pk).curve[:2] == [20_000_000, 10_000_000]
