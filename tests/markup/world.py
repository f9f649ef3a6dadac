"""A register in which there is a record of every kind, in every state that a page treats differently."""

from __future__ import annotations

import datetime as dt
from typing import Any

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import models
from django.utils import timezone

from portfolio.models import ApiToken
from projects.changes.undo import undo
from projects.choices import DeliveryState
from projects.history.revisions import create_revision
from projects.models import (
    AnsweredCall,
    Claim,
    Entry,
    Job,
    LightRule,
    Milestone,
    MonthlyReport,
    Note,
    Overruling,
    Plan,
    PlausibilityRule,
    Prefecture,
    Problem,
    Programme,
    Project,
    Rating,
    ReportDraft,
    Revision,
    Webhook,
)
from projects.models.attribution import reporter_of
from projects.workflows import proposals, reporting
from projects.workflows.proposals import ProposedValue
from sectors.models import ChainLink, Sector
from tests.people import CHANGSHA
from tests.projects.models.reports_made import CHANGSHA_CODE, approved, drafted, entry_of, submitted, today_is
from tests.projects.pages import imports_made
from tests.projects.pages.webhooks_made import message
from tests.projects.workflows.proposals_made import OTHER_OWN, OWN, PLAN, in_state, proposed
from tests.projects.workflows.proposals_made import project as project_of

MONTHS = [10_000_000] * 12
KEPT = 12  # projects; with all of them each page says the same many times


def fill(province: Any, writer: Any, administrator: Any) -> None:
    """What the register of the fixtures has none of, beside a few of its projects."""
    _fewer_projects()
    add(province, writer, administrator)


def add(province: Any, writer: Any, administrator: Any) -> None:
    """What the register of the fixtures has none of, beside all that it has."""
    today_is("2023-08-20")
    _origins(writer)
    _reports(province, writer)
    _proposals(province, writer)
    _monitoring(province, writer)
    _overruling(province)
    _changes(province, administrator)
    for user in (province, writer, administrator):
        _webhook(user)
        _tokens(user, province)
    _job(province)
    imports_made.in_every_state(writer, CHANGSHA_CODE)
    _letters_and_logs(province, writer)


def _fewer_projects() -> None:
    named = [OWN, OTHER_OWN, CHANGSHA_CODE, "HN-EI-2023-18", "HN-EI-2023-02"]
    others = Project.objects.exclude(code__in=named).order_by("code").values_list("code", flat=True)
    gone = list(others[KEPT - len(named) :])
    of_projects = ((MonthlyReport, "entry__project"), (Entry, "project"), (Claim, "project"))
    for model, path in (*of_projects, (Milestone, "project"), (Problem, "project"), (Project, "")):
        for_project = f"{path}__code__in" if path else "code__in"
        keys = list(models.QuerySet(model).filter(**{for_project: gone}).values_list("pk", flat=True))
        models.QuerySet(model).filter(pk__in=keys)._raw_delete("default")


def _origins(writer: Any) -> None:
    """A project of which each figure, and its plan, were told by somebody."""
    told = {reporter_of(figure): "the enterprise" for figure in Project.attributed}
    alike = project_of(OWN)
    with create_revision(user=writer, reason="told"):
        project = Project(
            code="CS-TOLD",
            name_zh="来函",
            sector=alike.sector,
            prefecture=alike.prefecture,
            enterprise=alike.enterprise,
            total_investment=10**9,
            expected_revenue=10**9,
            basis="reported",
            **told,
        )
        project.started, project.finished = "2023-03", "2024"
        project.save()
        Entry(
            project=project,
            programme=Programme.objects.get(year=2023),
            planned_disbursement=10**8,
            planned_disbursement_reported_by="the enterprise",
            basis="reported",
        ).save()


def _reports(province: Any, writer: Any) -> None:
    approved(writer, province, CHANGSHA_CODE, correction_reason="Counted again")
    reporting.send_back([submitted(writer, OWN)], user=province, comment="Say why")
    submitted(writer, OTHER_OWN)
    submitted(writer, "CS-TOLD")
    drafted("HN-EI-2023-18")
    typed = {"texts": {"problems": "no power"}, "refused": {"disbursed": "about three"}, "unit": "small"}
    ReportDraft.objects.create(user=writer, entry=entry_of(OWN), month=7, saved_at=timezone.now(), **typed)


def _proposals(province: Any, writer: Any) -> None:
    for state in ("refused", "withdrawn", "returned"):
        in_state(state, writer, province)
    proposals.accept(proposed(writer, code=CHANGSHA_CODE), user=province)
    link = ChainLink.objects.filter(sector=project_of(OTHER_OWN).sector_id).last()
    proposed(writer, PLAN, ProposedValue("project.chain_link", None, link.code), code=OTHER_OWN)
    proposals.comment(proposed(writer, code=OTHER_OWN), user=province, comment="Which letter?")


