"""How long something has been overdue, as people say it: in days while they can be pictured, then in months and years."""

from __future__ import annotations

from django.utils.translation import ngettext

MOST_DAYS = 60  # what is longer is said in months: nobody pictures 963 days
YEAR = 365


def overdue_for(days: int) -> str:
    """So many days, in words: '23 days overdue', '5 months overdue', 'more than 2 years overdue'."""
    if days <= MOST_DAYS:
        return ngettext("%(days)s day overdue", "%(days)s days overdue", days) % {"days": days}
    months = days * 12 // YEAR
    if months < 12:
        return ngettext("%(months)s month overdue", "%(months)s months overdue", months) % {"months": months}
    years = months // 12
    return ngettext("more than %(years)s year overdue", "more than %(years)s years overdue", years) % {"years": years}
