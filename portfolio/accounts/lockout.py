"""Lockout: when signing in is paused after wrong passwords, and what is said then.

Many people may share an address, and anybody may type anybody's name. So it is the two together that are paused soon: one
person's wrong passwords keep nobody else out. An account that is guessed from many addresses, and an address that guesses at
many accounts, are paused as well, but only after more than people mistype.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from math import ceil

from axes.handlers.database import AxesDatabaseHandler
from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from portfolio.error_pages import build_error_response


class Attempts(AxesDatabaseHandler):
    """Counts failures by each of AXES_LOCKOUT_PARAMETERS against a limit of its own."""

    def get_failures(self, request: HttpRequest, credentials: dict | None = None) -> int:
        """The most failures of any, as if the limit of each were AXES_FAILURE_LIMIT."""
        return max(
            Counter(dict(attempts.values_list("pk", "failures_since_start"))).total()
            * settings.AXES_FAILURE_LIMIT
            // limit
            for attempts, limit in self.iter_attempts(request, credentials)
        )

    def iter_attempts(self, request: HttpRequest, credentials: dict | None = None) -> Iterator[tuple[QuerySet, int]]:
        """The attempts of each, with how many of them are too many."""
        return zip(self.get_user_attempts(request, credentials), settings.SIGN_IN_FAILURE_LIMITS, strict=True)


def build_lockout_response(request: HttpRequest, original_response: HttpResponse, credentials: dict) -> HttpResponse:
    """The same answer whether the account exists or not, and whether it, the address or both are locked."""
    wait = get_seconds_left(request, credentials)
    minutes = ceil(wait / 60)
    return build_error_response(
        request,
        status=429,
        zh=("登录已暂停", f"密码多次输入错误。请 {minutes} 分钟后再试，或请管理员解除。"),
        en=(
            "Signing in is paused",
            f"Too many wrong passwords. Please try again in {minutes} {'minute' if minutes == 1 else 'minutes'}, or ask an"
            " administrator.",
        ),
        way=("登录", "Sign in", request.get_full_path()),
        retry_after=wait,
    )


def get_seconds_left(request: HttpRequest, credentials: dict) -> int:
    """Until neither account nor address nor both have too many failures; at least 1, at most the whole pause."""
    ends = [get_lockout_end(attempts, limit) for attempts, limit in Attempts().iter_attempts(request, credentials)]
    left = max(ends) - timezone.now()
    return min(max(ceil(left / timedelta(seconds=1)), 1), int(settings.AXES_COOLOFF_TIME.total_seconds()))


def get_lockout_end(attempts: QuerySet, limit: int) -> datetime:
    """When so many of these are older than the pause that the rest is below the limit; now if it is already."""
    left = limit
    for at, failures in attempts.order_by("-attempt_time").values_list("attempt_time", "failures_since_start"):
        left -= failures
        if left <= 0:
            return at + settings.AXES_COOLOFF_TIME
    return timezone.now()
