"""Every plausibility rule is asked somewhere: for each kind there is a write at the API at which it speaks, and is counted.

A kind that is declared and never asked, since nothing that is written comes to it, is found here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from projects.choices import PlausibilityKind
from projects.history.revisions import create_revision
from projects.models import Milestone, Programme, Project, Source, Target
from tests.projects.admin.forms import errors_of, filled, url

from .reporting import JULY, draft, entry_of, path_of
from .test_plausibility import BUREAU, OWN, PATH, PLAN, PLAUSIBLE, TINY, WHY, named

pytestmark = pytest.mark.usefixtures("plausible")

Write = Callable[[Any], Any]
Kind = PlausibilityKind


def changed(**body: Any) -> Write:
    return lambda system: system.patch(PATH, body)


def added(path: str, **body: Any) -> Write:
    return lambda system: system.post(path, named(body))


def on_the_next_list(**body: Any) -> Write:
    return added("/entries/", **{"project": OWN, "programme": 2024, "joined": "2024-01-01"} | body)


def problem(**days: str) -> Write:
    return added("/problems/", project=OWN, kind="land", description="用地未批", **days)


def submitted(*, code: str = OWN, confirm: Iterable[str] = (), **content: Any) -> Write:
    told = {"reason": "用地未批", "measure": "协调用地"}

    def submit(system: Any) -> Any:
        body = {"confirm": list(confirm), "reason": WHY} if confirm else {}
        return system.post(path_of(draft(code, **told | content), "submit"), body)

    return submit


def named_as_another(system: Any) -> Any:
    return system.patch(PATH, {"name_zh": Project.objects.get(code="HN-EI-2023-03").name_zh})


def after_leaving(system: Any) -> Any:
    with create_revision():
        entry = entry_of(OWN)
        entry.left = "2023-05-31"
        entry.save()
    return system.post("/reports/", JULY | {"disbursed": 1_000_000})


def after_production(system: Any) -> Any:
    code = "HN-EI-2023-38"
    with create_revision():
        for each in entry_of(code).reports.all():
            each.disbursed, each.correction_reason, each.stage = 0, "nothing was built", "production"
            each.save()
    return submitted(code=code, disbursed=0, stage="trial")(system)


def target_of(amount: str, _system: Any, **content: Any) -> None:
    """Targets come by the administration; the amount is in billion CNY."""
    browser = Client()
    browser.force_login(get_user_model().objects.get(username="province"))
    address, in_english = url(Target, "add"), {"lang": "en"}
    content = {
        "programme": Programme.objects.get(year=2023).pk,
        "measure": "planned_disbursement",
        "kind": "monitored",
        "relation": "exactly",
        "value": amount,
        "source": Source.objects.earliest("pk").pk,
    } | content
    data = filled(browser.get(address, in_english), **content)
    answer = browser.post(f"{address}?lang=en", data)
    assert "_confirm-" in answer.content.decode(), errors_of(answer)


def carried_backward(system: Any) -> None:
    with create_revision():
        entry = entry_of(OWN)
        entry.disbursed_before = 900_000_000
        entry.save()
    on_the_next_list(disbursed_before=100_000_000)(system)


def joined_after_its_reports(system: Any) -> Any:
    return system.patch(f"/entries/{entry_of(OWN).pk}/", {"joined": "2023-03-01"})


def of_published(system: Any, **body: Any) -> Any:
    return system.patch("/projects/HN-EI-2023-01/", body)


def lowered_basis(system: Any) -> Any:
    with create_revision():
        milestone = Milestone(project=Project.objects.get(code=OWN), name_zh="投产", planned="2023-07-01")
        milestone.basis, milestone.source = "published", Source.objects.earliest("pk")
        milestone.save()
    return system.patch(f"/milestones/{milestone.pk}/", {"basis": "reported"})


PARK = "HN-EI-2023-18"
MINUS: dict[str, Any] = {"disbursed": -3_000_000_000, "correction_reason": "误报"}
SPEAKS: dict[PlausibilityKind, Write] = {
    Kind.FLOOR: changed(**TINY),
    Kind.TOKEN_AMOUNT: changed(**TINY),
    Kind.OTHER_UNIT: changed(**TINY),
    Kind.SCALE: added("/projects/", **PLAUSIBLE | {"total_investment": 499 * 10**9}),
    Kind.TARGET: partial(target_of, "0.00473"),
    Kind.ZERO_TARGET: partial(target_of, "0"),
    Kind.NATIONAL_CODE: changed(national_code="2399-430100-04-01-123456"),
    Kind.REVENUE: added(
        "/projects/", **PLAUSIBLE | {"expected_revenue": 450 * 10**9, "expected_revenue_reported_by": BUREAU}
    ),
    Kind.PLAN: on_the_next_list(planned_disbursement=5_000_000_000, planned_disbursement_reported_by=BUREAU),
    Kind.ZERO_PLAN: added("/plans/", **PLAN, amount=0),
    Kind.SPENT_BEFORE: on_the_next_list(disbursed_before=99_000_000_000),
    Kind.CARRIED_FORWARD: carried_backward,
    Kind.OFF_LIST: joined_after_its_reports,
    Kind.NAME: named_as_another,
    Kind.CODE: added("/projects/", **PLAUSIBLE | {"code": "甲-1"}),
    Kind.SOURCE_PROVINCE: added("/projects/", **PLAUSIBLE, transferred="yes", source_province="43"),
    Kind.START: changed(start="2099", start_reported_by=BUREAU),
    Kind.FINISH: changed(start=None, finish="1995", finish_reported_by=BUREAU, reason="缺料"),
    Kind.MEMBERSHIP: on_the_next_list(joined="1999-01-01"),
    Kind.DECISION: added("/plans/", **PLAN | {"decided_on": "2099-01-01"}, amount=600_000_000),
    Kind.YEAR_TO_DATE: submitted(**MINUS),
    Kind.PRODUCTION: after_production,
    Kind.STAGE: after_production,
    Kind.ENTERPRISES: added("/reports/", **JULY, disbursed=100_000_000, enterprises_attracted=500),
    Kind.CONSTRUCTION_START: submitted(stage="preparation", started_on="2021-11-01"),
    Kind.AFTER_LEAVING: after_leaving,
    Kind.OUTLIER: submitted(confirm=["year-to-date"], **MINUS),
    Kind.REACHED: added("/milestones/", project=OWN, name_zh="投产", planned="2023-07-01", actual="2099-07-01"),
    Kind.RAISED: problem(raised_on="2099-01-01"),
    Kind.DUE: problem(raised_on="2023-07-01", due="2023-06-01"),
    Kind.PUBLISHED_FIGURE: partial(of_published, total_investment=None, reason=WHY),
    Kind.LOWER_BASIS: lowered_basis,
    Kind.WORDS: submitted(reason="。"),
    Kind.IN_ALL: on_the_next_list(
        planned_disbursement=600_000_000,
        planned_disbursement_reported_by=BUREAU,
        disbursed_before=600_000_000,
    ),
    Kind.MONTH_OF_PLAN: submitted(disbursed=800_000_000),
    Kind.FORECAST: submitted(disbursed=100_000_000, forecast=400 * 10**9),
    Kind.FORECAST_BELOW: submitted(disbursed=100_000_000, forecast=100_000_000),
    Kind.MANY_ENTERPRISES: submitted(code=PARK, disbursed=100_000_000, enterprises_attracted=2_000_000),
    Kind.SOLVED: problem(raised_on="2023-07-01", state="solved", solved_on="2099-01-01", note="用地已批"),
    Kind.FAR_DATE: problem(raised_on="1990-07-01"),
    Kind.COUNTY: changed(county_zh="株洲市天元区"),
    Kind.EXAMPLE_NAME: added("/projects/", **PLAUSIBLE | {"name_zh": "示例项目99"}),
    Kind.NO_MONTH: on_the_next_list(joined="2024-03-01", left="2024-03-31"),
    Kind.NEW_WITH_SPENDING: on_the_next_list(status="new", disbursed_before=100_000_000),
    Kind.PART_OF_TARGET: partial(target_of, "99", measure="transferred_count"),
    Kind.LIGHT_LIMITS: added("/light-rules/", code="narrow", name_zh="窄限", yellow=0, red=1),
}


@pytest.mark.parametrize("kind", PlausibilityKind)
def test_there_is_a_write_at_which_the_rule_speaks(kind, system_of, province):
    system = system_of(province)

    def spoken() -> int:
        return system.get(f"/plausibility-rules/{kind}/").data["spoke"]

    assert spoken() == 0
    SPEAKS[kind](system)
    assert spoken() >= 1
