"""Entries, reports, claims, enterprises, sources, programmes, targets and reference data: each works and refuses."""

from __future__ import annotations

import pytest

from projects.models import (
    Claim,
    Enterprise,
    Entry,
    MonthlyReport,
    Prefecture,
    Programme,
    Revision,
    Source,
    Target,
)
from sectors.models import ChainLink, Direction, Sector
from tests.projects.admin.forms import change_url, errors_of, filled, project, url


@pytest.fixture
def browser(province, client_of):
    return client_of(province)


def valid(model, **changes):
    """Data of the form for a new record that is accepted as it is; None takes a field away."""
    references = {
        "project": project("18").pk,
        "entry": project("18").entries.get().pk,
        "programme": Programme.objects.get(year=2024).pk,
        "source": project("02").source_id,
        "sector": Sector.objects.get(code="smart-terminals").pk,
    }
    values = {
        Entry: {"project": ..., "programme": ..., "status": "new", "basis": "reported", "planned_disbursement": "1.5"}
        | {"planned_disbursement_reported_by": "长沙市工信局", "joined": "2024-01-01"}
        | {"plans-TOTAL_FORMS": 0, "plans-INITIAL_FORMS": 0},
        MonthlyReport: {"entry": ..., "month": 7, "disbursed": "0", "basis": "reported"},
        Claim: {"project": ..., "source": ..., "figure": "total_investment", "amount": "45.7199"},
        Enterprise: {"name_zh": "新企业"},
        Source: {"url": "https://example.org/a", "published": "2024-05"},
        Programme: {"year": 2026, "name_zh": "2026年计划", "targets-TOTAL_FORMS": 0, "targets-INITIAL_FORMS": 0},
        Target: {"programme": ..., "source": ..., "measure": "total_investment", "value": "1200.5"}
        | {"kind": "announced", "relation": "more than"},
        Direction: {"code": "new-direction", "name_zh": "新方向", "order": 9, "measured_by": "sectors"}
        | {"source_url": "https://example.org/b", "announced_on": "2024-03-07"},
        Sector: {"code": "new-sector", "name_zh": "新行业", "order": 99},
        ChainLink: {"sector": ..., "code": "new-link", "name_zh": "新环节", "order": 1},
        Prefecture: {"adcode": "439900", "name_zh": "试验市"},
    }[model]
    data = {name: references[name] if value is ... else value for name, value in values.items()} | changes
    return {name: value for name, value in data.items() if value is not None}


WORKS = [
    (Entry, {}),
    (MonthlyReport, {}),
    (Claim, {}),
    (Claim, {"figure": "finish", "amount": None, "stated": "2024-q3"}),
    (Enterprise, {}),
    (Source, {}),
    (Programme, {}),
    (Target, {}),
    (Target, {"measure": "project_count", "relation": "exactly", "value": "50"}),
    (Direction, {}),
    (Sector, {}),
    (ChainLink, {}),
    (Prefecture, {}),
]


@pytest.mark.parametrize(("model", "changes"), WORKS, ids=lambda part: getattr(part, "__name__", None))
def test_a_record_is_made_opened_and_saved_again_without_a_change(model, changes, browser, register):
    before = Revision.objects.newest_number()
    response = browser.post(url(model, "add"), valid(model, **changes))
    assert response.status_code == 302, errors_of(response)
    assert Revision.objects.newest_number() == before + 1
    made = model.objects.order_by("-pk").first()
    page = browser.get(change_url(made))
    assert browser.post(change_url(made), filled(page)).status_code == 302
    assert Revision.objects.newest_number() == before + 1


REFUSED = [
    (Entry, {"basis": "published"}, "source"),
    (MonthlyReport, {"disbursed": "-1"}, "correction_reason"),
    (Claim, {"figure": "finish", "amount": None, "stated": "soon"}, "stated"),
    (Claim, {"amount": None, "stated": "much"}, "amount"),
    (Enterprise, {"name_zh": ""}, "name_zh"),
    (Source, {"published": "2999-04"}, "published"),
    (Programme, {"year": 2023}, "year"),
    (Target, {"measure": "project_count", "value": "5.5"}, "value"),
    (Prefecture, {"adcode": "43"}, "adcode"),
]


