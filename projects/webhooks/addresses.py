"""Which addresses may be sent to: public ones, and those of networks that the setting allows."""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# 6to4, Teredo and NAT64 carry an IPv4 address inside, which a gateway would unpack
_CARRIERS = [ipaddress.ip_network(each) for each in ("2002::/16", "2001::/32", "64:ff9b::/96", "64:ff9b:1::/48")]


class RefusedAddressError(Exception):
    """Nothing was sent: the address is not one to send to."""


class UnknownHostError(RefusedAddressError):
    """Nothing was sent: the name of the host is not known here now, which may be otherwise later."""


def addresses_of(url: str) -> tuple[str, int, list[str]]:
    """Host, port and checked addresses of a URL; to be connected to as they are, without asking for the name again.

    Raises `RefusedAddressError` when any of them is private: a name that has both is not to be trusted.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        raise RefusedAddressError(_("The address is not one of the web.")) from None
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.username is not None:
        raise RefusedAddressError(_("The address is not one of the web."))
    found = _resolved(parts.hostname, port)
    allowed = [_is_allowed(address) for address in found]
    if not all(yes or _is_public(address) for yes, address in zip(allowed, found, strict=True)):
        raise RefusedAddressError(_("The address leads into a private network, which is not allowed."))
    if parts.scheme == "http" and not (settings.DEBUG or all(allowed)):
        raise RefusedAddressError(_("Only https is sent to outside of the allowed networks."))
    return parts.hostname, port, [str(address) for address in found]


def _resolved(host: str, port: int) -> list[Address]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        return [_unpacked(ipaddress.ip_address(str(each[4][0]))) for each in found]
    except (OSError, ValueError):  # ValueError: a name too long, or an address with a zone
        raise UnknownHostError(_("The name of the host is not known.")) from None


def _unpacked(address: Address) -> Address:
    return getattr(address, "ipv4_mapped", None) or address


def _is_public(address: Address) -> bool:
    carried = any(address in network for network in _CARRIERS)
    return address.is_global and not (address.is_multicast or address.is_reserved or carried)


def _is_allowed(address: Address) -> bool:
    return any(address in network for network in settings.WEBHOOK_PRIVATE_ADDRESSES)
