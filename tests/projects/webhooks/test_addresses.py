"""Messages never go into private networks, unless one is allowed."""

from __future__ import annotations

import socket
import threading
import time
from ipaddress import ip_address, ip_network
from typing import Any

import pytest
from django.utils.translation import override

from projects.webhooks.addresses import Obstacle, RefusedAddressError, UnknownHostError, addresses_of
from projects.webhooks.delivery import send

pytestmark = pytest.mark.no_database

PRIVATE = ["169.254.169.254", "[::ffff:a00:1]", "2130706433", "0x7f.1", "localhost"]
# IANA's special-purpose addresses, with multicast and what once was site-local or carried an IPv4 address
SPECIAL = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.31.196.0/24",
    "192.52.193.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "192.175.48.0/24",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "::1/128",
    "::/128",
    "::ffff:0:0:0/96",
    "64:ff9b::/96",
    "64:ff9b:1::/48",
    "100::/64",
    "100:0:0:1::/64",
    "2001::/23",
    "2001:db8::/32",
    "2002::/16",
    "2620:4f:8000::/48",
    "3fff::/20",
    "5f00::/16",
    "fc00::/7",
    "fe80::/10",
    "fec0::/10",
    "ff00::/8",
]
NEIGHBOURS = [
    "1.0.0.1",
    "192.0.1.0",
    "223.255.255.255",
    "2001:200::1",
    "2001:db9::1",
    "3ffe:ffff::1",
]


@pytest.mark.parametrize("host", PRIVATE)
def test_a_private_address_is_refused_in_any_spelling(host):
    with pytest.raises(RefusedAddressError):
        addresses_of(f"https://{host}/hook")


@pytest.mark.parametrize("network", SPECIAL)
def test_no_network_that_is_set_aside_for_something_is_sent_to(network):
    network = ip_network(network)
    middle = network[network.num_addresses // 2]
    for address in {network[0], network[1 % network.num_addresses], middle, network[-1]}:
        with pytest.raises(RefusedAddressError) as refused:
            addresses_of(f"https://{written(address)}/hook")
        assert refused.value.obstacle == Obstacle.PRIVATE


@pytest.mark.parametrize("address", ["192.88.99.1", "192.0.0.8", "3fff::1", "64:ff9b:1::808:808"])
def test_a_name_that_leads_to_such_a_network_is_refused_as_well(address, monkeypatch):
    resolving(monkeypatch, "8.8.8.8", address)
    with pytest.raises(RefusedAddressError):
        addresses_of("https://a.example/hook")


@pytest.mark.parametrize("address", NEIGHBOURS)
def test_what_lies_beside_such_a_network_is_sent_to(address):
    address = ip_address(address)
    assert addresses_of(f"https://{written(address)}/hook")[2] == [str(address)]


@pytest.mark.parametrize("port", ["", ":443", ":80"])
def test_a_public_host_is_sent_to_at_the_ports_of_the_web(port):
    assert addresses_of(f"https://8.8.8.8{port}/hook")[2] == ["8.8.8.8"]


@pytest.mark.parametrize("port", [22, 8443])
@pytest.mark.parametrize("named", [True, False])
def test_a_public_host_is_not_sent_to_at_any_other_port(port, named, monkeypatch):
    resolving(monkeypatch, "8.8.8.8")
    with pytest.raises(RefusedAddressError) as refused:
        addresses_of(f"https://{'a.example' if named else '8.8.8.8'}:{port}/hook")
    assert refused.value.obstacle == Obstacle.PORT_NOT_ALLOWED


def test_a_port_that_may_be_used_nowhere_is_not_asked_a_name_server_for(monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: pytest.fail("asked"))
    with pytest.raises(RefusedAddressError) as refused:
        addresses_of("https://a.example:22/hook")
    assert not isinstance(refused.value, UnknownHostError)


def test_the_setting_says_which_ports_and_the_refusal_says_them(settings):
    settings.WEBHOOK_PORTS = [443, 8443]
    assert addresses_of("https://8.8.8.8:8443/hook")[1] == 8443
    with pytest.raises(RefusedAddressError) as refused:
        addresses_of("https://8.8.8.8:80/hook")
    with override("en"):
        assert str(refused.value) == "Outside of the allowed networks only these ports may be used: 443, 8443."
    with override("zh-hans"):
        assert str(refused.value) == "在允许的网络之外，只能使用以下端口：443、8443。"


def test_in_a_network_that_is_allowed_any_port_is(settings, monkeypatch):
    settings.WEBHOOK_PRIVATE_ADDRESSES = [ip_network("10.1.0.0/16")]
    resolving(monkeypatch, "10.1.2.3", "10.1.2.4")
    assert addresses_of("http://a.example:8080/hook") == ("a.example", 8080, ["10.1.2.3", "10.1.2.4"])
    resolving(monkeypatch, "10.1.2.3", "8.8.8.8")  # one of them is outside
    with pytest.raises(RefusedAddressError) as refused:
        addresses_of("https://a.example:8080/hook")
    assert refused.value.obstacle == Obstacle.PORT_NOT_ALLOWED


def test_a_webhook_that_was_made_before_the_rule_is_refused_when_it_is_sent_to():
    outcome = send("https://8.8.8.8:22/hook", b"{}", headers={})
    assert (outcome.status, outcome.obstacle) == (None, Obstacle.PORT_NOT_ALLOWED)


def written(address: Any) -> str:
    return f"[{address}]" if address.version == 6 else str(address)


def resolving(monkeypatch: Any, *addresses: str) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, 443)) for each in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: found)


