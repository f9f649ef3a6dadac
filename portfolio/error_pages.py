"""Error pages, complete in themselves: nothing that might be in trouble is used to tell of the trouble.

Refusals before any view (what the web server cannot read, too many requests) and outages of the database (503).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from structlog.contextvars import bind_contextvars

from portfolio.database_errors import Trouble
from portfolio.languages import FOR_SYSTEMS, get_request_language
from portfolio.request_log import get_request_id
from portfolio.security_headers import add_security_headers
from projects.api.codes import ErrorCode, get_type

TitleAndText = tuple[str, str]
_CODES = {
    400: ErrorCode.PARSE_ERROR,
    409: ErrorCode.CONFLICT,
    413: ErrorCode.REQUEST_TOO_LARGE,
    429: ErrorCode.THROTTLED,
    431: ErrorCode.REQUEST_TOO_LARGE,
    500: ErrorCode.ERROR,
    501: ErrorCode.METHOD_NOT_ALLOWED,
}


def build_error_response(
    request: HttpRequest,
    *,
    status: int,
    zh: TitleAndText,
    en: TitleAndText,
    way: tuple[str, str, str] | None = None,
    retry_after: int | None = None,
) -> HttpResponse:
    """Return a problem in the reader's language for other systems (RFC 9457), else a page in both, the reader's first.

    `way` is where to go from the page: its name in either language and its address. The page looks like any of the site,
    but its template is given no request: what is known of whoever asks, and asked of the database for the head of a page,
    is left aside.
    """
    language = get_request_language(request)
    response: HttpResponse
    if is_for_systems(request):
        title, detail = en if language == "en" else zh
        code = _CODES.get(status, ErrorCode.UNAVAILABLE).value
        body = {"type": get_type(code), "title": title, "status": status, "code": code, "detail": detail}
        body["instance"] = request.path
        response = JsonResponse(
            body, status=status, content_type="application/problem+json", json_dumps_params={"ensure_ascii": False}
        )
        response["Content-Language"] = language
    else:
        first, second = ("zh-Hans", *zh), ("en", *en)
        if language == "en":
            first, second = second, first
        html = render_to_string("plain.html", {"first": first, "second": second, "way": way})
        response = HttpResponse(html, status=status)
    response["Cache-Control"] = "no-store"
    if retry_after:
        response["Retry-After"] = retry_after
    return response


def is_for_systems(request: HttpRequest) -> bool:
    """Return True if the address is one of the API."""
    return request.path_info.startswith(FOR_SYSTEMS)


# Outages of the database (503)


class OutageWords(NamedTuple):
    """A title and a text in each language; `page_…` are those for people, where they differ. Seconds until it may help to
    ask again.
    """

    zh: TitleAndText
    en: TitleAndText
    retry_after: int
    page_zh: str
    page_en: str


_SAFE_ZH, _SAFE_EN = "尚未保存的内容没有写入。", "What was not saved yet has not been written."
_SIGNED_IN_ZH, _SIGNED_IN_EN = "请稍候再试，不需要重新登录。", "Please try again in a moment; no need to sign in again."

WORDS = {
    Trouble.AWAY: OutageWords(
        zh=("暂时无法访问数据库", "没有写入任何内容，请稍候再试。"),
        en=("The database cannot be reached", "Nothing was written. Please try again in a moment."),
        retry_after=5,
        page_zh=_SAFE_ZH + _SIGNED_IN_ZH,
        page_en=f"{_SAFE_EN} {_SIGNED_IN_EN}",
    ),
    Trouble.SILENT: OutageWords(
        zh=("数据库没有响应", "数据库没有回应，无法确认是否已写入。请稍候查看后再试。"),
        en=(
            "The database does not answer",
            "It gave no answer, so a write may or may not have been stored. Please look, and try again in a moment.",
        ),
        retry_after=5,
        page_zh="数据库没有回应。如果刚才在保存，请稍候先查看是否已保存，再决定是否重试；不需要重新登录。",
        page_en=(
            "It gave no answer. If you were saving, look first whether it was saved, and then try again in a moment; no need"
            " to sign in again."
        ),
    ),
    Trouble.SLOW: OutageWords(
        zh=("处理时间过长", "数据库处理这一请求的时间过长，已停止。请缩小范围，或稍候再试。"),
        en=(
            "This takes too long",
            "The database took too long over this request, so it was stopped. Ask for less, or try again in a moment.",
        ),
        retry_after=5,
        page_zh=f"数据库处理的时间过长，已停止。{_SAFE_ZH}请缩小范围，或稍候再试。",
        page_en=f"The database took too long over it, so it was stopped. {_SAFE_EN} Ask for less, or try again in a moment.",
    ),
    Trouble.BUSY: OutageWords(
        zh=("其他系统正在写入", "此刻有其他写入，本次没有写入任何内容，请再试一次。"),
        en=("Others are writing", "Others are writing at this moment, so nothing was written. Please try again."),
        retry_after=1,
        page_zh="其他人正在保存，本次没有写入任何内容。请返回上一页再试一次，填写的内容还在。",
        page_en="Others are writing at this moment, so nothing was written. Go back and try again: what you typed is there.",
    ),
    Trouble.READ_ONLY: OutageWords(
        zh=("数据库目前只读", "目前可以查看，但不能写入。没有写入任何内容，请稍候再试。"),
        en=(
            "The database is read-only at the moment",
            "Everything can be read, but nothing can be written at the moment, and nothing was. Please try again later.",
        ),
        retry_after=10,
        page_zh="目前可以查看，但不能保存，也不能登录或退出登录。没有写入任何内容。请返回上一页，稍候再试，填写的内容还在。",
        page_en=(
            "Everything can be read, but nothing can be saved at the moment, and nobody can sign in or out. Nothing was"
            " written. Go back and try again later: what you typed is there."
        ),
    ),
    Trouble.FULL: OutageWords(
        zh=("数据库磁盘已满", "可以查看，但在腾出空间之前不能写入。没有写入任何内容，请联系管理员。"),
        en=(
            "The disk of the database is full",
            "Everything can be read, but nothing can be written until there is room, and nothing was. Tell the operator.",
        ),
        retry_after=30,
        page_zh="可以查看，但在腾出空间之前不能保存，也不能登录。没有写入任何内容。请联系管理员，稍候返回上一页再试。",
        page_en=(
            "Everything can be read, but until there is room nothing can be saved, and nobody can sign in. Nothing was"
            " written. Tell the operator, then go back and try again."
        ),
    ),
}
_TITLES_OF_PAGES = {Trouble.BUSY: ("其他人正在保存", "Others are writing")}


def build_outage_response(request: HttpRequest, trouble: Trouble, error: BaseException) -> HttpResponse:
    """Return the answer to a request that met it. The reason goes to the line of the request in the log."""
    bind_contextvars(database=trouble, reason=str(error).strip())
    words = WORDS[trouble]
    zh, en = words.zh, words.en
    if not is_for_systems(request):
        title_zh, title_en = _TITLES_OF_PAGES.get(trouble, (zh[0], en[0]))
        zh, en = (title_zh, words.page_zh), (title_en, words.page_en)
    # a form that was sent is sent again from its own page
    way = ("再试一次", "Try again", request.get_full_path()) if request.method in ("GET", "HEAD") else None
    return build_error_response(request, status=503, zh=zh, en=en, way=way, retry_after=words.retry_after)


# Refusals before any view

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
    """Return the answer with one of these statuses; `seconds` is when it is worth trying again."""
    zh, more, en, further = (text.format(seconds=seconds) for text in _WORDS[status])
    words_zh, words_en = (zh, more + _NOTHING[0]), (en, f"{further} {_NOTHING[1]}")
    return build_error_response(request, status=status, zh=words_zh, en=words_en, retry_after=seconds)


def build_server_refusal(status: int, headers: Mapping[str, str], path: str) -> HttpResponse:
    """Return the answer to a request that did not reach Django, complete with the headers that middleware would add.

    `headers`, in the spelling of WSGI, may lack whatever could not be read.
    """
    request = HttpRequest()
    request.META = {f"HTTP_{name}": value for name, value in headers.items()}
    request.path = request.path_info = path
    response = build_refusal(status, request)
    response["Content-Length"], response["X-Request-ID"] = len(response.content), get_request_id(request.META)
    add_security_headers(request, response)
    return response
