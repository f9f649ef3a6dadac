"""Querysets of monthly reports: how far they have come, of whom they are, and who sees them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self

from django.db.models import Count, Exists, OuterRef, Q, Sum

from projects.access import access_of
from projects.choices import ARRIVED, Basis, ReportState

from .base import RecordQuerySet
from .entry import asked_then
from .round import Round


class ReportQuerySet(RecordQuerySet):
    def approved(self) -> Self:
        """The only reports that feed totals: drafts are not facts."""
        return self.filter(state=ReportState.APPROVED)

    def asked(self) -> Self:
        """Of entries that are asked for the report. The others, stored before they were refused, are counted in no round."""
        return self.filter(asked_then("entry__"))

    def of_others(self, user: Any) -> Self:
        """Those that this user has not submitted: of what waits for approval, what they may approve."""
        return self if user.pk is None else self.exclude(submitted_by=user.pk)

    def submitted(self) -> Self:
        """Handed in and waiting for the province: counted beside totals, never in them."""
        return self.asked().filter(state=ReportState.SUBMITTED)

    def arrived(self) -> Self:
        """Submitted or approved."""
        return self.filter(state__in=ARRIVED)

    def of_rounds(self, rounds: Iterable[Any]) -> Self:
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
        """How many reports there are of each entry, by its key, and what they say was disbursed, in CNY."""
        sums = self.order_by().values_list("entry").annotate(number=Count("pk"), disbursed=Sum("disbursed", default=0))
        return {entry: (number, disbursed) for entry, number, disbursed in sums}

    def added_up(self) -> int:
        """What these reports say was disbursed, in CNY."""
        return self.aggregate(total=Sum("disbursed"))["total"] or 0


def seen_by(user: Any) -> Q:
    """The condition for reports of entries that somebody sees: the public sees a report from its approval on."""
    return Q(state=ReportState.APPROVED) if access_of(user).public else Q()
