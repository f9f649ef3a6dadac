"""Scope: one question, who asks, about which programme, with which filters, for which months, as of when.

Made from a request in one place, handed to totals, lists and exports by pages, API and admin alike. Row permission is
in it, so no door can forget it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from projects.access import Access, get_access
from projects.choices import Listed
from projects.history import as_of
from projects.history.as_of import AsOf
from projects.models import Entry, Programme, Project, Target
from projects.periods import Month
from projects.text import listing

from .figures import FIGURES
from .filter_types import keep_named_filters, visible_records
from .filters import ON_FIGURES, ProjectFilterSet
from .months import NO_MONTHS, MonthStatus, ProgrammeMonths, months_of
from .programmes import Programmes, current_of, get_reader, known_at, programmes_read
from .span import Span, with_figures
from .standings import Facts, Standing

SPAN_PARAMETERS = ("programme", "month", "through")
SCOPE_PARAMETERS = (*SPAN_PARAMETERS, as_of.PARAMETER)


@dataclass(frozen=True)
class Scope:
    """The question that every number answers. Immutable; `with_filters` gives a smaller one."""

    user: Any
    programme: Programme | None
    first_month: int = 1
    last_month: int = 0  # 0: none that counts yet
    filters: tuple[tuple[str, str], ...] = ()
    on_list: bool = True  # False: all projects, whether on the programme's list or not
    programmes: Sequence[Any] = ()  # all that the user may choose from, newest first
    as_of: AsOf | None = None  # the past state that is looked at; None: the present
    read: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)  # what was read for the same request

    @classmethod
    def from_request(cls, request: HttpRequest, *, year: int | None = None, on_list: bool = True) -> Self:
        """The scope of a request's query string; `year` from the address wins over `programme`.

        Raises `ValidationError` by parameter for a wrong value, `Http404` for a `year` that has no programme.
        """
        data = request.GET
        programmes = programmes_read(request)
        programme = programme_from_query(programmes, year=year, data=data)
        first, last = months_from_query(data, programme)
        scope = cls(
            user=get_reader(request),
            programme=programme,
            first_month=first,
            last_month=last,
            filters=filters_from_query(data),
            on_list=on_list,
            programmes=programmes,
            as_of=as_of.get_as_of(),
        )
        scope.check()
        return scope

    def check(self) -> None:
        """Raise `ValidationError` by parameter if a filter has a wrong value."""
        if self.values is None:
            raise ValidationError({name: errors.data for name, errors in self.filterset.errors.items()})

    def with_filters(self, **filters: str | Iterable[str]) -> Self:
        """The same question for fewer records; a given parameter replaces the one there was."""
        pairs = [pair for pair in self.filters if pair[0] not in filters]
        for name, values in filters.items():
            pairs += [(name, value) for value in ([values] if isinstance(values, str) else values)]
        return replace(self, filters=tuple(pairs))

    def with_added_filters(self, **filters: Iterable[str]) -> Self:
        """The same question with more conditions: the values of a parameter that are asked already stay."""
        added = [(name, value) for name, values in filters.items() for value in values]
        return replace(self, filters=tuple(dict.fromkeys([*self.filters, *added])))

    def with_as_of(self, since: AsOf | None) -> Self:
        """The same question to what was known at another time, of the programme as it was known then."""
        programme = self.programme and known_at(since, self.programme, self.user)
        return replace(self, as_of=since, programme=programme)

    @property
    def access(self) -> Access:
        return get_access(self.user)

    @cached_property
    def targets(self) -> list[Target]:
        """What was announced, revised, monitored and reported of the programme, read once for all that asks for it."""
        if self.programme is None:
            return []
        targets = Target.objects.select_related("programme", "sector", "source").filter(programme=self.programme.pk)
        return self.read_once(("targets", self.programme, as_of.get_as_of()), lambda: list(targets))

    def read_once(self, key: Any, load: Callable[[], Any]) -> Any:
        """Return what `load` returned the first time that one request asked for this key."""
        if key not in self.read:
            self.read[key] = load()
        return self.read[key]

    @property
    def year(self) -> int | None:
        """That of the programme."""
        return self.programme.year if self.programme else None

    @property
    def span(self) -> Span:
        return Span(self.programme.pk if self.programme else None, self.first_month, self.last_month, self.year)

    @property
    def today(self) -> dt.date:
        """The day that counts as today for what is asked."""
        return self.programme.today if self.programme else as_of.today()

    @property
    def year_is_over(self) -> bool:
        """Whether the programme's working date is past its year: it is reported, no longer forecast."""
        return self.programme is not None and self.today.year > self.programme.year

    @property
    def end_month(self) -> Month | None:
        """The month up to which the figures go; None before the first that counts."""
        return Month(self.programme.year, self.last_month) if self.programme and self.last_month else None

    @cached_property
    def months(self) -> ProgrammeMonths:
        """What there is to know of the programme's months, in the state that is looked at."""
        if self.programme is None:
            return NO_MONTHS
        known: ProgrammeMonths | None = getattr(self.programme, "months", None)
        if known is not None and known.state == self.as_of:
            return known
        with as_of.override_as_of(self.as_of):
            return months_of(self.programme)

    @property
    def closing(self) -> dict[tuple[Any, int], dt.date]:
        """The last day for the reports of each month, by programme and month."""
        key = self.programme.pk if self.programme else None
        return {(key, number): status.closes for number, status in self.months.by_number.items()}

    @cached_property
    def open_month(self) -> MonthStatus | None:
        """The last month, if it does not count yet: it is shown because somebody asked for it."""
        status = self.months.by_number.get(self.last_month) if self.last_month else None
        return status if status is not None and status.is_open else None

    @property
    def ordering(self) -> tuple[tuple[str, str], ...]:
        """Of the filters what only puts records in order."""
        return tuple(pair for pair in self.filters if pair[0] == "ordering")

    @property
    def last_shown(self) -> Self:
        """The same question at the last month that counts, if it is about an open one."""
        return self if self.open_month is None else replace(self, first_month=1, last_month=self.months.default)

    @property
    def is_single_month(self) -> bool:
        """Whether figures are of one month alone, which no plan to date can be held against. January is not alone."""
        return self.first_month == self.last_month != 1

    @property
    def is_whole(self) -> bool:
        """Whether this is all of the programme's list, from January: only then can a target be called met."""
        unfiltered = all(name == "ordering" for name, _value in self.filters)
        return self.on_list and self.access.reads_all and unfiltered and self.first_month == 1

    @property
    def is_of_the_list(self) -> bool:
        """Whether it asks about who is on the list, to whose sums of reports those of who has left are added."""
        return self.on_list and not self._parts and not self._names_reports

    @property
    def _parts(self) -> list[str]:
        """The parts of the list that are named (`projects.choices.Listed`)."""
        return [value for name, value in self.filters if name == "listed"]

    @property
    def _names_reports(self) -> bool:
        """Whether it asks for what a sum of reports is made of, which has those of whoever has left in it."""
        named = [FIGURES.get(value) for name, value in self.filters if name in ("counted_in", "having")]
        return any(figure is not None and (figure.by_month or figure.ratio) for figure in named)

    @property
    def facts(self) -> Facts:
        """Rows of all entries of the programme, read once for all rules, filters and sums of one request."""
        return self.read_once(("facts", self.programme, self.span, self.as_of), lambda: Facts(self))

    @cached_property
    def standings(self) -> list[Standing]:
        """The standings of its entries, in its order."""
        if self.programme is None:
            return []
        found = self.facts.standings_by_project
        if self.is_whole and not self.ordering:
            return [standing for standing in found.values() if self.facts.is_listed(standing.entry)]
        keys = (self.projects() if self.ordering else self.members()).values_list("pk", flat=True)
        return [found[key] for key in keys if key in found]

    @cached_property
    def filterset(self) -> ProjectFilterSet:
        """The filters that are named."""
        found = self._build_filterset()
        keep_named_filters(found)
        return found

    @cached_property
    def form(self) -> Any:
        """The form of all filters, with choices that hold only what the user may see."""
        return self._build_filterset().form

    def _build_filterset(self) -> ProjectFilterSet:
        data = QueryDict(mutable=True)
        for name, value in self.filters:
            data.appendlist(name, value)
        return ProjectFilterSet(data, queryset=Project.objects.all(), request=self)

    def visible_records(self, model: type[Model]) -> list[Any]:
        """Return all records of a kind of reference data that the user may choose from, read once for one request."""
        key = (model, self.access, as_of.get_as_of())
        return self.read_once(key, lambda: list(visible_records(model, self.user)))

    @cached_property
    def values(self) -> dict[str, Any] | None:
        """What each filter filters by; None for a condition that names nothing."""
        if not self.filters:
            return {}
        return self.filterset.form.cleaned_data if self.filterset.is_valid() else None

    def filter_value(self, name: str) -> Any:
        """What a filter filters by: records or choices, for one of several; nothing of them where it is not asked."""
        return (self.values or {}).get(name, [])

    def _apply_filters(self, projects: QuerySet, *, ordered: bool = True) -> QuerySet:
        if self.values is None:
            return projects.none()
        for name in dict(self.filters):
            if ordered or name != "ordering":
                projects = self.filterset.filters[name].filter(projects, self.values[name])
        return projects if projects.query.order_by else projects.order_by("code")

    def _entries(self) -> Any:
        """The entries of which a project has one; None where projects are asked about that are on no list too."""
        if self._parts and self.span.list_month:
            known = [part for part in self._parts if part in Listed.values]
            return self.span.entries().in_parts(known, self.span.list_month)
        if not self.on_list:
            return None
        if self.programme is None:
            return self.span.entries().none()
        return self.span.listed_or_reported() if self._names_reports else self.span.entries_on_list()

    def projects(self) -> QuerySet:
        """Exactly the projects that the question is about, in the order asked for (by code if none was).

        None for a condition that named nothing in the past that is looked at, such as a sector of today. Each has the yearly
        figures of a line about it.
        """
        projects, entries = Project.objects.visible_to(self.user), self._entries()
        projects = projects if entries is None else projects.of_entries(entries)
        return self._apply_filters(with_figures(projects, self.span))

    def members(self) -> QuerySet:
        """Which projects these are: the same without figures, in no order that was asked for."""
        entries = self._entries()
        return self.members_of(Project.objects.all() if entries is None else Project.objects.of_entries(entries))

    def ever_listed(self) -> QuerySet:
        """Return the same with everything that is on the list at some time or other."""
        if not self.is_of_the_list:
            return self.members()
        entries = self.span.entries() if self.programme else Entry.objects.none()
        return self.members_of(Project.objects.of_entries(entries))

    def members_of(self, projects: Any) -> QuerySet:
        """Those of these projects that the user may see and the filters choose."""
        projects = projects.visible_to(self.user)
        if any(name in ON_FIGURES for name, _value in self.filters):
            projects = with_figures(projects, self.span)
        return self._apply_filters(projects, ordered=False)

    @property
    def of_year(self) -> list[tuple[str, str]]:
        """The query string of the programme alone."""
        return [("programme", str(self.programme.year))] if self.programme else []

    def parameters(self) -> list[tuple[str, str]]:
        """The query string that asks the same question at any door."""
        pairs = self.of_year if self.on_list else []
        if self.is_single_month:
            pairs.append(("month", str(self.end_month)))
        elif self.end_month:
            pairs.append(("through", str(self.end_month)))
        if self.as_of:
            pairs.append((as_of.PARAMETER, self.as_of.text))
        return pairs + [pair for pair in self.filters if pair[0] != "ordering"]


