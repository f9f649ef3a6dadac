"""Refusals before any view: of what the web server cannot read or finds too large, and of too many requests."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from django.http import HttpResponse

from portfolio.errors import error_pages
from portfolio.request_log import get_request_id
from portfolio.request_parsing.language import FOR_SYSTEMS, language_of
from portfolio.security_headers import is_secure, security_headers

_NOTHING = ("没有写入任何内容。", "Nothing was written.")
# by status: title and text in Chinese, title and text in English
_WORDS: dict[int, tuple[str, str, str, str]] = {
    400: (
        "无法读取该请求",
        "请求头重复、相互矛盾或无法识别，或请求内容与其不符。",
        "The request cannot be read",
        "Its headers contradict each other or cannot be understood, or its body is not what they say.",
    ),
    413: ("内容太大", "请求内容不能超过 16 MiB。", "Too large", "The body of a request may have 16 MiB."),
    429: ("请求过多", "请在 {seconds} 秒后再试。", "Too many requests", "Ask again in {seconds} s."),
    431: (
        "请求头太大",
        "地址和请求头合计不能超过 16 KiB。",
        "The headers are too large",
        "Address and headers may have 16 KiB in all.",
    ),
    500: ("服务器错误", "错误已记入日志。", "Server error", "The error has been logged."),
    501: ("不支持该请求", "不支持其传输编码。", "Not supported", "Its transfer coding is not known here."),
}


def build_refusal(status: int, environ: Mapping[str, Any], *, seconds: int | None = None) -> HttpResponse:
    """Return the answer: a problem in the reader's language for other systems, else a page in both.

    `environ` may lack whatever could not be read. `seconds` is when it is worth trying again.
    """
    zh, more, en, further = (text.format(seconds=seconds) for text in _WORDS[status])
    words: dict[str, Any] = {
        "status": status,
        "zh": (zh, more + _NOTHING[0]),
        "en": (en, f"{further} {_NOTHING[1]}"),
        "retry_after": seconds,
    }
    if environ["PATH_INFO"].startswith(FOR_SYSTEMS):
        request: Any = SimpleNamespace(META=environ, path=environ["PATH_INFO"])
        response = error_pages.problem(request, **words)
    else:
        response = error_pages.page(**words, language=language_of(environ))
    response["Content-Length"], response["X-Request-ID"] = len(response.content), get_request_id(environ)
    for name, value in security_headers(secure=is_secure(environ)):
        response[name] = value
    return response
