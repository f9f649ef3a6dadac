"""The second saver of a form sees what was opened, typed and saved, chooses, and loses nothing."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from django.core.exceptions import ValidationError

from projects.models import Project, Revision, Source
from tests.people import person
from tests.projects.admin.forms import change_url, errors_of, filled, project
from tests.projects.admin.meetings import change, lines, sent

pytestmark = pytest.mark.no_database

ENGLISH = {"lang": "en"}


@pytest.fixture
def browser(province, client_of):
    return client_of(province)


@pytest.fixture
def colleague(register):
    return person("colleague", "province", last_name="王", first_name="强")


def test_where_only_one_changed_a_field_that_value_stands_and_one_button_merges(browser, colleague):
    record = project("18")
    opened = browser.get(change_url(record), ENGLISH)
    before = record.history.first().revision_id
    change(record, by=colleague, reason="From the gazette.", total_investment=1, note_en="Theirs")
    mine = {"name_en": "Mine", "expected_revenue": "0.7", "expected_revenue_reported_by": "局"}
    page = browser.post(change_url(record) + "?lang=en", filled(opened, **mine))
    assert page.status_code == 409
    assert lines(page) == {
        "name_en": ("changed by you only", "mine"),
        "expected_revenue": ("changed by you only", "mine"),
        "total_investment": ("changed by them only", "theirs"),
        "note_en": ("changed by them only", "theirs"),
    }
    text = page.content.decode()
    for told in ("王强", "From the gazette.", f"revision {before}", "4 fields differ, 0 of them", "Merge and save"):
        assert told in text
    assert project("18").name_en != "Mine"
    merged = browser.post(change_url(record), sent(page, reason=""))
    assert merged.status_code == 302
    found = project("18")
    assert (found.name_en, found.total_investment, found.note_en) == ("Mine", 1, "Theirs")
    assert (found.expected_revenue, found.expected_revenue_reported_by) == (700_000_000, "局")


@pytest.mark.parametrize(("side", "value"), [("base", "Opened"), ("mine", "Mine"), ("theirs", "Theirs")])
def test_where_both_changed_a_field_somebody_chooses_and_says_why(side, value, browser, province, colleague):
    record = change(project("18"), name_en="Opened")
    opened = browser.get(change_url(record), ENGLISH)
    change(record, by=colleague, name_en="Theirs")
    page = browser.post(change_url(record) + "?lang=en", filled(opened, name_en="Mine"))
    assert lines(page) == {"name_en": ("changed by both", "")}
    assert {str(each) for each in page.context["lines"][0].options.values()} == {"Opened", "Mine", "Theirs"}
    saved = browser.post(change_url(record), sent(page, name_en=side))
    assert saved.status_code == 302
    assert project("18").name_en == value
    if side != "theirs":  # else nothing was left to change
        revision = Revision.objects.first()
        assert (revision.user, revision.reason) == (province, "ProposedValue the bureau.")


def test_a_reason_that_turns_the_direction_of_reading_is_asked_for_anew(browser, colleague):
    record = project("18")
    opened = browser.get(change_url(record), ENGLISH)
    change(record, by=colleague, name_en="Theirs")
    page = browser.post(change_url(record) + "?lang=en", filled(opened, name_en="Mine"))
    again = browser.post(change_url(record) + "?lang=en", sent(page, reason="it \u202e reads", name_en="mine"))
    assert again.status_code == 409
    assert "U+202E" in again.content.decode()
    assert project("18").name_en == "Theirs"


def test_a_choice_or_a_reason_that_is_lacking_is_asked_for_again_and_nothing_is_lost(browser, colleague):
    record = project("18")
    opened = browser.get(change_url(record), ENGLISH)
    change(record, name_en="Theirs", total_investment=1)
    mine = {"name_en": "Mine", "total_investment": "0.2", "total_investment_reported_by": "局"}
    page = browser.post(change_url(record) + "?lang=en", filled(opened, **mine))
    again = browser.post(change_url(record) + "?lang=en", sent(page, reason=" ", name_en="mine"))
    assert again.status_code == 409
    assert again.context["errors"] == [
        "Choose a value: Total investment",
        "Say why: the reason stands with the change in the history.",
    ]
    assert lines(again) == {"name_en": ("changed by both", "mine"), "total_investment": ("changed by both", "")}
    assert project("18").name_en == "Theirs"
    assert browser.post(change_url(record), sent(again, total_investment="mine")).status_code == 302
    assert (project("18").name_en, project("18").total_investment) == ("Mine", 200_000_000)
    assert project("18").total_investment_reported_by == "局"


def test_what_only_saving_notices_is_said_in_the_form_with_what_was_chosen(browser, monkeypatch):
    record = project("18")
    opened = browser.get(change_url(record), ENGLISH)
    change(record, name_en="Theirs")
    page = browser.post(change_url(record), filled(opened, name_en="Mine", note_en="Kept"))

    def refused(*_arguments, **_more):
        raise ValidationError("Noticed late.")

    monkeypatch.setattr(Project, "save", refused)
    form = browser.post(change_url(record) + "?lang=en", sent(page, name_en="mine"))
    assert form.status_code == 200
    assert errors_of(form) == {"__all__": ["Noticed late."]}
    assert [form.context["adminform"].form[name].value() for name in ("name_en", "note_en")] == ["Mine", "Kept"]
    monkeypatch.undo()
    again = filled(form, _merge_reason=form.context["merge_reason"])
    assert browser.post(change_url(record), again).status_code == 302
    assert (project("18").name_en, Revision.objects.first().reason) == ("Mine", "ProposedValue the bureau.")


def test_a_forged_choice_is_none(browser, register):
    record = project("18")
    opened = browser.get(change_url(record), ENGLISH)
    change(record, name_en="Theirs")
    page = browser.post(change_url(record), filled(opened, name_en="Mine"))
    assert browser.post(change_url(record), sent(page, name_en="nobody")).status_code == 409
    assert project("18").name_en == "Theirs"


def test_the_same_change_twice_is_no_conflict(browser, register):
    record = project("18")
    opened = browser.get(change_url(record), ENGLISH)
    change(record, name_en="Same", total_investment=1)
    assert browser.post(change_url(record), filled(opened, name_en="Same")).status_code == 302
    assert (project("18").name_en, project("18").total_investment) == ("Same", 1)


def test_who_typed_nothing_overwrites_nothing_and_is_not_asked(browser, register):
    record = project("18")
    opened = browser.get(change_url(record), ENGLISH)
    change(record, name_en="Theirs")
    before = Revision.objects.newest_number()
    assert browser.post(change_url(record), filled(opened)).status_code == 302
    assert project("18").name_en == "Theirs"
    assert Revision.objects.newest_number() == before


def test_a_third_who_saves_meanwhile_is_shown_too_and_choices_from_what_changed_again_are_asked_anew(browser, register):
    record = project("18")
    opened = browser.get(change_url(record), ENGLISH)
    change(record, name_en="Second", note_en="Second")
    page = browser.post(change_url(record), filled(opened, name_en="Mine", note_en="Mine"))
    third = change(record, name_en="Third")
    again = browser.post(change_url(record) + "?lang=en", sent(page, name_en="mine", note_en="mine"))
    assert again.status_code == 409
    assert again.context["now"] == third.history.first().revision_id
    assert lines(again) == {"name_en": ("changed by both", ""), "note_en": ("changed by both", "mine")}
    assert "Third" in again.content.decode()
    assert browser.post(change_url(record), sent(again, name_en="theirs")).status_code == 302
    assert (project("18").name_en, project("18").note_en) == ("Third", "Mine")


def test_what_is_invalid_is_mended_after_the_choice(browser, register):
    record = project("18")
    opened = browser.get(change_url(record), ENGLISH)
    change(record, name_en="Theirs")
    typed = filled(opened, name_en="Mine", start="never", note_en="Kept")
    page = browser.post(change_url(record) + "?lang=en", typed)
    assert page.status_code == 409
    wrong = browser.post(change_url(record) + "?lang=en", sent(page, name_en="mine"))
    assert set(errors_of(wrong)) == {"start"}
    again = filled(wrong, start="2023-Q2", start_reported_by="局")
    assert browser.post(change_url(record), again).status_code == 302
    found = project("18")
    assert (found.name_en, found.note_en, str(found.started)) == ("Mine", "Kept", "2023-Q2")


def test_what_is_invalid_only_together_is_said_in_the_form_with_the_chosen_values(browser, register):
    """Mine makes it published, theirs takes its source away: each is valid alone."""
    record = change(project("18"), source=Source.objects.first())
    opened = browser.get(change_url(record), ENGLISH)
    change(record, source=None)
    page = browser.post(change_url(record), filled(opened, basis="published", name_en="Mine"))
    form = browser.post(change_url(record) + "?lang=en", sent(page))
    assert "source" in errors_of(form)
    assert browser.post(change_url(record), filled(form, source=Source.objects.last().pk)).status_code == 302
    assert (project("18").basis, project("18").source) == ("published", Source.objects.last())


def test_partial_dates_amounts_choices_and_records_are_told_as_people_write_them(browser, register):
    record = project("18")
    opened = browser.get(change_url(record), ENGLISH)
    other = Source.objects.last()
    change(record, source=other, total_investment=1_000_000_000, transferred="yes", source_province="44")
    mine = {"total_investment": "1.25", "total_investment_reported_by": "局"}
    mine |= {"finish": "2026-Q1", "finish_source": Source.objects.first().pk}
    page = browser.post(change_url(record) + "?lang=en", filled(opened, **mine))
    text = page.content.decode()
    address = urlsplit(other.url).netloc.removeprefix("www.")
    for told in ("1.25 billion CNY", "= 1,250,000,000 CNY", "1 billion CNY", "2026-Q1", address, "yes"):
        assert told in text
