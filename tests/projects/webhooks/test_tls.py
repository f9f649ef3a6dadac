"""Messages go by TLS to whoever can prove who it is, and to nobody else; the log says why."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from projects.webhooks.addresses import Obstacle
from projects.webhooks.delivery import send

from .receiver import Receiver

pytestmark = pytest.mark.no_database

CERTIFICATE = Path(__file__).with_name("receiver.pem")  # of 127.0.0.1, signed by itself; its key is only for tests


@pytest.fixture
def secure(settings: Any) -> Iterator[Receiver]:
    settings.WEBHOOK_PRIVATE_ADDRESSES = [ip_network("127.0.0.0/8"), ip_network("::1/128")]
    with Receiver(certificate=CERTIFICATE) as found:
        yield found


@pytest.fixture
def trusted(monkeypatch: Any) -> None:
    """As on a machine whose owner trusts this certificate."""
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))


def test_a_certificate_that_nobody_vouches_for_is_refused_and_nothing_is_sent(secure):
    outcome = send(secure.url, b"{}", headers={})
    assert (outcome.status, outcome.is_success) == (None, False)
    assert (outcome.obstacle, outcome.said) == (Obstacle.CERTIFICATE, "self-signed certificate")
    assert secure.got == []


def test_a_certificate_that_is_trusted_is_taken(secure, trusted):
    outcome = send(secure.url, b'{"type": "test"}', headers={"webhook-id": "msg_1"})
    assert (outcome.status, outcome.is_success) == (200, True)
    [(headers, body)] = secure.got
    assert (headers["webhook-id"], body) == ("msg_1", b'{"type": "test"}')


def test_a_trusted_certificate_of_another_host_is_refused(secure, trusted, monkeypatch):
    found = [(2, 1, 6, "", ("127.0.0.1", secure.server.server_port))]
    monkeypatch.setattr("projects.webhooks.addresses.socket.getaddrinfo", lambda *_a, **_k: found)
    outcome = send(secure.url.replace("127.0.0.1", "platform.example"), b"{}", headers={})
    assert (outcome.status, outcome.obstacle) == (None, Obstacle.CERTIFICATE)
    assert outcome.said.startswith("Hostname mismatch")
    assert secure.got == []


def test_whoever_speaks_no_tls_is_refused(receiver):
    outcome = send(receiver.url.replace("http:", "https:"), b"{}", headers={})
    assert (outcome.status, outcome.obstacle) == (None, Obstacle.INSECURE)
    assert outcome.said
    assert receiver.got == []
