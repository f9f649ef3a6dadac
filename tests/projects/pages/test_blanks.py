"""Chinese sentences have no blank beside a full-width mark, between two of their words, or before a link in them."""

from __future__ import annotations

import re
from html import unescape

import pytest

from tests.pages import PATHS

pytestmark = [pytest.mark.django_db, pytest.mark.no_database]

MORE = (
    *("/compare/?since=r1", "/compare/?since=r1&as_of=r2", "/projects/?search=zzzz", "/figures/total_investment/"),
    *("/?through=2023-07", "/league/?by=prefecture&through=2023-07", "/attention/?through=2023-07"),
)
_HAN, _MARK = "[\u4e00-\u9fff]", "[\uff00-\uffef\u3001-\u303f\u201c\u201d]"
# what stands beside a separator is a text of its own
_STRAY = re.compile(f"{_MARK} +(?![ ·])|(?<![ ·]) +{_MARK}|{_HAN} +{_HAN}")
_IN_A_SENTENCE = re.compile(f"[，。][^<>]*{_HAN} +<a [^>]*>{_HAN}")
_WITHOUT_WORDS = re.compile(r"<(script|style|title)\b.*?</\1>", re.DOTALL)  # titles in drawings are a name and a value
_TAG = re.compile(r"<[^>]*>")


def stray(html: str) -> list[str]:
    """Texts of a page with such a blank."""
    words = _WITHOUT_WORDS.sub("", html)
    texts = [unescape(text).strip() for text in _TAG.split(words)]
    return [text for text in texts if _STRAY.search(text)] + _IN_A_SENTENCE.findall(words)


@pytest.mark.parametrize("path", [*PATHS, *MORE])
def test_no_chinese_sentence_has_a_stray_blank(path, public_read, register, client):
    html = client.get(f"{path}{'&' if '?' in path else '?'}lang=zh-hans").content.decode()
    assert stray(html) == []


def test_such_a_blank_is_found():
    for text in ("自 2023（修订 1） 以来", "金额单位 亿元", "没有， 有", "去掉一个，或 <a href='/'>清除</a>"):
        assert stray(f"<p>{text}</p>"), text
    assert not stray("<p>完成 158.9 亿元（1–6月） · 报道</p><b>公布</b> <a href='/'>超过</a>")