def filters_from_query(data: QueryDict) -> tuple[tuple[str, str], ...]:
    """The filters of a query string, with their values."""
    known = ProjectFilterSet.base_filters
    return tuple((name, value) for name in data for value in data.getlist(name) if name in known and value)


def programme_from_query(programmes: Programmes, *, year: int | None, data: QueryDict) -> Programme | None:
    """The programme of the address, of the query string, that of the month which is asked for, or the current one."""
    years = [str(each) for each in programmes.years]
    asked = data.get("programme") or _year_of_months(data, years)
    if year is not None and str(year) not in years:
        raise Http404
    if asked and asked not in years:
        raise ValidationError({"programme": ValidationError(_no_programme(asked, known=years), code="invalid_choice")})
    asked = str(year or asked)
    return programmes[years.index(asked)] if asked else current_of(programmes)


def year_of_record(data: QueryDict, programme: Programme | None, years: Sequence[int]) -> int | None:
    """The year in which a project's record is shown, of those (the newest first) on whose lists it is: the one that is asked
    for, else the current one, which is the `programme` then, else its newest. None where the question is left as it is.
    """
    is_asked = any(data.get(name) for name in ("programme", "through", "month"))
    if is_asked or not years or (programme is not None and programme.year in years):
        return None
    return years[0]


