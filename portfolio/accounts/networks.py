"""IP networks that a token is bound to: how they are written, and whether a caller's address is in one."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_interface, ip_network

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MOST = 20
_MAPPED = IPv6Network("::ffff:0:0/96")  # IPv4 as a socket of both kinds writes it
_BETWEEN = re.compile(r"[\s,;，；、]+")


def parse_networks(text: str) -> list[str]:
    """Return the networks of a text with blanks or commas between, each written in one way: `10.1.0.0/16`, `192.0.2.7/32`.

    Digits and signs of full width, as Chinese input methods give them, are read as the plain ones.
    Raises `ValidationError` naming each that is none, or when there are too many.
    """
    words = [word for word in _BETWEEN.split(unicodedata.normalize("NFKC", text)) if word]
    if len(words) > MOST:
        raise ValidationError(_("At most %(count)s addresses can be given.") % {"count": MOST})
    found, errors = [], []
    for word in dict.fromkeys(words):
        try:
            found.append(_get_network(word))
        except ValidationError as error:
            errors.append(error)
    if errors:
        raise ValidationError(errors)
    return list(dict.fromkeys(found))


def bare_address(network: str) -> str:
    """Return a network as people write it: an address alone where it holds no other."""
    return network.removesuffix("/128" if ":" in network else "/32")


def _get_network(word: str) -> str:
    try:
        return str(_parse_network(word))
    except ValueError:
        pass
    try:
        inside = ip_interface(word)
    except ValueError:
        raise ValidationError(
            _("“%(value)s” is no address or network. Write 10.1.2.3 or 10.1.0.0/16.") % {"value": word}
        ) from None
    choice = {"value": word, "network": inside.network, "address": inside.ip}
    raise ValidationError(
        _("“%(value)s” may be a network or an address in it. Write %(network)s or %(address)s.") % choice
    )


def _parse_network(word: str) -> IPv4Network | IPv6Network:
    """Return the network of a text; IPv4 in the spelling of IPv6 is IPv4. Raises `ValueError`."""
    network = ip_network(word)
    if isinstance(network, IPv6Network) and network.subnet_of(_MAPPED):
        mapped = network.network_address.ipv4_mapped
        return IPv4Network((int(mapped or 0), network.prefixlen - _MAPPED.prefixlen))
    return network


@lru_cache(maxsize=1000)
def is_within(address: str, networks: tuple[str, ...]) -> bool:
    """Return whether an address is in one of the networks; without any, whether or not it is known."""
    if not networks:
        return True
    caller = get_address(address)
    return caller is not None and any(caller in network for network in _parse_all(networks))


def get_address(address: str) -> IPv4Address | IPv6Address | None:
    """Return a caller's address in its one spelling. None where it is none: a caller through a socket file has none."""
    try:
        found = ip_address(address)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


@lru_cache(maxsize=1000)
def _parse_all(networks: tuple[str, ...]) -> list[IPv4Network | IPv6Network]:
    return [_parse_network(network) for network in networks]
