"""Allowed addresses (SSRF guard): public ones at the ports of the web, and any port in networks that the setting allows."""

from __future__ import annotations

import ipaddress
import socket
import threading
from concurrent.futures import Future
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from .failure_reasons import Obstacle, RefusedAddressError, UnknownHostError
from .networks import Address, is_public

NAME_SECONDS = 5.0  # for a name server to answer; the system's own patience may be half a minute


def addresses_of(url: str, *, seconds: float = NAME_SECONDS) -> tuple[str, int, list[str]]:
    """Host, port and checked addresses of a URL; to be connected to as they are, without asking for the name again.

    Raises `RefusedAddressError` when any of them is private: a name that has both is not to be trusted. A name that
    nobody could tell within `seconds` is not known either. Whoever allows a private network means its services, so there
    scheme and port are free.
    """
    scheme, host, port = _parts_of(url)
    if not settings.WEBHOOK_PRIVATE_ADDRESSES:
        _refuse_port(port)  # wherever the name leads, so nobody is asked for it
        if scheme == "http" and not settings.DEBUG:
            raise RefusedAddressError(Obstacle.NOT_SECURE)
    found = _resolved(host, port, seconds)
    allowed = [_is_allowed(address) for address in found]
    if not all(yes or is_public(address) for yes, address in zip(allowed, found, strict=True)):
        raise RefusedAddressError(Obstacle.PRIVATE)
    if not all(allowed):
        _refuse_port(port)
    if scheme == "http" and not (settings.DEBUG or all(allowed)):
        raise RefusedAddressError(Obstacle.NOT_SECURE)
    return host, port, [str(address) for address in found]


def _parts_of(url: str) -> tuple[str, str, int]:
    """Scheme, host and port. Raises `RefusedAddressError`, which says what of the address is wrong."""
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


def _resolved(host: str, port: int, seconds: float) -> list[Address]:
    answer: Future[list[Any]] = Future()

    def ask() -> None:
        try:
            answer.set_result(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except Exception as error:
            answer.set_exception(error)

    # the system's resolver takes no time limit, so it is left to itself when it is late
    threading.Thread(target=ask, daemon=True).start()
    try:
        return [_unpacked(ipaddress.ip_address(str(each[4][0]))) for each in answer.result(seconds)]
    except TimeoutError:
        raise UnknownHostError(Obstacle.NAME_LATE) from None
    except (OSError, ValueError):  # ValueError: a name too long, or an address with a zone
        raise UnknownHostError(Obstacle.UNKNOWN_HOST) from None


def _unpacked(address: Address) -> Address:
    return getattr(address, "ipv4_mapped", None) or address


def _is_allowed(address: Address) -> bool:
    return any(address in network for network in settings.WEBHOOK_PRIVATE_ADDRESSES)
