"""Reference day: what counts as today for rows of a project, in the database; programmes of past years keep their own."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Case, DateField, OrderBy, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Least

from projects.history import as_of
from projects.models import Entry


def with_today(rows: QuerySet, *, current: int | None, years: Collection[int]) -> QuerySet:
    """Rows with a `project`, and `today`: of the year of its record (the current one where it stands on its list, else the
    newest), or the newest of these years.
    """
    entries = Entry.objects.filter(project=OuterRef("project"))
    order = [OrderBy(Case(When(programme__year=current, then=0), default=1)), "-programme__year"]
    if years:
        entries, order = entries.filter(programme__year__in=years), order[1:]
    day = Subquery(entries.order_by(*order).values("programme__reporting_day")[:1], output_field=DateField())
    calendar = Value(as_of.today(), output_field=DateField())
    today = Coalesce(day, calendar)
    # of a past state it is the day of that, unless the programme's own is earlier (`Programme.today`)
    return rows.annotate(today=Least(today, calendar) if as_of.current() else today)
