"""Two forms of `/tokens/add/` at the same moment, each found in order before either has made its token."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from portfolio.accounts.token_form import TokenForm
from portfolio.models import ApiToken

from .test_tokens import ADD, typed


@pytest.fixture
def at_once(live_register: None, province: Any, client_of: Any, monkeypatch: Any) -> Callable[..., list[int]]:
    """The statuses of two forms that are sent together, in order of number."""
    both, made = threading.Barrier(2), TokenForm.made

    def made_together(form: TokenForm) -> Any:
        both.wait(30)
        return made(form)

    def sent(*forms: dict[str, str]) -> list[int]:
        statuses: list[int] = []
        threads = [threading.Thread(target=send, args=[each, statuses]) for each in forms]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        return sorted(statuses)

    def send(form: dict[str, str], statuses: list[int]) -> None:
        try:
            statuses.append(client_of(province).post(ADD, form).status_code)
        finally:
            connection.close()

    monkeypatch.setattr(TokenForm, "made", made_together)
    return sent


def test_one_form_makes_one_token(at_once):
    form = typed()
    assert at_once(form, form) == [200, 302]
    assert ApiToken.objects.count() == 1


def test_two_forms_for_the_last_place_make_one_token(at_once, monkeypatch):
    monkeypatch.setattr("portfolio.accounts.token_form.MOST_USABLE", 1)
    assert at_once(typed(), typed()) == [200, 422]
    assert ApiToken.objects.count() == 1
