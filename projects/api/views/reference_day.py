"""The day that counts as today for rows of a project, in the database: programmes of past years keep their own."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import DateField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from projects.models import Entry


def with_today(rows: QuerySet, *, years: Collection[str] = ()) -> QuerySet:
    """Rows with a `project`, and `today`: of the newest programme with it, or the newest of these years."""
    entries = Entry.objects.filter(project=OuterRef("project"))
    if years:
        entries = entries.filter(programme__year__in=years)
    day = entries.order_by("-programme__year").values("programme__reporting_day")[:1]
    calendar = Value(timezone.localdate(), output_field=DateField())
    return rows.annotate(today=Coalesce(Subquery(day, output_field=DateField()), calendar))
