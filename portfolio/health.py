"""Is the site alive, can it serve, and what it says while it cannot."""

import sys

from django.db import InterfaceError, OperationalError, connection
from django.http import HttpResponse
from django.views import defaults
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portfolio import notices

RETRY_AFTER_SECONDS = 5


@require_safe
@never_cache
def healthz(request):
    """The process is alive. Asks nobody, so that a database away does not make a supervisor restart the site."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def readyz(request):
    """The site can serve: its database answers."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (OperationalError, InterfaceError):
        headers = {"Retry-After": RETRY_AFTER_SECONDS}
        return HttpResponse("database away\n", content_type="text/plain", status=503, headers=headers)
    return HttpResponse("ready\n", content_type="text/plain")


def database_away(request):
    if for_systems(request):
        return notices.problem(
            status=503,
            title="The database cannot be reached",
            detail="Nothing was written. Please try again in a moment.",
            retry_after=RETRY_AFTER_SECONDS,
        )
    return notices.page(
        status=503,
        zh=("暂时无法访问数据库", "尚未保存的内容没有写入。请稍候再试，不需要重新登录。"),
        en=(
            "The database cannot be reached",
            "What was not saved yet has not been written. Please try again in a moment; no need to sign in again.",
        ),
        retry_after=RETRY_AFTER_SECONDS,
    )


def server_error(request):
    """Django's last resort. An error raised in a middleware comes here without passing the other middlewares."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return database_away(request)
    if for_systems(request):
        return notices.problem(
            status=500, title="Server error", detail="The error has been logged with this request's id."
        )
    return defaults.server_error(request)


def bad_request(request, exception):
    """A host or a query string that Django itself refuses: nothing of the request may be used to say so."""
    if for_systems(request):
        return notices.problem(
            status=400, title="The request cannot be read", detail="Its host or its parameters are refused."
        )
    return notices.page(
        status=400,
        zh=("无法读取该请求", "请求的主机名或参数不被接受。没有改动任何内容。"),
        en=("The request cannot be read", "Its host or its parameters are refused. Nothing was changed."),
    )


def for_systems(request):
    return request.path_info.startswith("/api/")
