"""One form of `/tokens/add/` sent twice at the same moment makes one token."""

from __future__ import annotations

import threading
from typing import Any

from django.db import connection

from portfolio.models import ApiToken

from .test_tokens import ADD, typed


def test_one_form_makes_one_token(live_register: None, province: Any, client_of: Any) -> None:
    both, statuses = threading.Barrier(2), []

    def send() -> None:
        try:
            browser = client_of(province)
            both.wait(30)
            statuses.append(browser.post(ADD, typed()).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _time in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(statuses) == [200, 422]
    assert ApiToken.objects.count() == 1