def _monitoring(province: Any, writer: Any) -> None:
    programme, entry, report = Programme.objects.get(year=2023), entry_of(OWN), entry_of(OWN).reports.first()
    about = {"programme": programme, "author": writer, "text": "Equipment in July"}
    with create_revision(user=writer, reason="monitoring"):
        for record in (
            Note(project=project_of(OWN), **about),
            Note(project=project_of(OWN), report=report, **about),
            Note(figure="total_investment", **about),
            Note(figure="total_investment", prefecture=Prefecture.objects.get(adcode=CHANGSHA), **about),
            Rating(entry=entry, month=6, light="red", words="No crane", author=writer),
            Rating(entry=entry_of("HN-EI-2023-18"), month=6, light="red", words="No crane", author=province),
            Plan(entry=entry, kind="revised", amount=sum(MONTHS), curve=MONTHS, decided_on="2023-07-01", reason="Rain"),
            Milestone(
                project=project_of(OWN), name_zh="开工", planned="2023-05-01", expected="2023-11-01", reason="Rain"
            ),
            Problem(
                project=project_of(OWN), kind="land", description="No land", raised_on="2023-05-01", due="2023-06-01"
            ),
        ):
            record.save()


def _overruling(province: Any) -> None:
    """A doubt that was overruled, beside the write that it was about."""
    about = project_of(OWN)
    with create_revision(user=province, reason="The contract says so") as draft:
        about.note_en = "Larger than planned"
        about.save()
        Overruling.objects.create(
            rule=PlausibilityRule.objects.get(kind="plan"),
            model="project",
            key=about.pk,
            name=str(about),
            prefecture=about.prefecture,
            field="total_investment",
            value="600000000",
            reason="The contract says so",
            user=province,
            at=draft.created_at,
            revision_id=draft.number,
        )
        draft.touched.add(Overruling)


def _changes(province: Any, administrator: Any) -> None:
    with create_revision(user=province, reason="One claim less"):
        Claim.objects.filter(adopted=False).first().delete()
    undo(Revision.objects.order_by("-number").first(), user=province, reason="It was right")
    with create_revision(user=province, reason="In passing"):
        records: list[Any] = [Project.objects.first(), Sector.objects.first(), ChainLink.objects.first()]
        for record in [
            *records,
            Prefecture.objects.first(),
            LightRule.objects.first(),
            Programme.objects.get(year=2023),
        ]:
            record.name_en = f"{record.name_en} again"
            record.save()
    with create_revision(user=administrator, reason="A prefecture more"):
        get_user_model().objects.get(username="changsha-reader").grants.get().delete()


def _webhook(user: Any) -> None:
    """One that works, one that was paused for what its receiver said, with messages in every state."""
    about = {"kinds": ["project"], "events": ["created"], "project": OWN}
    hook = Webhook.objects.create(user=user, label="platform", url="https://8.8.8.8/hook", position=1, **about)
    hook.rotate_secret(timezone.now())
    said = [{"at": "2026-11-20T02:00:00+00:00", "status": 500, "said": "no room", "ms": 12, "error": "no answer"}]
    for number, state in enumerate(DeliveryState, 1):
        message(hook, number, state=state, attempts=said, failures=3)
    message(hook, None, attempts=said)
    stopped = Webhook.objects.create(
        user=user, label="stopped", url="https://8.8.8.8/hook", position=1, prefecture=CHANGSHA
    )
    Webhook.objects.filter(pk=stopped.pk).update(active=False, pause_reason="admin", pause_detail="Somebody")
    message(stopped, 1, state=DeliveryState.GIVEN_UP, attempts=said, failures=9)


def _job(user: Any) -> None:
    """One that came to nothing, with every text that a job can have."""
    said = {"arguments": {"project": OWN}, "outcome": "3 sent", "error": "no room"}
    Job.objects.create(kind="webhook", key="7", user=user, state="failed", run_after=timezone.now(), **said)


def _tokens(user: Any, province: Any) -> None:
    usual, _key = ApiToken.objects.create(
        user=user, label="platform", prefectures=[CHANGSHA], addresses=["10.1.2.3/32"]
    )
    ApiToken.objects.filter(pk=usual.pk).update(refused_at=timezone.now(), refused_from="10.9.9.9")
    gone, _key = ApiToken.objects.create(user=user, label="old platform")
    ApiToken.objects.filter(pk=gone.pk).revoke(by=province)


def _letters_and_logs(province: Any, writer: Any) -> None:
    get_user_model().objects.update(first_name="湘", last_name="李", email="somebody@example.org")
    call_command("send_reminders", verbosity=0)
    now = timezone.now()
    AnsweredCall.objects.create(
        user=writer, key="key", fingerprint="f" * 64, status=200, body="body", headers={"ETag": "x"}, created_at=now
    )
    LogEntry.objects.create(
        user=province,
        content_type=ContentType.objects.get_for_model(type(writer)),
        object_id=str(max(get_user_model().objects.values_list("pk", flat=True))),
        object_repr="record",
        action_flag=CHANGE,
        change_message="changed",
    )
    Group.objects.create(name="group")
    tried = {"user_agent": "agent", "username": "changsha", "http_accept": "all", "path_info": "/login/"}
    AccessFailureLog.objects.create(ip_address="10.1.2.3", **tried)
    AccessAttempt.objects.create(ip_address="10.1.2.3", get_data="g", post_data="p", failures_since_start=2, **tried)
    AccessLog.objects.create(ip_address="10.1.2.3", session_hash="s", logout_time=now + dt.timedelta(hours=1), **tried)
