"""Mail servers: one that says nothing holds up no other job for long, and an e-mail that comes twice can be told for one."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.core.management import CommandError, call_command

from projects.models import ReminderSent

WAIT = 0.2


@pytest.fixture
def silent_server(settings: Any) -> Iterator[list[socket.socket]]:
    """Takes connections, which it lists, and never says a word."""
    connections: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept() -> None:
            with suppress(OSError):
                while True:
                    connections.append(server.accept()[0])

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.getsockname()
        settings.EMAIL_TIMEOUT = WAIT
        yield connections
        server.shutdown(socket.SHUT_RDWR)
        thread.join()
    for each in connections:
        each.close()


def test_a_server_that_says_nothing_is_waited_for_twice_and_not_for_every_letter(reached, silent_server) -> None:
    with pytest.raises(CommandError) as failed:
        call_command("send_reminders", "--language", "en", verbosity=0)
    assert len(silent_server) == 2
    lines = str(failed.value).splitlines()
    assert len(lines) == 3
    assert [line for line in lines if line.endswith(": Not tried: the mail server does not answer.")] == lines[2:]
    assert not ReminderSent.objects.exists()


class Slow(BaseEmailBackend):
    """A server that is slow to refuse who is named first, and takes the rest."""

    def send_messages(self, messages: Any) -> int:
        for message in messages:
            if message.to[0].startswith("changsha@"):
                threading.Event().wait(WAIT * 1.5)
                raise TimeoutError("timed out")
            mail.outbox.append(message)
        return len(messages)


def test_one_letter_that_is_waited_for_in_vain_stops_no_other(reached, settings) -> None:
    settings.EMAIL_BACKEND, settings.EMAIL_TIMEOUT = f"{__name__}.Slow", WAIT
    mail.outbox = []
    with pytest.raises(CommandError, match=r"changsha@example\.org"):
        call_command("send_reminders", verbosity=0)
    assert {letter.to[0] for letter in mail.outbox} == {"zhuzhou@example.org", "province@example.org"}


def test_a_letter_says_that_a_machine_wrote_it_and_is_the_same_one_when_it_is_sent_again(reached) -> None:
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
