"""Error pages, complete in themselves: nothing that might be in trouble is used to tell of the trouble."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import get_language

from portfolio.languages import FOR_SYSTEMS, get_request_language

TitleAndText = tuple[str, str]


def page(
    *,
    status: int,
    zh: TitleAndText,
    en: TitleAndText,
    way: tuple[str, str, str] | None = None,
    retry_after: int | None = None,
    language: str | None = None,
) -> HttpResponse:
    """A page in both languages, the reader's first; `zh` and `en` are each a title and a text, `way` is where to go from
    there: its name in either language and its address. It looks like any page of the site, but its template is given no
    request: what is known of whoever asks, and asked of the database for the head of a page, is left aside.

    `language` is that of the reader, where it is not the one that Django answers in.
    """
    said = [("zh-Hans", *zh), ("en", *en)]
    if (language or get_language()) == "en":
        said.reverse()
    html = render_to_string("plain.html", {"first": said[0], "second": said[1], "way": way})
    return set_retry_after(HttpResponse(html, status=status), retry_after)


def problem(
    request: HttpRequest, *, status: int, zh: TitleAndText, en: TitleAndText, retry_after: int | None = None
) -> HttpResponse:
    """The same for other systems, in the language that they asked for (RFC 9457)."""
    language = get_request_language(request)
    title, detail = en if language == "en" else zh
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, "instance": request.path}
    response = JsonResponse(
        body, status=status, content_type="application/problem+json", json_dumps_params={"ensure_ascii": False}
    )
    response["Content-Language"] = language
    return set_retry_after(response, retry_after)


def is_for_systems(request: HttpRequest) -> bool:
    """Return True if the address is one of the API."""
    return request.path_info.startswith(FOR_SYSTEMS)


def set_retry_after(response: HttpResponse, retry_after: int | None) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    if retry_after:
        response["Retry-After"] = retry_after
    return response
