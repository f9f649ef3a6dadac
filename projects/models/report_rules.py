"""Constraints of a monthly report (each state is tied to its time and its person), and what it is found by."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from projects.choices import Basis, ReportState

from .base import published_has_source
from .fields import amount_in_range, month_in_year, signed_amount_in_range

APPROVED_NEEDS_AMOUNT = _("An approved report says how much was disbursed; 0 is an answer, blank is not.")
SUBMITTED_NEEDS_AMOUNT = _("Say how much was disbursed in the month: 0 if nothing was. Blank is no answer.")
NEGATIVE_NEEDS_REASON = _("A negative amount takes earlier ones back: say why.")
STATE_AND_PERSON = _("The state of a report goes with the time and the person that brought it there.")
SUBMITTER_APPROVES = _("The person who submits a report cannot approve it.")


def _known(step: str) -> Q:
    return Q(**{f"{step}_at__isnull": False, f"{step}_by__isnull": False})


def _unknown(step: str) -> Q:
    return Q(**{f"{step}_at__isnull": True, f"{step}_by__isnull": True})


def _state(name: str, state: ReportState, condition: Q) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=name, condition=~Q(state=state) | condition, violation_error_message=STATE_AND_PERSON
    )


_untouched = _unknown("submitted") & Q(handed_in_on__isnull=True)
_handed_in = _known("submitted") & Q(handed_in_on__isnull=False)
_not_of_a_bureau = ~Q(basis=Basis.REPORTED) & _untouched & _unknown("approved")

REPORT_RULES: list[models.BaseConstraint] = [
    models.UniqueConstraint(
        fields=["entry", "month"],
        name="report_is_one_for_each_entry_and_month",
        violation_error_message=_("There is a report for this entry and month already."),
    ),
    month_in_year("month", of="report"),
    signed_amount_in_range("disbursed", of="report"),
    amount_in_range("forecast", of="report"),
    models.CheckConstraint(
        name="report_negative_amount_has_a_reason",
        condition=Q(disbursed__isnull=True) | Q(disbursed__gte=0) | ~Q(correction_reason=""),
        violation_error_message=NEGATIVE_NEEDS_REASON,
    ),
    models.CheckConstraint(
        name="report_approved_has_an_amount",
        condition=~Q(state=ReportState.APPROVED) | Q(disbursed__isnull=False),
        violation_error_message=APPROVED_NEEDS_AMOUNT,
    ),
    models.CheckConstraint(
        name="report_submitted_has_an_amount",
        condition=~Q(state=ReportState.SUBMITTED) | Q(disbursed__isnull=False),
        violation_error_message=SUBMITTED_NEEDS_AMOUNT,
    ),
    _state(
        "report_draft_has_no_times",
        ReportState.DRAFT,
        _untouched & _unknown("returned") & _unknown("approved") & Q(comment=""),
    ),
    _state(
        "report_submitted_has_time_and_person",
        ReportState.SUBMITTED,
        _handed_in & _unknown("returned") & _unknown("approved") & Q(comment=""),
    ),
    _state(
        "report_returned_has_time_person_and_comment",
        ReportState.RETURNED,
        _known("returned") & ~Q(comment="") & _unknown("approved"),
    ),
    _state(
        "report_approved_has_time_and_person",
        ReportState.APPROVED,
        ((_handed_in & _known("approved")) | _not_of_a_bureau) & _unknown("returned") & Q(comment=""),
    ),
    models.CheckConstraint(
        name="report_approver_is_not_submitter",
        condition=Q(approved_by__isnull=True) | Q(submitted_by__isnull=True) | ~Q(approved_by=F("submitted_by")),
        violation_error_message=SUBMITTER_APPROVES,
    ),
    published_has_source(of="report"),
]

REPORT_INDEXES = [
    models.Index(fields=["state", "month"]),
    models.Index(
        fields=["entry", "month", "disbursed"],
        condition=Q(state=ReportState.APPROVED),
        name="report_disbursed_of_an_entry",
    ),
    models.Index(
        fields=["month", "handed_in_on"],
        condition=Q(handed_in_on__isnull=False),
        name="report_handed_in",
    ),
    # few are in these states: what SQLite knows of an index would have it read all reports
    *(
        models.Index(fields=["state", "month"], condition=Q(state=state), name=f"report_{state}")
        for state in (ReportState.SUBMITTED, ReportState.RETURNED)
    ),
]
