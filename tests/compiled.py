"""Compiles the product and its tests before a run: python -m tests.compiled

In a fresh checkout nothing is compiled, and each process of a run would compile all of it, at the same time as the others:
tests as pytest reads them, with what explains an assertion written into them. Nor would any process know the numbers and
words that stand in the product, of which hypothesis takes some for its examples, and would read every module for them. What
is there already is left as it is.
"""

from __future__ import annotations

import compileall
import os
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from types import ModuleType, SimpleNamespace

from _pytest.assertion import rewrite
from hypothesis.internal import constants_ast

from tests.source_files import APPS, ROOT


def is_rewritten(path: Path) -> bool:
    """As pytest has it: what it collects, and what it loads by itself."""
    return path.name == "conftest.py" or (path.name.startswith("test_") and "tests" in path.parts)


def compiled(path: Path) -> None:
    """Compile a file, unless that was done since it was written."""
    if not is_rewritten(path):
        compileall.compile_file(path, quiet=1)
        read_by_hypothesis(path)
        return
    kept = rewrite.get_cache_dir(path) / f"{path.stem}{rewrite.PYC_TAIL}"
    if rewrite._read_pyc(path, kept) is not None or not rewrite.try_makedirs(kept.parent):
        return
    digest, code = rewrite._rewrite_test(path, None)  # type: ignore[arg-type]
    rewrite._write_pyc(SimpleNamespace(trace=print), code, digest, kept)  # type: ignore[arg-type]


def read_by_hypothesis(path: Path) -> None:
    """Let it keep what it takes from a module, where it looks for that: in `.hypothesis` of the directory one is in."""
    if constants_ast.is_local_module_file(str(path)):
        module = ModuleType(path.stem)
        module.__file__ = str(path)
        constants_ast.constants_from_module(module)


def main() -> None:
    files = [path for folder in (*APPS, "tests") for path in sorted((ROOT / folder).rglob("*.py"))]
    with ProcessPoolExecutor(os.cpu_count()) as processes:
        for _done in processes.map(compiled, files, chunksize=20):
            pass


if __name__ == "__main__":
    main()