@pytest.mark.no_database
@pytest.mark.parametrize(("model", "changes", "field"), REFUSED, ids=lambda part: getattr(part, "__name__", None))
def test_each_error_is_said_at_its_field_and_nothing_is_saved(model, changes, field, browser, register):
    before, count = Revision.objects.newest_number(), model.objects.count()
    response = browser.post(url(model, "add"), valid(model, **changes))
    assert response.status_code == 200
    assert set(errors_of(response)) == {field}
    assert (Revision.objects.newest_number(), model.objects.count()) == (before, count)


def test_a_source_registered_already_is_refused_at_the_address(browser, register):
    known = Source.objects.filter(published__isnull=False).first()
    data = {"url": known.url, "published": str(known.published_on)}
    assert set(errors_of(browser.post(url(Source, "add"), data))) == {"url"}


def _of_one(programme_data, number, **values):
    """The data of a programme's form with one more target, in the row of this number."""
    count = {"targets-TOTAL_FORMS": number + 1, "targets-INITIAL_FORMS": number}
    return {**programme_data, **count, **{f"targets-{number}-{name}": value for name, value in values.items()}}


def test_a_programme_and_its_targets_are_entered_in_one_form(browser, register):
    source = Source.objects.first().pk
    typed = {"measure": "total_investment", "kind": "announced", "relation": "exactly", "value": "1200.5"}
    new = {"year": 2031, "name_zh": "2031年重点项目", "name_en": "Key projects of 2031"}
    before = Revision.objects.newest_number()
    response = browser.post(url(Programme, "add"), _of_one(new, 0, **typed, source=source))
    assert response.status_code == 302, response.context["errors"]
    target = Target.objects.get(programme__year=2031)
    assert (target.value, target.source_id) == (120_050_000_000, source)
    assert Revision.objects.newest_number() == before + 1  # the programme and what was announced for it are one change


def test_a_wrong_target_is_said_at_its_own_field_and_nothing_is_saved(browser, register):
    programme = Programme.objects.get(year=2023)
    before = Target.objects.count()
    address = change_url(programme)
    data = filled(browser.get(address))
    number = int(data["targets-INITIAL_FORMS"])
    typed = {"kind": "announced", "relation": "exactly", "source": Source.objects.first().pk}
    for measure, value in (("total_investment", "many"), ("project_count", "1.5"), ("", "3")):
        response = browser.post(address, _of_one(data, number, **typed, measure=measure, value=value))
        row = response.context["inline_admin_formsets"][0].formset.forms[number]
        assert set(row.errors) == {"value" if measure else "measure"}
    assert Target.objects.count() == before


def test_targets_of_a_programme_come_back_as_they_were(browser, register):
    """Money in the unit of readers, numbers whole: who only corrects a name changes none of them."""
    programme = Programme.objects.get(year=2023)
    before = list(programme.targets.order_by("pk").values())
    data = filled(browser.get(change_url(programme)), name_en="Key projects of the year 2023")
    assert int(data["targets-INITIAL_FORMS"]) == len(before) > 5
    assert browser.post(change_url(programme), data).status_code == 302
    assert list(programme.targets.order_by("pk").values()) == before
    programme.refresh_from_db()
    assert programme.name_en == "Key projects of the year 2023"


def test_a_chain_link_in_use_cannot_be_moved_to_another_sector(browser, register):
    link = project("18").chain_link
    data = filled(browser.get(change_url(link)), sector=Sector.objects.exclude(pk=link.sector_id).first().pk)
    assert set(errors_of(browser.post(change_url(link), data))) == {"sector"}
    link.refresh_from_db()
    assert link.sector == project("18").sector


def test_a_writer_may_add_a_source_but_not_change_one(changsha_writer, client_of):
    browser = client_of(changsha_writer)
    assert browser.post(url(Source, "add"), {"url": "https://example.org/b"}).status_code == 302
    known = project("03").source
    assert browser.get(change_url(known)).status_code == 200
    assert browser.post(change_url(known), {"url": "https://example.org/c"}).status_code == 403


@pytest.mark.parametrize(
    ("model", "query", "rows"),
    [
        (Entry, {"programme": "2023", "basis": "illustrative"}, 30),
        (Entry, {"prefecture": "none"}, 2),
        (Entry, {"q": "三安"}, 1),
        (MonthlyReport, {"month": "3", "state": "approved"}, 30),
        (Claim, {"adopted": "1", "figure": "total_investment"}, 5),
        (Target, {"programme": "2023", "measure": "planned_disbursement"}, 2),
    ],
)
def test_lists_are_filtered_and_searched(model, query, rows, browser, register):
    assert browser.get(url(model), query).context["cl"].result_count == rows