def _year_of_months(data: QueryDict, years: Sequence[str]) -> str:
    """The year of the month that is asked for, of a programme that there is: which one was current does not matter then."""
    asked = (data.get("through") or data.get("month") or "")[:4]
    return asked if asked in years else ""


def _no_programme(asked: str, *, known: Iterable[str]) -> str:
    listed = listing(known)
    if listed:
        told = _("There is no programme %(year)s. Known: %(known)s.")
    elif as_of.is_before_all():
        told = _("There is no programme %(year)s: at the moment asked for nothing had been recorded yet.")
    else:
        told = _("There is no programme %(year)s, nor any other that you may see.")
    return told % {"year": asked, "known": listed}


def months_from_query(data: QueryDict, programme: Any) -> tuple[int, int]:
    """First and last month: `month` for one, `through` for January to it, else to the last one that counts."""
    if data.get("month") and data.get("through"):
        raise ValidationError({"through": _("Give either month or through.")})
    for name in ("month", "through"):
        text = data.get(name)
        if not text:
            continue
        try:
            month = Month.parse(text)
        except ValidationError as error:
            raise ValidationError({name: error}) from error
        if programme is None or month.year != programme.year:
            raise ValidationError({name: _not_of_the_year(month, programme)})
        return (month.number if name == "month" else 1), month.number
    return 1, programme.months.default if programme else 0


def _not_of_the_year(month: Month, programme: Any) -> str:
    """With the year: a question that names no programme is about the current one, which on a past day may be another."""
    if programme is None:
        return _("There is no programme for %(month)s to be a month of.") % {"month": month}
    values = {"month": month, "year": programme.year}
    return _("%(month)s is not in %(year)s, the year of the programme that is asked about.") % values
