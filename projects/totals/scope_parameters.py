"""Parameters of a scope: which programme, which months and which filters a query string asks for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, QueryDict
from django.utils.translation import gettext as _

from projects.models import Programme
from projects.periods import Month
from projects.text import listing
from projects.versioning import as_of

from .filters import ProjectFilterSet
from .programmes import Programmes, current_of


def filters_asked(data: QueryDict) -> tuple[tuple[str, str], ...]:
    """The filters of a query string, with their values."""
    known = ProjectFilterSet.base_filters
    return tuple((name, value) for name in data for value in data.getlist(name) if name in known and value)


def programme_asked(programmes: Programmes, *, year: int | None, data: QueryDict) -> Programme | None:
    """The programme of the address, of the query string, that of the month which is asked for, or the current one."""
    years = [str(each) for each in programmes.years]
    asked = data.get("programme") or _year_of_months(data, years)
    if year is not None and str(year) not in years:
        raise Http404
    if asked and asked not in years:
        raise ValidationError({"programme": _no_programme(asked, known=years)})
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


def months_asked(data: QueryDict, programme: Any) -> tuple[int, int]:
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
            raise ValidationError({name: error.messages}) from error
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
