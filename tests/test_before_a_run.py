"""What is done before a run of the tests, or to Django for it, does what it stands for."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from _pytest.assertion import rewrite

from tests import compiled
from tests.databases import ROOT

pytestmark = pytest.mark.no_database


def test_a_file_of_tests_is_compiled_as_pytest_reads_it(tmp_path: Path) -> None:
    test, module = tmp_path / "tests/test_a.py", tmp_path / "tests/helping.py"
    test.parent.mkdir()
    test.write_text("def test_a():\n    assert 1 == 2\n")
    module.write_text("A = 1\n")
    for path in (test, module):
        compiled.compiled(path)
    kept = test.parent / f"__pycache__/test_a{rewrite.PYC_TAIL}"
    code = rewrite._read_pyc(test, kept)
    assert code is not None
    assert "@pytest_ar" in code.co_names
    assert list(module.parent.glob("__pycache__/helping.*.pyc"))
    written = kept.stat().st_mtime_ns
    compiled.compiled(test)
    assert kept.stat().st_mtime_ns == written
    test.write_text("def test_a():\n    assert 1 == 1\n")
    assert rewrite._read_pyc(test, kept) is None


def test_pytest_takes_what_was_compiled_so(tmp_path: Path) -> None:
    path = tmp_path / "tests/test_a.py"
    path.parent.mkdir()
    path.write_text("def test_a():\n    pass\n")
    compiled.compiled(path)
    kept = path.parent / f"__pycache__/test_a{rewrite.PYC_TAIL}"
    before = kept.stat().st_mtime_ns
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", "/dev/null", str(path)]
    environment = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "DJANGO_SETTINGS_MODULE": ""}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert "1 passed" in done.stdout
    assert kept.stat().st_mtime_ns == before


def test_what_is_compiled_is_what_is_run() -> None:
    assert compiled.is_rewritten(ROOT / "tests/conftest.py")
    assert compiled.is_rewritten(ROOT / "tests/projects/test_access.py")
    assert not compiled.is_rewritten(ROOT / "tests/people.py")
    assert not compiled.is_rewritten(ROOT / "portfolio/health.py")
