"""TCP connections of this process, as the system knows them: the web server does not give them to the application.

Only Linux lists them; elsewhere nothing is done, and a proxy in front has to see to slow readers.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import resource
import socket
import stat
import struct
import termios
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

UNREAD_SECONDS = 30  # that an answer lies unread until the connection is given up
LOOK_EVERY = 5.0  # seconds: takes about ten milliseconds for a thousand connections
MOST = 8192  # open files, most of them connections, if the system allows so many
_UNSENT = 2**17  # bytes that the system holds of an answer besides what is on its way

_OPEN = Path("/proc/self/fd")


def allow_many() -> None:
    """Raise the number of files that this process may open to MOST, or to what the system allows."""
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST if most == resource.RLIM_INFINITY else min(MOST, most)
    if now != resource.RLIM_INFINITY and now < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def take_little_ahead() -> bool:
    """Have the system take little of an answer ahead of its reader: it would take megabytes of each. Says whether it found
    where to say so.

    A connection takes this over from the socket that listens, so it is said there.
    """
    for _number, each in _sockets():
        if each.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN) and each.family != socket.AF_UNIX:
            each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, _UNSENT)
            _ports.add(each.getsockname()[1])
    return bool(_ports)


class UnreadAnswers:
    """The connections on which an answer lies, each with what its caller had acknowledged of it, and since when no more.

    The system's own limit (TCP_USER_TIMEOUT) is not enough: while it sends again what found no room, it may begin to count
    anew with each try.
    """

    def __init__(self) -> None:
        self._seen: dict[tuple[str, int], tuple[int, float]] = {}

    def give_up(self, now: float) -> None:
        """End the connections of which nothing was acknowledged for UNREAD_SECONDS; `now` is monotonic."""
        lying = {}
        for _number, each in _sockets():
            with suppress(OSError):
                if _is_of_a_caller(each) and _unacknowledged(each):
                    caller, acknowledged = each.getpeername()[:2], _acknowledged(each)
                    before, since = self._seen.get(caller, (-1, now))
                    lying[caller] = acknowledged, since if acknowledged == before else now
                    if now - lying[caller][1] >= UNREAD_SECONDS:
                        _reset(each)
        self._seen = lying


def cut(address: str, port: int) -> None:
    """Break the connection of a caller off at once: what it has must not pass for the whole of an answer.

    A connection that is merely closed would: to HTTP/1.0, as some proxies speak it, that is how an answer ends.
    """
    caller = (address, port)
    if not _break_off(caller):
        _look_where_all_are()
        _break_off(caller)


_ports: set[int] = set()  # on which this process listens
_places: dict[tuple[str, int], int] = {}  # where callers were when all connections were looked through


def _look_where_all_are() -> None:
    """Takes about ten milliseconds for a thousand: not done for each of many who are cut together."""
    _places.clear()
    for number, each in _sockets():
        with suppress(OSError):
            if each.family in (socket.AF_INET, socket.AF_INET6):
                _places[each.getpeername()[:2]] = number


def _break_off(caller: tuple[str, int]) -> bool:
    number = _places.pop(caller, None)
    if number is None:
        return False
    with suppress(OSError), _socket_of(number) as found:
        if found is not None and found.getpeername()[:2] == caller:
            _reset(found)
            return True
    return False


def _is_of_a_caller(connection: socket.socket) -> bool:
    """Whether it came in: what lies unread at the database is another's to judge."""
    return connection.family in (socket.AF_INET, socket.AF_INET6) and connection.getsockname()[1] in _ports


def _unacknowledged(connection: socket.socket) -> int:
    """Bytes that were sent and of which the other side has not said that it has them."""
    return int(_NUMBER.unpack(fcntl.ioctl(connection, termios.TIOCOUTQ, bytes(_NUMBER.size)))[0])


def _acknowledged(connection: socket.socket) -> int:
    told = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _ACKNOWLEDGED.size)
    return int(_ACKNOWLEDGED.unpack(told)[0])


def _reset(connection: socket.socket) -> None:
    _LIBRARY.connect(connection.fileno(), _NOWHERE, len(_NOWHERE))


_NUMBER = struct.Struct("=i")
_ACKNOWLEDGED = struct.Struct("=120xQ")  # tcpi_bytes_acked in Linux's tcp_info

# To connect to no address is how Linux is told to reset a connection: whatever lies in it unread is dropped.
_LIBRARY = ctypes.CDLL(None, use_errno=True)
_NOWHERE = struct.pack("=H14x", socket.AF_UNSPEC)


def _sockets() -> Iterator[tuple[int, socket.socket]]:
    if not _OPEN.is_dir():
        return
    for name in os.listdir(_OPEN):  # noqa: PTH208  numbers are wanted, and many of them
        with suppress(OSError), _socket_of(int(name)) as found:
            if found is not None:
                yield int(name), found


@contextmanager
def _socket_of(number: int) -> Iterator[socket.socket | None]:
    if not stat.S_ISSOCK(os.fstat(number).st_mode):
        yield None
        return
    with socket.socket(fileno=os.dup(number)) as found:  # a copy, so that closing it leaves the connection alone
        yield found
