"""The project's form: works, refuses, hides, says what is wrong where it is wrong, and is one revision."""

from __future__ import annotations

import pytest

from projects.choices import Channel
from projects.history.revisions import create_revision
from projects.models import Entry, Prefecture, Programme, Project, Revision
from sectors.models import Sector
from tests.people import CHANGSHA
from tests.projects.admin.forms import change_url, errors_of, filled, project, url

pytestmark = pytest.mark.no_database

ENGLISH = {"lang": "en"}


@pytest.fixture
def browser(province, client_of):
    return client_of(province)


def save(browser, record, **changes):
    page = browser.get(change_url(record), ENGLISH)
    return browser.post(change_url(record), filled(page, **changes))


def new_project(**changes):
    data = {
        "code": "hn-ei-2024-01",
        "name_zh": "新项目",
        "kind": "plant",
        "sector": Sector.objects.get(code="energy-electronics").pk,
        "transferred": "unknown",
        "basis": "reported",
    }
    for inline in ("entries", "claims", "milestones", "problems"):
        data |= {f"{inline}-TOTAL_FORMS": 0, f"{inline}-INITIAL_FORMS": 0}
    return data | changes


def test_saving_what_was_opened_changes_nothing_and_makes_no_revision(browser, province):
    before = Revision.objects.newest_number()
    for record in Project.objects.filter(code__regex=r"0[1-9]$|1[38]$"):
        stored = Project.objects.filter(pk=record.pk).values().get()
        assert save(browser, record).status_code == 302
        assert Project.objects.filter(pk=record.pk).values().get() == stored
    assert Revision.objects.newest_number() == before


def test_it_is_said_of_nothing_that_it_was_saved(browser, province):
    record = project("18")
    page = browser.get(change_url(record), ENGLISH)
    for changes, told in (({}, "You changed nothing"), ({"name_en": "Another name"}, "was changed successfully")):
        answer = browser.post(change_url(record), filled(page, **changes), query_params=ENGLISH, follow=True)
        assert told in str(*answer.context["messages"])


def test_one_request_is_one_revision_with_its_user_and_door(browser, province):
    record = project("18")
    before = Revision.objects.newest_number()
    plan = {"entries-0-planned_disbursement": "3.1", "entries-0-planned_disbursement_reported_by": "局"}
    response = save(browser, record, total_investment="4.572", total_investment_reported_by="局", **plan)
    assert response.status_code == 302
    record.refresh_from_db()
    assert record.total_investment == 4_572_000_000
    assert record.entries.get().planned_disbursement == 3_100_000_000
    revision = Revision.objects.get(number=before + 1)
    assert (revision.user, revision.door) == (province, Channel.ADMIN)
    assert Revision.objects.newest_number() == before + 1
    assert record.history.first().revision_id == record.entries.get().history.first().revision_id == before + 1


def test_a_project_is_made_with_its_first_year(browser, register):
    programme = Programme.objects.get(year=2024)
    data = new_project(
        start="2024-Q2",
        finish="2026",
        total_investment="12.34567891",
        total_investment_reported_by="局",
        start_reported_by="局",
        finish_reported_by="局",
        **{
            "entries-TOTAL_FORMS": 1,
            "entries-0-programme": programme.pk,
            "entries-0-joined": "2024-01-01",
            "entries-0-planned_disbursement": "1.5",
            "entries-0-planned_disbursement_reported_by": "局",
            "entries-0-status": "new",
            "entries-0-basis": "reported",
        },
    )
    assert browser.post(url(Project, "add"), data).status_code == 302
    made = Project.objects.get(code="HN-EI-2024-01")
    assert (str(made.started), str(made.finished)) == ("2024-Q2", "2026")
    assert (made.start.isoformat(), made.finish.isoformat()) == ("2024-04-01", "2026-12-31")
    assert made.total_investment == 1_234_567_891
    assert made.entries.get().planned_disbursement == 150_000_000


