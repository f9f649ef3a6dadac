"""What a thread puts into a spool comes out of it: every byte, once, in order, however fast either side is."""

from __future__ import annotations

import asyncio
import os
import random
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from portfolio.front import response_buffer as spools
from portfolio.front.response_buffer import AbandonedError, Spool
from tests.length import so_many
from tests.loops import in_a_loop

pytestmark = pytest.mark.no_database

SEED = int(os.environ.get("FAULT_SEED") or random.SystemRandom().randrange(2**32))


@pytest.fixture(autouse=True)
def little_memory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: Any) -> None:
    """Limits that a short answer goes over."""
    settings.VAR_DIR = tmp_path
    monkeypatch.setattr(spools, "MOST_IN_MEMORY", 3000)
    monkeypatch.setattr(spools, "PIECE", 700)
    monkeypatch.setattr(spools, "files", spools._Files())


@pytest.mark.parametrize("number", range(so_many(20, 3000)))
def test_pieces_of_any_size_come_out_as_they_went_in(number: int) -> None:
    chance = random.Random(f"{SEED} {number}")  # noqa: S311  to be had again
    print(f"FAULT_SEED={SEED}")
    pieces = [chance.randbytes(chance.choice([0, 1, 10, 699, 700, 701, 2999, 3001, 9000])) for _piece in range(40)]
    put_pauses = [chance.choice([0, 0, 0, 0.0005]) for _piece in pieces]
    take_pause = chance.choice([0, 0, 0.0002, 0.001])
    assert in_a_loop(_through(pieces, put_pauses, take_pause)) == b"".join(pieces)
    assert spools.files.bytes == 0


async def _through(pieces: list[bytes], put_pauses: list[float], take_pause: float, kind: type[Spool] = Spool) -> bytes:
    spool = kind(asyncio.get_running_loop())

    def make() -> None:
        for piece, pause in zip(pieces, put_pauses, strict=True):
            spool.put(piece)
            time.sleep(pause)
        spool.end(b"")

    thread = threading.Thread(target=make)
    thread.start()
    taken, is_last = bytearray(), False
    async with asyncio.timeout(20):
        while not is_last:
            piece, is_last = await spool.take()
            taken += piece
            await asyncio.sleep(take_pause)
    thread.join()
    spool.abandon()
    return bytes(taken)


class Hasty(Spool):
    """A spool that forgets that older bytes lie in its file."""

    def _store(self, piece: bytes) -> None:
        with self._lock:
            fits = self._in_memory + len(piece) <= spools.MOST_IN_MEMORY
            (self._keep if fits else self._put_into_file)(piece)


def test_whoever_changes_the_order_is_found_out() -> None:
    """The control."""
    pieces = [bytes([number]) * 900 for number in range(40)]
    assert in_a_loop(_through(pieces, [0.002] * 40, 0.004, Hasty)) != b"".join(pieces)


async def _short(pieces: list[bytes]) -> bytes:
    spool = Spool(asyncio.get_running_loop())
    for piece in pieces:
        spool.put(piece)
    spool.end()
    return await _taken(spool, seconds=1)


async def _taken(spool: Spool, *, seconds: float = 5) -> bytes:
    taken, is_last = bytearray(), False
    begun = time.monotonic()
    while not is_last:
        async with asyncio.timeout(seconds):
            piece, is_last = await spool.take()
        taken += piece
        assert time.monotonic() - begun < seconds, "it gives pieces of nothing for ever"
    return bytes(taken)


def test_a_file_that_takes_only_a_part_at_once_gets_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the system may write a part of what it was given, on a disk that is nearly full for one."""
    write = os.pwrite
    monkeypatch.setattr(os, "pwrite", lambda file, data, offset: write(file, data[:250], offset))
    pieces = [bytes([number]) * 900 for number in range(40)]
    assert in_a_loop(_short(pieces)) == b"".join(pieces)


def test_what_is_abandoned_stops_its_thread_and_leaves_no_file() -> None:
    async def abandoned() -> None:
        spool = Spool(asyncio.get_running_loop())
        for _number in range(20):
            spool.put(b"x" * 900)
        assert spools.files.bytes
        await spool.take()
        spool.abandon()
        with pytest.raises(AbandonedError):
            spool.put(b"x")

    in_a_loop(abandoned())
    assert spools.files.bytes == 0
