"""Failure reasons: why an attempt came to nothing, stored as a word and told in the language of whoever reads it."""

from __future__ import annotations

import errno
import http.client
import ssl

from django.conf import settings
from django.db.models import TextChoices
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from projects.text import listing

_PORTS = lazy(lambda: listing(str(port) for port in settings.WEBHOOK_PORTS), str)()  # as they are set when it is read


class Obstacle(TextChoices):
    """Why nothing was sent, or nothing answered."""

    NOT_WEB = "not_web", _("The address is not one of the web. Write it as https://platform.example/hook.")
    SCHEME = "scheme", _("The address has to begin with https://.")
    PASSWORD = "password", _("The address holds a user name or a password. Leave out what stands before the @.")
    PORT = "port", _("The port of the address is none. Write a number from 1 to 65535 or leave it out.")
    PORT_NOT_ALLOWED = (
        "port_not_allowed",
        format_lazy(_("Outside of the allowed networks only these ports may be used: {ports}."), ports=_PORTS),
    )
    PRIVATE = "private", _("The address leads into a private network, which is not allowed.")
    NOT_SECURE = "not_secure", _("Only https is sent to outside of the allowed networks.")
    UNKNOWN_HOST = "unknown_host", _("The name of the host is not known.")
    NAME_LATE = "name_late", _("The name of the host could not be looked up in time.")
    CERTIFICATE = "certificate", _("The certificate of the receiver is not trusted.")
    REFUSED = "refused", _("Connection refused.")
    UNREACHABLE = "unreachable", _("No way through the network leads to the address.")
    INSECURE = "insecure", _("No secure connection came about.")
    LATE = "late", _("There was no answer within our time limit, so we ended the connection.")
    CLOSED = "closed", _("The receiver closed the connection without an answer.")
    NOT_HTTP = "not_http", _("The answer is not HTTP.")
    OTHER = "other", _("The connection failed.")


class RefusedAddressError(Exception):
    """Nothing was sent: the address is not one to send to. In words in the language of whoever reads it."""

    def __init__(self, obstacle: Obstacle) -> None:
        super().__init__(obstacle)
        self.obstacle = obstacle

    def __str__(self) -> str:
        return str(self.obstacle.label)


class UnknownHostError(RefusedAddressError):
    """Nothing was sent: the name of the host is not known here now, which may be otherwise later."""


_CLOSED = (ConnectionResetError, ConnectionAbortedError, BrokenPipeError, ssl.SSLEOFError, ssl.SSLZeroReturnError)
_NO_WAY = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EHOSTDOWN}


def obstacle_of(error: Exception, *, late: bool) -> tuple[Obstacle, str]:
    """What an error means, and what is known beyond it. `late`: our limit had run out, which ends a line from here."""
    if isinstance(error, RefusedAddressError):
        return error.obstacle, ""
    if isinstance(error, ssl.SSLCertVerificationError):
        return Obstacle.CERTIFICATE, error.verify_message or str(error)
    if late or isinstance(error, TimeoutError):
        return Obstacle.LATE, ""
    if isinstance(error, ConnectionRefusedError):
        return Obstacle.REFUSED, ""
    if isinstance(error, _CLOSED):
        return Obstacle.CLOSED, ""
    if isinstance(error, ssl.SSLError):
        return Obstacle.INSECURE, error.reason or str(error)
    if isinstance(error, http.client.HTTPException):
        return Obstacle.NOT_HTTP, str(error)
    if isinstance(error, OSError) and error.errno in _NO_WAY:
        return Obstacle.UNREACHABLE, ""
    return Obstacle.OTHER, str(error) or type(error).__name__
