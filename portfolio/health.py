"""Is the site alive, can it serve, and what it says while it cannot."""

import sys

from django.db import InterfaceError, OperationalError, connection
from django.http import HttpResponse, JsonResponse
from django.views import defaults
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

RETRY_AFTER_SECONDS = 5

# Complete in itself: while the database is away, nothing that might ask it is used to say so.
AWAY_PAGE = """<!doctype html>
<html lang="zh-Hans">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>暂时无法访问数据库 · The database cannot be reached</title></head>
<body><main>
<h1>暂时无法访问数据库</h1>
<p>尚未保存的内容没有写入。请稍候再试，本页不需要重新登录。</p>
<div lang="en"><h2>The database cannot be reached</h2>
<p>What was not saved yet has not been written. Please try again in a moment; there is no need to sign in again.</p>
</div></main></body></html>
"""


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
        response = HttpResponse("database away\n", content_type="text/plain", status=503)
        response["Retry-After"] = RETRY_AFTER_SECONDS
        return response
    return HttpResponse("ready\n", content_type="text/plain")


def database_away(request):
    if request.path_info.startswith("/api/"):
        response = problem(503, "The database cannot be reached", "Nothing was written. Please try again in a moment.")
    else:
        response = HttpResponse(AWAY_PAGE, status=503)
    response["Retry-After"] = RETRY_AFTER_SECONDS
    response["Cache-Control"] = "no-store"
    return response


def server_error(request):
    """Django's last resort. An error raised in a middleware comes here without passing the other middlewares."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return database_away(request)
    if request.path_info.startswith("/api/"):
        return problem(500, "Server error", "The error has been logged with this request's id.")
    return defaults.server_error(request)


def problem(status, title, detail):
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return JsonResponse(body, status=status, content_type="application/problem+json")
