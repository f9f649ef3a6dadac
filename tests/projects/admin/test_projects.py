"""The project's form: works, refuses, hides, says what is wrong where it is wrong, and is one revision."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from projects.choices import Channel
from projects.history.revisions import create_revision
from projects.models import Claim, Entry, Prefecture, Programme, Project, Revision, Source
from sectors.models import ChainLink, Sector
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


def test_a_name_that_cannot_be_seen_is_refused_at_its_field(browser, province):
    record = project("18")
    page = browser.get(change_url(record), ENGLISH)
    for text in ("\u200b", "\x07", "\uffff"):
        response = browser.post(change_url(record), filled(page, name_zh=text))
        assert response.status_code == 200
        assert "name_zh" in response.context["adminform"].form.errors


def test_one_request_is_one_revision_with_its_user_and_door(browser, province):
    record = project("18")
    before = Revision.objects.newest_number()
    response = save(
        browser,
        record,
        total_investment="4.572",
        total_investment_reported_by="局",
        **{
            "entries-0-planned_disbursement": "3.1",
            "entries-0-planned_disbursement_reported_by": "局",
            "name_en": "Other",
        },
    )
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


@pytest.fixture(scope="module")
def form_of_18():
    """What a browser would send of that form, from when one test has opened it: none of these saves anything."""
    return {}


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        ({"total_investment": "1.1234567891"}, "total_investment", "smaller than one CNY"),
        ({"total_investment": "-1"}, "total_investment", "negative"),
        ({"expected_revenue": "10000000"}, "expected_revenue", "in another unit"),
        ({"expected_revenue": "many"}, "expected_revenue", "not a number"),
        ({"start": "2023-13"}, "start", "not a date"),
        ({"start": "2024", "finish": "2023", "start_reported_by": "局"}, "finish", "before the start"),
        ({"total_investment": "46"}, "total_investment", "who reported it"),
        ({"finish": "2024-Q3"}, "finish", "who reported it"),
        ({"total_investment": ""}, "total_investment", "why this figure is taken away"),
        ({"source_province": "44", "transferred": "no"}, "source_province", "only for a project that was transferred"),
        ({"basis": "published", "source": ""}, "source", "needs its source"),
        ({"name_zh": ""}, "name_zh", "required"),
        ({"sector": "999999"}, "sector", "valid choice"),
        ({"prefecture": "abc"}, "prefecture", "valid choice"),
        ({"kind": "ship"}, "kind", "valid choice"),
    ],
)
def test_each_error_is_said_at_its_field_and_nothing_is_saved(changes, field, says, browser, register, form_of_18):
    record = project("18")
    if not form_of_18:
        form_of_18 |= filled(browser.get(change_url(record), ENGLISH))
    stored, before = Project.objects.filter(pk=record.pk).values().get(), Revision.objects.newest_number()
    response = browser.post(f"{change_url(record)}?lang=en", form_of_18 | changes)
    assert response.status_code == 200
    errors = errors_of(response)
    assert set(errors) == {field}
    assert says in errors[field][0]
    assert Project.objects.filter(pk=record.pk).values().get() == stored
    assert Revision.objects.newest_number() == before


def test_start_and_finish_stand_under_dates_and_not_under_years(browser, register):
    for language, title in {"zh-hans": "指标与时间", "en": "Figures and dates"}.items():
        fieldsets = browser.get(change_url(project("18")), {"lang": language}).context["adminform"].fieldsets
        line = ("start", "start_source", "start_reported_by")
        [found] = [name for name, options in fieldsets if line in options["fields"]]
        with override(language):
            assert str(found) == title


def test_errors_are_said_in_chinese_to_readers_of_chinese(browser, register):
    record = project("18")
    page = browser.get(change_url(record), {"lang": "zh-hans"})
    response = browser.post(change_url(record), filled(page, total_investment="1.123456789", finish="1999"))
    for messages in errors_of(response, "zh-hans").values():
        assert all(any("\u4e00" <= character <= "\u9fff" for character in message) for message in messages)


def test_a_chain_link_of_another_sector_is_refused_at_its_field(browser, register):
    record = project("18")
    link = ChainLink.objects.exclude(sector=record.sector).first()
    errors = errors_of(save(browser, record, chain_link=link.pk))
    assert list(errors) == ["chain_link"]


def test_an_error_in_an_inline_saves_nothing_of_the_project(browser, register):
    record = project("18")
    response = save(browser, record, name_en="Other", **{"entries-0-planned_disbursement": "x"})
    assert response.status_code == 200
    formset = response.context["inline_admin_formsets"][0].formset
    assert list(formset.errors[0]) == ["planned_disbursement"]
    record.refresh_from_db()
    assert record.name_en != "Other"


def test_two_entries_of_one_programme_are_refused(browser, register):
    record = project("18")
    entry = record.entries.get()
    second = {
        "entries-TOTAL_FORMS": 2,
        "entries-1-programme": entry.programme_id,
        "entries-1-status": "new",
        "entries-1-basis": "reported",
        "entries-1-project": record.pk,
    }
    response = save(browser, record, **second)
    assert response.status_code == 200
    assert record.entries.count() == 1
    assert response.context["inline_admin_formsets"][0].formset.total_error_count()


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
    assert response.status_code in (200, 302)
    text = (
        browser.get(change_url(record)).content.decode() if response.status_code == 302 else response.content.decode()
    )
    assert "HN-EI-2023-18 2023-01" in text


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


def queries_of(browser, address):
    browser.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(address).status_code == 200
    return len(queries)


def test_the_form_asks_the_same_number_of_questions_whatever_the_rows(browser, register):
    record = project("08")
    before = queries_of(browser, change_url(record))
    with create_revision():
        for year in (2020, 2021, 2022):
            Entry(project=record, programme=Programme.objects.get(year=year)).save()
            Claim(project=record, figure="finish", stated=str(year), source=Source.objects.get(pk=year % 7 + 1)).save()
    assert queries_of(browser, change_url(record)) == before <= 18


def test_a_new_project_shows_the_place_for_its_list_and_may_leave_it_blank(browser):
    page = browser.get(url(Project, "add"), ENGLISH)
    assert 'name="entries-0-programme"' in page.content.decode()
    blank = new_project(**{"entries-TOTAL_FORMS": 1, "entries-0-basis": "reported", "entries-0-status": "unknown"})
    assert browser.post(url(Project, "add"), blank).status_code == 302
    assert not project_entries("HN-EI-2024-01")


def project_entries(code):
    return list(Entry.objects.filter(project=Project.objects.get(code=code)))
