"""Allowed addresses (SSRF guard): public ones at the ports of the web, and any port in networks that the setting allows.

`Obstacle` says why an attempt came to nothing: it is stored as a word and shown in the language of the reader.
"""

from __future__ import annotations

import errno
import http.client
import ipaddress
import socket
import ssl
import threading
from concurrent.futures import Future
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import TextChoices
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from projects.text import listing

NAME_SECONDS = 5.0  # for a name server to answer; the system's own patience may be half a minute
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_HOSTS = ipaddress.ip_network("2000::/3")  # all of IPv6 from which addresses of hosts are given out

# IANA's registries of special-purpose addresses, in which no receiver on the internet can be. They are named in full,
# because the standard library knows less of them in some versions: Python 3.11 takes 192.88.99.1 and 3fff::1 for public.
SPECIAL = tuple(
    ipaddress.ip_network(network)
    for network in (
        "0.0.0.0/8",  # this host
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # shared by the customers of a carrier
        "127.0.0.0/8",  # loopback
        "169.254.0.0/16",  # link-local
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # tunnels for multicast
        "192.88.99.0/24",  # relays of 6to4
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and the broadcast
        "::/127",  # unspecified, loopback
        "64:ff9b::/96",  # NAT64: carries an IPv4 address, which a gateway would unpack
        "64:ff9b:1::/48",  # NAT64 of a private network
        "100::/64",  # discarded
        "100:0:0:1::/64",  # dummy
        "2001::/23",  # protocol assignments, with Teredo, which carries an IPv4 address
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: carries an IPv4 address
        "2620:4f:8000::/48",  # AS112
        "3fff::/20",  # documentation
        "5f00::/16",  # segment routing
        "fc00::/7",  # private
        "fe80::/10",  # link-local
        "fec0::/10",  # site-local, as it once was
        "ff00::/8",  # multicast
    )
)

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
    """Return what an error means and its details. `late`: our own time limit had run out, which cuts the connection."""
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


def is_public(address: Address) -> bool:
    """Return whether an ordinary host on the internet can have the address."""
    if address.version == 6 and address not in _HOSTS:
        return False
    return address.is_global and not any(address in network for network in SPECIAL)


def addresses_of(url: str, *, seconds: float = NAME_SECONDS) -> tuple[str, int, list[str]]:
    """Return host, port and checked addresses of a URL; to be connected to as they are, without asking for the name again.

    Raises `RefusedAddressError` when any of them is private: a name that has both is not to be trusted. A name that
    nobody could tell within `seconds` is not known either. Whoever allows a private network means its services, so there
    scheme and port are free.
    """
    scheme, host, port = _parse(url)
    if not settings.WEBHOOK_PRIVATE_ADDRESSES:
        _refuse_port(port)  # wherever the name leads, so nobody is asked for it
        if scheme == "http" and not settings.DEBUG:
            raise RefusedAddressError(Obstacle.NOT_SECURE)
    addresses = _resolve(host, port, seconds)
    allowed = [_is_allowed(address) for address in addresses]
    if not all(yes or is_public(address) for yes, address in zip(allowed, addresses, strict=True)):
        raise RefusedAddressError(Obstacle.PRIVATE)
    if not all(allowed):
        _refuse_port(port)
    if scheme == "http" and not (settings.DEBUG or all(allowed)):
        raise RefusedAddressError(Obstacle.NOT_SECURE)
    return host, port, [str(address) for address in addresses]


def _parse(url: str) -> tuple[str, str, int]:
    """Return scheme, host and port. Raises `RefusedAddressError`, which says what of the address is wrong."""
    try:
        parts = urlsplit(url)
    except ValueError:
        raise RefusedAddressError(Obstacle.NOT_WEB) from None
    if parts.scheme not in ("https", "http"):
        raise RefusedAddressError(Obstacle.SCHEME if parts.scheme else Obstacle.NOT_WEB)
    if not parts.hostname:
        raise RefusedAddressError(Obstacle.NOT_WEB)
    if parts.username is not None:
        raise RefusedAddressError(Obstacle.PASSWORD)
    try:
        port = parts.port
    except ValueError:
        port = 0
    if port == 0:
        raise RefusedAddressError(Obstacle.PORT)
    return parts.scheme, parts.hostname, port or (443 if parts.scheme == "https" else 80)


def _refuse_port(port: int) -> None:
    if port not in settings.WEBHOOK_PORTS:
        raise RefusedAddressError(Obstacle.PORT_NOT_ALLOWED)


def _resolve(host: str, port: int, seconds: float) -> list[Address]:
    """Return the addresses of a name. Raises `UnknownHostError`, also when the answer takes longer than `seconds`."""
    answer: Future[list[Any]] = Future()

    def ask() -> None:
        try:
            answer.set_result(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except Exception as error:
            answer.set_exception(error)

    # the system's resolver takes no time limit, so it is left to itself when it is late
    threading.Thread(target=ask, daemon=True).start()
    try:
        return [_unpack_ipv4(ipaddress.ip_address(str(row[4][0]))) for row in answer.result(seconds)]
    except TimeoutError:
        raise UnknownHostError(Obstacle.NAME_LATE) from None
    except (OSError, ValueError):  # ValueError: a name too long, or an address with a zone
        raise UnknownHostError(Obstacle.UNKNOWN_HOST) from None


def _unpack_ipv4(address: Address) -> Address:
    return getattr(address, "ipv4_mapped", None) or address


def _is_allowed(address: Address) -> bool:
    return any(address in network for network in settings.WEBHOOK_PRIVATE_ADDRESSES)
