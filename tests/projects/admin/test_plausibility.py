"""Plausibility in the administration: rules that the province sets, a form that asks, and what was overruled."""

from __future__ import annotations

from typing import Any

import pytest

from projects.models import Entry, Overruling, PlausibilityRule, Project, Revision
from tests.projects.admin.forms import change_url, errors_of, filled, project, url

ENGLISH = {"lang": "en"}
WHY = "the contract says so"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plausible")]


@pytest.fixture
def browser(province: Any, client_of: Any) -> Any:
    return client_of(province)


def save(browser: Any, record: Any, **changes: Any) -> Any:
    page = browser.get(change_url(record), ENGLISH)
    return browser.post(change_url(record) + "?lang=en", filled(page, **changes))


def tiny() -> dict[str, str]:
    return {"total_investment": "0.6", "total_investment_reported_by": "a bureau"}


def boxes(response: Any) -> list[str]:
    text = response.content.decode()
    return sorted(
        kind for kind in PlausibilityRule.objects.values_list("kind", flat=True) if f"_confirm-{kind}" in text
    )


def test_a_form_asks_keeps_what_was_typed_and_takes_the_reason(browser: Any, province: Any) -> None:
    record, before = project("25"), Revision.objects.newest_number()
    asked = save(browser, record, **tiny())
    assert asked.status_code == 200
    assert boxes(asked) == ["plan"]
    assert "0.6" in asked.content.decode()
    assert "is more than 100 %" in asked.content.decode()
    assert Revision.objects.newest_number() == before
    unsaid = save(browser, record, **tiny(), **{"_confirm-plan": "1"})
    assert "Say why what is doubted is right." in unsaid.content.decode()
    done = save(browser, record, **tiny(), **{"_confirm-plan": "1", "_confirm_reason": WHY})
    assert done.status_code == 302
    assert Project.objects.get(pk=record.pk).total_investment == 600_000_000
    [found] = Overruling.objects.select_related("revision")
    assert (found.rule.kind, found.reason, found.user, found.revision.number) == ("plan", WHY, province, before + 1)
    assert found.revision.reason == WHY
    assert PlausibilityRule.objects.get(kind="plan").tally.spoke == 3


@pytest.mark.no_database
def test_what_is_refused_has_no_box(browser: Any) -> None:
    record = project("25")
    refused = save(browser, record, transferred="yes", source_province="43")
    assert refused.status_code == 200
    assert boxes(refused) == []
    assert "cannot come from" in " ".join(str(each) for each in errors_of(refused).values()) + refused.content.decode()


def test_what_is_refused_of_a_row_is_said_at_it_and_its_part_is_open(browser: Any) -> None:
    row = {"kind": "land", "description": "No plot", "raised_on": "2023-06-01", "due": "2023-01-01", "state": "open"}
    rows = {f"problems-0-{name}": value for name, value in (row | {"basis": "reported"}).items()}
    asked = save(browser, project("25"), **{"problems-TOTAL_FORMS": "1"}, **rows)
    parts = {each.formset.prefix: each for each in asked.context["inline_admin_formsets"]}
    [told] = parts["problems"].formset.errors
    assert list(told) == ["due"]
    assert "before it was raised on" in told["due"][0]
    assert not parts["problems"].is_collapsible
    assert parts["milestones"].is_collapsible
    assert "before it was raised on" in " ".join(errors_of(asked)["__all__"])


def test_the_row_of_a_list_is_asked_too(browser: Any) -> None:
    entry = Entry.objects.get(project__code="HN-EI-2023-25", programme__year=2023)
    asked = save(browser, entry, disbursed_before="99")
    assert boxes(asked) == ["spent-before"]
    done = save(browser, entry, disbursed_before="99", **{"_confirm-spent-before": "1", "_confirm_reason": WHY})
    assert done.status_code == 302


@pytest.mark.permission
def test_the_province_sets_a_rule_and_sees_how_often_it_spoke(
    browser: Any, changsha_writer: Any, client_of: Any
) -> None:
    save(browser, project("25"), **tiny())
    save(browser, project("25"), **tiny(), **{"_confirm-plan": "1", "_confirm_reason": WHY})
    listed = browser.get(url(PlausibilityRule), ENGLISH).content.decode()
    assert "plan against investment" in listed
    assert "?rule=plan" in listed
    assert browser.get(url(Overruling), ENGLISH | {"rule": "plan"}).context["cl"].result_count == 1
    rule = PlausibilityRule.objects.get(kind="plan")
    assert save(browser, rule, importance="refuse", limit="90").status_code == 302
    rule.refresh_from_db()
    assert (rule.importance, rule.limit, rule.kind) == ("refuse", 90, "plan")
    assert client_of(changsha_writer).get(url(PlausibilityRule, "add")).status_code == 403
    assert browser.get(url(Overruling, "add")).status_code == 403


def test_what_is_pointed_out_is_said_once_it_is_saved(browser: Any) -> None:
    rule = PlausibilityRule.objects.get(kind="plan")
    assert save(browser, rule, importance="point-out").status_code == 302
    assert save(browser, project("25"), **tiny()).status_code == 302
    assert "is more than 100 %" in browser.get(url(Project), ENGLISH).content.decode()


def test_a_prefecture_that_proposes_is_not_asked_before_the_province(changsha_writer: Any, client_of: Any) -> None:
    proposed = save(client_of(changsha_writer), project("25"), **tiny(), reason="a contract")
    assert boxes(proposed) == []
    assert Project.objects.get(code="HN-EI-2023-25").total_investment != 600_000_000
