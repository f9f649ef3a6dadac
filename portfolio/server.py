"""Web server: keeps `PROCESSES` waitress processes and a worker of jobs running; on SIGTERM they finish what has begun."""

from __future__ import annotations

import argparse
import multiprocessing
import os
import signal
import socket
import sys
import time
from functools import partial
from multiprocessing.connection import wait
from typing import Any

import django
import structlog
from django.conf import settings
from django.core.management import call_command
from django.core.servers.basehttp import get_internal_wsgi_application
from django.db import connection
from waitress.channel import HTTPChannel
from waitress.server import create_server
from waitress.task import ErrorTask, WSGITask
from waitress.wasyncore import loop

from portfolio.settings import database_waits, databases

STOP_SECONDS = 20  # for what has begun; what takes longer is broken off

logger = structlog.get_logger(__name__)


class RequestTask(WSGITask):
    """Waitress's task, which leaves out the body of an answer to HEAD: waitress expects that of the application."""

    def write(self, data: bytes) -> None:
        super().write(b"" if self.request.command == "HEAD" else data)

    def finish(self) -> None:
        self.write(b"")  # the headers, where nothing was written
        self.chunked_response &= self.request.command != "HEAD"  # which has no last chunk either
        super().finish()


class RefusalTask(ErrorTask):
    """Says what waitress refuses (400, 413, 431, 501) or could not finish (500) in the reader's language, and logs it."""

    def execute(self) -> None:
        from portfolio.error_pages import build_server_refusal  # which reads the settings

        error, path = self.request.error, getattr(self.request, "path", "/")
        response = build_server_refusal(error.code, self.request.headers, path)
        logger.warning("request", status=error.code, path=path, reason=error.body)
        self.status = f"{error.code} {error.reason}"
        self.response_headers = list(response.items())
        self.set_close_on_finish()
        self.write(response.content)


class Channel(HTTPChannel):
    task_class, error_task_class = RequestTask, RefusalTask


def open_socket(host: str, port: str) -> socket.socket:
    """Return a socket that listens there, on IPv4 too where the host is `::`. Raises SystemExit with one sentence."""
    if not (port.isascii() and port.isdecimal() and len(port) < 6 and int(port) < 65536):
        raise SystemExit(f"PORT must be a number below 65536, not {port!r}.")
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, int(port)), family=family, dualstack_ipv6=family == socket.AF_INET6)
    except OSError as error:
        raise SystemExit(f"HOST {host}, PORT {port} cannot be used: {error.strerror}. Choose another PORT.") from None


def on_signal(handler: Any) -> None:
    """Set what SIGTERM and Ctrl+C do to this process."""
    signal.signal(signal.SIGTERM, handler)
    signal.signal(signal.SIGINT, handler)


def serve(listener: socket.socket, application: Any, parent: int) -> None:
    """Answer requests until SIGTERM or the end of the parent process; then finish those that have begun."""
    stopped: list[int] = []
    on_signal(lambda received, _frame: stopped.append(received))
    database_waits.limit()
    connections: dict[int, Any] = {}
    server = create_server(application, map=connections, sockets=[listener], **settings.WAITRESS)
    server.channel_class = Channel
    poll = partial(loop, use_poll=server.adj.asyncore_use_poll, map=connections, count=1)
    while not stopped and os.getppid() == parent:
        poll(timeout=0.5)
    server.del_channel()
    listener.close()
    end = time.monotonic() + STOP_SECONDS
    while server.active_channels and time.monotonic() < end:
        for channel in server.active_channels.values():  # one that receives, answers or sends nothing closes
            channel.will_close |= not (channel.request or channel.requests or channel.total_outbufs_len)
        poll(timeout=0.1)


def keep_running(tasks: list[Any], listener: socket.socket) -> None:
    """Run each task in a process of its own, start it again whenever it ends, and end all of them with this process."""
    context = multiprocessing.get_context("fork")  # what has been loaded is shared, and another begins at once
    processes: dict[int, Any] = {}
    try:
        while True:
            for number in set(range(len(tasks))) - processes.keys():
                process = context.Process(target=tasks[number])
                process.start()
                processes[number] = process
            ended = wait([process.sentinel for process in processes.values()])
            time.sleep(1)  # so that one which ends at once does not take the whole processor
            for number in [number for number, process in processes.items() if process.sentinel in ended]:
                process = processes.pop(number)
                logger.error("process_ended", pid=process.pid, exit_code=process.exitcode)
    finally:
        on_signal(signal.SIG_IGN)
        listener.close()
        end = time.monotonic() + STOP_SECONDS + 2
        for process in processes.values():
            process.terminate()
        for process in processes.values():
            process.join(max(0, end - time.monotonic()))
            process.kill()


def main() -> None:
    """Open the socket, load the site, and serve it. Raises SystemExit with one sentence where it cannot be served."""
    parser = argparse.ArgumentParser(description="Serves the site until it is told to end.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", default="8000")
    arguments = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portfolio.settings")
    django.setup()
    listener = open_socket(arguments.host, arguments.port)
    on_signal(lambda _received, _frame: sys.exit())
    databases.refuse_unready(connection)
    serving = partial(serve, listener, get_internal_wsgi_application(), os.getpid())

    def work_on_jobs() -> None:
        listener.close()
        call_command("jobs", work=True, verbosity=0)

    keep_running([serving] * settings.PROCESSES + [work_on_jobs], listener)


if __name__ == "__main__":
    main()
