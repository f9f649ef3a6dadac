"""Stylesheets and scripts of a page are joined: one of the first, at most two of the second, of whatever has changed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.test import override_settings

from portfolio.settings import named_by_content
from portfolio.static_files.bundles import BUNDLES
from portfolio.static_files.finder import JoinedFinder, join_files

pytestmark = pytest.mark.no_database

STATIC = Path(settings.BASE_DIR) / "static"
TEMPLATES = sorted((Path(settings.BASE_DIR) / "templates").rglob("*.html"))
_OWN = re.compile(r"""static ['"](?:site|admin-site|api)/[\w.-]+\.(?:css|js)['"]""")
ALONE = {"api/docs.js"}  # the only one of its place
# the page of a conflict in the administration has the rules of the page of the site
BESIDE = {"templates/admin/conflict_gone.html", "templates/admin/base_site.html"}


def test_each_stylesheet_and_script_of_the_site_belongs_to_a_bundle():
    named = {name for files in BUNDLES.values() for name in files}
    files = {str(path.relative_to(STATIC)) for kind in ("css", "js") for path in STATIC.rglob(f"*.{kind}")}
    assert files - named == ALONE
    assert named <= files


def test_no_template_asks_for_a_source():
    for path in TEMPLATES:
        name = str(path.relative_to(settings.BASE_DIR))
        if name not in BESIDE and name != "templates/api/docs.html":
            assert not _OWN.findall(path.read_text(encoding="utf-8")), name


def test_a_joined_stylesheet_is_its_sources_in_their_order_without_what_they_say_to_their_readers():
    sources = [(STATIC / name).read_text(encoding="utf-8") for name in BUNDLES["joined/pages.css"]]
    rules = [re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL) for source in sources]
    sent = Path(finders.find("joined/pages.css")).read_text(encoding="utf-8")
    assert "/*" not in sent
    assert sent.split() == " ".join(rules).split()


def test_each_script_has_a_scope_of_its_own():
    content = Path(finders.find("joined/sheet.js")).read_text(encoding="utf-8")
    assert content.count("(() => {\n") >= len(BUNDLES["joined/sheet.js"])
    assert content.strip().endswith("})();")


def test_a_change_of_a_source_is_in_the_next_file(tmp_path, monkeypatch):
    source = tmp_path / "static" / "site" / "tokens.css"
    source.parent.mkdir(parents=True)
    monkeypatch.setattr("portfolio.static_files.finder.BUNDLES", {"joined/x.css": ("site/tokens.css",)})
    with override_settings(BASE_DIR=tmp_path, VAR_DIR=tmp_path / "var"):
        finder = JoinedFinder()
        for text in ("a{color:red}", "a{color:blue}"):
            source.write_text(text, encoding="utf-8")
            assert Path(finder.find("joined/x.css")).read_text(encoding="utf-8") == f"{text}\n"
        assert finder.find("joined/other.css") == []
        assert finder.find("joined/x.css", find_all=True) == [finder.find("joined/x.css")]


def test_collected_it_is_named_by_its_content_and_compressed(tmp_path):
    storages = settings.STORAGES | {"staticfiles": {"BACKEND": named_by_content}}
    with override_settings(STATIC_ROOT=tmp_path, STORAGES=storages):
        call_command("collectstatic", interactive=False, verbosity=0)
    (style,) = tmp_path.glob("joined/pages.*.css")
    assert style.read_bytes() == join_files("joined/pages.css", BUNDLES["joined/pages.css"])
    assert Path(f"{style}.gz").stat().st_size * 3 < style.stat().st_size


def test_each_bundle_that_a_template_asks_for_is_there():
    asked = [
        re.findall(r'{% (stylesheet|script) "([\w-]+)" %}', path.read_text(encoding="utf-8")) for path in TEMPLATES
    ]
    kinds = {"stylesheet": "css", "script": "js"}
    assert {f"joined/{name}.{kinds[tag]}" for found in asked for tag, name in found} == BUNDLES.keys()


def test_a_joined_script_says_nothing_to_its_readers_and_loses_none_of_its_texts(tmp_path, settings):
    (tmp_path / "static").mkdir()
    code = '"use strict";\n// alone\nconst page = "https://one";\n  /* inside */\nopen(page);\n'
    text = f"/* For readers,\n   of two lines * or more. */\n{code}"
    (tmp_path / "static" / "one.js").write_text(text, encoding="utf-8")
    settings.BASE_DIR = tmp_path
    kept = '"use strict";\nconst page = "https://one";\nopen(page);'
    assert join_files("joined/one.js", ("one.js",)).decode() == f"(() => {{\n{kept}\n}})();\n"
