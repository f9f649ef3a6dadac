"""Exceptions: what the API refuses; `errors.py` tells them.

Its parsers raise these, and REST framework's views load the parsers: so nothing here may load the views.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.response import Response


class Conflict(exceptions.APIException):
    status_code = 409
    default_detail = _("What is stored does not allow this. Nothing was written.")


class Overtaken(exceptions.ValidationError):
    """Somebody else was faster; says by field, like a validation error, what is not possible any more."""

    status_code = 409


class NeedsConfirmation(exceptions.ValidationError):
    """Nothing is wrong but what somebody can confirm. `rules` say what is doubted, each with code, message and field."""

    code = "needs_confirmation"

    def __init__(self, detail: Any, rules: Sequence[Mapping[str, str]] = ()) -> None:
        super().__init__(detail)
        self.rules = list(rules)


class Stale(exceptions.APIException):
    """The record is another version by now. `read_current` builds the answer that a read of it gets, after the lock."""

    status_code = 412
    default_detail = _(
        "The record has changed since you read it. Nothing was written: look at the member `current`, then repeat your "
        "change with the version in the header ETag."
    )

    def __init__(self, read_current: Callable[[], Response]) -> None:
        super().__init__()
        self.read_current = read_current


class StaleParts(exceptions.ValidationError):
    """Some of many records are other versions by now; says which, like a validation error."""

    status_code = 412
    words = _("The record has changed since you read it.")


class VersionMissing(exceptions.APIException):
    status_code = 428
    default_detail = _(
        "A change names the version that it is made of: read the record, then send the value of its header ETag in the "
        "header If-Match. “*” names no version."
    )


class Encoded(exceptions.APIException):
    """RFC 9110, 8.4: a coding that is not undone is no acceptable one."""

    status_code = 415
    default_detail = _("Send the body as it is, without the header Content-Encoding.")


class KeyMalformed(exceptions.APIException):
    status_code = 400
    default_detail = _("The header Idempotency-Key wants 1 to 255 visible ASCII characters, such as a UUID.")


class KeyReused(exceptions.APIException):
    status_code = 422
    default_detail = _(
        "This Idempotency-Key was used for another call before: the address or the body differs. Give each call a key of "
        "its own."
    )


class AnswerWithheld(exceptions.PermissionDenied):
    default_detail = _(
        "This call was carried out before. What you may see has changed since, so its answer is not repeated: read the "
        "record anew."
    )


class TooLarge(exceptions.APIException):
    status_code = 413
    default_detail = _("A request may have at most 1 MiB.")


class Malformed(exceptions.APIException):
    status_code = 400


class Failure(exceptions.APIException):
    status_code = 500
    default_detail = _("The error has been logged under the id of this request, in the header X-Request-ID.")
