"""The second saver of a form sees what was opened, typed and saved, chooses, and loses nothing."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.choices import ProblemState
from projects.models import Claim, Entry, Milestone, Problem, Programme, Revision, Source
from projects.revisions import writing
from tests.people import CHANGSHA, ZHUZHOU, person
from tests.projects.admin.forms import change_url, errors_of, filled, project, url

ENGLISH = {"lang": "en"}


@pytest.fixture
def browser(province, client_of):
    return client_of(province)


@pytest.fixture
def colleague(register):
    return person("colleague", "province", last_name="王", first_name="强")


def change(record, *, by=None, reason="", **values):
    """Somebody else saves the record meanwhile."""
    stored = type(record).objects.get(pk=record.pk)
    with writing(user=by, reason=reason):
        for name, value in values.items():
            setattr(stored, name, value)
        stored.save()
    return stored


def sent(page, reason="Asked the bureau.", **choices):
    """What the browser sends from the page of a conflict; `choices` by the key of a line, double underscores for hyphens."""
    context = page.context
    data = {}
    for name, value in context["carried"]:
        data.setdefault(name, []).append(value)
    data |= {"_opened": context["opened"], "_seen": context["now"], "_merge_reason": reason}
    for line in context["lines"]:
        data[f"_their-{line.key}"] = line.their_mark
        chosen = choices.get(line.key.replace("-", "__"), line.chosen)
        if chosen and line.is_choice:
            data[line.radio] = str(chosen)
    return data


def lines(page):
    """By key: who changed it, and what is chosen."""
    return {line.key: (line.by, str(line.chosen or "")) for line in page.context["lines"]}


def test_where_only_one_changed_a_field_that_value_stands_and_one_button_merges(browser, colleague):
    record = project("18")
    opened = browser.get(change_url(record), ENGLISH)
    before = record.history.first().revision_id
    change(record, by=colleague, reason="From the gazette.", total_investment=1, note_en="Theirs")
    page = browser.post(change_url(record) + "?lang=en", filled(opened, name_en="Mine", expected_revenue="7"))
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
    assert found.expected_revenue == 700_000_000


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
        assert (revision.user, revision.reason) == (province, "Asked the bureau.")


def test_a_choice_or_a_reason_that_is_lacking_is_asked_for_again_and_nothing_is_lost(browser, colleague):
    record = project("18")
    opened = browser.get(change_url(record), ENGLISH)
    change(record, name_en="Theirs", total_investment=1)
    page = browser.post(change_url(record) + "?lang=en", filled(opened, name_en="Mine", total_investment="2"))
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


def test_what_is_invalid_is_mended_first_and_the_conflict_follows(browser, register):
    record = project("18")
    opened = browser.get(change_url(record), ENGLISH)
    change(record, name_en="Theirs")
    typed = filled(opened, name_en="Mine", start="never", total_investment="minus one", note_en="Kept")
    wrong = browser.post(change_url(record) + "?lang=en", typed)
    assert wrong.status_code == 200
    errors = errors_of(wrong)
    assert set(errors) == {"__all__", "start", "total_investment"}
    assert "Mend what is marked first" in errors["__all__"][0]
    form = wrong.context["adminform"].form
    assert [form[name].value() for name in ("name_en", "start", "note_en")] == ["Mine", "never", "Kept"]
    assert wrong.context["opened"] == opened.context["opened"]
    page = browser.post(change_url(record), filled(wrong, start="2023-Q2", total_investment="2"))
    assert page.status_code == 409
    assert browser.post(change_url(record), sent(page, name_en="mine")).status_code == 302
    found = project("18")
    assert (found.name_en, found.note_en, str(found.started)) == ("Mine", "Kept", "2023-Q2")


def test_what_is_invalid_only_together_is_said_in_the_form_with_the_chosen_values(browser, register):
    """Mine makes it published, theirs takes its source away: each is valid alone."""
    record = change(project("18"), source=Source.objects.first())
    opened = browser.get(change_url(record), ENGLISH)
    change(record, source=None)
    page = browser.post(change_url(record) + "?lang=en", filled(opened, basis="published", name_en="Mine"))
    assert page.status_code == 200  # the merged form, with what is wrong
    assert "source" in errors_of(page)
    mended = filled(page, source=Source.objects.last().pk)
    page = browser.post(change_url(record) + "?lang=en", mended)
    assert lines(page)["source"] == ("changed by both", "")
    assert browser.post(change_url(record), sent(page, source="mine")).status_code == 302
    assert (project("18").basis, project("18").source) == ("published", Source.objects.last())


def test_partial_dates_amounts_choices_and_records_are_told_as_people_write_them(browser, register):
    record = project("18")
    opened = browser.get(change_url(record), ENGLISH)
    other = Source.objects.last()
    change(record, source=other, total_investment=1_000_000_000, transferred="yes", source_province="44")
    page = browser.post(change_url(record) + "?lang=en", filled(opened, total_investment="12.5", finish="2026-Q1"))
    text = page.content.decode()
    address = urlsplit(other.url).netloc.removeprefix("www.")
    for told in ("12.5 亿元", "= 1,250,000,000 CNY", "10 亿元", "2026-Q1", address, "yes"):
        assert told in text


# rows inside the form


def test_a_row_changed_by_both_is_chosen_field_by_field(browser, register):
    record, entry = project("18"), project("18").entries.get()
    opened = browser.get(change_url(record), ENGLISH)
    change(entry, planned_disbursement=100_000_000, status="new")
    typed = {"entries-0-planned_disbursement": "2", "entries-0-disbursed_before": "3"}
    page = browser.post(change_url(record) + "?lang=en", filled(opened, **typed))
    own = f"entries-{entry.pk}"
    assert lines(page) == {
        f"{own}-planned_disbursement": ("changed by both", ""),
        f"{own}-disbursed_before": ("changed by you only", "mine"),
        f"{own}-status": ("changed by them only", "theirs"),
    }
    assert "HN-EI-2023-18" in page.content.decode()
    chosen = sent(page, **{f"entries__{entry.pk}__planned_disbursement": "mine"})
    assert browser.post(change_url(record), chosen).status_code == 302
    entry.refresh_from_db()
    assert (entry.planned_disbursement, entry.disbursed_before) == (200_000_000, 300_000_000)
    assert entry.status == "new"


def test_rows_added_by_both_are_both_kept(browser, register):
    record = project("18")
    opened = browser.get(change_url(record), ENGLISH)
    years = {year: Programme.objects.get(year=year) for year in (2021, 2022)}
    with writing():
        Entry(project=record, programme=years[2021]).save()
    new = {
        "entries-TOTAL_FORMS": "2",
        "entries-1-programme": years[2022].pk,
        "entries-1-status": "unknown",
        "entries-1-basis": "reported",
        "name_en": "Mine",
    }
    page = browser.post(change_url(record) + "?lang=en", filled(opened, **new))
    assert page.status_code == 409
    assert [str(line.options) for line in page.context["lines"] if not line.is_choice]
    assert browser.post(change_url(record), sent(page)).status_code == 302
    assert set(record.entries.values_list("programme__year", flat=True)) == {2021, 2022, 2023}
    assert project("18").name_en == "Mine"


def test_the_same_row_added_by_both_is_said_to_be_there_and_nothing_is_lost(browser, register):
    record = project("18")
    opened = browser.get(change_url(record), ENGLISH)
    programme = Programme.objects.get(year=2022)
    with writing():
        Entry(project=record, programme=programme).save()
    new = {"entries-TOTAL_FORMS": "2", "entries-1-programme": programme.pk, "entries-1-status": "unknown"}
    page = browser.post(
        change_url(record) + "?lang=en", filled(opened, name_en="Mine", **new, **{"entries-1-basis": "reported"})
    )
    assert page.status_code == 200
    assert page.context["adminform"].form["name_en"].value() == "Mine"
    assert record.entries.count() == 2


@pytest.mark.parametrize(("side", "left"), [("theirs", False), ("mine", True)])
def test_a_row_that_they_deleted_and_i_changed_is_gone_or_comes_back(side, left, browser, register):
    record = project("18")
    with writing():
        row = Problem(project=record, kind="land", description="No site", raised_on="2023-05-01")
        row.save()
    opened, key = browser.get(change_url(record), ENGLISH), row.pk
    row.delete()
    page = browser.post(change_url(record) + "?lang=en", filled(opened, **{"problems-0-description": "Still no site"}))
    assert page.status_code == 409
    assert lines(page) == {f"problems-{key}": ("changed by both", "")}
    chosen = sent(page, **{f"problems__{key}": side})
    assert browser.post(change_url(record), chosen).status_code == 302
    assert Problem.objects.filter(project=record, description="Still no site").exists() is left
    assert not Problem.objects.filter(pk=key).exists()


def test_a_row_that_they_deleted_and_i_left_alone_stays_deleted(browser, register):
    record = project("02")
    claim = record.claims.first()
    opened = browser.get(change_url(record), ENGLISH)
    claim.delete()
    page = browser.post(change_url(record) + "?lang=en", filled(opened, name_en="Mine"))
    assert page.status_code == 409
    assert browser.post(change_url(record), sent(page)).status_code == 302
    assert project("02").name_en == "Mine"
    assert not Claim.objects.filter(pk=claim.pk).exists()


@pytest.mark.parametrize(("side", "left"), [("theirs", True), ("mine", False)])
def test_a_row_that_i_deleted_and_they_changed_is_chosen_as_a_whole(side, left, browser, register):
    record = project("02")
    claim = record.claims.first()
    opened = browser.get(change_url(record), ENGLISH)
    change(claim, note_en="Theirs")
    number = next(
        index
        for inline in opened.context["inline_admin_formsets"]
        if inline.formset.prefix == "claims"
        for index, form in enumerate(inline.formset.initial_forms)
        if form.instance == claim
    )
    page = browser.post(change_url(record) + "?lang=en", filled(opened, **{f"claims-{number}-DELETE": "on"}))
    assert lines(page) == {f"claims-{claim.pk}": ("changed by both", "")}
    chosen = sent(page, **{f"claims__{claim.pk}": side})
    assert browser.post(change_url(record), chosen).status_code == 302
    assert Claim.objects.filter(pk=claim.pk, note_en="Theirs").exists() is left


def test_a_row_that_moved_to_another_record_meanwhile_is_noticed(browser, register):
    record, claim = project("02"), project("02").claims.first()
    opened = browser.get(change_url(record), ENGLISH)
    change(claim, project=project("18"), adopted=False)
    page = browser.post(change_url(record) + "?lang=en", filled(opened, name_en="Mine"))
    assert page.status_code == 409
    assert browser.post(change_url(record), sent(page)).status_code == 302
    assert Claim.objects.get(pk=claim.pk).project == project("18")


# records that are gone


def test_a_record_deleted_meanwhile_says_by_whom_and_shows_what_was_typed(browser, colleague):
    with writing():
        record = Milestone(project=project("18"), name_zh="主体封顶", planned="2023-09-30")
        record.save()
    opened = browser.get(change_url(record), ENGLISH)
    with writing(user=colleague, reason="Entered twice."):
        Milestone.objects.get(pk=record.pk).delete()
    page = browser.post(change_url(record) + "?lang=en", filled(opened, name_en="Topping out", expected="2023-11-30"))
    assert page.status_code == 410
    text = page.content.decode()
    for told in ("王强", "Entered twice.", "Topping out", "2023-11-30", "主体封顶", "It was deleted"):
        assert told in text
    assert not Milestone.objects.filter(pk=record.pk).exists()


def test_of_a_deleted_record_of_others_nobody_is_told(browser, register, zhuzhou_writer, stranger, client_of):
    with writing():
        record = Milestone(project=project("18"), name_zh="主体封顶", planned="2023-09-30")
        record.save()
    typed = filled(browser.get(change_url(record), ENGLISH), name_en="x")
    record_url = change_url(record)
    record.delete()
    assert client_of(zhuzhou_writer).post(record_url, typed).status_code == 404
    assert client_of(stranger).post(record_url, typed).status_code == 302
    assert browser.post(record_url, {}).status_code == 404
    assert browser.post(url(Milestone, "change", 10**9), typed).status_code == 404


def test_a_record_moved_out_of_ones_own_prefecture_keeps_what_was_typed(register, changsha_writer, client_of):
    from projects.models import Prefecture

    browser, record = client_of(changsha_writer), project("21")
    assert record.prefecture.adcode == CHANGSHA
    opened = browser.get(change_url(record), ENGLISH)
    change(record, prefecture=Prefecture.objects.get(adcode=ZHUZHOU), name_zh="别人的")
    page = browser.post(change_url(record) + "?lang=en", filled(opened, name_en="Typed by me"))
    assert page.status_code == 409
    assert "Typed by me" in page.content.decode()
    assert "别人的" not in page.content.decode()
    assert browser.get(change_url(record)).status_code == 404


def test_a_form_without_its_version_is_refused_with_what_was_typed(browser, register):
    record = project("18")
    opened = browser.get(change_url(record), ENGLISH)
    for version in (None, "", "abc", "0", str(10**9), "-1", "9" * 40):
        page = browser.post(change_url(record) + "?lang=en", filled(opened, name_en="Mine", _opened=version))
        assert page.status_code == 200
        assert "did not say which version" in errors_of(page)["__all__"][0]
        assert page.context["adminform"].form["name_en"].value() == "Mine"
        assert project("18").name_en != "Mine"
    assert browser.post(change_url(record), filled(page)).status_code == 302
    assert project("18").name_en == "Mine"


def test_an_account_changed_meanwhile_is_refused_with_what_was_typed(administrator, changsha_reader, client_of):
    browser = client_of(administrator)
    opened = browser.get(change_url(changsha_reader), ENGLISH)
    type(changsha_reader)._default_manager.filter(pk=changsha_reader.pk).update(email="theirs@example.org")
    page = browser.post(change_url(changsha_reader) + "?lang=en", filled(opened, last_name="Mine"))
    assert "Somebody changed this record" in errors_of(page)["__all__"][0]
    assert page.context["adminform"].form["last_name"].value() == "Mine"
    changsha_reader.refresh_from_db()
    assert (changsha_reader.email, changsha_reader.last_name) == ("theirs@example.org", "")


def test_signing_in_meanwhile_is_no_change_of_an_account(administrator, changsha_reader, client_of):
    browser = client_of(administrator)
    opened = browser.get(change_url(changsha_reader), ENGLISH)
    client_of(changsha_reader)  # notes the time of the last login
    assert browser.post(change_url(changsha_reader), filled(opened, last_name="Mine")).status_code == 302


def test_a_writer_merges_own_records_too_and_a_reader_never_sees_a_conflict(
    changsha_writer, changsha_reader, client_of, register
):
    browser, record = client_of(changsha_writer), project("21")
    opened = browser.get(change_url(record), ENGLISH)
    change(record, note_en="Theirs")
    typed = filled(opened, name_en="Mine")
    assert client_of(changsha_reader).post(change_url(record), typed).status_code == 403
    page = browser.post(change_url(record), typed)
    assert browser.post(change_url(record), sent(page)).status_code == 302
    assert (project("21").name_en, project("21").note_en) == ("Mine", "Theirs")


def test_a_problem_solved_meanwhile_is_merged_with_a_new_solver(browser, register):
    record = Problem.objects.exclude(state=ProblemState.SOLVED).first()
    opened = browser.get(change_url(record), ENGLISH)
    change(record, state=ProblemState.SOLVED, solved_on="2023-08-01", note="Done")
    page = browser.post(change_url(record), filled(opened, solver="Bureau of land"))
    assert page.status_code == 409
    assert browser.post(change_url(record), sent(page)).status_code == 302
    record.refresh_from_db()
    assert (record.solver, record.state, record.note) == ("Bureau of land", ProblemState.SOLVED, "Done")


def test_a_conflict_costs_the_same_few_questions_more_than_a_form_with_errors_whatever_the_rows(browser, register):
    record = project("08")

    def questions(status, **typed):
        opened = browser.get(change_url(record), ENGLISH)
        if status == 409:
            change(record, name_en=f"Theirs {Revision.objects.newest_number()}")
        with CaptureQueriesContext(connection) as queries:
            assert browser.post(change_url(record), filled(opened, **typed)).status_code == status
        return len(queries)

    def more():
        return questions(409, name_en="Mine") - questions(200, finish="never")

    before = more()
    with writing():
        for year in (2020, 2021, 2022):
            Entry(project=record, programme=Programme.objects.get(year=year)).save()
            Claim(project=record, figure="finish", stated=str(year), source=Source.objects.get(pk=year % 7 + 1)).save()
    assert more() == before <= 25
