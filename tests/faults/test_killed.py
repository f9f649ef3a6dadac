"""Whatever is killed with -9 while others write: what was acknowledged is stored, and nothing that was never sent."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psutil

from tests.serving import ROOT, run

from .conftest import ROUNDS, Register, Site
from .ledger import FIRST, Page, writing

CODES = [f"HN-EI-2023-{number}" for number in range(13, 19)]
LOADED = 300  # projects of a file
HEADER = (
    "code,name_zh,name_en,enterprise_zh,enterprise_en,prefecture,county,sector,chain_link,kind,total_investment,"
    "planned_disbursement_2024,expected_revenue,transferred,source_province,start,finish,basis,source_url,source_date,note"
)
ROW = "K-{0},项目,,企业,,430200,,new-display,display-modules,plant,2000000000,500000000,,true,44,2024-03,2025-Q4,reported,,,"
STORED = f"""
import json
from projects.models import Project
call_command("verify_history", verbosity=0)
loaded = Project.objects.filter(code__startswith="K-").count()
found = {{}}
for code in {CODES}:
    history = Project.history.filter(code=code).order_by("revision_id").values_list("expected_revenue", flat=True)
    past = []
    for amount in history:
        if past[-1:] != [amount or 0]:
            past.append(amount or 0)
    found[code] = [Project.objects.get(code=code).expected_revenue, past]
print(json.dumps([loaded, found]))
"""


class Killer:
    """A site of which parts are killed and begun again."""

    def __init__(self, register: Register, chance: random.Random, files: Path) -> None:
        self.register, self.chance, self.files, self.stack = register, chance, files, ExitStack()
        (files / "projects_2024.csv").write_text("\n".join([HEADER, *map(ROW.format, range(LOADED))]), encoding="utf-8")
        self.begin()

    def begin(self) -> None:
        self.site: Site = self.stack.enter_context(self.register.served(workers=2))

    def kill_process(self) -> None:
        """Kill one of two web processes; another takes its place."""
        before = self.site.web_processes
        self.chance.choice(before).kill()
        until(lambda: len({each.pid for each in self.site.web_processes} - {each.pid for each in before}) == 1)

    def kill_server(self) -> None:
        """Kill the first process, with which all others end, and begin again."""
        children = self.site.process.children()
        self.site.process.kill()
        _gone, alive = psutil.wait_procs(children, 25)
        assert alive == []
        self.stack.close()
        self.begin()

    def kill_load(self) -> None:
        """Kill a load of many projects at some moment between its beginning and its end."""
        command = [sys.executable, "manage.py", "load_register", str(self.files), "--year", "2024", "--verbosity", "0"]
        with subprocess.Popen(command, cwd=ROOT, env=self.register.environment) as process:
            time.sleep(self.chance.uniform(2, 8))
            process.kill()


def until(condition: Any, *, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it does not come back"
        time.sleep(0.05)


def test_what_was_acknowledged_is_stored(own_register: Register, seed: int, tmp_path: Path) -> None:
    killer = Killer(own_register, random.Random(seed), tmp_path)  # noqa: S311  to be had again
    pages = {code: Page() for code in CODES}

    def acknowledged() -> int:
        return sum(len(page.acknowledged) for page in pages.values())

    with killer.stack, writing(pages, lambda: killer.site.port, own_register.writer):
        for kill in (killer.kill_process, killer.kill_load, killer.kill_server) * ROUNDS:
            time.sleep(killer.chance.uniform(0.3, 1.0))
            kill()
            goal = acknowledged() + len(CODES)
            until(lambda goal=goal: acknowledged() > goal)
    loaded, found = json.loads(run(STORED, own_register.environment).splitlines()[-1])
    print(f"FAULT_SEED={seed}: {acknowledged()} acknowledged, {loaded} loaded")
    assert loaded in (0, LOADED), "whole or not at all"
    assert [problem for code in CODES for problem in pages[code].problems(*found[code])] == []
    last = found[CODES[0]][1]
    assert Page().problems(last[-1], last) != [], "a ledger without these writes is noticed"
    assert last[-1] > FIRST
