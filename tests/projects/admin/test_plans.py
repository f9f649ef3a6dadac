"""Plans: their own list and form, inside an entry's form, and the twelve months of a curve."""

from __future__ import annotations

import pytest

from projects.history.revisions import create_revision
from projects.models import Plan, Revision
from tests.projects.admin.forms import change_url, errors_of, filled, project, url

pytestmark = pytest.mark.no_database

ENGLISH = {"lang": "en"}
MONTHS = ["0.1"] * 11 + ["0.4"]  # 1.5 together, 亿元 or billion CNY
CURVE = {f"curve_{number}": amount for number, amount in enumerate(MONTHS)}


@pytest.fixture
def browser(province, client_of):
    return client_of(province)


@pytest.fixture
def entry(register):
    return project("21").entries.get()


def plan_of(entry, **values):
    content = {"kind": "revised", "amount": 150_000_000, "decided_on": "2023-05-01", "reason": "Land came late"}
    plan = Plan(entry=entry, **content | values)
    with create_revision():
        plan.save()
    return plan


def typed(entry, **changes):
    data = {"entry": entry.pk, "kind": "revised", "amount": "1.5", "decided_on": "2023-05-01", "basis": "reported"}
    return data | {"reason": "Land came late"} | changes


def test_a_plan_is_made_with_a_curve_opened_and_saved_again_without_a_change(browser, entry):
    assert browser.post(url(Plan, "add"), typed(entry, **CURVE)).status_code == 302
    plan = entry.plans.get()
    assert plan.curve == [10_000_000] * 11 + [40_000_000]
    before = Revision.objects.newest_number()
    page = browser.get(change_url(plan), ENGLISH)
    assert filled(page)["curve_11"] == "0.04"
    assert browser.post(change_url(plan), filled(page)).status_code == 302
    assert Revision.objects.newest_number() == before


def test_without_months_the_plan_keeps_an_even_pace(browser, entry):
    assert browser.post(url(Plan, "add"), typed(entry)).status_code == 302
    assert entry.plans.get().curve == []
    assert "pro rata" in browser.get(url(Plan), ENGLISH).content.decode()


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({**CURVE, "curve_0": "0.2"}, "curve", "100,000,000"),
        ({**CURVE, "curve_0": ""}, "curve", "twelve"),
        ({**CURVE, "curve_4": "much"}, "curve", "month 5"),
        ({"kind": "announced"}, "amount", ""),
    ],
)
def test_each_error_is_said_at_its_field_and_nothing_is_saved(changes, field, said, browser, entry):
    response = browser.post(url(Plan, "add") + "?lang=en", typed(entry, **changes))
    errors = errors_of(response)
    assert set(errors) == {field}
    assert said in " ".join(errors[field])
    assert not entry.plans.exists()
    if changes.get("curve_0"):
        assert f'name="curve_0" value="{changes["curve_0"]}"' in response.content.decode()
        assert 'name="curve_11" value="0.4"' in response.content.decode()


def test_the_list_is_filtered_by_kind_programme_and_what_is_in_force(browser, entry):
    old = plan_of(entry)
    new = plan_of(entry, decided_on="2023-06-01")
    monitored = plan_of(entry, kind="monitored", reason="")

    def found(**query):
        return set(browser.get(url(Plan), query).context["cl"].queryset.values_list("pk", flat=True))

    assert found(kind="revised") == {old.pk, new.pk}
    assert found(in_force="1") == {new.pk, monitored.pk}
    assert found(in_force="0") == {old.pk}
    assert found(programme="2023", kind="monitored") == {monitored.pk}
    assert found(programme="2024") == set()


def test_a_plan_is_added_inside_the_form_of_its_entry(browser, entry):
    page = browser.get(change_url(entry), ENGLISH)
    row = {f"plans-0-{name}": value for name, value in typed(entry, **CURVE).items() if name != "entry"}
    data = filled(page, **row, **{"plans-TOTAL_FORMS": 1, "plans-0-entry": entry.pk})
    assert browser.post(change_url(entry), data).status_code == 302
    assert entry.plans.get().curve[11] == 400_000_000
    page = browser.get(change_url(entry))
    wrong = filled(page, **{"plans-0-curve_0": "0.2"})
    response = browser.post(change_url(entry) + "?lang=en", wrong)
    assert "100,000,000" in str(response.context["inline_admin_formsets"][0].formset.errors)


@pytest.mark.permission
def test_a_writer_reads_the_plans_of_the_own_prefecture_and_writes_none(changsha_writer, client_of, entry):
    plan, hidden = plan_of(entry, curve=[12_500_000] * 12), plan_of(project("39").entries.get())
    browser = client_of(changsha_writer)
    assert list(browser.get(url(Plan)).context["cl"].queryset) == [plan]
    text = browser.get(change_url(plan), ENGLISH).content.decode()
    assert "0.0125" in text
    assert 'name="curve_0"' not in text
    assert browser.post(change_url(plan), typed(entry)).status_code == 403
    assert browser.get(change_url(hidden)).status_code == 404
    data = filled(browser.get(change_url(entry)))
    row = {f"plans-1-{name}": value for name, value in typed(entry, kind="monitored").items() if name != "entry"}
    response = browser.post(change_url(entry), data | row | {"plans-TOTAL_FORMS": 2})
    assert response.status_code == 302
    assert entry.plans.count() == 1
