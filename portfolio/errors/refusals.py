"""Refusals before any view: of what the web server cannot read or finds too large, and of too many requests."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse

from portfolio.errors import error_pages
from portfolio.languages import get_request_language
from portfolio.request_log import get_request_id
from portfolio.security_headers import security_headers

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


def build_refusal(status: int, request: HttpRequest, *, seconds: int | None = None) -> HttpResponse:
    """Return the answer: a problem in the reader's language for other systems, else a page in both.

    `seconds` is when it is worth trying again.
    """
    zh, more, en, further = (text.format(seconds=seconds) for text in _WORDS[status])
    words_zh, words_en = (zh, more + _NOTHING[0]), (en, f"{further} {_NOTHING[1]}")
    if error_pages.is_for_systems(request):
        return error_pages.problem(request, status=status, zh=words_zh, en=words_en, retry_after=seconds)
    language = get_request_language(request)
    return error_pages.page(status=status, zh=words_zh, en=words_en, retry_after=seconds, language=language)


def build_server_refusal(status: int, headers: Mapping[str, str], path: str) -> HttpResponse:
    """Return the answer to a request that did not reach Django, complete with the headers that middleware would add.

    `headers`, in the spelling of WSGI, may lack whatever could not be read.
    """
    request = HttpRequest()
    request.META = {f"HTTP_{name}": value for name, value in headers.items()}
    request.path = request.path_info = path
    response = build_refusal(status, request)
    response["Content-Length"], response["X-Request-ID"] = len(response.content), get_request_id(request.META)
    for name, value in security_headers(secure=False):
        response[name] = value
    return response
