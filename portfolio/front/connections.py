"""The connections of this process, as the system knows them: the web server does not give them to the application.

Only Linux lists them; elsewhere nothing is done, and a proxy in front has to see to slow readers.
"""

from __future__ import annotations

import os
import resource
import socket
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

UNREAD_SECONDS = 30  # that an answer lies unread until the connection is given up
MOST = 8192  # open files, most of them connections, if the system allows so many

_OPEN = Path("/proc/self/fd")


def allow_many() -> None:
    """Raise the number of files that this process may open to MOST, or to what the system allows."""
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST if most == resource.RLIM_INFINITY else min(MOST, most)
    if now != resource.RLIM_INFINITY and now < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def give_up_unread() -> bool:
    """Have the system end each connection on which an answer lies unread too long. Says whether it found where to say so.

    A connection takes this over from the socket that listens, so it is said there.
    """
    found = False
    for each in _sockets():
        if each.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN) and each.family != socket.AF_UNIX:
            each.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNREAD_SECONDS * 1000)
            found = True
    return found


def cut(address: str, port: int) -> None:
    """End the connection of a caller at once: it must not take what it has for the whole of an answer."""
    for each in _sockets():
        with suppress(OSError):
            if each.getpeername()[:2] == (address, port):
                each.shutdown(socket.SHUT_RDWR)


def _sockets() -> Iterator[socket.socket]:
    if not _OPEN.is_dir():
        return
    for each in list(_OPEN.iterdir()):
        with suppress(OSError), _socket_of(int(each.name)) as found:
            if found is not None:
                yield found


@contextmanager
def _socket_of(number: int) -> Iterator[socket.socket | None]:
    if not stat.S_ISSOCK(os.fstat(number).st_mode):
        yield None
        return
    with socket.socket(fileno=os.dup(number)) as found:  # a copy, so that closing it leaves the connection alone
        yield found
