"""Error responses as problem+json (RFC 9457), in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.exceptions import ValidationError as DjangoValidationError
from django.core.signals import got_request_exception
from django.db import IntegrityError, InterfaceError, InternalError, OperationalError
from django.db.models import ProtectedError, RestrictedError
from django.http import Http404, UnreadablePostError
from django.utils.log import log_response
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions, serializers
from rest_framework.permissions import SAFE_METHODS
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import exception_handler

from projects.choices import PlausibilityKind
from projects.plausibility.checks import get_doubts
from projects.plausibility.rules import Doubt
from projects.workflows.transitions import OvertakenError, Refusal, RefusedError, get_messages_by_field

from .codes import ErrorCode, get_code, get_type
from .exceptions import (
    KEY,
    CodedException,
    Conflict,
    Encoded,
    Failure,
    KeyMalformed,
    KeyNotTaken,
    KeyReused,
    Malformed,
    Overtaken,
    Stale,
    TooLarge,
    VersionMissing,
)
from .serializers import ReadOnlySerializer

MEDIA_TYPE = "application/problem+json"

# exceptions of REST framework whose sentences quote the request
_QUOTING = (exceptions.MethodNotAllowed, exceptions.ParseError, exceptions.UnsupportedMediaType)
# the headers that errors are about
_HEADERS: dict[type[exceptions.APIException], str] = {
    exceptions.NotAuthenticated: "Authorization",
    exceptions.AuthenticationFailed: "Authorization",
    exceptions.NotAcceptable: "Accept",
    exceptions.UnsupportedMediaType: "Content-Type",
    Encoded: "Content-Encoding",
    KeyMalformed: KEY,
    KeyNotTaken: KEY,
    KeyReused: KEY,
    Stale: "If-Match",
    VersionMissing: "If-Match",
}
# for sentences of REST framework that name types of Python, or speak of fields that "may not be" something
_IN_OUR_WORDS = {
    "not_a_list": _("Give a list, such as [1, 2]."),
    "not_a_dict": _('Give an object, such as {"name": "value"}.'),
    "null": _("Give a value: it cannot be null."),
}


def problem(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """Return the problem response to an exception; None for a database error, which the site's middleware explains."""
    if isinstance(error, OperationalError | InterfaceError | InternalError):
        return None
    known = as_api_exception(error)
    request = context["request"]
    # sets what DRF sets: WWW-Authenticate, and that a surrounding transaction is rolled back
    response = exception_handler(known, dict(context))
    assert response is not None  # noqa: S101  it is an APIException
    response.data = _escape_surrogates(build_problem(known, request))
    if isinstance(known, Stale):
        try:
            current = known.read_current()
        except Http404 as gone:
            return problem(gone, context)
        response.data["current"], response["ETag"] = current.data, current["ETag"]
    response.content_type = MEDIA_TYPE
    request.accepted_renderer, request.accepted_media_type = JSONRenderer(), MEDIA_TYPE
    if isinstance(known, Failure):
        got_request_exception.send(sender=None, request=request._request)
        log_response("%s: %s", "Error", request.path, response=response, request=request._request, exception=error)
    return response


def build_problem(error: exceptions.APIException, request: Any) -> dict[str, Any]:
    """Return the members of the problem. `code` and `detail` are those of its first error."""
    if isinstance(error, exceptions.ValidationError):
        errors = [_build_error(path, detail, request) for path, detail in _iter_details(error.detail)]
    else:
        errors = [{"code": get_code(error.detail)[0], "message": _get_detail(error)}]
        if (header := _HEADERS.get(type(error))) is not None:
            errors[0]["parameter"] = header
        elif hasattr(error, "place") or isinstance(error, Malformed):  # one of many records, see `Faults`, or the body
            errors[0]["pointer"] = getattr(error, "place", "")
    first = errors[0]
    name = first.get("pointer", first.get("parameter", "")).strip("/").replace("/", ".")
    members = {
        "type": get_type(first["code"]),
        "title": str(ErrorCode(first["code"]).label),
        "status": error.status_code,
        "code": first["code"],
        "detail": f"{name}: {first['message']}" if name else first["message"],
        "instance": request.path,
    }
    return members | ({"errors": errors} if {"pointer", "parameter"} & first.keys() else {})


def _build_error(path: Sequence[str], detail: exceptions.ErrorDetail, request: Any) -> dict[str, str]:
    """Return what is wrong at one place: a parameter of the query, else a place in the body."""
    code, rule = get_code(detail)
    message = str(_IN_OUR_WORDS.get(detail.code, detail))
    if path and (request.method in SAFE_METHODS or path[0] in request.query_params):
        return {"code": code, "parameter": path[0], "message": message}
    pointer = "".join(f"/{part.replace('~', '~0').replace('/', '~1')}" for part in path)  # RFC 6901
    return {"code": code, "pointer": pointer, "message": message} | ({"rule": rule} if rule else {})


