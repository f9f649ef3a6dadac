"""The forms of a page, as a browser would send them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from typing import Any

NOT_SENT = {"submit", "button", "reset", "image", "file"}
CHOSEN = {"checkbox", "radio"}
IN_WORDS = ("_zh", "_en", "name", "label", "solver", "contact", "document", "reported_by", "reason")
SAVE_TOO = {"_addanother", "_continue"}  # what the first button of the administration does, and lead elsewhere


@dataclass
class Control:
    """One named element of a form. `kind` is its type, or its tag where it has none."""

    name: str
    kind: str
    value: str = ""
    options: list[tuple[str, bool]] = field(default_factory=list)  # of a select, with which are chosen
    is_chosen: bool = False
    is_multiple: bool = False

    def values(self) -> list[str]:
        """What is sent of it while nothing is typed."""
        if self.kind in NOT_SENT or (self.kind in CHOSEN and not self.is_chosen):
            return []
        if self.kind != "select":
            return [self.value]
        chosen = [value for value, is_chosen in self.options if is_chosen]
        return chosen if chosen or self.is_multiple else [value for value, _is in self.options[:1]]

    @property
    def is_typed(self) -> bool:
        return self.kind in {"text", "textarea", "search", "url", "email", "date", "number"}

    @property
    def is_in_words(self) -> bool:
        """Whether any words are right in it, as far as a browser knows."""
        return self.kind == "textarea" or (self.kind in ("text", "search") and self.name.endswith(IN_WORDS))


@dataclass
class Form:
    """`action` is where it is sent; empty for the address of its page. `method` is 'post' for one that writes."""

    action: str
    method: str = "post"
    controls: list[Control] = field(default_factory=list)

    def data(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for each in self.controls:
            if each.values():
                found.setdefault(each.name, []).extend(each.values())
        return found

    def named(self, name: str) -> list[Control]:
        return [each for each in self.controls if each.name == name]

    @property
    def buttons(self) -> list[tuple[str, str]]:
        return [(each.name, each.value) for each in self.controls if each.kind == "submit" and each.name]

    @property
    def shape(self) -> tuple[str, ...]:
        """What it asks for, without the numbers of rows and of records: forms of a shape are read once."""
        return tuple(sorted({numberless(each.name) for each in self.controls}))


def numberless(text: str) -> str:
    return re.sub(r"\d+", "#", text)


def _type(tag: str, given: dict[str, str]) -> str:
    if tag == "button":
        return given.get("type", "submit")
    return given.get("type", "text").lower() if tag == "input" else tag


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.by_id: dict[str, Form] = {}
        self.apart: list[tuple[str, Control]] = []  # named from outside of their form
        self.form: Form | None = None
        self.open: Control | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.form = Form(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self.form)
            self.by_id |= {given["id"]: self.form} if "id" in given else {}
        elif tag == "option" and self.open is not None:
            self.open.options.append((given.get("value", ""), "selected" in given))
        elif tag in ("input", "select", "textarea", "button") and given.get("name") and "disabled" not in given:
            made = Control(given["name"], _type(tag, given), given.get("value", "on" if "checked" in given else ""))
            made.is_chosen, made.is_multiple = "checked" in given, "multiple" in given
            self.open = made if tag in ("select", "textarea") else self.open
            if "form" in given:
                self.apart.append((given["form"], made))
            elif self.form is not None:
                self.form.controls.append(made)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        if tag in ("select", "textarea"):
            self.open = None

    def handle_data(self, data: str) -> None:
        if self.open is not None and self.open.kind == "textarea":
            self.open.value += data


def forms_of(page: str, *, method: str = "post") -> list[Form]:
    reader = _Reader()
    reader.feed(page)
    reader.close()
    for form, control in reader.apart:
        if form in reader.by_id:
            reader.by_id[form].controls.append(control)
    return [each for each in reader.forms if each.method == method]


def with_rows(form: Form) -> Form:
    """The form with the first two of the boxes by which rows of a list are chosen."""
    boxes = iter([each for each in form.controls if each.kind == "checkbox" and each.name == "_selected_action"][:2])
    chosen = {id(each) for each in boxes}
    return replace(
        form, controls=[replace(each, is_chosen=each.is_chosen or id(each) in chosen) for each in form.controls]
    )


def offers(form: Form, *, known: set[Any]) -> Iterator[dict[str, list[str]]]:
    """What is sent by one of each kind of its buttons, and for each action of a list that is not among the `known` ones."""
    form = with_rows(form)
    data = form.data()
    of_a_kind = {numberless(f"{name}={value}"): (name, value) for name, value in form.buttons}
    buttons = [each for each in of_a_kind.values() if each[0] not in SAVE_TOO]
    for name, value in buttons or [("", "")]:
        yield data | ({name: [value]} if name else {})
    for action in {value for each in form.named("action") for value, _is in each.options if value} - known:
        known.add(action)
        yield data | {"action": [action]}
