"""Authentication: a token of another system (as `Token`, `Bearer` or password of `Basic`), or the session of a browser."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any

from django.utils.translation import gettext_lazy as _
from knox.crypto import hash_token
from knox.models import get_token_model
from rest_framework import HTTP_HEADER_ENCODING, authentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.request import Request
from structlog.contextvars import bind_contextvars

from projects.history.revisions import identify

_TOKEN = re.compile(rb"^[0-9A-Za-z]{16,128}$")
_OF_A_PROXY = ([b"digest"], [b"negotiate"], [b"ntlm"])  # schemes by which one may guard the whole site

WRONG_TOKEN = _("This token is not valid here, or no longer. Another can be made on the page of tokens.")
HOW = _("The header Authorization cannot be read. Send it as “Authorization: Token …”, or leave it out.")


def get_sent_token(header: bytes) -> bytes:
    """Return the token of a header `Token …`, `Bearer …` or `Basic …`, where it is the password whatever the name.

    Raises `AuthenticationFailed` if there is none.
    """
    scheme, _blank, credentials = header.strip().partition(b" ")
    if scheme.lower() == b"basic":
        try:
            _name, colon, password = base64.b64decode(credentials.strip(), validate=True).partition(b":")
        except binascii.Error as error:
            raise AuthenticationFailed(HOW) from error
        if not colon:
            raise AuthenticationFailed(HOW)
        return password
    if scheme.lower() not in (b"token", b"bearer") or len(credentials.split()) != 1:
        raise AuthenticationFailed(HOW)
    return credentials.strip()


class TokenAuthentication(authentication.BaseAuthentication):
    """`Authorization: Token …`, made on the page of tokens or by a command. History then names the token's user.

    `Bearer` is the scheme that tools know, `Basic` the one for which Excel and Power BI ask a name and a password. Whoever
    sends the header wants to be known: what cannot be read is refused, and never taken for nobody.
    """

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        environ = request._request.META
        if "HTTP_AUTHORIZATION" not in environ:
            return None
        header = environ["HTTP_AUTHORIZATION"].encode(HTTP_HEADER_ENCODING)  # not by way of all headers
        if header.lower().split(None, 1)[:1] in _OF_A_PROXY:
            return None
        sent = get_sent_token(header)
        if not _TOKEN.match(sent):
            raise AuthenticationFailed(WRONG_TOKEN)
        token = get_token_model().objects.get_by_digest(hash_token(sent.decode()))
        if token is None or not token.is_usable:
            # the same sentence for every reason, so that nobody learns which tokens or accounts there are
            raise AuthenticationFailed(WRONG_TOKEN)
        user = token.user
        address = environ.get("REMOTE_ADDR", "")
        if not token.may_come_from(address):
            token.note_refusal(address)
            raise AuthenticationFailed(WRONG_TOKEN)
        user.bound_to = tuple(token.prefectures)
        token.note_use()
        identify(user)
        bind_contextvars(user_id=user.pk)
        return user, token

    def authenticate_header(self, request: Request) -> str:
        return 'Token realm="api"'


class SessionAuthentication(authentication.SessionAuthentication):
    """The session of somebody who signed in on a page; writes need the CSRF token."""

    def enforce_csrf(self, request: Request) -> None:
        request.body  # noqa: B018  the check reads it as a form and would leave nothing of it for whoever asks after it
        try:
            super().enforce_csrf(request)
        except PermissionDenied as error:
            raise PermissionDenied(
                _("With a session, a write needs the site's CSRF token in the header X-CSRFToken. Systems use a token.")
            ) from error
