"""The parameter by which a page with notes is asked for one that is shown however old it is."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from projects.text import is_key

NOTE = "note"


def key_asked(request: HttpRequest) -> str:
    """Empty where none is asked for. Raises `ValidationError` for what is no key of any note."""
    key = request.GET.get(NOTE, "")
    if key and not is_key(key):
        raise ValidationError({NOTE: _("“%(value)s” is not the number of a note.") % {"value": key}})
    return key
