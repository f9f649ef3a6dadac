"""Networks that a token is bound to: read from a text, and asked about an address."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from portfolio.accounts.networks import bare_address, is_within, parse_networks

pytestmark = pytest.mark.no_database


@pytest.mark.parametrize(
    ("text", "networks"),
    [
        ("", []),
        ("10.1.2.3", ["10.1.2.3/32"]),
        ("10.1.0.0/16；2001:db8::/32", ["10.1.0.0/16", "2001:db8::/32"]),
        (" 10.1.2.3, 10.1.2.3 ", ["10.1.2.3/32"]),
        ("::ffff:10.0.0.0/104 10.0.0.0/8", ["10.0.0.0/8"]),
        ("::ffff:a01:203", ["10.1.2.3/32"]),
        ("::ffff:0:0/96", ["0.0.0.0/0"]),
        ("::/0", ["::/0"]),
        ("１０．１．２．３，１０.１.０.０／１６", ["10.1.2.3/32", "10.1.0.0/16"]),
        ("２００１：ｄｂ８：：／３２", ["2001:db8::/32"]),
    ],
)
def test_networks_are_written_in_one_way(text, networks):
    assert parse_networks(text) == networks


@pytest.mark.parametrize(
    ("network", "shown"),
    [
        ("10.1.2.3/32", "10.1.2.3"),
        ("10.1.0.0/16", "10.1.0.0/16"),
        ("2001:db8::/32", "2001:db8::/32"),
        ("2001:db8::1/128", "2001:db8::1"),
    ],
)
def test_a_single_address_is_shown_bare(network, shown):
    assert bare_address(network) == shown


def test_of_several_that_are_none_each_is_named():
    with pytest.raises(ValidationError) as refusal:
        parse_networks("10.1.2.3, 10.1, 10.1.0.1/16; localhost 10.0.0.0/33 localhost")
    told = refusal.value.messages
    wrong = ("10.1", "10.1.0.1/16", "localhost", "10.0.0.0/33")
    assert [f"“{word}”" in message for word, message in zip(wrong, told, strict=True)] == [True] * len(wrong)


@pytest.mark.parametrize(
    ("text", "network", "address"),
    [("10.1.0.1/16", "10.1.0.0/16", "10.1.0.1"), ("2001:db8::1/32", "2001:db8::/32", "2001:db8::1")],
)
def test_an_address_that_may_mean_its_network_is_asked_about(text, network, address):
    with pytest.raises(ValidationError) as refusal, translation.override("en"):
        parse_networks(text)
    assert f"Write {network} or {address}." in refusal.value.messages[0]


@pytest.mark.parametrize(
    ("address", "networks", "within"),
    [
        ("10.1.2.3", (), True),
        ("", (), True),
        ("10.1.2.3", ("10.1.0.0/16",), True),
        ("::ffff:10.1.2.3", ("10.1.0.0/16",), True),
        ("10.1.2.3", ("::ffff:10.1.0.0/112",), True),
        ("::ffff:10.1.2.3", ("::ffff:10.1.0.0/112",), True),
        ("::ffff:10.2.2.3", ("::ffff:10.1.0.0/112",), False),
        ("2001:db8::1", ("::ffff:0:0/96",), False),
        ("10.2.2.3", ("10.1.0.0/16",), False),
        ("2001:db8::1", ("10.1.0.0/16", "2001:db8::/32"), True),
        ("", ("10.1.0.0/16",), False),
        ("unix:", ("0.0.0.0/0",), False),
    ],
)
def test_an_address_is_in_a_network_or_not(address, networks, within):
    assert is_within(address, networks) is within
