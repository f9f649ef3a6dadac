"""Outage messages (503): which trouble the database is in, whether anything was written, and when to come again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from structlog.contextvars import bind_contextvars

from portfolio.errors import error_pages
from portfolio.errors.database_errors import Trouble
from portfolio.languages import get_request_language


@dataclass(frozen=True)
class OutageWords:
    """A title and a text in each language; `page_…` is the text for people, where that is another. Seconds until it may help
    to ask again.
    """

    zh: tuple[str, str]
    en: tuple[str, str]
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


def build_outage_response(request: Any, trouble: Trouble, error: BaseException) -> Any:
    """Return the answer to a request that met it. The reason goes to the line of the request in the log."""
    bind_contextvars(database=trouble, reason=str(error).strip())
    words = WORDS[trouble]
    if error_pages.is_for_systems(request):
        return error_pages.problem(request, status=503, zh=words.zh, en=words.en, retry_after=words.retry_after)
    title_zh, title_en = _TITLES_OF_PAGES.get(trouble, (words.zh[0], words.en[0]))
    return error_pages.page(
        status=503,
        zh=(title_zh, words.page_zh),
        en=(title_en, words.page_en),
        way=once_more(request),
        retry_after=words.retry_after,
        language=get_request_language(request),
    )


def once_more(request: Any) -> tuple[str, str, str] | None:
    """Return the way to the same page, where it was only read: a form that was sent is sent again from its own page."""
    return ("再试一次", "Try again", request.get_full_path()) if request.method in ("GET", "HEAD") else None
