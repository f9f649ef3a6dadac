"""Which days the register knows: all that it can be about, none so far that a day more or a day less is none."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

EARLIEST, LATEST = 1949, 2149  # years
FIRST_DAY, LAST_DAY = dt.date(EARLIEST, 1, 1), dt.date(LATEST, 12, 31)


def check_day(day: dt.date) -> None:
    """A validator: raises `ValidationError` for a day that no calendar of people means."""
    if not FIRST_DAY <= day <= LAST_DAY:
        params = {"first": FIRST_DAY.isoformat(), "last": LAST_DAY.isoformat()}
        raise ValidationError(_("A day lies between %(first)s and %(last)s."), code="out_of_bounds", params=params)
