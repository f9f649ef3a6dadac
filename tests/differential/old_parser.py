"""The site as it was: cookies read by another parser than Django's. `tests.differential.old_parser.application`."""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie

from portfolio.request_parsing import cookies


def parsed(text: str) -> dict[str, str]:
    """What the standard library makes of the header: nothing, as soon as it does not like a part of it."""
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(text).items()}
    except CookieError:
        return {}


cookies.parse_cookie = parsed

from portfolio.wsgi import application  # noqa: E402  with the parser of before

__all__ = ["application"]
