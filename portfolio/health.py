"""Is the site alive, can it serve, and what it says while it cannot."""

import sys

from django.db import InterfaceError, OperationalError, connection
from django.http import HttpResponse, HttpResponseRedirect
from django.templatetags.static import static
from django.views import defaults
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portfolio import notices
from portfolio.database import is_busy

RETRY_AFTER_SECONDS = 5
RETRY_WHEN_BUSY_SECONDS = 1


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


@require_safe
def favicon(request):
    """Browsers ask for it beside what names no icon itself, such as a file or an answer of the API."""
    response = HttpResponseRedirect(static("site/icon.svg"))
    response["Cache-Control"] = "public, max-age=86400"
    return response


def database_away(request):
    if for_systems(request):
        return notices.problem(
            request,
            status=503,
            zh=("暂时无法访问数据库", "没有写入任何内容，请稍候再试。"),
            en=("The database cannot be reached", "Nothing was written. Please try again in a moment."),
            retry_after=RETRY_AFTER_SECONDS,
        )
    return notices.page(
        status=503,
        zh=("暂时无法访问数据库", "尚未保存的内容没有写入。请稍候再试，不需要重新登录。"),
        en=(
            "The database cannot be reached",
            "What was not saved yet has not been written. Please try again in a moment; no need to sign in again.",
        ),
        way=once_more(request),
        retry_after=RETRY_AFTER_SECONDS,
    )


def database_busy(request):
    """Others were writing for so long, or in such an order, that this request had to give way. Nothing was written."""
    if for_systems(request):
        return notices.problem(
            request,
            status=503,
            zh=("其他系统正在写入", "此刻有其他写入，本次没有写入任何内容，请再试一次。"),
            en=("Others are writing", "Others are writing at this moment, so nothing was written. Please try again."),
            retry_after=RETRY_WHEN_BUSY_SECONDS,
        )
    return notices.page(
        status=503,
        zh=("其他人正在保存", "其他人正在保存，本次没有写入任何内容。请返回上一页再试一次，填写的内容还在。"),
        en=(
            "Others are writing",
            "Others are writing at this moment, so nothing was written. Go back and try again: what you typed is there.",
        ),
        way=once_more(request),
        retry_after=RETRY_WHEN_BUSY_SECONDS,
    )


def overtaken(request):
    """The database itself refused a page's write, because somebody else's came first or other records contradict it."""
    return notices.page(
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


def server_error(request):
    """Django's last resort. An error raised in a middleware comes here without passing the other middlewares."""
    error = sys.exc_info()[1]
    if isinstance(error, OperationalError | InterfaceError):
        return database_busy(request) if is_busy(error) else database_away(request)
    if for_systems(request):
        return notices.problem(
            request,
            status=500,
            zh=("服务器错误", "错误已连同本次请求的编号记入日志。"),
            en=("Server error", "The error has been logged with this request's id."),
        )
    return defaults.server_error(request)


def bad_request(request, exception):
    """A host, a query string or a form that Django itself refuses: no more of it than its language is used to say so."""
    said = {
        "status": 400,
        "zh": ("无法读取该请求", "请求的主机名、参数或表单不被接受。没有改动任何内容。"),
        "en": ("The request cannot be read", "Its host, its parameters or its form are refused. Nothing was changed."),
    }
    return notices.problem(request, **said) if for_systems(request) else notices.page(**said)


def once_more(request):
    """The way to the same page, where it was only read: a form that was sent is sent again from its own page."""
    return ("再试一次", "Try again", request.get_full_path()) if request.method in ("GET", "HEAD") else None


def for_systems(request):
    return request.path_info.startswith("/api/")
