"""Filter of a sheet: the round of a month, and the entries that the reader fills in or reads."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from projects import money
from projects.access import get_access
from projects.choices import ReportPart, ReportState, RoundState, SheetUnit
from projects.models import Entry, MonthlyReport, Prefecture, ReportDraft, Round
from projects.monitoring.sheet import count_required, in_part
from projects.pages.decorators import get_choice_parameter
from projects.periods import Month
from projects.plausibility.checks import get_rules_in_force
from projects.text import listing
from projects.totals.dimensions import NONE

from .row_form import ReportForm
from .sheet_unit import UNIT, get_sheet_unit

_TAKING = (RoundState.OPEN, RoundState.LATE)
PART, CORRECT = "show", "correct"
OF_SHEET = ("prefecture", PART, CORRECT, UNIT)  # what its address says
_OF_ONE_ROW = ("withdraw", "discard", "theirs", "fill")  # what a form does to one row, which it names
_KEY = re.compile(r"([0-9]{1,18})(?![0-9])")
PAGE_SIZE = 30  # rows, which are saved and submitted while others wait to write: for less than a second


class SheetFilter:
    """A month's round, the months of its year that have one, and the reader's entries of it, filtered.

    `listed` are these entries and those of the same place that are on the list and need no report, `part` how far the
    reports of the entries have come (None: any), `correcting` the code of the project whose approved report is corrected.
    """

    def __init__(self, request: HttpRequest, month: str, *, with_part: bool = False) -> None:
        """Raises `Http404` for a month without a round, `ValidationError` for a wrong prefecture or part.

        `with_part`: rows are sent while the others of their part stay shown, and are counted with them.
        """
        user: Any = request.user
        self.user = user
        self.round, self.months = get_round(user, month)
        access = get_access(user)
        self.writes = user.has_perm("projects.submit_monthlyreport")
        within = Q() if not self.writes or access.writes_all else Q(project__prefecture__in=access.writes_in)
        entries = self.round.entries().visible_to(user).filter(within)
        self.places = _get_places(entries)
        self.chosen = _get_chosen_place(self.places, request.GET.get("prefecture", ""))
        if self.chosen is not None and self.chosen.adcode == NONE:
            within &= Q(project__prefecture=None)
        elif self.chosen is not None:
            within &= Q(project__prefecture__adcode=self.chosen.adcode)
        self.listed: QuerySet = self.round.entries_on_list().visible_to(user).filter(within)
        self.entries: QuerySet = entries.filter(within).order_by("project__code")
        part = get_choice_parameter(request, PART, ("", *ReportPart.values))
        self.part = ReportPart(part) if part else None
        if self.part is not None:
            self.entries = _filter_part(request, self.entries, self.part, self.round.month, with_part=with_part)
        self.unit = get_sheet_unit(request)
        self.correcting: str = request.GET.get(CORRECT, "")
        if self.correcting and not self.listed.filter(project__code=self.correcting).exists():
            message = _("There is no project “%(value)s” on this sheet.") % {"value": self.correcting}
            raise ValidationError({CORRECT: message})

    @cached_property
    def number(self) -> int:
        """How many rows there are."""
        return self.entries.count() if self.part else self.numbers["asked"]

    @cached_property
    def numbers(self) -> dict[str, int]:
        """How many entries are asked for a report, and how many are on the list and not asked."""
        return count_required(self.listed)

    @cached_property
    def form(self) -> ReportForm:
        """Return the fields of rows, in the unit of the sheet."""
        return ReportForm(unit=self.unit, month=self.round.month)

    @cached_property
    def rules(self) -> Mapping[str, Any]:
        return get_rules_in_force()

    @cached_property
    def drafts(self) -> dict[int, ReportDraft]:
        """What the reader typed into these rows and has not saved, by the key of the entry; not of rows that cannot be typed
        into now. One query.
        """
        if not self.writes:
            return {}
        drafts = ReportDraft.objects.for_sheet(self.user, self._open_entries(), month=self.round.month)
        return {draft.entry_id: draft for draft in drafts}

    def get_draft_texts(self, key: int) -> dict[str, str]:
        """Return what an entry's draft says, by field; what was refused as it would be typed in the unit of now."""
        draft = self.drafts.get(key)
        if draft is None:
            return {}
        refused = draft.refused
        if draft.unit != self.unit:
            form = ReportForm(unit=SheetUnit(draft.unit), month=self.round.month)
            refused = {
                name: self.form.from_kept_text(name, form.to_kept_text(name, text))
                if form.can_read(name, text)
                else text
                for name, text in refused.items()
            }
        return {**draft.texts, **refused}

    @property
    def amounts(self) -> dict[int, int | None]:
        """Return what was typed as disbursed where that can be used: CNY by entry, None where an amount was taken away."""
        typed = ((key, draft.texts.get("disbursed")) for key, draft in self.drafts.items())
        return {key: money.cny(text, signed=True) if text else None for key, text in typed if text is not None}

    def _open_entries(self) -> QuerySet:
        """Those whose report is not handed in, and the one that is corrected."""
        handed_in = MonthlyReport.objects.received().filter(entry=OuterRef("pk"), month=self.round.month)
        return self.entries.order_by().filter(~Exists(handed_in) | Q(project__code=self.correcting))

    def page(self, first: int, last: int) -> list[Entry]:
        """Return the entries from one place of the list to another, 1 being the first."""
        return list(self.entries.select_related("project__prefecture")[first - 1 : last])


