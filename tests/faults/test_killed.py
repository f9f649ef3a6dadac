"""Whatever is killed with -9 while others write: what was acknowledged is stored, and nothing that was never sent."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.length import LONG
from tests.serving import ROOT, run

from .callers import asked, request
from .conftest import Served, Site, living
from .ledger import FIRST, Ledger, writing

VERIFY = ["verify_history"]
CODES = [f"HN-EI-2023-{number}" for number in range(13, 19)]
LOADED = 300  # projects of a file
KILLS = ["worker", "load", "server"] if not LONG else ["worker", "load", "server", "worker"] * 5

_HEADER = (
    "code,name_zh,name_en,enterprise_zh,enterprise_en,prefecture,county,sector,chain_link,kind,total_investment,"
    "planned_disbursement_2024,expected_revenue,transferred,source_province,start,finish,basis,source_url,source_date,note"
)
_STORED = f"""
import contextlib, io, json
from projects.models import Project
call_command("load_register", "%s", year=2024, verbosity=0)  # the control of what is counted: a load that nobody kills
codes = {CODES}
present = dict(Project.objects.filter(code__in=codes).values_list("code", "expected_revenue"))
past = {{code: [] for code in codes}}
for code, amount in Project.history.filter(code__in=codes).order_by("revision_id").values_list("code", "expected_revenue"):
    if past[code][-1:] != [amount]:
        past[code].append(amount)
loaded = dict.fromkeys(range(100), 0)
for code in Project.objects.filter(code__startswith="K").values_list("code", flat=True):
    loaded[int(code[1:3])] += 1
verified = {{}}
for name in {VERIFY}:
    with contextlib.redirect_stdout(io.StringIO()) as said, contextlib.redirect_stderr(said):
        try:
            call_command(name)
            verified[name] = ""
        except (Exception, SystemExit) as refused:
            verified[name] = f"{{said.getvalue()}} {{refused!r}}"
print(json.dumps([present, past, loaded, verified]))
"""


class Killed:
    """A site of which parts are killed and begun again."""

    def __init__(self, site: Site, chance: random.Random, directory: Path) -> None:
        self.site, self.chance, self._directory = site, chance, directory
        self.served: Served | None = None
        self._stack = ExitStack()
        self.loads = 0

    def begin(self) -> None:
        self._stack = ExitStack()
        self.served = self._stack.enter_context(self.site.served(workers=2))

    def end(self) -> None:
        self._stack.close()

    @property
    def port(self) -> int:
        assert self.served is not None
        return self.served.port

    def worker(self) -> None:
        """Kill one: the other goes on, and a third takes its place."""
        assert self.served is not None
        before = self.served.workers
        self.chance.choice(before).send_signal(signal.SIGKILL)
        _wait_until(lambda: len({each.pid for each in self.served.workers} - {each.pid for each in before}) == 1)  # type: ignore[union-attr]
        _wait_until(lambda: asked(self.port, request("/readyz")).status == 200)
        time.sleep(
            6 if LONG else 0
        )  # the web server takes two ends of one worker within 5.5 seconds for a fault of the site

    def server(self) -> None:
        """Kill the master, and with it everybody."""
        assert self.served is not None
        workers = self.served.workers
        self.served.process.send_signal(signal.SIGKILL)
        _gone, alive = psutil.wait_procs(workers, 5)
        assert living(alive) == [], "workers live on without their master"
        self.end()
        self.begin()

    def load(self) -> None:
        """Kill a load of many projects at some moment between its beginning and its end."""
        command = [sys.executable, "manage.py", "load_register", self.files(), "--year", "2024", "--verbosity", "0"]
        with subprocess.Popen(command, cwd=ROOT, env=self.site.environment) as process:
            time.sleep(self.chance.uniform(0.8, 3.5))
            process.kill()

    def files(self) -> str:
        """The folder with those of the next load."""
        self.loads += 1
        directory = self._directory / str(self.loads)
        directory.mkdir()
        lines = [_HEADER]
        lines += [
            f"K{self.loads:02}-{row},项目{self.loads}-{row},,企业,,430200,,new-display,display-modules,plant,2000000000,"
            "500000000,,true,44,2024-03,2025-Q4,reported,,,"
            for row in range(LOADED)
        ]
        (directory / "projects_2024.csv").write_text("\n".join(lines), encoding="utf-8")
        return str(directory)


@pytest.fixture(scope="module")
def aftermath(plain_site: Site, seed: int, tmp_path_factory: pytest.TempPathFactory) -> tuple[Ledger, Any]:
    """The ledger, and what is stored when all kills are over."""
    killed = Killed(plain_site, random.Random(seed), tmp_path_factory.mktemp("loads"))  # noqa: S311  to be had again
    ledger = Ledger()
    killed.begin()
    try:
        with writing(ledger, CODES, lambda: killed.port, plain_site.by_token):
            for kill in KILLS:
                time.sleep(killed.chance.uniform(0.3, 1.0))
                begun = time.monotonic()
                getattr(killed, kill)()
                _wait_until(lambda before=ledger.acknowledged: ledger.acknowledged > before + len(CODES))  # type: ignore[misc]
                print(f"{kill}: all writing again after {time.monotonic() - begun:.1f} s")
    finally:
        killed.end()
    print(f"FAULT_SEED={seed}: {ledger.acknowledged} acknowledged, {ledger.unknown} unknown")
    return ledger, json.loads(run(_STORED % killed.files(), plain_site.environment))


def _wait_until(asked: Any, *, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while True:
        try:
            if asked():
                return
        except (OSError, psutil.Error):
            pass
        assert time.monotonic() < end, "it does not come back"
        time.sleep(0.02)


def test_what_was_acknowledged_is_stored_and_nothing_that_was_never_sent(aftermath: tuple[Ledger, Any]) -> None:
    ledger, (present, past, _loaded, _verified) = aftermath
    assert ledger.acknowledged > len(KILLS) * len(CODES)
    assert ledger.problems(present, past) == []


def test_a_load_is_stored_whole_or_not_at_all(aftermath: tuple[Ledger, Any]) -> None:
    _ledger, (_present, _past, loaded, _verified) = aftermath
    assert set(loaded.values()) <= {0, LOADED}
    assert max(loaded.values()) == LOADED


@pytest.mark.parametrize("command", VERIFY)
def test_sums_and_history_are_what_they_were_said_to_be(aftermath: tuple[Ledger, Any], command: str) -> None:
    _ledger, (_present, _past, _loaded, verified) = aftermath
    assert verified[command] == ""


def _invented(ledger: Ledger, present: Mapping[str, int], past: Mapping[str, list[int]]) -> Iterator[tuple[str, Any]]:
    """Each way in which a ledger and a register can differ."""
    code = CODES[0]
    own = past[code]
    lost = Ledger()
    lost.pages[code].sent = [*ledger.pages[code].sent, FIRST * 2]
    lost.pages[code].acknowledged = [*ledger.pages[code].acknowledged, FIRST * 2]
    yield "is lost", (lost, present, past)
    yield "never sent", (ledger, present | {code: FIRST * 3}, past | {code: [*own, FIRST * 3]})
    yield "out of order", (ledger, present, past | {code: own[:-2] + own[-1:] + own[-2:]})
    yield "is shown", (ledger, present | {code: own[0]}, past)


def test_a_ledger_that_differs_is_found_out(aftermath: tuple[Ledger, Any]) -> None:
    """The control."""
    ledger, (present, past, _loaded, _verified) = aftermath
    for word, (other, now, then) in _invented(ledger, present, past):
        assert any(word in problem for problem in other.problems(now, then))
