"""Error responses as problem+json (RFC 9457), in the reader's language."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
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
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.views import exception_handler

from projects.plausibility.checks import get_doubts
from projects.plausibility.rules import Doubt
from projects.workflows.transitions import OvertakenError, Refusal, RefusedError

from .exceptions import Conflict, Failure, Malformed, NeedsConfirmation, Overtaken, Stale, TooLarge
from .serializers import ReadOnlySerializer

MEDIA_TYPE = "application/problem+json"
WHOLE_RECORD = "record"  # the key of messages that are about no single field

_TITLES = {
    400: _("The request has errors"),
    401: _("Sign-in required"),
    403: _("Not allowed"),
    404: _("Not found"),
    405: _("Not possible here"),
    406: _("This form of answer is not offered"),
    409: _("In conflict with what is stored"),
    412: _("Changed in the meantime"),
    413: _("The request is too large"),
    415: _("This form of request is not read"),
    422: _("Not what was asked before"),
    428: _("The version is missing"),
    429: _("Too many requests"),
    500: _("Error of the server"),
}
_DETAILS: dict[type[exceptions.APIException], Any] = {
    exceptions.NotFound: _("There is nothing at this address, or nothing that you may see."),
    exceptions.NotAuthenticated: _("Send a token in the header “Authorization: Token …”, or sign in."),
    exceptions.PermissionDenied: _("You may read this but not change it."),
    exceptions.NotAcceptable: _("Answers are JSON only: Accept: application/json."),
}
# for sentences of REST framework that quote the request
_DETAILS_OF_BODIES: dict[type[exceptions.APIException], Any] = {
    exceptions.ParseError: _("The request cannot be read."),
    exceptions.UnsupportedMediaType: _(
        "Send JSON, with the header Content-Type: application/json; a workbook as a form, with multipart/form-data."
    ),
}
# for sentences of REST framework that name types of Python
_OF_ANOTHER_TYPE = {
    "not_a_list": _("Give a list, such as [1, 2]."),
    "not_a_dict": _('Give an object, such as {"name": "value"}.'),
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
    response.data = _escape_surrogates(build_problem(known, request.path))
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


def build_problem(error: exceptions.APIException, path: str) -> dict[str, Any]:
    """Return the members of the problem."""
    status = error.status_code
    members = {"type": "about:blank", "title": str(_TITLES.get(status, _TITLES[400])), "status": status}
    if isinstance(error, exceptions.ValidationError):
        errors: dict[str, list[str]] = {}
        for name, message in _iter_messages(error.detail):
            errors.setdefault(name or WHOLE_RECORD, []).append(message)
        name, messages = next(iter(errors.items()))
        first = messages[0] if name == WHOLE_RECORD else f"{name}: {messages[0]}"
        told_rules = {"code": error.code, "rules": error.rules} if isinstance(error, NeedsConfirmation) else {}
        return members | {"detail": first, "instance": path, "errors": errors} | told_rules
    message, place = _get_detail(error), getattr(error, "place", "")  # one of many records; see `faults`
    if place:
        return members | {
            "detail": f"{place}: {message}",
            "instance": path,
            "errors": {f"{place}.{WHOLE_RECORD}": [message]},
        }
    return members | {"detail": message, "instance": path}


def _escape_surrogates(text: Any) -> Any:
    """Replace lone surrogates of a text, also inside lists and dicts, by their JSON escapes: they cannot be encoded."""
    if isinstance(text, dict):
        return {_escape_surrogates(name): _escape_surrogates(value) for name, value in text.items()}
    if isinstance(text, list):
        return [_escape_surrogates(each) for each in text]
    return text.encode("utf-8", "backslashreplace").decode() if isinstance(text, str) else text


def _get_detail(error: exceptions.APIException) -> str:
    if isinstance(error, exceptions.MethodNotAllowed):
        return gettext("This method is not possible here; the header Allow names those that are.")
    if isinstance(error, exceptions.Throttled):
        return gettext("Ask again in %(seconds)s s. Nothing was written.") % {"seconds": error.wait}
    if type(error) in _DETAILS_OF_BODIES:
        return str(_DETAILS_OF_BODIES[type(error)])
    text = str(error.detail)
    own = _DETAILS.get(type(error))
    return str(own) if own and text in ("", str(error.default_detail)) else text


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
    error: DjangoValidationError, doubts: Collection[Doubt], *, overtaken: bool
) -> exceptions.ValidationError:
    by_field = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
    errors = {WHOLE_RECORD if name == NON_FIELD_ERRORS else name: texts for name, texts in by_field.items()}
    if doubts:
        rules = [{"code": doubt.rule.kind, "message": doubt.message, "field": doubt.field} for doubt in doubts]
        return NeedsConfirmation(errors, rules)
    return Overtaken(errors) if overtaken else exceptions.ValidationError(errors)


def _iter_messages(detail: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Yield pairs of name and message; parts of a field are named `source.url`."""
    if isinstance(detail, Mapping):
        for key, part in detail.items():
            inner = "" if key == "non_field_errors" else str(key)
            yield from _iter_messages(part, f"{name}.{inner}" if name and inner else name or inner)
    elif isinstance(detail, list | tuple):
        for part in detail:
            yield from _iter_messages(part, name)
    else:
        yield name, str(_OF_ANOTHER_TYPE.get(getattr(detail, "code", None), detail))


class DoubtedRule(ReadOnlySerializer):
    """What a plausibility rule doubts."""

    code = serializers.CharField(help_text=_("Names the rule in `confirm`."))
    message = serializers.CharField(help_text=_("What is doubted, in the reader's language."))
    field = serializers.CharField(help_text=_("The field, such as total_investment or records.3.total_investment."))


class Problem(ReadOnlySerializer):
    """An error (RFC 9457)."""

    type = serializers.CharField(help_text=_("Always about:blank: the status says what kind of error it is."))
    title = serializers.CharField(help_text=_("The status in words, in the reader's language."))
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text=_("What is wrong here, in the reader's language."))
    instance = serializers.CharField(help_text=_("The address that was asked."))
    errors = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField()),
        required=False,
        help_text=_("Messages by the name of the field or parameter; `record` for the record as a whole."),
    )
    code = serializers.ChoiceField(
        choices=["needs_confirmation"],
        required=False,
        help_text=_(
            "Where nothing is wrong but what can be confirmed: send the same again with `confirm` and a reason."
        ),
    )
    rules = DoubtedRule(
        many=True,
        required=False,
        help_text=_("With that code: what is doubted, and the rules to be named in `confirm`."),
    )
    current = serializers.DictField(
        required=False, help_text=_("With 412: the record as it is stored now, as a read of it answers.")
    )
