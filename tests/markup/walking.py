"""Everything that somebody can read: each page, what each of its forms answers, and where that leads."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.db import transaction
from django.test import Client
from django.urls import resolve

from . import addresses
from .addresses import Route
from .forms import Form, forms_of, offers
from .texts import OVERRIDE

Answered = tuple[str, Any]  # what was asked, and its answer


def is_page(answer: Any) -> bool:
    return not answer.streaming and answer.get("Content-Type", "").startswith("text/html")


def routes_of_people() -> list[Route]:
    return [each for each in addresses.routes() if each.pattern not in addresses.NO_PAGES and not each.is_of_systems]


def routes_by_reader(readers: int) -> list[list[Route]]:
    """Return the routes of each of so many readers: every route for one of them."""
    return [routes_of_people()[reader::readers] for reader in range(readers)]


def pages(
    browser: Client,
    user: Any,
    *,
    language: str,
    most: int = 99,
    but: Collection[str] = (),
    routes: Iterable[Route] | None = None,
) -> Iterator[Answered]:
    """Every address that is made for people, `most` of each kind, whatever this one is answered there.

    `but` are patterns that are left out; `routes` alone are asked where they are given.
    """
    for route in routes_of_people() if routes is None else routes:
        if route.pattern in but:
            continue
        for address in addresses.filled(route, user)[:most]:
            asked = f"{address}{'&' if '?' in address else '?'}lang={language}"
            yield asked, browser.get(asked)


def question_answers(browser: Client, user: Any, *, typed: str, language: str) -> Iterator[Answered]:
    """What is said to a text in each field of a form that only asks."""
    for path, answer in pages(browser, user, language=language, most=1, routes=routes_of_people()[::4]):
        for form in forms_of(answer.content.decode(), method="get") if is_page(answer) else []:
            data = form.data() | {
                each.name: [typed] for each in form.controls if each.is_typed or each.kind == "select"
            }
            address = urlsplit(urljoin(path, form.action)).path
            yield address, browser.get(address, data | {"lang": language, typed: typed})


def forms_of_pages(
    browser: Client,
    user: Any,
    *,
    language: str,
    known: set[Any],
    by_role: bool = False,
    routes: Iterable[Route] | None = None,
) -> Iterator[tuple[str, Form, list[Any]]]:
    """Each form once, with where it is sent; and a list to which further answers, whose forms count too, are added.

    `known` are the shapes of those that have been given before. The history of a record is not opened,
    which has none but those of the frame, nor, unless it is wanted `by_role`, a page of which another was given one.
    """
    histories = {each.pattern for each in routes_of_people() if each.pattern.endswith("/history/")}
    given = set() if by_role else {each[0] for each in known}
    left_out = histories | given
    answers = list(pages(browser, user, language=language, most=1, but=left_out, routes=routes))
    for path, answer in answers:  # which grows on the way
        for form in forms_of(answer.content.decode()) if is_page(answer) else []:
            address = urljoin(path, form.action)
            route = resolve(urlsplit(address).path).route
            shape = (route, form.shape)
            if shape not in known and route not in addresses.NO_PAGES:
                known.add(shape)
                yield address, form, answers


def form_answers(
    browser: Client, user: Any, *, typed: str, language: str, known: set[Any], routes: Iterable[Route]
) -> Iterator[Answered]:
    """What comes of each form, typed into or sent by one of its other buttons. Nothing of it stays."""
    found = forms_of_pages(browser, user, language=language, known=known, by_role=True, routes=routes)
    for address, form, answers in found:
        for asked, answer in _sent(browser, address, form, typed, known):
            yield asked, answer
            if is_page(answer):
                answers.append((address, answer))


def _sent(browser: Client, address: str, form: Form, typed: str, known: set[Any]) -> Iterator[Answered]:
    first, *others = offers(form, known=known)
    sent = [first, first | {each.name: [typed] for each in form.controls if each.is_typed}, *others]
    if form.named("_opened"):
        words = typed.replace(OVERRIDE, "")
        sent.append(first | {"_opened": ["1"]} | {each.name: [words] for each in form.controls if each.is_in_words})
    for data in sent[1::3]:
        cookies = browser.cookies.copy()
        with transaction.atomic():
            answer = browser.post(address, data)
            yield f"POST {address}", answer
            if answer.status_code == 302 and answer["Location"].startswith("/"):
                yield f"POST {address} → {answer['Location']}", browser.get(answer["Location"])
            transaction.set_rollback(True)
        browser.cookies = cookies  # a form may have ended the session
