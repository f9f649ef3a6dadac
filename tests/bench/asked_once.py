"""What each question costs that nobody has asked before, so that nothing that is kept serves it; and what the past costs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from .load import Connection, cpu_of
from .servers import Server

TURNS = 3
WARM = 2  # questions of each kind until a server has planned what it asks
RESULTS = Path("var/bench")


@dataclass(frozen=True)
class Work:
    """A kind of question: by who is asked, the addresses that ask it, each another. `goal` is what to reach, in words."""

    name: str
    goal: str
    addresses: Mapping[str, Sequence[str]]
    past: str = ""  # what an address has besides when it asks for a past revision
    is_page: bool = False


@dataclass
class Bench:
    """Milliseconds of CPU of server and database for each question, by work and who was asked."""

    servers: Mapping[str, Server]
    headers: Mapping[str, Mapping[str, str]]  # by server; those of "pages" are a browser's
    besides: list[psutil.Process]
    found: dict[str, dict[str, float]] = field(default_factory=dict)
    goals: dict[str, str] = field(default_factory=dict)

    def ask(self, work: Work) -> None:
        asked = {name: list(paths) for name, paths in work.addresses.items() if name in self.servers}
        self.goals[work.name] = work.goal
        self.found[work.name] = self._by_turns(asked, work)
        if work.past:
            past = {"product": [f"{path}{'&' if '?' in path else '?'}{work.past}" for path in asked["product"]]}
            self.found[work.name]["past"] = self._by_turns(past, work)["product"]
        print(f"  asked once {work.name:36} {self._in_words(work.name)}", flush=True)

    def _by_turns(self, asked: Mapping[str, list[str]], work: Work) -> dict[str, float]:
        """A minute in which the machine is slow weighs on all of them alike."""
        spent = dict.fromkeys(asked, 0.0)
        for name, paths in asked.items():
            self._cpu(name, paths[:WARM], work)
        for turn in range(TURNS):
            for name, paths in asked.items():
                spent[name] += self._cpu(name, paths[WARM + turn :: TURNS], work)
        return {name: 1000 * spent[name] / (len(paths) - WARM) for name, paths in asked.items()}

    def _cpu(self, name: str, paths: Sequence[str], work: Work) -> float:
        server = self.servers[name]
        headers = self.headers.get("pages" if work.is_page else name, {})
        connection, processes = Connection(server.port), [server.process, *self.besides]
        before = cpu_of(processes)
        for path in paths:
            if (status := connection.ask(path, headers).status) != 200:
                raise AssertionError(f"{path} answers {status}")
        spent = cpu_of(processes) - before
        connection.close()
        return spent

    @property
    def _list(self) -> float:
        return next(iter(self.found.values()))["textbook"]

    def _in_words(self, name: str) -> str:
        found = self.found[name]
        words = [f"product {found['product']:8.1f} ms"]
        words += [f"{each} {found[each]:6.1f}" for each in found if each not in ("product", "past")]
        words.append(f"{self.ratio(name)} (to reach: {self.goals[name]})")
        if "past" in found:
            words.append(f"of the past {found['past'] / found['product']:.1f} times that")
        return "   ".join(words)

    def ratio(self, name: str) -> str:
        found = self.found[name]
        if "textbook" in found:
            return f"{found['product'] / found['textbook']:.2f}"
        return f"{found['product'] / self._list:.1f} lists"

    def store(self, vendor: str, projects: int) -> None:
        """Where `tests.bench.table` reads it."""
        rows = {
            name: found | {"goal": self.goals[name], "ratio": self.ratio(name)} for name, found in self.found.items()
        }
        RESULTS.mkdir(parents=True, exist_ok=True)
        text = json.dumps({"vendor": vendor, "projects": projects, "rows": rows}, ensure_ascii=False, indent=1)
        (RESULTS / f"asked-once-{vendor}-{projects}.json").write_text(text, "utf-8")


def each_of(address: str, values: Sequence[object]) -> list[str]:
    return [address.format(each) for each in values]