def _filter_part(request: HttpRequest, entries: QuerySet, part: ReportPart, month: int, *, with_part: bool) -> QuerySet:
    """Return the rows of a part; of a form that is sent those that it had, whatever others have done with these since."""
    present = in_part(entries, part, month=month, user=request.user)
    if request.method != "POST":
        return present
    named = [*request.POST, *(request.POST.get(name, "") for name in _OF_ONE_ROW)]
    sent = Q(pk__in={int(found[1]) for name in named if (found := _KEY.match(name))})
    return entries.filter(sent | Q(pk__in=present.order_by().values("pk")) if with_part else sent)


def month_of_address(text: str) -> Month:
    """Return the month of an address such as 2023-07. Raises `Http404`."""
    try:
        month = Month.parse(text)
    except ValidationError as error:
        raise Http404 from error
    if str(month) != text:
        raise Http404
    return month


def get_round(user: Any, month: str) -> tuple[Round, list[int]]:
    """Return the round of a month such as 2023-07, and the numbers of all months of its year that have one."""
    asked = month_of_address(month)
    rounds = Round.objects.visible_to(user).filter(programme__year=asked.year).select_related("programme__light_rule")
    by_month = {round_.month: round_ for round_ in rounds}
    if asked.number not in by_month:
        raise Http404
    return by_month[asked.number], sorted(by_month)


def get_month_of_work(user: Any) -> Month | None:
    """The month whose sheet a bureau has work in: where something of theirs was returned, the oldest first, else the newest
    round that takes reports of theirs, of whatever year; else as for everybody.
    """
    access = get_access(user)
    if access.writes_all or not access.writes_in:
        return get_newest_open_month(user)
    own = Entry.objects.filter(project__prefecture__in=access.writes_in)
    returned = MonthlyReport.objects.required().filter(entry__in=own, state=ReportState.RETURNED)
    with_round = returned.filter(entry__programme__rounds__month=F("month")).order_by("entry__programme__year", "month")
    for year, month in with_round.values_list("entry__programme__year", "month")[:1]:
        return Month(year, month)
    for round_ in Round.objects.visible_to(user).select_related("programme"):  # newest first
        asked = round_.state in _TAKING and round_.entries().filter(project__prefecture__in=access.writes_in)
        if asked and asked.exists():
            return round_.period
    return get_newest_open_month(user)


def get_newest_open_month(user: Any) -> Month | None:
    """The month of the newest round that takes reports, else of the newest that has begun, else of the newest there is; None
    before the first.
    """
    rounds = list(Round.objects.visible_to(user).select_related("programme"))  # newest first
    taking = (round_ for round_ in rounds if round_.state in _TAKING)
    begun = (round_ for round_ in rounds if round_.state != RoundState.PLANNED)
    found = next(taking, None) or next(begun, None) or next(iter(rounds), None)
    return found.period if found else None


def _get_places(entries: QuerySet) -> list[Prefecture]:
    """Return the prefectures of the entries; one that is called 'not known' where some have none. Two queries."""
    places = Prefecture.objects.filter(Exists(entries.filter(project__prefecture=OuterRef("pk")))).order_by("adcode")
    unknown = Prefecture(adcode=NONE, name_zh=_("not known"), name_en=_("not known"))
    return [*([unknown] if entries.filter(project__prefecture=None).exists() else []), *places]


def _get_chosen_place(places: list[Prefecture], adcode: str) -> Prefecture | None:
    """Return the prefecture asked for, or the only one there is; one without a report here came along as a filter."""
    if not adcode:
        return places[0] if len(places) == 1 else None
    chosen = next((place for place in places if place.adcode == adcode), None)
    chosen = chosen or Prefecture.objects.filter(adcode=adcode).first()
    if chosen is None:
        values = {"value": adcode, "known": listing(place.adcode for place in places)}
        raise ValidationError({"prefecture": _("“%(value)s” is not known. Known: %(known)s.") % values})
    return chosen


def get_reports_address(request: HttpRequest, month: str) -> str | None:
    """Return the address in the administration of the reports of a month such as 2023-07, of the state that is asked for;
    None where this reader has none there: a past month may be reported without a round, and what was returned of it is put
    right.
    """
    asked = month_of_address(month)
    own = MonthlyReport.objects.visible_to(request.user).filter(entry__programme__year=asked.year, month=asked.number)
    if not request.user.is_staff or not own.exists():
        return None
    state = request.GET.get(PART, "")
    shown = {"state": state} if state in ReportState.values else {}
    query = urlencode({"programme": asked.year, "month": asked.number} | shown)
    return f"{reverse('admin:projects_monthlyreport_changelist')}?{query}"
