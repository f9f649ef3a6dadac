"""Refusals without a thread: a request that cannot be read, came too slowly, or is too much at this moment."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from types import SimpleNamespace
from typing import Any

from django.http import HttpResponse

from portfolio.errors import error_pages
from portfolio.middleware import request_id_of
from portfolio.request_parsing.language import FOR_SYSTEMS, language_of
from portfolio.security_headers import is_secure, security_headers

BUSY_SECONDS = 2  # until it is worth trying again

_NOTHING = ("没有写入任何内容。", "Nothing was written.")
# by status: title and text in Chinese, title and text in English
_WORDS: dict[int, tuple[str, str, str, str]] = {
    400: (
        "无法读取该请求",
        "请求头重复、相互矛盾或无法识别，或请求内容与其不符。",
        "The request cannot be read",
        "Its headers contradict each other or cannot be understood, or its body is not what they say.",
    ),
    408: ("发送得太慢", "请求没有在规定时间内送达。", "Sent too slowly", "The request did not arrive in time."),
    413: ("内容太大", "请求内容不能超过 16 MiB。", "Too large", "The body of a request may have 16 MiB."),
    414: (
        "地址太长",
        "地址连同参数不能超过 8 KiB。",
        "The address is too long",
        "It may have 8 KiB with its parameters.",
    ),
    429: ("请求过多", "请在 {seconds} 秒后再试。", "Too many requests", "Ask again in {seconds} s."),
    431: ("请求头太大", "请求头合计不能超过 16 KiB。", "The headers are too large", "They may have 16 KiB in all."),
    500: ("服务器错误", "错误已记入日志。", "Server error", "The error has been logged."),
    501: (
        "不支持该请求",
        "请求方法（区分大小写）或传输编码不受支持。",
        "Not supported",
        "The method of the request, which is case-sensitive, or its transfer coding is not known here.",
    ),
    503: (
        "此刻请求太多",
        "网站正忙，请稍候再试。",
        "Too many requests at this moment",
        "The site is busy. Please try again in a moment.",
    ),
}


@dataclass(frozen=True)
class Refusal:
    """An answer that nobody had to be asked for."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


def refusal(status: int, environ: dict[str, Any], *, seconds: int = BUSY_SECONDS) -> Refusal:
    """In the reader's language for other systems, in both on a page, the reader's first.

    `environ` may lack what could not be read. `seconds` is when it is worth trying again, where it is.
    """
    if environ["PATH_INFO"].startswith(FOR_SYSTEMS):
        asked: Any = SimpleNamespace(META=environ, path=environ["PATH_INFO"])
        response = error_pages.problem(asked, **_said(status, seconds))
        headers, body = list(response.items()), response.content
    else:
        headers, body = _page(status, language_of(environ))
    own = [("Content-Length", str(len(body))), ("X-Request-ID", request_id_of(environ))]
    return Refusal(status, [*headers, *own, *security_headers(secure=is_secure(environ))], body)


@cache
def _page(status: int, language: str) -> tuple[list[tuple[str, str]], bytes]:
    response: HttpResponse = error_pages.page(**_said(status, BUSY_SECONDS), language=language)
    return list(response.items()), response.content


def _said(status: int, seconds: int) -> dict[str, Any]:
    """The same for a page and for a problem."""
    zh, more, en, further = (text.format(seconds=seconds) for text in _WORDS[status])
    return {
        "status": status,
        "zh": (zh, more + _NOTHING[0]),
        "en": (en, f"{further} {_NOTHING[1]}"),
        "retry_after": seconds if status in (429, 503) else None,
    }
