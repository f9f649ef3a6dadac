"""SMTP that ends: a server that says a byte now and then lets no single wait pass, and would hold a worker for ever."""

from __future__ import annotations

import smtplib
import socket
from typing import Any

from django.core.mail.backends import smtp

from projects.jobs.worker import TimeLimit

WAITS = 3  # times the longest single wait, EMAIL_TIMEOUT, is what an e-mail may take in all


class _EndingSMTP(smtplib.SMTP):
    """Raises `SMTPServerDisconnected`, or another OSError, once its time is over."""

    _deadline: TimeLimit | None = None

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        line: socket.socket = super()._get_socket(host, port, timeout)  # type: ignore[misc]
        self._deadline = TimeLimit(line, seconds=WAITS * timeout)
        return line

    def close(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        super().close()


class _EndingSMTPOverTLS(smtplib.SMTP_SSL, _EndingSMTP):
    """The same, its handshake too: the time begins with the connection below."""


class EmailBackend(smtp.EmailBackend):
    """Django's, whose connection ends."""

    @property
    def connection_class(self) -> Any:
        return _EndingSMTPOverTLS if self.use_ssl else _EndingSMTP
