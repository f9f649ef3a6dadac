"""Language of a response, the same for pages and for other systems."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import TooManyFieldsSent
from django.http import HttpRequest
from django.utils import translation

FOR_SYSTEMS = "/api/"  # begins the addresses of other systems


def get_requested_language(request: HttpRequest) -> str | None:
    """Return the language of the parameter `lang`; None if it is missing or none of the site's."""
    try:
        language = request.GET.get("lang")
    except TooManyFieldsSent:  # whoever reads the parameters says so
        return None
    return language if language in dict(settings.LANGUAGES) else None


def get_request_language(request: HttpRequest) -> str:
    """Return what the address asks for, else what the browser remembers, else what it prefers, else Chinese; of the API
    English, unless Chinese is among what the browser remembers or prefers.
    """
    if request.path_info.startswith(FOR_SYSTEMS):
        preferred = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "") + request.headers.get("Accept-Language", "")
        if "zh" not in preferred.lower():
            return get_requested_language(request) or "en"
    return get_requested_language(request) or translation.get_language_from_request(request)
