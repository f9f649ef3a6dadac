"""An address is printed when it can be opened: on a machine that has much to do a server starts for a minute."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.conf import settings

from tests.serving import free_port

pytestmark = pytest.mark.no_database

TEXT = "地址 Address  http://127.0.0.1/\n"


class _Refusing(BaseHTTPRequestHandler):
    """Whatever a server says, it answers."""

    def do_GET(self) -> None:
        self.send_error(400)

    def log_message(self, *_words: object) -> None:
        pass


@contextmanager
def waiting(port: int, process: int) -> Iterator[subprocess.Popen[str]]:
    words = [sys.executable, "-m", "portfolio.management.once_it_answers"]
    words += ["--host", "127.0.0.1", "--port", str(port), "--beside", str(process)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(words, cwd=settings.BASE_DIR, text=True, **pipes) as begun:
        begun.stdin.write(TEXT)
        begun.stdin.close()
        begun.stdin = None
        try:
            yield begun
        finally:
            begun.kill()


@pytest.fixture
def server() -> Iterator[subprocess.Popen[bytes]]:
    """A process that is there and does not answer."""
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]) as process:
        yield process
        process.kill()


def test_nothing_is_said_before_it_answers(server: subprocess.Popen[bytes]) -> None:
    port = free_port()
    with waiting(port, server.pid) as begun:
        with pytest.raises(subprocess.TimeoutExpired):
            begun.wait(2)
        with HTTPServer(("127.0.0.1", port), _Refusing) as answering:
            threading.Thread(target=answering.serve_forever, daemon=True).start()
            said, wrong = begun.communicate(timeout=60)
            answering.shutdown()
        assert (begun.returncode, said, wrong) == (0, TEXT, "")


def test_of_a_server_that_has_ended_nothing_is_said(server: subprocess.Popen[bytes]) -> None:
    with waiting(free_port(), server.pid) as begun:
        server.kill()
        server.wait()
        said, wrong = begun.communicate(timeout=60)
        assert (said, wrong) == ("", "")
