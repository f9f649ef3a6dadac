"""Monthly report: what a bureau reports for one entry and month, its constraints, and the events of its workflow."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, Self

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Sum
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from projects import money
from projects.access import get_access
from projects.choices import ARRIVED, Basis, Measure, ReportAction, ReportState, RoundState, Stage
from projects.history.revisions import BY_HAND, present_actor
from projects.periods import Month
from projects.text import LONGEST_LINE, LONGEST_WORDS

from .base import (
    OfEntry,
    Record,
    RecordManager,
    RecordQuerySet,
    TransitionEvent,
    basis_field,
    person_field,
    published_has_source,
)
from .entry import Entry, required_in_month_of
from .fields import (
    AmountField,
    FieldCheck,
    MonthNumberField,
    SignedAmountField,
    Unique,
    amount_in_range,
    month_in_year,
    signed_amount_in_range,
)
from .revision import History, Revision
from .round import Round
from .source import source_field

SUBMITTED_NEEDS_AMOUNT = _("Say how much was disbursed in the month: 0 if nothing was. Blank is no answer.")
NEGATIVE_NEEDS_REASON = _("A negative amount takes earlier ones back: say why.")
STATE_AND_PERSON = _("The state of a report goes with the time and the person that brought it there.")
SUBMITTER_APPROVES = _("The person who submits a report cannot approve it.")


def _has_step(step: str) -> Q:
    return Q(**{f"{step}_at__isnull": False, f"{step}_by__isnull": False})


def _lacks_step(step: str) -> Q:
    return Q(**{f"{step}_at__isnull": True, f"{step}_by__isnull": True})


def _state(name: str, state: ReportState, condition: Q) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=name, condition=~Q(state=state) | condition, violation_error_message=STATE_AND_PERSON
    )


_untouched = _lacks_step("submitted") & Q(handed_in_on__isnull=True)
_handed_in = _has_step("submitted") & Q(handed_in_on__isnull=False)
_not_of_a_bureau = ~Q(basis=Basis.REPORTED) & _untouched & _lacks_step("approved")

REPORT_RULES: list[models.BaseConstraint] = [
    Unique(
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
    FieldCheck(
        name="report_approved_has_an_amount",
        field="disbursed",
        code="missing",
        condition=~Q(state=ReportState.APPROVED) | Q(disbursed__isnull=False),
        violation_error_message=_("An approved report says how much was disbursed; 0 is an answer, blank is not."),
    ),
    FieldCheck(
        name="report_submitted_has_an_amount",
        field="disbursed",
        code="missing",
        condition=~Q(state=ReportState.SUBMITTED) | Q(disbursed__isnull=False),
        violation_error_message=SUBMITTED_NEEDS_AMOUNT,
    ),
    _state(
        "report_draft_has_no_times",
        ReportState.DRAFT,
        _untouched & _lacks_step("returned") & _lacks_step("approved") & Q(comment=""),
    ),
    _state(
        "report_submitted_has_time_and_person",
        ReportState.SUBMITTED,
        _handed_in & _lacks_step("returned") & _lacks_step("approved") & Q(comment=""),
    ),
    _state(
        "report_returned_has_time_person_and_comment",
        ReportState.RETURNED,
        _has_step("returned") & ~Q(comment="") & _lacks_step("approved"),
    ),
    _state(
        "report_approved_has_time_and_person",
        ReportState.APPROVED,
        ((_handed_in & _has_step("approved")) | _not_of_a_bureau) & _lacks_step("returned") & Q(comment=""),
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


class ReportQuerySet(RecordQuerySet):
    def approved(self) -> Self:
        """Return the only reports that feed totals: drafts are not facts."""
        return self.filter(state=ReportState.APPROVED)

    def required(self) -> Self:
        """Of entries that are asked for the report. The others, stored before they were refused, are counted in no round."""
        return self.filter(required_in_month_of("entry__"))

    def of_others(self, user: Any) -> Self:
        """Those that this user has not submitted: of what waits for approval, what they may approve."""
        return self if user.pk is None else self.exclude(submitted_by=user.pk)

    def submitted(self) -> Self:
        """Handed in and waiting for the province: counted beside totals, never in them."""
        return self.required().filter(state=ReportState.SUBMITTED)

    def received(self) -> Self:
        """Submitted or approved."""
        return self.filter(state__in=ARRIVED)

    def in_rounds(self, rounds: Iterable[Any]) -> Self:
        """Those of the months of rounds, by their keys. They name none, as a month may be reported without one."""
        asked = Round.objects.filter(programme=OuterRef("entry__programme"), month=OuterRef("month"), pk__in=rounds)
        return self.filter(Exists(asked.order_by()))

    def from_nobody(self) -> Self:
        """Illustrative ones that no person handed in."""
        return self.filter(basis=Basis.ILLUSTRATIVE, submitted_at__isnull=True)

    def visible_to(self, user: Any) -> Self:
        """As for every record, of which `seen_by` are shown."""
        return super().visible_to(user).filter(seen_by(user))

    def added_up_by_entry(self) -> dict[int, tuple[int, int]]:
        """Return how many reports there are of each entry, by its key, and what they say was disbursed, in CNY."""
        sums = self.order_by().values_list("entry").annotate(number=Count("pk"), disbursed=Sum("disbursed", default=0))
        return {entry: (number, disbursed) for entry, number, disbursed in sums}

    def added_up(self) -> int:
        """Return what these reports say was disbursed, in CNY."""
        return self.aggregate(total=Sum("disbursed"))["total"] or 0


def seen_by(user: Any) -> Q:
    """Return the condition for reports of entries that somebody sees: the public sees a report from its approval on."""
    return Q(state=ReportState.APPROVED) if get_access(user).public else Q()


# what a bureau fills in; the rest says how far the report has come
CONTENT = (
    "disbursed",
    "stage",
    "progress",
    "started_on",
    "enterprises_attracted",
    "forecast",
    "problems",
    "reason",
    "measure",
    "contact",
)
SUBMITTED_IS_FIXED = _("A submitted report cannot be changed. Withdraw it, or have it returned, first.")
CORRECTION_NEEDS_REASON = _("The round is closed: say why the report is corrected, in new words for each correction.")
LARGER_THAN_PROJECT = _("%(amount)s in one month is more than the whole project, %(total)s.")
PROBABLY_MEANT = _("If you meant %(wan)s in units of 10,000 CNY, that is %(meant)s.")
DOES_NOT_FIT = _(
    "With this month the reports of the year come to %(sum)s, but %(quoted)s is quoted: a difference of %(difference)s."
)
NOBODY_IS_ASKED = _(
    "No report is asked of this project: what is known of its place on the list is from publications. If a prefecture "
    "takes it over, the province first changes the basis of that place."
)
STARTS_LATER = _("A start after the end of the reported month has not happened yet.")


class MonthlyReport(OfEntry, Record):
    """Money actually invested in one month (完成投资) in one entry, how far it has come, and the state of the report.

    `workflows/reporting.py` says what may happen to it; the constraints tie each state to its time and its person. A report
    that no bureau made (basis published or illustrative) is approved without persons.
    """

    natural_key_fields = ("entry__project__code", "entry__programme__year", "month")
    counted = Q(state=ReportState.APPROVED)

    entry = models.ForeignKey(
        Entry,
        verbose_name=_("list entry"),
        on_delete=models.PROTECT,
        related_name="reports",
        db_index=False,  # the first column of what makes a report one for each entry and month
    )
    month = MonthNumberField(_("month"), help_text=_("Month of the programme's year, 1 to 12."))
    disbursed = SignedAmountField(
        Measure.DISBURSED.label,
        help_text=_(
            "Disbursement, that is investment completed (完成投资), in this month, whole CNY; negative takes back "
            "earlier amounts. Blank: not reported."
        ),
    )
    enterprises_attracted = models.PositiveIntegerField(
        Measure.ENTERPRISES_ATTRACTED.label, null=True, blank=True, help_text=_("For parks: in this month.")
    )
    stage = models.CharField(_("stage"), max_length=11, choices=Stage.choices, blank=True)
    progress = models.TextField(
        _("physical progress"),
        max_length=LONGEST_WORDS,
        blank=True,
        help_text=_("In words, such as: roof closed, 3 of 5 lines."),
    )
    started_on = models.DateField(
        _("started on"), null=True, blank=True, help_text=_("The day construction began, if it was in this month.")
    )
    forecast = AmountField(_("forecast for the year"), help_text=_("Whole CNY expected for January to December."))
    problems = models.TextField(_("problems"), max_length=LONGEST_WORDS, blank=True)
    reason = models.TextField(
        pgettext_lazy("report", "reason"),
        max_length=LONGEST_WORDS,
        blank=True,
        help_text=_("Why the project is behind its plan."),
    )
    measure = models.TextField(
        pgettext_lazy("report", "measure"),
        max_length=LONGEST_WORDS,
        blank=True,
        help_text=_("What is done to catch up, and until when."),
    )
    contact = models.CharField(
        _("contact"), max_length=LONGEST_LINE, blank=True, help_text=_("Name and telephone number.")
    )
    correction_reason = models.TextField(
        _("reason of the correction"),
        max_length=LONGEST_WORDS,
        blank=True,
        help_text=_("For a change after the round has closed, and for a negative amount."),
    )
    state = models.CharField(_("state"), max_length=9, choices=ReportState.choices, default=ReportState.DRAFT)
    handed_in_on = models.DateField(
        _("submitted on"), null=True, blank=True, help_text=_("By the calendar of the programme; tells late reports.")
    )
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)
    submitted_by = person_field(_("submitted by"), related_name="reports_submitted")
    returned_at = models.DateTimeField(_("returned at"), null=True, blank=True)
    returned_by = person_field(_("returned by"), related_name="reports_returned")
    comment = models.TextField(_("comment of the return"), max_length=LONGEST_WORDS, blank=True)
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True)
    approved_by = person_field(_("approved by"), related_name="reports_approved")
    basis = basis_field()
    source = source_field(related_name="reports")

    objects = RecordManager.from_queryset(ReportQuerySet)()
    history = History(found_by="entry")

    quoted_year_to_date: int | None = None  # what a document says of January to this month, CNY; checked, not kept

    class Meta:
        verbose_name = _("monthly report")
        verbose_name_plural = _("monthly reports")
        ordering = ["-entry__programme__year", "entry__project__code", "month"]
        constraints = REPORT_RULES
        indexes = REPORT_INDEXES

    def __str__(self) -> str:
        return f"{self.entry.project.code} {self.period}"

    def clean(self) -> None:
        errors: dict[str, Any] = {}
        if self.entry_id and self.is_unasked and self._says_or_hands_in_anew():
            errors["entry" if self._stored is None else NON_FIELD_ERRORS] = NOBODY_IS_ASKED
        if self.started_on and self.entry_id and self.month and self.started_on > self.period.last_day:
            errors["started_on"] = STARTS_LATER
        if self.disbursed is not None and self.entry_id:
            errors |= self._amount_errors(self.disbursed)
        if self._stored is not None and self.changed_content():
            errors |= self._change_errors(self._stored)
        elif self._stored is None and self.entry_id and present_actor().door in BY_HAND:
            # what is loaded was reported elsewhere, and no round here has asked for it
            early = self.entry.programme.refused_until(self.month)
            errors |= {"month": ValidationError(early, code="not_open")} if early else {}
        if errors:
            raise ValidationError(errors)

    def _amount_errors(self, amount: int) -> dict[str, Any]:
        if amount < 0 and not self.correction_reason.strip():
            return {"correction_reason": ValidationError(NEGATIVE_NEEDS_REASON, code="missing")}
        if self._says_or_hands_in_anew() and (too_large := self.too_large()):
            return {"disbursed": too_large}
        if self.quoted_year_to_date is not None and self.year_to_date != self.quoted_year_to_date:
            apart = abs((self.year_to_date or 0) - self.quoted_year_to_date)
            shown = {
                "sum": money.AmountInSentence(self.year_to_date or 0),
                "quoted": money.AmountInSentence(self.quoted_year_to_date),
            }
            return {
                "disbursed": ValidationError(DOES_NOT_FIT, params=shown | {"difference": money.AmountInSentence(apart)})
            }
        return {}

    def _says_or_hands_in_anew(self) -> bool:
        """Return whether what it says has changed, or that it says it.

        The project may have been corrected since: a report that does not fit it any more can still be given back.
        """
        before = self._stored
        handed_in = self.state in ARRIVED and (before is None or before["state"] != self.state)
        return before is None or handed_in or bool(self.changed_content())

    def too_large(self) -> list[ValidationError]:
        """Return what is wrong with an amount that is more than the whole project as it is now; empty when it is not."""
        amount, total = self.disbursed, self.entry.project.total_investment
        if amount is None or not total or amount <= total:
            return []
        told = {"amount": money.AmountInSentence(amount), "total": money.AmountInSentence(total)}
        said = [ValidationError(LARGER_THAN_PROJECT, code="max_value", params=told)]
        meant = money.probably_meant(amount, at_most=total)
        if meant:
            offered = {"wan": money.format_exact(meant, money.WAN), "meant": money.AmountInSentence(meant)}
            said.append(ValidationError(PROBABLY_MEANT, code="other_unit", params=offered))
        return said

    def _change_errors(self, before: dict[str, Any]) -> dict[str, Any]:
        if before["state"] == self.state == ReportState.SUBMITTED:
            return {NON_FIELD_ERRORS: ValidationError(SUBMITTED_IS_FIXED, code="wrong_state")}
        new_reason = self.correction_reason.strip() not in ("", before["correction_reason"].strip())
        if before["state"] == self.state == ReportState.APPROVED and self.round_is_closed and not new_reason:
            return {"correction_reason": ValidationError(CORRECTION_NEEDS_REASON, code="closed_round")}
        return {}

    def leave_to_bureau(self) -> None:
        """It is the bureau's from now on: an amount that nobody handed in is taken away, and waits for whoever does."""
        self.basis = Basis.REPORTED
        if self.state == ReportState.APPROVED and self.submitted_at is None:
            self.state = ReportState.DRAFT
            for name in CONTENT:
                setattr(self, name, None if self._meta.get_field(name).null else "")

    def changed_content(self) -> list[str]:
        """Return names of the fields a bureau fills in whose value differs from the stored one."""
        return [name for name in self.changed_fields() if name in CONTENT]

    @property
    def period(self) -> Month:
        return Month(self.entry.programme.year, self.month)

    @property
    def is_deletable(self) -> bool:
        """Whether who writes it may delete it; see `access.has_permission`."""
        return self.state == ReportState.DRAFT

    @property
    def is_unasked(self) -> bool:
        """Whether it is a bureau's, of an entry that no bureau reports on: what was published of a month is nobody's."""
        return not self.entry.is_asked and not (self.basis == Basis.PUBLISHED and self.state == ReportState.APPROVED)

    @property
    def round(self) -> Any:
        """The round it belongs to, None where none was set up."""
        return self.entry.programme.rounds.filter(month=self.month).select_related("programme").first()

    @property
    def round_is_closed(self) -> bool:
        found = self.round
        return found is not None and found.state == RoundState.CLOSED

    @property
    def year_to_date(self) -> int | None:
        """What the entry's reports of January to this month come to, in CNY, in whatever state they are."""
        if self.disbursed is None:
            return None
        return sum(self.amounts_to_date.values())

    @property
    def amounts_to_date(self) -> dict[int, int]:
        """What the entry's reports of January to this month say in CNY, by month, in whatever state they are."""
        earlier = MonthlyReport.objects.filter(entry=self.entry_id, month__lt=self.month, disbursed__isnull=False)
        amounts = dict(earlier.order_by("month").values_list("month", "disbursed"))
        return amounts if self.disbursed is None else amounts | {self.month: self.disbursed}


