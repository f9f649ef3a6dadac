"""The quick reader of pages tells what html.parser tells."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest

from projects.models import Project
from tests.markup import texts
from tests.pages import PATHS
from tests.projects.admin.forms import change_url
from tests.quick_html import QuickParser

pytestmark = pytest.mark.no_database

TYPED = texts.MARKUP.replace("{n}", "999")
NOT_PLAIN = (
    *("", "text", "<", "a < b", "&amp", "<p", "<p>&", "<p>&lt;b&gt; &copy &notit;</p>", "</p class>", "</p/>"),
    *("<p>a</P >b", "<a href='x'>y</a>", "<a href=x>y</a>", '<a b="c"d="e">', '<a b = "c">', "<a b c=''>"),
    *('<A B="C" b="d">', "<br/>", "<br />", '<a href="?a=1&amp;b=2&copy=3&lt">', "<a b\n\tc>", "<p\x0bb>"),
    *("<x-y>z</x-y>", "<!-- <p> --><p>", "<!-- a --><p>", "<!----><p>", "<!--a-b--><p>", "<!doctype html><p>"),
    *(" <!DOCTYPE html>\n<p>", "<?x y?><p>", "<![CDATA[x]]><p>", "<script>if (a < b) '<p>'</script><p>"),
    *("<script>a", "<style>p > a</style >b</style>c", "<textarea>\n<p>&lt;</textarea><p>"),
    *("<textarea><!-- </textarea><p>a --><b>", "<title>a<b></TITLE><p>", "<title>a"),
    *("<svg><text>a</text></svg>", '<p title="a>b">c', '<p title="a\nb">c', "<p>a<p>b<<p>c", "<1>", "<ſ>"),
    '<p ſ="a">',
)  # fmt: skip


class _Telling:
    def __init__(self) -> None:
        super().__init__()
        self.told: list[Any] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.told.append(("start", tag, attrs))

    def handle_startendtag(self, tag: str, attrs: Any) -> None:
        self.told.append(("start and end", tag, attrs))

    def handle_endtag(self, tag: str) -> None:
        self.told.append(("end", tag))

    def handle_data(self, data: str) -> None:
        self.told.append(("text", data))

    def handle_comment(self, data: str) -> None:
        self.told.append(("comment", data))

    def handle_decl(self, decl: str) -> None:
        self.told.append(("declaration", decl))


class Plain(_Telling, HTMLParser):
    """As Python brings it."""


class Quick(_Telling, QuickParser):
    """And says how much of a page it left to html.parser."""

    left = 0

    def goahead(self, end: bool) -> None:
        self.left += 0 if end else len(self.rawdata)
        super().goahead(end)


def told(reader: Any, page: str) -> list[Any]:
    reader.feed(page)
    before = list(reader.told)
    reader.close()
    return [before, reader.told]


@pytest.mark.django_db
def test_of_pages_it_tells_the_same_and_reads_nearly_all_itself(province: Any, client_of: Any) -> None:
    browser, size, left = client_of(province), 0, 0
    project = Project.objects.get(code="HN-EI-2023-13")
    for path in (*PATHS, "/tasks/", "/admin/projects/project/", change_url(project), "/api/v1/docs/"):
        page, quick = browser.get(path).content.decode(), Quick()
        assert told(quick, page) == told(Plain(), page), path
        size, left = size + len(page), left + quick.left
    assert size > 10**6
    assert left < size / 20


def test_of_what_is_not_plain_too() -> None:
    for page in NOT_PLAIN:
        for text in (page, f'<main class="a">{page}<p id="b">c</p></main>', f"<p {page}>", page.replace("a", TYPED)):
            assert told(Quick(), text) == told(Plain(), text), text
