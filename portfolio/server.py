"""Web server of the site: python -m portfolio.server [--host HOST] [--port PORT]

Opens the socket, starts `PROCESSES` waitress processes and a worker of jobs, and starts another in the place of any that
ends, also of one that was killed. On SIGTERM or Ctrl+C each stops accepting and finishes what has begun.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import signal
import socket
import sys
import time
from functools import partial
from multiprocessing.connection import wait
from typing import Any

import structlog
from django.conf import settings
from django.core.servers.basehttp import get_internal_wsgi_application
from django.db import connection
from waitress.channel import HTTPChannel
from waitress.server import create_server
from waitress.task import ErrorTask, WSGITask
from waitress.wasyncore import loop

STOP_SECONDS = 20  # for what has begun; what takes longer is broken off
RESTART_SECONDS = 1  # so that one which ends at once does not take the whole processor

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
        from portfolio.errors.refusals import build_refusal

        environ = {f"HTTP_{name}": value for name, value in self.request.headers.items()}
        environ["PATH_INFO"] = getattr(self.request, "path", "/")
        response = build_refusal(self.request.error.code, environ)
        logger.warning("request", status=response.status_code, reason=self.request.error.body)
        self.status = f"{response.status_code} {self.request.error.reason}"
        self.response_headers = list(response.items())
        self.set_close_on_finish()
        self.write(response.content)


class Channel(HTTPChannel):
    """A connection, with the tasks above."""

    task_class, error_task_class = RequestTask, RefusalTask


def open_socket(host: str, port: str) -> socket.socket:
    """Return a socket that listens there, on IPv4 too where the host is `::`. Raises SystemExit with one sentence."""
    if not (port.isascii() and port.isdecimal() and len(port) < 6 and int(port) < 65536):
        raise SystemExit(f"PORT must be a number below 65536, not {port!r}.")
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        both = family == socket.AF_INET6
        return socket.create_server((host, int(port)), family=family, backlog=1024, dualstack_ipv6=both)
    except OSError as error:
        words = f"HOST {host}, PORT {port} cannot be used: {error.strerror}. Choose another, as in: make run PORT=8001"
        raise SystemExit(words) from None


def on_signal(handler: Any) -> None:
    """Set what SIGTERM and Ctrl+C do to this process."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, handler)


def serve(listener: socket.socket, application: Any, options: dict[str, Any], parent: int) -> None:
    """Answer requests until SIGTERM or the end of the parent process; then finish those that have begun."""
    stopped: list[int] = []
    on_signal(lambda received, _frame: stopped.append(received))
    connections: dict[int, Any] = {}
    server = create_server(application, map=connections, sockets=[listener], **options)
    server.channel_class = Channel
    poll = partial(loop, use_poll=server.adj.asyncore_use_poll, map=connections, count=1)
    while not stopped and os.getppid() == parent:
        poll(timeout=1)
    server.del_channel()
    listener.close()
    end = time.monotonic() + STOP_SECONDS
    while server.active_channels and time.monotonic() < end:
        for channel in server.active_channels.values():  # one that receives, answers or sends nothing closes
            channel.will_close |= not (channel.request or channel.requests or channel.total_outbufs_len)
        poll(timeout=0.1)


def work_on_jobs(listener: socket.socket) -> None:
    """Do jobs until SIGTERM or the end of the parent process."""
    from django.core.management import call_command

    listener.close()
    call_command("jobs", work=True, verbosity=0)


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
            time.sleep(RESTART_SECONDS)
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
    listener = open_socket(arguments.host, arguments.port)
    on_signal(lambda _received, _frame: sys.exit())
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]  # open files: a connection may need three
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portfolio.settings")
    application = get_internal_wsgi_application()
    from portfolio.settings import databases  # reads the environment

    databases.refuse_unready(connection)
    serving = partial(serve, listener, application, settings.WAITRESS, os.getpid())
    keep_running([serving] * settings.PROCESSES + [partial(work_on_jobs, listener)], listener)


if __name__ == "__main__":
    main()
