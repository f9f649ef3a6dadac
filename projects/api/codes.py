"""Codes of errors: what a program tells one error from another by. A code never changes; at most forty."""

from __future__ import annotations

from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from projects.choices import PlausibilityKind


class ErrorCode(TextChoices):
    """The codes, with what each means; the description and the page of the documentation list them."""

    # what is wrong with a field or a parameter
    INVALID = "invalid", _("The value is not of its form, or does not go with the others: the message says why.")
    REQUIRED = "required", _("Something is left out, null or blank that has to be given.")
    WRONG_TYPE = "wrong_type", _("Another JSON type: a number for a text, a text for a number.")
    TOO_LONG = "too_long", _("A text has too many characters, or a list too many members.")
    TOO_LARGE = "too_large", _("A number or an amount is too large, as where it is in another unit.")
    TOO_SMALL = "too_small", _("A number or an amount is too small.")
    UNKNOWN_FIELD = "unknown_field", _("The body has a member that is not known; the message names a similar one.")
    UNKNOWN_PARAMETER = "unknown_parameter", _("A parameter or a header that is not taken there.")
    UNKNOWN_VALUE = "unknown_value", _("No such choice, or no such record that you may see.")
    REPEATED = "repeated", _("Given more than once.")
    READ_ONLY = "read_only", _("It is stored and cannot be changed there: leave it out, or send it as it is.")
    TAKEN = "taken", _("Another record has it, or is the one for the same place, month or day.")
    UNUSABLE = "unusable", _("A code that is not of its form, or that of a record which you may not see.")
    NEEDS_PROPOSAL = "needs_proposal", _("You may only propose this: POST it to proposals/.")
    NEEDS_SOURCE = "needs_source", _("A figure or a published record has to say where it comes from.")
    NEEDS_CONFIRMATION = "needs_confirmation", _("A rule doubts it: send it again with `confirm` and a reason.")
    NOT_OPEN = "not_open", _("The month cannot be reported yet.")
    CLOSED_ROUND = "closed_round", _("The round has closed: the change needs a new `correction_reason`.")
    NOT_ON_LIST = "not_on_list", _("The project is not on the list in that year or month.")
    # what is wrong with the state of the register, or with the version
    WRONG_STATE = "wrong_state", _("The record is in a state that does not allow this, or somebody was faster.")
    SECOND_PERSON = "second_person", _("Another person has to do this: not who submitted or proposed it.")
    CONFLICT = "conflict", _("What is stored does not allow this. Nothing was written.")
    STALE_VERSION = "stale_version", _("It has changed since you read it: read it again, then repeat your change.")
    VERSION_REQUIRED = "version_required", _("Send the ETag of the record, as you read it, in the header If-Match.")
    # what is wrong with the call
    NOT_AUTHENTICATED = "not_authenticated", _("Send a token in the header “Authorization: Token …”, or sign in.")
    AUTHENTICATION_FAILED = "authentication_failed", _("The token is not valid, or the header cannot be read.")
    PERMISSION_DENIED = "permission_denied", _("You may not do this.")
    NOT_FOUND = "not_found", _("There is nothing at this address, or nothing that you may see.")
    METHOD_NOT_ALLOWED = "method_not_allowed", _("Not possible here; the header Allow names the methods that are.")
    NOT_ACCEPTABLE = "not_acceptable", _("Answers are JSON only: Accept: application/json.")
    UNSUPPORTED_MEDIA_TYPE = "unsupported_media_type", _("Send JSON (application/json), a workbook as a form.")
    PARSE_ERROR = "parse_error", _("The request cannot be read, or its body is not JSON.")
    REQUEST_TOO_LARGE = "request_too_large", _("A request may have at most 1 MiB, its headers 16 KiB.")
    KEY_REUSED = "key_reused", _("This Idempotency-Key was used for another call: the address or the body differs.")
    ANSWER_WITHHELD = "answer_withheld", _("This was carried out; what you may see has changed since: read it anew.")
    THROTTLED = "throttled", _("Too many requests; the header Retry-After says when to come again.")
    UNAVAILABLE = "unavailable", _("It cannot be done at this moment: the header Retry-After says when to come again.")
    ERROR = "error", _("The error has been logged under the id of this request, in the header X-Request-ID.")


# codes of Django, REST framework and our own models that are told as one of ours
_TOLD_AS = {
    "missing": ErrorCode.REQUIRED,  # of models, of which a form would say `required` in words of its own
    "null": ErrorCode.REQUIRED,
    "blank": ErrorCode.REQUIRED,
    "empty": ErrorCode.REQUIRED,
    "min_length": ErrorCode.REQUIRED,  # of lists alone, which need one member
    "max_length": ErrorCode.TOO_LONG,
    "max_value": ErrorCode.TOO_LARGE,
    "max_string_length": ErrorCode.TOO_LARGE,
    "other_unit": ErrorCode.TOO_LARGE,
    "min_value": ErrorCode.TOO_SMALL,
    "unique": ErrorCode.TAKEN,
    "unique_together": ErrorCode.TAKEN,
    "invalid_choice": ErrorCode.UNKNOWN_VALUE,
    "invalid_pk_value": ErrorCode.UNKNOWN_VALUE,
    "not_a_list": ErrorCode.WRONG_TYPE,
    "not_a_dict": ErrorCode.WRONG_TYPE,
    "fixed": ErrorCode.READ_ONLY,
}


def get_code(detail: Any) -> tuple[str, str]:
    """Return the code of a message of REST framework or Django, and the kind of the rule that doubts it or ""."""
    code = getattr(detail, "code", None)
    if code in PlausibilityKind:
        return ErrorCode.NEEDS_CONFIRMATION.value, code
    code = _TOLD_AS.get(code, code)
    return str(code) if code in ErrorCode else ErrorCode.INVALID.value, ""


def get_type(code: str) -> str:
    """Return the `type` of a problem with this code: where the documentation of the site explains it."""
    return f"/api/v1/docs/#{code}"
