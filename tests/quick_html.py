"""html.parser, several times as quick where a page is plain: the tests read many thousand pages.

Tags whose attributes have double quotes or no value, simple comments, and the text between them can be read in one way
only. What is anything else, markup that somebody typed first of all, is read by html.parser itself, from there to the end of
the page; so is what has rules of its own, as a script. `test_quick_html.py` compares the two.
"""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser

Attributes = list[tuple[str, str | None]]

_PLAIN = re.compile(
    r'<(/?)([a-zA-Z][a-zA-Z0-9]*)((?:[ \t\r\n\f]+[a-zA-Z_][-a-zA-Z0-9_:.]*(?:="[^"]*")?)*)[ \t\r\n\f]*(/?)>|<!--[^-<>]+-->'
)
_ATTRIBUTE = re.compile(r'([a-zA-Z_][-a-zA-Z0-9_:.]*)(?:="([^"]*)")?')
_HEAD = re.compile(r"\s*<!doctype html>", re.IGNORECASE)
_OF_THEIR_OWN = ["script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes", "plaintext"]
_MOST = 20_000  # of a frame, a table or a form the same come again and again


class _OfATag(HTMLParser):
    """Reads one start tag."""

    def handle_starttag(self, _tag: str, attrs: Attributes) -> None:
        self.attributes = attrs


class QuickParser(HTMLParser):
    """Calls the same methods as html.parser, in the same order, for a page that is fed whole."""

    _known: dict[str, Attributes] = {}  # by what stands in a start tag behind its name

    def feed(self, data: str) -> None:
        head = _HEAD.match(data)
        if head:
            super().feed(head[0])
        place = self._read(data, head.end() if head else 0)
        if place < len(data):
            super().feed(data[place:])

    def _read(self, page: str, place: int) -> int:
        """From there up to where the page is plain."""
        plain_at = _PLAIN.match
        while (begun := page.find("<", place)) >= 0 and (found := plain_at(page, begun)):
            closing, name, said, closed = found.groups()
            tag = name.lower() if name else ""
            if closing and (said or closed):
                break
            if begun > place:
                text = page[place:begun]
                self.handle_data(unescape(text) if "&" in text else text)
            place = found.end()
            if not tag:
                self.handle_comment(found[0][4:-3])
            elif closing:
                self.handle_endtag(tag)
            elif tag in _OF_THEIR_OWN:
                place = self._read_whole(page, begun, tag)
                if self.rawdata:  # it is not at an end
                    break
            elif closed:
                self.handle_startendtag(tag, _attributes(said, self._known))
            else:
                self.handle_starttag(tag, _attributes(said, self._known))
        return place

    def _read_whole(self, page: str, begun: int, tag: str) -> int:
        """The element as html.parser reads it, or the rest of the page where it has no end; up to there."""
        ended = re.compile(f"</{tag}>", re.IGNORECASE).search(page, begun)
        place = ended.end() if ended else len(page)
        super().feed(page[begun:place])
        return place


def _attributes(said: str, known: dict[str, Attributes]) -> Attributes:
    if not said:
        return []
    if said not in known:
        if len(known) > _MOST:
            known.clear()
        known[said] = _read_attributes(said)
    return list(known[said])


def _read_attributes(said: str) -> Attributes:
    if "&" not in said:
        return [(each[1].lower(), each[2]) for each in _ATTRIBUTE.finditer(said)]
    reader = _OfATag()  # each version of Python has its own rules for entities here
    reader.feed(f"<a{said}>")
    return reader.attributes
