"""Return address: where a small form that was opened from another page leads back to."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from . import links

BACK = "next"


def opened_from(request: HttpRequest, name: str, *args: str, anchor: str = "", **parameters: str) -> str:
    """The address of a form, which leads back to the page under way."""
    back = request.get_full_path() + (f"#{anchor}" if anchor else "")
    return links.page(name, *args, query=(parameters | {BACK: back}).items())


def way_back(request: HttpRequest, *, otherwise: str) -> str:
    """The page that a form was opened from, if it is one of this site; else another one."""
    asked = request.POST.get(BACK) or request.GET.get(BACK) or ""
    is_own = asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()})
    return asked if is_own else otherwise
