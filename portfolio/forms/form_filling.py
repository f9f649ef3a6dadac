"""Filling a form of a finished page with what was typed into it before, whichever form and page it is.

The page is read as a browser reads it, and nothing is changed but the values of the form's own fields: so no view has to
know of it. Fields that say which version of a record the form was opened with get that version again, so that a change of
somebody else in between is still a conflict.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from django.template.loader import render_to_string

_NOT_FILLED = frozenset({"csrfmiddlewaretoken", "opened_by"})
_NO_VALUES = frozenset({"submit", "button", "reset", "image", "file", "password"})
_ROWS = ("-TOTAL_FORMS", "-INITIAL_FORMS")  # how many rows the page has, not how many it had
Attributes = dict[str, str | None]


@dataclass(frozen=True)
class TypedForm:
    """What was sent to an address: texts by name of the field."""

    path: str
    typed: Mapping[str, Sequence[str]]


@dataclass
class _Control:
    """A field of a page: where its tag stands in the text, and of a text area and a select what stands inside."""

    tag: str
    attributes: Attributes
    start: int
    end: int
    inner_end: int = 0
    options: list[_Control] = field(default_factory=list)
    details: list[_Control] = field(default_factory=list)  # that it is folded into

    @property
    def name(self) -> str:
        return self.attributes.get("name") or ""

    @property
    def kind(self) -> str:
        return (self.attributes.get("type") or "text").lower() if self.tag == "input" else self.tag


@dataclass
class _Form:
    attributes: Attributes
    start: int
    controls: list[_Control] = field(default_factory=list)
    details: list[_Control] = field(default_factory=list)

    def fits(self, form: TypedForm) -> int:
        """How well it is the form that was sent; 0 if it is another."""
        action = urlsplit(urljoin(form.path, self.attributes.get("action") or form.path)).path
        if (self.attributes.get("method") or "").lower() != "post" or action != urlsplit(form.path).path:
            return 0
        points = 0
        for each in self.controls:
            sent = form.typed.get(each.name)
            if sent is not None and each.name not in _NOT_FILLED:
                points += 3 if each.kind == "hidden" and each.attributes.get("value") in sent else 1
        return points


def filled(page: str, form: TypedForm) -> str | None:
    """The page with its form filled in, and a word about it above; None where it has no such form."""
    reader = _Reader(page)
    found = max(reader.forms, key=lambda each: each.fits(form), default=None)
    if found is None or not found.fits(form):
        return None
    edits = [edit for each in found.controls for edit in _edits(each, form.typed)]
    edits += [
        (each.start, each.end, _tag(each.tag, each.attributes | {"open": None})) for each in _unfolded(found, form)
    ]
    lost = _without_a_place(found, form)
    edits.append((found.start, found.start, render_to_string("frame/_form_again.html", {"lost": lost})))
    for start, end, text in sorted(edits, reverse=True):
        page = f"{page[:start]}{text}{page[end:]}"
    return page


def _without_a_place(found: _Form, form: TypedForm) -> list[str]:
    """What was typed and has no field on the page any more, such as in a row that was added: it is said to be copied."""
    names = {each.name for each in found.controls}
    lost = [text for name, texts in form.typed.items() if name not in names for text in texts]
    return [text for text in lost if text.strip()]


def _unfolded(found: _Form, form: TypedForm) -> list[_Control]:
    """What has to be open for the form, and all that was typed into it, to be seen."""
    typed = [each for each in found.controls if each.kind != "hidden" and any(form.typed.get(each.name, ()))]
    every = [*found.details, *(details for each in typed for details in each.details)]
    return list({each.start: each for each in every}.values())


def _edits(control: _Control, typed: Mapping[str, Sequence[str]]) -> list[tuple[int, int, str]]:
    if not control.name or control.name in _NOT_FILLED or control.kind in _NO_VALUES or control.name.endswith(_ROWS):
        return []
    texts, is_sent = typed.get(control.name, ()), control.name in typed
    if control.kind in ("checkbox", "radio"):
        return [_marked(control, "checked", is_marked=(control.attributes.get("value") or "on") in texts)]
    if control.tag == "select":
        return [_marked(each, "selected", is_marked=_value_of(each) in texts) for each in control.options if is_sent]
    if not is_sent:
        return []
    if control.tag == "textarea":
        first = "\n" if texts[-1][:1] in "\r\n" else ""  # a browser drops the first line break
        return [(control.end, control.inner_end, first + escape(texts[-1]))]
    return [(control.start, control.end, _tag("input", control.attributes | {"value": texts[-1]}))]


def _value_of(option: _Control) -> str:
    return option.attributes.get("value") or ""


def _marked(control: _Control, name: str, *, is_marked: bool) -> tuple[int, int, str]:
    attributes = {key: value for key, value in control.attributes.items() if key != name}
    return control.start, control.end, _tag(control.tag, attributes | ({name: None} if is_marked else {}))


def _tag(tag: str, attributes: Attributes) -> str:
    written = [key if value is None else f'{key}="{escape(value)}"' for key, value in attributes.items()]
    return f"<{' '.join([tag, *written])}>"


class _Reader(HTMLParser):
    """The forms of a page with their fields, and where each stands in its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[_Form] = []
        self._open: _Form | None = None
        self._inside: _Control | None = None  # a text area or a select
        self._details: list[_Control] = []
        self._lines = [0]
        for line in page.split("\n"):
            self._lines.append(self._lines[-1] + len(line) + 1)
        self.feed(page)

    @property
    def _here(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        start = self._here
        end, details = start + len(self.get_starttag_text() or ""), list(self._details)
        here = _Control(tag, dict(attrs), start, end, details=details)
        if tag == "form":
            self._open = _Form(dict(attrs), start, details=details)
            self.forms.append(self._open)
        elif tag == "details":
            self._details.append(here)
        elif tag == "option" and self._inside is not None:
            self._inside.options.append(here)
        elif tag in ("input", "select", "textarea") and self._open:
            self._open.controls.append(here)
            self._inside = here if tag != "input" else self._inside
        elif tag == "button" and self._open:
            here.attributes["type"] = "submit"
            self._open.controls.append(_Control("input", here.attributes, start, here.end))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "details" and self._details:
            self._details.pop()
        elif tag in ("select", "textarea") and self._inside is not None:
            self._inside.inner_end, self._inside = self._here, None
