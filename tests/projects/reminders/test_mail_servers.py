"""Mail servers: one that says nothing holds up no other job for long, and an e-mail that comes twice can be told for one."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.core.management import CommandError, call_command

from projects.models import ReminderSent
from projects.reminders.mail_server import WAITS
from tests.projects.webhooks.test_tls import CERTIFICATE

WAIT = 0.2


@contextmanager
def answering(settings: Any, answer: Callable[[socket.socket], Any]) -> Iterator[list[socket.socket]]:
    """A server that takes connections, which it lists, and does this with each of them in a thread of its own."""
    connections: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept() -> None:
            with suppress(OSError):
                while True:
                    connections.append(server.accept()[0])
                    threading.Thread(target=answer, args=[connections[-1]], daemon=True).start()

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        settings.EMAIL_BACKEND = "projects.reminders.mail_server.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.getsockname()
        settings.EMAIL_TIMEOUT = WAIT
        yield connections
        server.shutdown(socket.SHUT_RDWR)
        thread.join()
    for each in connections:
        each.close()


@pytest.fixture
def silent_server(settings: Any) -> Iterator[list[socket.socket]]:
    """Never says a word."""
    with answering(settings, lambda line: None) as connections:
        yield connections


def test_a_server_that_says_nothing_is_waited_for_twice_and_not_for_every_letter(reached, silent_server):
    with pytest.raises(CommandError) as failed:
        call_command("send_reminders", "--language", "en", verbosity=0)
    assert len(silent_server) == 2
    lines = str(failed.value).splitlines()
    assert len(lines) == 3
    assert [line for line in lines if line.endswith(": Not tried: the mail server does not answer.")] == lines[2:]
    assert not ReminderSent.objects.exists()


def drip(line: socket.socket) -> None:
    """A line that never ends, a byte at a time, long before a wait is over."""
    with suppress(OSError):
        while True:
            line.sendall(b"2")
            threading.Event().wait(WAIT / 4)


def drip_over_tls(line: socket.socket) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    with suppress(OSError), context.wrap_socket(line, server_side=True) as line_over_tls:
        drip(line_over_tls)


def drip_once_it_is_encrypted(line: socket.socket) -> None:
    with suppress(OSError), line.makefile("rwb", buffering=0) as words:
        for said in (b"220 here\r\n", b"250-here\r\n250 STARTTLS\r\n"):
            words.write(said)
            words.readline()
        words.write(b"220 go on\r\n")
        drip_over_tls(line)


@pytest.mark.parametrize(
    ("how", "security"),
    [(drip, ""), (drip_over_tls, "EMAIL_USE_SSL"), (drip_once_it_is_encrypted, "EMAIL_USE_TLS")],
    ids=["plain", "tls", "starttls"],
)
def test_nor_does_one_that_says_a_byte_now_and_then(how, security, reached, settings, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))  # as on a machine whose owner trusts it
    if security:
        setattr(settings, security, True)
    begun = time.monotonic()
    with answering(settings, how) as connections, pytest.raises(CommandError) as failed:
        call_command("send_reminders", "--language", "en", verbosity=0)
    assert len(connections) == 2
    assert time.monotonic() - begun > 2 * WAITS * WAIT
    assert "Not tried: the mail server does not answer." in str(failed.value)


class Slow(BaseEmailBackend):
    """A server that is slow to refuse who is named first, and takes the rest."""

    def send_messages(self, messages: Any) -> int:
        for message in messages:
            if message.to[0].startswith("changsha@"):
                threading.Event().wait(WAIT * 1.5)
                raise TimeoutError("timed out")
            mail.outbox.append(message)
        return len(messages)


def test_one_letter_that_is_waited_for_in_vain_stops_no_other(reached, settings):
    settings.EMAIL_BACKEND, settings.EMAIL_TIMEOUT = f"{__name__}.Slow", WAIT
    mail.outbox = []
    with pytest.raises(CommandError, match=r"changsha@example\.org"):
        call_command("send_reminders", verbosity=0)
    assert {letter.to[0] for letter in mail.outbox} == {"zhuzhou@example.org", "province@example.org"}


def test_a_letter_says_that_a_machine_wrote_it_and_is_the_same_one_when_it_is_sent_again(reached):
    def sent() -> dict[str, str]:
        mail.outbox.clear()
        call_command("send_reminders", verbosity=0)
        assert {letter.extra_headers["Auto-Submitted"] for letter in mail.outbox} == {"auto-generated"}
        return {letter.to[0]: letter.message()["Message-ID"] for letter in mail.outbox}

    first = sent()
    assert len(set(first.values())) == 3
    assert all(each.startswith("<") and each.endswith("@localhost>") for each in first.values())
    ReminderSent.objects.all().delete()  # as of a sender that was stopped before it could note them
    assert sent() == first
