"""Health checks: is the site alive, can it serve, and what it says while it cannot."""

from __future__ import annotations

import sys
from typing import Any

from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.templatetags.static import static
from django.views import defaults
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portfolio.database_errors import Trouble, get_trouble
from portfolio.error_pages import WORDS, build_error_response, build_outage_response, is_for_systems
from portfolio.settings import unmigrated
from projects.jobs.queue import get_queue_state


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """The process is alive. Asks nobody, so that a database away does not make a supervisor restart the site."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """The site can serve: its database answers and has all tables. One that only reads serves readers, so it is ready and
    says so. So does one whose workers have stopped: a load balancer that took it away would mend nothing.
    """
    try:
        with connection.cursor() as cursor:
            reads_only = _reads_only(cursor)
        if not unmigrated.is_up_to_date(connection):
            return JsonResponse({"status": unmigrated.SAID}, status=503, headers={"Retry-After": "30"})
        queue = get_queue_state()
    except (OperationalError, InterfaceError) as error:
        trouble = get_trouble(error) or Trouble.AWAY
        headers = {"Retry-After": WORDS[trouble].retry_after}
        return JsonResponse({"status": f"database {trouble.replace('_', ' ')}"}, status=503, headers=headers)
    jobs = {"queue_checked_at": queue.checked_at, "stalled": queue.is_stalled}
    return JsonResponse({"status": "ready, read-only" if reads_only else "ready", "jobs": jobs})


def _reads_only(cursor: Any) -> bool:
    """Whether PostgreSQL refuses writes, as one that follows another does. Of SQLite's file only a write would tell."""
    if connection.vendor == "sqlite":
        cursor.execute("SELECT 1")
        return False
    cursor.execute("SELECT current_setting('transaction_read_only') = 'on'")
    return bool(cursor.fetchone()[0])


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Browsers ask for it beside what names no icon itself, such as a file or an answer of the API."""
    response = HttpResponseRedirect(static("site/icon.svg"))
    response["Cache-Control"] = "public, max-age=86400"
    return response


def build_conflict_page(request: HttpRequest) -> HttpResponse:
    """The database itself refused a page's write, because somebody else's came first or other records contradict it."""
    return build_error_response(
        request,
        status=409,
        zh=(
            "没有保存",
            "数据库拒绝了这次修改：别人先写入了同样的记录，或与其他记录矛盾。请返回上一页，重新载入后再试。",
        ),
        en=(
            "Not saved",
            "The database refused this change: somebody else wrote the same record first, or other records contradict it."
            " Go back, load the page again and try once more.",
        ),
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's last resort. An error raised in a middleware comes here without passing the other middlewares."""
    error = sys.exc_info()[1]
    trouble = get_trouble(error)
    if error is not None and trouble is not None:
        return build_outage_response(request, trouble, error)
    if is_for_systems(request):
        return build_error_response(
            request,
            status=500,
            zh=("服务器错误", "错误已连同本次请求的编号记入日志。"),
            en=("Server error", "The error has been logged with this request's id."),
        )
    return defaults.server_error(request)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A host, a query string or a form that Django itself refuses: no more of it than its language is used to say so."""
    return build_error_response(
        request,
        status=400,
        zh=("无法读取该请求", "请求的主机名、参数或表单不被接受。没有改动任何内容。"),
        en=("The request cannot be read", "Its host, its parameters or its form are refused. Nothing was changed."),
    )
