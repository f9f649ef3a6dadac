"""SMTP that ends: a server that says a byte now and then lets no single wait pass, and would hold a worker for ever."""

from __future__ import annotations

import smtplib
import socket
import threading
from contextlib import suppress
from typing import Any

from django.core.mail.backends import smtp

WAITS = 3  # times the longest single wait, EMAIL_TIMEOUT, is what an e-mail may take in all


class _EndingSMTP(smtplib.SMTP):
    """Raises `SMTPServerDisconnected`, or another OSError, once its time is over."""

    _same: socket.socket | None = None
    _end: threading.Timer | None = None

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        line: socket.socket = super()._get_socket(host, port, timeout)  # type: ignore[misc]
        self._same = line.dup()  # TLS takes the first away from whoever holds it
        self._end = threading.Timer(WAITS * timeout, _cut, [self._same])
        self._end.daemon = True
        self._end.start()
        return line

    def close(self) -> None:
        if self._end is not None and self._same is not None:
            self._end.cancel()
            self._same.close()
        super().close()


class _EndingSMTPOverTLS(smtplib.SMTP_SSL, _EndingSMTP):
    """The same, its handshake too: the time begins with the connection below."""


def _cut(line: socket.socket) -> None:
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
    line.close()


class EmailBackend(smtp.EmailBackend):
    """Django's, whose connection ends."""

    @property
    def connection_class(self) -> Any:
        return _EndingSMTPOverTLS if self.use_ssl else _EndingSMTP