def test_dates_keep_their_precision_when_the_form_is_saved_for_something_else(browser, register):
    record = project("18")
    with create_revision():
        record.started, record.finished = "2022-Q3", "2024"
        record.save()
    assert save(browser, record, name_en="Other").status_code == 302
    record.refresh_from_db()
    assert (str(record.started), str(record.finished), record.name_en) == ("2022-Q3", "2024", "Other")
    save(browser, record, finish="", reason="the day was moved")
    record.refresh_from_db()
    assert (record.finish, record.finish_precision) == (None, "")


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        ({"total_investment": "1.1234567891"}, "total_investment", "smaller than one CNY"),
        ({"expected_revenue": "10000000"}, "expected_revenue", "in another unit"),
        ({"start": "2023-13"}, "start", "not a date"),
        ({"start": "2024", "finish": "2023", "start_reported_by": "局"}, "finish", "before the start"),
        ({"total_investment": "46"}, "total_investment", "who reported it"),
        ({"total_investment": ""}, "total_investment", "why this figure is taken away"),
        ({"basis": "published", "source": ""}, "source", "needs its source"),
        ({"sector": "999999"}, "sector", "valid choice"),
    ],
)
def test_each_error_is_said_at_its_field_and_nothing_is_saved(changes, field, says, browser, register):
    record = project("18")
    stored, before = Project.objects.filter(pk=record.pk).values().get(), Revision.objects.newest_number()
    response = save(browser, record, **changes)
    assert response.status_code == 200
    errors = errors_of(response)
    assert set(errors) == {field}
    assert says in errors[field][0]
    assert Project.objects.filter(pk=record.pk).values().get() == stored
    assert Revision.objects.newest_number() == before


def test_an_error_in_an_inline_saves_nothing_of_the_project(browser, register):
    record = project("18")
    response = save(browser, record, name_en="Other", **{"entries-0-planned_disbursement": "x"})
    assert response.status_code == 200
    formset = response.context["inline_admin_formsets"][0].formset
    assert list(formset.errors[0]) == ["planned_disbursement"]
    record.refresh_from_db()
    assert record.name_en != "Other"


def test_a_forged_mark_adopts_nothing(browser, register):
    record = project("02")
    page = browser.get(change_url(record))
    forms = page.context["inline_admin_formsets"][1].formset.initial_forms
    marks = {f"{form.prefix}-adopted": "on" for form in forms}
    before = set(record.claims.filter(adopted=True))
    assert browser.post(change_url(record), filled(page, **marks)).status_code == 302
    assert set(record.claims.filter(adopted=True)) == before


def test_an_entry_with_reports_is_not_deleted_from_the_project(browser, register):
    record = project("18")
    response = save(browser, record, name_en="Other", **{"entries-0-DELETE": "on"})
    assert record.entries.count() == 1
    record.refresh_from_db()
    assert record.name_en != "Other"
    assert "HN-EI-2023-18 2023-01" in response.content.decode()


def test_a_writer_keeps_the_projects_of_the_own_prefecture(changsha_writer, client_of):
    browser, own = client_of(changsha_writer), project("03")
    assert save(browser, own, county_en="Known better").status_code == 302
    own.refresh_from_db()
    assert own.county_en == "Known better"
    home = Prefecture.objects.get(adcode=CHANGSHA)
    data = new_project(prefecture=home.pk)
    assert browser.post(url(Project, "add"), data).status_code == 302
    assert Project.objects.get(code="HN-EI-2024-01").prefecture == home


@pytest.mark.permission
def test_a_writer_cannot_make_a_project_without_a_prefecture(changsha_writer, client_of):
    response = client_of(changsha_writer).post(url(Project, "add"), new_project(prefecture=""))
    assert list(errors_of(response)) == ["prefecture"]
    assert not Project.objects.filter(code="HN-EI-2024-01").exists()


def test_the_form_offers_a_writer_the_own_prefecture_only(changsha_writer, client_of):
    form = client_of(changsha_writer).get(url(Project, "add")).context["adminform"].form
    assert [place.adcode for place in form.fields["prefecture"].queryset] == [CHANGSHA]


def test_a_new_project_shows_the_place_for_its_list_and_may_leave_it_blank(browser):
    page = browser.get(url(Project, "add"), ENGLISH)
    assert 'name="entries-0-programme"' in page.content.decode()
    blank = new_project(**{"entries-TOTAL_FORMS": 1, "entries-0-basis": "reported", "entries-0-status": "unknown"})
    assert browser.post(url(Project, "add"), blank).status_code == 302
    assert not Entry.objects.filter(project__code="HN-EI-2024-01").exists()
