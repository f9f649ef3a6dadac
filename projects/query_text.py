"""The query string of a request as text: what is not UTF-8 is refused, where Django would put replacement characters."""

from __future__ import annotations

from urllib.parse import unquote_plus, unquote_to_bytes

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

_SHOWN = 80  # characters of a name that are said back


def refuse_garbled(request: HttpRequest) -> None:
    """Raise `ValidationError` by parameter for names and values that are no text in UTF-8."""
    # WSGI hands bytes on as Latin-1
    garbled = [pair for pair in request.META.get("QUERY_STRING", "").split("&") if not _is_text(pair)]
    if garbled:
        names = {unquote_plus(pair.partition("=")[0])[:_SHOWN] for pair in garbled}
        raise ValidationError({name: _("This is no text in UTF-8.") for name in names})


def _is_text(pair: str) -> bool:
    if "%" not in pair and pair.isascii():
        return True
    try:
        unquote_to_bytes(pair.encode("latin-1", "replace")).decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
