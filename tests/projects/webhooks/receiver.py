"""A receiver of webhooks on this machine."""

from __future__ import annotations

import ssl
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_what: Any) -> None:
        """Whoever was refused or went away is no news to a test."""


@dataclass
class Receiver:
    """Answers with `status`; holds its answer back while `open` is not set."""

    status: int = 200
    answer: bytes = b"thank you" * 1000
    headers: dict[str, str] = field(default_factory=dict)
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    arrived: threading.Event = field(default_factory=threading.Event)
    open: threading.Event = field(default_factory=threading.Event)
    certificate: Path | None = None  # with its key: then it is asked by https
    server: Any = None

    @property
    def url(self) -> str:
        scheme = "https" if self.certificate else "http"
        return f"{scheme}://127.0.0.1:{self.server.server_port}/hook?of=register"

    def __enter__(self) -> Receiver:
        self.open.set()
        self.server = _Server(("127.0.0.1", 0), _handler(self))
        if self.certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self.certificate)
            self.server.socket = context.wrap_socket(
                self.server.socket, server_side=True, do_handshake_on_connect=False
            )
        threading.Thread(target=self.server.serve_forever, args=[0.01], daemon=True).start()  # so soon does it end
        return self

    def __exit__(self, *_error: object) -> None:
        self.open.set()
        self.server.shutdown()
        self.server.server_close()


def _handler(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
            receiver.arrived.set()
            receiver.open.wait(30)
            try:
                self.send_response(receiver.status)
                for name, value in receiver.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(receiver.answer)
            except OSError:  # whoever asked was killed
                pass

        def log_message(self, *_what: Any) -> None:
            pass

    return Handler
