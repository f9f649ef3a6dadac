"""What is said to whoever has guessed passwords too often."""

from datetime import timedelta
from math import ceil

from axes.handlers.database import AxesDatabaseHandler
from django.conf import settings
from django.utils import timezone

from portfolio import notices


def locked_out(request, original_response, credentials):
    """The same answer whether the account exists or not, and whether it or the address is locked."""
    wait = seconds_left(request, credentials)
    minutes = ceil(wait / 60)
    return notices.page(
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


def seconds_left(request, credentials):
    """Until neither the account nor the address has too many failures behind it; at least 1, at most the whole pause."""
    ends = [end_of(attempts) for attempts in AxesDatabaseHandler().get_user_attempts(request, credentials)]
    left = max(ends) - timezone.now()
    return min(max(ceil(left / timedelta(seconds=1)), 1), int(settings.AXES_COOLOFF_TIME.total_seconds()))


def end_of(attempts):
    """When so many of these are older than the pause that the rest is below the limit; now if it is already."""
    left = settings.AXES_FAILURE_LIMIT
    for at, failures in attempts.order_by("-attempt_time").values_list("attempt_time", "failures_since_start"):
        left -= failures
        if left <= 0:
            return at + settings.AXES_COOLOFF_TIME
    return timezone.now()
