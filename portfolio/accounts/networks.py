"""Networks that a token is bound to: how they are written, and whether a caller's address is in one."""

from __future__ import annotations

import re
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MOST = 20
_BETWEEN = re.compile(r"[\s,;，；、]+")


def networks_of(text: str) -> list[str]:
    """The networks of a text with blanks or commas between, each written in one way: `10.1.0.0/16`, `192.0.2.7/32`.

    Raises `ValidationError` naming the first that is none, or when there are too many.
    """
    words = [word for word in _BETWEEN.split(text) if word]
    if len(words) > MOST:
        raise ValidationError(_("At most %(count)s addresses can be given.") % {"count": MOST})
    return list(dict.fromkeys(_network(word) for word in words))


def _network(word: str) -> str:
    try:
        return str(ip_network(word))
    except ValueError:
        raise ValidationError(
            _("“%(value)s” is no address or network. Write 10.1.2.3 or 10.1.0.0/16.") % {"value": word}
        ) from None


@lru_cache(maxsize=1000)
def is_within(address: str, networks: tuple[str, ...]) -> bool:
    """Whether an address is in one of the networks; without any, whether or not it is known."""
    if not networks:
        return True
    try:
        found = ip_address(address)
    except ValueError:  # of a caller through a socket file there is none
        return False
    found = getattr(found, "ipv4_mapped", None) or found
    return any(found in network for network in _parsed(networks))


@lru_cache(maxsize=1000)
def _parsed(networks: tuple[str, ...]) -> list[IPv4Network | IPv6Network]:
    return [ip_network(network) for network in networks]
