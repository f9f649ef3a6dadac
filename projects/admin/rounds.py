"""The admin of rounds: what each asked for and has, next month's at one press, a year's at one form."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from projects.access import visible
from projects.choices import RoundState
from projects.models import Programme, Round
from projects.monitoring.report_counts import arrivals
from projects.periods import MONTHS_OF_YEAR, Month
from projects.text import listing

from .base import RegisterAdmin
from .display import NumberLabel, column, number
from .filters import SelectFilter, programme_filter

HABIT = {"due_day": 10, "grace_days": 3, "closing_day": 20}  # where no round shows another
# where an error of a round is said in the form of a year
PLACES = {"due": "due_day", "grace_days": "grace_days", "closes": "closing_day", "month": "first_month"}


def build_round(programme: Programme, month: int, *, due_day: int, grace_days: int, closing_day: int) -> Round:
    """Return a round, not stored, that opens when its month is over, and is due and closes in the month after.

    Where that month is shorter, its last day is meant.
    """
    following = Month(programme.year, month).following
    due, closes = (following.first_day.replace(day=min(day, following.last_day.day)) for day in (due_day, closing_day))
    return Round(
        programme=programme, month=month, opens=following.first_day, due=due, grace_days=grace_days, closes=closes
    )


class YearForm(forms.Form):
    """Which months get a round, and the habit of their days. `rounds` are those that would be made."""

    programme = forms.ModelChoiceField(Programme.objects.none(), label=gettext_lazy("programme"))
    first_month = forms.IntegerField(label=gettext_lazy("from month"), min_value=1, max_value=MONTHS_OF_YEAR)
    last_month = forms.IntegerField(label=gettext_lazy("to month"), min_value=1, max_value=MONTHS_OF_YEAR)
    due_day = forms.IntegerField(
        label=gettext_lazy("due on day"),
        min_value=1,
        max_value=31,
        help_text=gettext_lazy("Of the month after the reported one, in which it opens."),
    )
    grace_days = forms.IntegerField(label=gettext_lazy("grace period, days"), min_value=0, max_value=31)
    closing_day = forms.IntegerField(
        label=gettext_lazy("closes on day"),
        min_value=1,
        max_value=31,
        help_text=gettext_lazy("Of the same month. Where a month is shorter, its last day is meant."),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial=HABIT | {"first_month": 1, "last_month": MONTHS_OF_YEAR}, **kwargs)
        self.rounds: list[Round] = []
        self.fields["programme"].queryset = visible(Programme.objects.all(), user)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        programme, first, last = cleaned["programme"], cleaned["first_month"], cleaned["last_month"]
        if last < first:
            self.add_error("last_month", _("The last month cannot come before the first."))
            return cleaned
        there = set(Round.objects.filter(programme=programme).values_list("month", flat=True))
        if existing := [str(month) for month in range(first, last + 1) if month in there]:
            text = _("There are rounds for these months already: %(months)s. Nothing was made.")
            self.add_error("first_month", text % {"months": listing(existing)})
            return cleaned
        habit = {name: cleaned[name] for name in HABIT}
        self.rounds = [build_round(programme, month, **habit) for month in range(first, last + 1)]
        self._check_rounds()
        return cleaned

    def _check_rounds(self) -> None:
        """Check each round as its own form would; the first one that is wrong says why."""
        for each in self.rounds:
            try:
                each.full_clean()
            except ValidationError as error:
                said = error.message_dict
                if len(said) > 1:  # a constraint says again what a field has said
                    said.pop(NON_FIELD_ERRORS, None)
                for name, texts in said.items():
                    self.add_error(PLACES.get(name), [f"{each.period}: {text}" for text in texts])
                return


class StateFilter(SelectFilter):
    """The state follows from the programme's own today, which the database does not know; rounds are few."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(RoundState.choices)

    def filter_rows(self, queryset: QuerySet) -> QuerySet:
        rounds = queryset.select_related("programme")
        return queryset.filter(pk__in=[each.pk for each in rounds if each.state in self.chosen])


class RoundChangeList(ChangeList):
    """A page of rounds with their counts."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        counts = arrivals(self.result_list, user=request.user)
        for each in self.result_list:
            each.count = counts[each.pk]


def _count_column(name: str, label: Any) -> Any:
    """Return a column of one of the round's counts."""
    return column(NumberLabel(label), lambda record: number(getattr(record.count, name)))


@admin.register(Round)
class RoundAdmin(RegisterAdmin):
    related = ("programme",)
    list_display = (
        "programme",
        "period_column",
        "state_column",
        "opens",
        "due",
        "grace_days",
        "closes",
        "asked_column",
        "arrived_column",
        "missing_column",
    )
    list_display_links = ("programme", "period_column")
    list_filter = (
        programme_filter("programme"),
        "month",
        StateFilter,
    )
    list_per_page = 24
    list_max_show_all = 120
    fields = (("programme", "month"), "opens", ("due", "grace_days"), "closes")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[RoundChangeList]:
        return RoundChangeList

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Return next month's round: the days of the newest one, a month later."""
        typed = super().get_changeform_initial_data(request)
        programmes = visible(Programme.objects.order_by("-year"), request.user)
        rounds = visible(Round.objects.select_related("programme"), request.user)
        last = rounds.order_by("-programme__year", "-month").first()
        if last is None:
            programme, month, habit = programmes.first(), 1, HABIT
        else:
            following = last.period.following
            programme, month = programmes.filter(year=following.year).first(), following.number
            habit = {"due_day": last.due.day, "grace_days": last.grace_days, "closing_day": last.closes.day}
        if programme is None:
            return typed
        made = build_round(programme, month, **habit)
        names = ("month", "opens", "due", "grace_days", "closes")
        return {"programme": programme.pk} | {name: getattr(made, name) for name in names} | typed

    # a year at once

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.year_view)
        return [path("year/", view, name="projects_round_year"), *super().get_urls()]

    def year_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = YearForm(request.POST or None, user=request.user)
        try:
            return self._run_in_revision(request, partial(self._year, request, form))
        except ValidationError as error:  # somebody else was faster
            return self._redirect_with_errors(request, error)

    def _year(self, request: HttpRequest, form: YearForm) -> HttpResponse:
        if request.method == "POST" and form.is_valid():
            for each in form.rounds:
                each.save()
            told = ngettext("%(count)s round was made.", "%(count)s rounds were made.", len(form.rounds))
            messages.success(request, told % {"count": len(form.rounds)})
            listed = reverse("admin:projects_round_changelist")
            return HttpResponseRedirect(f"{listed}?programme={form.cleaned_data['programme']}")
        return self.render_page(request, "admin/projects/round/year.html", _("Make the rounds of a year"), form=form)

    # columns

    asked_column = _count_column("asked", gettext_lazy("reports asked"))
    arrived_column = _count_column("arrived", pgettext_lazy("reports", "received"))
    missing_column = _count_column("missing", pgettext_lazy("reports", "outstanding"))
    period_column = column(gettext_lazy("month"), lambda record: str(record.period), order="month")

    @admin.display(description=gettext_lazy("state"))
    def state_column(self, record: Model) -> str:
        return format_html('<span class="state-{0}">{1}</span>', record.state.value, record.state.label)
