"""Records what the product answers, and compares two recordings.

    python -m tests.replay state                     the register that recordings begin with, once, by the old code
    python -m tests.replay addresses                 what they ask of it, again
    python -m tests.replay record OUT [--only AREA] [--sample N] [--processes 2]
    python -m tests.replay compare OLD NEW [--only AREA] [--intended FILE] [--lines 60]

REPLAY_STATE names the folder of the state (var/replay). Behind python -m tests.postgres it is that of PostgreSQL.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from . import clock
from .database import ROOT, keep_state, new_database, run_part, state_directory

ADDRESSES = "addresses.json"
AREAS = ("api", "pages", "files", "writes", "commands")


def finish(parts: list[subprocess.Popen]) -> None:
    """Wait for parts; an error of one is the error of all."""
    codes = [part.wait() for part in parts]
    if any(codes):
        sys.exit("A part of the recorder failed.")


def make_state() -> None:
    directory = state_directory()
    with new_database() as url:
        for part in ("_load", "_do"):
            finish([run_part(url, part, str(directory))])
        keep_state(url, directory)
    if not (directory.parent / ADDRESSES).exists():  # by a state on the other database
        make_addresses()


def make_addresses() -> None:
    with new_database(state_directory()) as url:
        finish([run_part(url, "_addresses", str(state_directory()))])


def record(out: Path, areas: set[str], sample: int, processes: int) -> None:
    from .recording import WRITES, Store

    begun, out = time.monotonic(), out.resolve()
    out.unlink(missing_ok=True)
    store, state = Store(out), state_directory()
    commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False).stdout  # noqa: S607
    with tempfile.TemporaryDirectory(prefix="replay-") as directory:
        if areas - {"writes"}:
            with new_database(state) as url:
                finish([run_part(url, "_prepare", str(state), directory)])
                words = ["_read", str(state), directory, ",".join(areas), str(sample), str(processes)]
                finish([run_part(url, *words, str(number)) for number in range(processes)])
                if areas & {"api", "pages"}:
                    finish([run_part(url, *words, "private", public=False)])
        if "writes" in areas:
            with new_database(state) as url:
                finish([run_part(url, "_write", str(state), directory)])
        for part in sorted(Path(directory).glob("*.part")):
            store.take(part)
    store.note(script=hashlib.sha256(WRITES.read_bytes()).hexdigest())
    store.note(sample=sample, areas=sorted(areas), seconds=round(time.monotonic() - begun), commit=commit.strip())
    print(f"{sum(1 for _ in store.rows())} responses in {round(time.monotonic() - begun)} s: {out}")


def run_hidden(part: str, words: list[str]) -> None:
    """Run a part of the recorder in this process, on the database of REPLAY_DATABASE."""
    clock.install()
    import django

    django.setup()
    from . import addresses, recording, state
    from .callers import Callers, run_command

    directory = Path(words[0])
    people = directory / "people.json"
    if part == "_load":
        return state.load()
    callers = Callers(json.loads(people.read_text()) if people.exists() and part != "_do" else None)
    if part == "_do":
        state.do(callers)
        directory.mkdir(parents=True, exist_ok=True)
        people.write_text(json.dumps(callers.tokens, indent=1))
        for what, response in callers.log:
            print(response.status, what)
        return None
    recording.set_time_of_reading()
    asked = directory.parent / ADDRESSES
    if part == "_addresses":
        found = addresses.build_addresses(callers)
        asked.write_text(json.dumps(found, ensure_ascii=False, indent=0))
        print({name: len(paths) for name, paths in found.items()})
        return None
    work = Path(words[1])
    if part in ("_prepare", "_write"):
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        recording.begin_work(callers)
    if part == "_prepare":
        cookies = {
            who: callers.browser(who).cookies.output(header="", sep=";") for who in recording.PAGE_READERS if who
        }
        (work / "cookies.json").write_text(json.dumps(cookies))
        verified = run_command("verify_history")
        store = recording.Store(work / "commands.part")
        store.add("verify_history", "commands", recording.describe(verified), verified.body)
        return None
    if part == "_write":
        return recording.write(callers, recording.Store(work / "writes.part"))
    for who, text in json.loads((work / "cookies.json").read_text()).items():
        callers.give_cookies(who, text)
    areas, sample, processes, number = set(words[2].split(",")), int(words[3]), int(words[4]), words[5]
    jobs = recording.get_jobs(json.loads(asked.read_text()), areas, sample)
    private = [job for job in jobs if job[1] == recording.PRIVATE]
    public = [job for job in jobs if job[1] != recording.PRIVATE]
    mine = private if number == "private" else public[int(number) :: processes]
    return recording.read(mine, callers, recording.Store(work / f"{number}.part"))


def main() -> None:
    if len(sys.argv) > 1 and sys.argv[1].startswith("_"):
        return run_hidden(sys.argv[1], sys.argv[2:])
    parser = argparse.ArgumentParser(prog="python -m tests.replay", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("state")
    commands.add_parser("addresses")
    recorder = commands.add_parser("record")
    recorder.add_argument("out", type=Path)
    recorder.add_argument("--only", choices=AREAS, action="append", help="areas to record; all without it")
    recorder.add_argument("--sample", type=int, default=1, help="of so many requests that read, one")
    recorder.add_argument("--processes", type=int, default=1)
    comparer = commands.add_parser("compare")
    comparer.add_argument("old", type=Path)
    comparer.add_argument("new", type=Path)
    comparer.add_argument("--intended", type=Path, default=Path(__file__).with_name("intended.toml"))
    comparer.add_argument("--only", choices=AREAS, action="append", help="areas to compare; all without it")
    comparer.add_argument(
        "--where", default="", help="a pattern: of kinds of differences that match, print all examples"
    )
    comparer.add_argument("--lines", type=int, default=60, help="kinds of differences to print")
    arguments = parser.parse_args()
    if arguments.command == "state":
        return make_state()
    if arguments.command == "addresses":
        return make_addresses()
    areas = set(arguments.only or AREAS)
    if arguments.command == "record":
        return record(arguments.out, areas, arguments.sample, arguments.processes)
    from .comparing import compare

    options = {"areas": areas, "lines": arguments.lines, "where": arguments.where}
    return sys.exit(compare(arguments.old, arguments.new, arguments.intended, **options))


if __name__ == "__main__":
    os.environ.setdefault("PYTHONHASHSEED", "0")
    main()
