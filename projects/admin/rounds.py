"""The admin of rounds: what each asked for and has, next month's at one press, a year's at one form."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from projects.access import visible
from projects.choices import RoundState
from projects.models import Programme, Round
from projects.monitoring.report_counts import arrivals
from projects.text import format_html

from .base import RegisterAdmin
from .display import NumberLabel, column, month_choices, number
from .filters import SelectFilter, choice_filter
from .forms import RegisterForm
from .project_columns import programme_filter
from .round_schedule import round_after
from .year_of_rounds import YearForm


class RoundForm(RegisterForm):
    constraint_fields = {"round_is_one_for_each_programme_and_month": "month"}


class StateFilter(SelectFilter):
    """The state follows from the programme's own today, which the database does not know; rounds are few."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(RoundState.choices)

    def narrowed(self, queryset: QuerySet) -> QuerySet:
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
    """A column of one of the round's counts."""
    return column(NumberLabel(label), lambda record: number(getattr(record.count, name)))


@admin.register(Round)
class RoundAdmin(RegisterAdmin):
    form = RoundForm
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
        choice_filter("month", gettext_lazy("month"), month_choices()),
        StateFilter,
    )
    list_per_page = 24
    list_max_show_all = 120
    fields = (("programme", "month"), "opens", ("due", "grace_days"), "closes")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[RoundChangeList]:
        return RoundChangeList

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Next month's round: the days of the newest one, a month later."""
        typed = super().get_changeform_initial_data(request)
        rounds = visible(Round.objects.select_related("programme"), request.user)
        programmes = {each.year: each for each in visible(Programme.objects.order_by("year"), request.user)}
        following = round_after(rounds.order_by("-programme__year", "-month").first(), programmes)
        names = ("month", "opens", "due", "grace_days", "closes")
        made = {name: getattr(following, name) for name in names} if following else {}
        return made | ({"programme": following.programme_id} if following else {}) | typed

    # a year at once

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.year_view)
        return [path("year/", view, name="projects_round_year"), *super().get_urls()]

    def year_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = YearForm(request.POST or None, user=request.user)
        try:
            return self._written(request, partial(self._year, request, form))
        except ValidationError as error:  # somebody else was faster
            return self._refused(request, error)

    def _year(self, request: HttpRequest, form: YearForm) -> HttpResponse:
        if request.method == "POST" and form.is_valid():
            made = form.save()
            told = ngettext("%(count)s round was made.", "%(count)s rounds were made.", len(made))
            messages.success(request, told % {"count": len(made)})
            listed = reverse("admin:projects_round_changelist")
            return HttpResponseRedirect(f"{listed}?programme={form.cleaned_data['programme']}")
        return self.own_page(request, "admin/projects/round/year.html", _("Make the rounds of a year"), form=form)

    # columns

    asked_column = _count_column("asked", gettext_lazy("reports asked"))
    arrived_column = _count_column("arrived", pgettext_lazy("reports", "received"))
    missing_column = _count_column("missing", pgettext_lazy("reports", "outstanding"))
    period_column = column(gettext_lazy("month"), lambda record: str(record.period), order="month")

    @admin.display(description=gettext_lazy("state"))
    def state_column(self, record: Model) -> str:
        return format_html('<span class="state-{0}">{1}</span>', record.state.value, record.state.label)
