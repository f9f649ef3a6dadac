"""Special-purpose networks (IANA), in which no receiver on the internet can be.

They are named here in full, since what the standard library knows of them differs from version to version: that of Python
3.11 takes 192.88.99.1 and 3fff::1 for public.
"""

from __future__ import annotations

import ipaddress

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_HOSTS = ipaddress.ip_network("2000::/3")  # all of IPv6 from which addresses of hosts are given out

# IANA's registries of special-purpose addresses, those of services included that answer under one address in many places
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


def is_public(address: Address) -> bool:
    """Whether an ordinary host on the internet can have it."""
    if address.version == 6 and address not in _HOSTS:
        return False
    return address.is_global and not any(address in network for network in SPECIAL)
