"""The day that counts as today for rows of a project, in the database: programmes of past years keep their own."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import DateField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Least

from projects.models import Entry
from projects.versioning import as_of


def with_today(rows: QuerySet, *, years: Collection[str] = ()) -> QuerySet:
    """Rows with a `project`, and `today`: of the newest programme with it, or the newest of these years."""
    entries = Entry.objects.filter(project=OuterRef("project"))
    if years:
        entries = entries.filter(programme__year__in=years)
    day = Subquery(
        entries.order_by("-programme__year").values("programme__reporting_day")[:1], output_field=DateField()
    )
    calendar = Value(as_of.today(), output_field=DateField())
    today = Coalesce(day, calendar)
    # of a past state it is the day of that, unless the programme's own is earlier (`Programme.today`)
    return rows.annotate(today=Least(today, calendar) if as_of.current() else today)
