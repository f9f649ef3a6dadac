"""What the page for what is not found says to whoever is signed in and sees less than strangers."""

from __future__ import annotations

from typing import Any

import pytest

PATH = "/projects/HN-EI-2023-39/"  # of Zhuzhou
SAYS = "without signing in"


@pytest.mark.parametrize(("public", "is_said"), [(True, True), (False, False)])
def test_who_sees_less_than_strangers_is_told(
    public: bool, is_said: bool, client_of: Any, changsha_reader: Any, settings: Any
) -> None:
    settings.PUBLIC_READ = public
    answer = client_of(changsha_reader).get(PATH, {"lang": "en"})
    assert answer.status_code == 404
    assert (SAYS in answer.content.decode()) == is_said


def test_who_sees_all_is_told_nothing(client_of: Any, province: Any, settings: Any) -> None:
    settings.PUBLIC_READ = True
    answer = client_of(province).get("/projects/HN-EI-2023-99/", {"lang": "en"})
    assert answer.status_code == 404
    assert SAYS not in answer.content.decode()
