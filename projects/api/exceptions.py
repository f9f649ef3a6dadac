"""Exceptions: what the API refuses; `errors.py` tells them. What each says is what its code means, unless more is said.

Its parsers raise these, and REST framework's views load the parsers: so nothing here may load the views.
"""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.response import Response

from .codes import ErrorCode

KEY = "Idempotency-Key"


class CodedException(exceptions.APIException):
    """An exception that says what its code means."""

    code: ErrorCode

    def __init_subclass__(cls) -> None:
        if "code" in vars(cls):
            cls.default_code, cls.default_detail = cls.code.value, vars(cls).get("default_detail", cls.code.label)


class Conflict(CodedException):
    status_code, code = 409, ErrorCode.CONFLICT


class Overtaken(CodedException, exceptions.ValidationError):
    """Somebody else was faster; says by field, like a validation error, what is not possible any more."""

    status_code, code = 409, ErrorCode.WRONG_STATE


class Stale(CodedException):
    """The record is another version by now. `read_current` builds the answer that a read of it gets, after the lock."""

    status_code, code = 412, ErrorCode.STALE_VERSION

    def __init__(self, read_current: Callable[[], Response]) -> None:
        super().__init__()
        self.read_current = read_current


class StaleParts(CodedException, exceptions.ValidationError):
    """Some of many records are other versions by now; says which, like a validation error."""

    status_code, code = 412, ErrorCode.STALE_VERSION


class VersionMissing(CodedException):
    status_code, code = 428, ErrorCode.VERSION_REQUIRED


class Encoded(CodedException):
    """RFC 9110, 8.4: a coding that is not undone is no acceptable one."""

    status_code, code = 415, ErrorCode.UNSUPPORTED_MEDIA_TYPE
    default_detail = _("Send the body as it is, without the header Content-Encoding.")


class KeyMalformed(CodedException):
    status_code, code = 400, ErrorCode.INVALID
    default_detail = _("The header Idempotency-Key wants 1 to 255 visible ASCII characters, such as a UUID.")


class KeyNotTaken(CodedException):
    status_code, code = 400, ErrorCode.UNKNOWN_PARAMETER
    default_detail = _(
        "The header Idempotency-Key is for POST alone. The version in If-Match says already that this is carried out once: "
        "sent again, it is answered 412."
    )


class KeyReused(CodedException):
    status_code, code = 422, ErrorCode.KEY_REUSED


class AnswerWithheld(CodedException):
    status_code, code = 403, ErrorCode.ANSWER_WITHHELD


class TooLarge(CodedException):
    status_code, code = 413, ErrorCode.REQUEST_TOO_LARGE


class Malformed(CodedException):
    status_code, code = 400, ErrorCode.PARSE_ERROR


class Failure(CodedException):
    status_code, code = 500, ErrorCode.ERROR
