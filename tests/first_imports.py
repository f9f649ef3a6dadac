"""python -m tests.first_imports MODULE…: import each as the first of our modules after Django's own start.

Says which cannot be: these are part of a circle that only the usual order of imports hides. Whether a module is part of one
is seen when all are imported once; each that is has a process of its own, a copy of one that has loaded what is not ours.
"""

import builtins
import gc
import importlib
import json
import os
import sys
import traceback
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib.machinery import SourceFileLoader
from importlib.util import resolve_name
from unittest.mock import patch

import django

# the slow part of what our modules import; not REST framework's views, which load parts of `projects.api`
NOT_OURS = (
    "django.contrib.auth.views",
    "drf_spectacular.extensions",
    "drf_spectacular.utils",
    "rest_framework.renderers",
)
Imports = dict[str, set[str]]


@contextmanager
def watched() -> Iterator[Imports]:
    """What each module that is run inside asks for until it is there; with any name, its packages, which come first."""
    found: Imports = defaultdict(set)
    running: list[str] = []
    run, ask = SourceFileLoader.exec_module, builtins.__import__

    def seen_running(loader, module):
        found[module.__name__] |= packages(module.__name__)
        running.append(module.__name__)
        try:
            run(loader, module)
        finally:
            running.pop()

    def seen_asking(name, variables=None, inner=None, fromlist=(), level=0):
        if running:
            asked = resolve_name("." * level + name, variables["__package__"]) if level else name
            for each in (asked, *(f"{asked}.{part}" for part in fromlist or ())):
                found[running[-1]] |= {each} | packages(each)
        return ask(name, variables, inner, fromlist, level)

    with patch.object(SourceFileLoader, "exec_module", seen_running), patch.object(builtins, "__import__", seen_asking):
        yield found


def packages(name: str) -> set[str]:
    parts = name.split(".")
    return {".".join(parts[:length]) for length in range(1, len(parts))}


def in_circles(imports: Imports) -> set[str]:
    """Those that come to themselves again."""
    return {name for name in imports if name in reached(imports[name], imports)}


def reached(begun: Iterable[str], imports: Imports) -> set[str]:
    found, left = set(), list(begun)
    while left:
        if (name := left.pop()) not in found:
            found.add(name)
            left += imports.get(name, ())
    return found


def suspects(names: list[str]) -> list[str]:
    """Those that are part of a circle; all of them if not even this order works. Found by a process of its own."""
    ours, theirs = os.pipe()
    child = os.fork()
    if not child:
        try:
            with watched() as imports:
                for name in names:
                    importlib.import_module(name)
            found = sorted(in_circles(imports) & {*names})
        except BaseException:  # whatever it is, only this process ends
            found = names
        with os.fdopen(theirs, "w") as told:
            json.dump(found, told)
        os._exit(0)
    os.close(theirs)
    with os.fdopen(ours) as told:
        found = json.load(told)
    os.waitpid(child, 0)
    return found


def can_be_first(name: str) -> bool:
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1] == 0
    try:
        importlib.import_module(name)
    except BaseException:  # whatever it is, only this process ends
        last = traceback.format_exc().strip().splitlines()[-1]
        os.write(1, f"{name}: {last}\n".encode())
        os._exit(1)
    os._exit(0)


def main(names: list[str]) -> int:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    for name in NOT_OURS:
        importlib.import_module(name)
    assert "projects.api" not in sys.modules, "or it would not be the first"
    gc.freeze()  # the copies share what they only read
    failed = [name for name in suspects([name for name in names if name not in sys.modules]) if not can_be_first(name)]
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