@pytest.mark.parametrize(
    ("url", "obstacle"),
    [
        ("ftp://8.8.8.8/", Obstacle.SCHEME),
        ("https://u:p@8.8.8.8/", Obstacle.PASSWORD),
        ("https://8.8.8.8:x/", Obstacle.PORT),
        ("https://[::1/", Obstacle.NOT_WEB),
        ("https:///hook", Obstacle.NOT_WEB),
    ],
)
def test_it_is_said_what_of_an_address_is_wrong(url, obstacle):
    with pytest.raises(RefusedAddressError) as refused:
        addresses_of(url)
    assert refused.value.obstacle == obstacle


def test_http_is_refused_where_no_network_is_allowed_though_nobody_knows_the_name(monkeypatch, settings):
    def unknown(*_asked, **_named):
        raise socket.gaierror("not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(RefusedAddressError) as refused:
        addresses_of("http://platform.example/hook")
    assert refused.value.obstacle == Obstacle.NOT_SECURE
    settings.WEBHOOK_PRIVATE_ADDRESSES = [ip_network("10.1.0.0/16")]
    with pytest.raises(UnknownHostError):
        addresses_of("http://platform.example/hook")


def test_the_name_is_asked_for_once_and_the_checked_address_is_connected_to(monkeypatch, receiver):
    asked = []
    resolve = socket.getaddrinfo

    def counted(host: Any, *more: Any, **named: Any) -> Any:
        asked.append(host)
        return resolve(host, *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", counted)
    outcome = send(receiver.url.replace("127.0.0.1", "localhost"), b"{}", headers={})
    names = [host for host in asked if host == "localhost"]
    assert (len(names), outcome.status) in {(1, 200), (1, None)}  # None where the name leads to ::1 as well
    assert send(receiver.url, b"{}", headers={}).status == 200


def test_a_name_server_that_never_answers_is_not_waited_for(monkeypatch):
    answered = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: answered.wait(60))
    begun = time.monotonic()
    with pytest.raises(UnknownHostError) as caught:
        addresses_of("https://a.example/hook", seconds=0.1)
    assert caught.value.obstacle == Obstacle.NAME_LATE
    assert time.monotonic() - begun < 5
    answered.set()


def test_a_redirect_is_not_followed_and_a_long_answer_not_read(receiver):
    receiver.status, receiver.headers = 302, {"Location": receiver.url}
    outcome = send(receiver.url, b"{}", headers={})
    assert (outcome.status, outcome.is_success, len(receiver.got)) == (302, False, 1)
    assert len(outcome.said) <= 500


def test_no_proxy_of_the_environment_is_asked(receiver, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert send(receiver.url, b"{}", headers={}).status == 200