def _escape_surrogates(text: Any) -> Any:
    """Replace lone surrogates of a text, also inside lists and dicts, by their JSON escapes: they cannot be encoded."""
    if isinstance(text, dict):
        return {_escape_surrogates(name): _escape_surrogates(value) for name, value in text.items()}
    if isinstance(text, list):
        return [_escape_surrogates(each) for each in text]
    return text.encode("utf-8", "backslashreplace").decode() if isinstance(text, str) else text


def _get_detail(error: exceptions.APIException) -> str:
    """Return what an exception says; for one of REST framework that says nothing of its own the meaning of its code."""
    if isinstance(error, exceptions.Throttled):
        return gettext("Ask again in %(seconds)s s. Nothing was written.") % {"seconds": error.wait}
    text = str(error.detail)
    says_nothing = text in ("", str(error.default_detail)) and not isinstance(error, CodedException)
    return str(ErrorCode(error.default_code).label) if says_nothing or isinstance(error, _QUOTING) else text


def as_api_exception(error: Exception) -> Any:
    """Return the exception of REST framework by which an error is answered; `Failure` for one that nobody foresaw."""
    if isinstance(error, exceptions.APIException):
        return error
    if isinstance(error, RefusedError):  # of the one record of a call; of many, each is said at its place
        [refusal] = error.refusals.values()
        return build_refusal(refusal)
    if isinstance(error, DjangoValidationError):
        return _build_validation_error(error, get_doubts(error), overtaken=isinstance(error, OvertakenError))
    if isinstance(error, ProtectedError | RestrictedError | IntegrityError):
        return Conflict()
    if isinstance(error, Http404):
        return exceptions.NotFound()
    if isinstance(error, PermissionDenied):
        return exceptions.PermissionDenied(str(error) or None)
    if isinstance(error, RequestDataTooBig):
        return TooLarge()
    if isinstance(error, SuspiciousOperation | UnreadablePostError):
        return Malformed(gettext("The request cannot be read."))
    return Failure()


def build_refusal(refusal: Refusal) -> exceptions.ValidationError:
    """Build the exception for a record that cannot take a step; a conflict where somebody else was faster."""
    return _build_validation_error(DjangoValidationError(refusal.errors), refusal.doubts, overtaken=refusal.conflict)


def _build_validation_error(
    error: DjangoValidationError, doubts: Iterable[Doubt], *, overtaken: bool
) -> exceptions.ValidationError:
    errors: dict[str, list[Any]] = {}
    for doubt in doubts:
        errors.setdefault(doubt.field, []).append(exceptions.ErrorDetail(doubt.message, doubt.rule.kind))
    errors = errors or get_messages_by_field(error)
    return Overtaken(errors) if overtaken else exceptions.ValidationError(errors)


def _iter_details(detail: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], exceptions.ErrorDetail]]:
    """Yield each message with the path of its place in the body."""
    if isinstance(detail, Mapping):
        for key, part in detail.items():
            is_whole = key in (NON_FIELD_ERRORS, api_settings.NON_FIELD_ERRORS_KEY)
            yield from _iter_details(part, path if is_whole else (*path, str(key)))
    elif isinstance(detail, list | tuple):
        has_places = any(isinstance(part, Mapping) for part in detail)
        for index, part in enumerate(detail):
            yield from _iter_details(part, (*path, str(index)) if has_places else path)
    else:
        yield path, detail


class ProblemPart(ReadOnlySerializer):
    """What is wrong at one place of a body or query."""

    code = serializers.ChoiceField(
        ErrorCode.choices, help_text=_("Never changes; `/api/v1/docs/` says what each means.")
    )
    pointer = serializers.CharField(
        required=False,
        help_text=_(
            "Where in the body, as a JSON pointer (RFC 6901), such as /records/3/sector; blank: the whole body."
        ),
    )
    parameter = serializers.CharField(required=False, help_text=_("Or which parameter of the query, or which header."))
    message = serializers.CharField(help_text=_("What is wrong, in the reader's language."))
    rule = serializers.ChoiceField(
        PlausibilityKind.choices,
        required=False,
        help_text=_("With `needs_confirmation`: the rule that doubts it, to be named in `confirm`."),
    )


class Problem(ReadOnlySerializer):
    """An error (RFC 9457)."""

    type = serializers.CharField(help_text=_("Where the documentation explains the code, relative to this site."))
    title = serializers.CharField(help_text=_("What the code means, in the reader's language."))
    status = serializers.IntegerField()
    code = serializers.ChoiceField(ErrorCode.choices, help_text=_("The code of the first error."))
    detail = serializers.CharField(help_text=_("What is wrong here, in the reader's language."))
    instance = serializers.CharField(help_text=_("The address that was asked."))
    errors = ProblemPart(
        many=True,
        required=False,
        help_text=_("All that is wrong with the parameters or with the body, each at its place."),
    )
    current = serializers.DictField(
        required=False, help_text=_("With 412: the record as it is stored now, as a read of it answers.")
    )