def new_report(entry: Entry, *, month: int) -> MonthlyReport:
    """Return a report that somebody begins: what is said of an illustrative project is illustrative."""
    illustrative = entry.project.basis == Basis.ILLUSTRATIVE
    return MonthlyReport(entry=entry, month=month, basis=Basis.ILLUSTRATIVE if illustrative else Basis.REPORTED)


# What is decided by a single key is decided by mistake too. Later, when others have seen it, it is reopened, with a comment.
TAKEN_BACK_WITHIN = dt.timedelta(minutes=10)
RETURN_NEEDS_COMMENT = _("Returning or reopening a report needs a comment.")


class ReportEvent(TransitionEvent):
    """One transition of a report. Append-only: the database refuses changes, this class deletions."""

    prefecture_path = "report__entry__project__prefecture_id"
    subject_field = "report"

    report = models.ForeignKey(
        MonthlyReport, verbose_name=_("monthly report"), on_delete=models.PROTECT, related_name="events"
    )
    action = models.CharField(_("action"), max_length=8, choices=ReportAction.choices)
    before = models.CharField(_("state before"), max_length=9, choices=ReportState.choices)
    after = models.CharField(_("state after"), max_length=9, choices=ReportState.choices)
    comment = models.TextField(_("comment"), blank=True)
    user = person_field(_("user"), related_name="report_events", null=False)
    at = models.DateTimeField(_("time"))
    revision = models.ForeignKey(
        Revision, verbose_name=_("revision"), on_delete=models.PROTECT, related_name="report_events"
    )

    class Meta(TransitionEvent.Meta):
        verbose_name = _("report event")
        verbose_name_plural = _("report events")
        constraints = [
            models.CheckConstraint(
                name="report_event_return_has_a_comment",
                condition=~Q(action__in=[ReportAction.RETURN, ReportAction.REOPEN]) | ~Q(comment=""),
                violation_error_message=RETURN_NEEDS_COMMENT,
            )
        ]
