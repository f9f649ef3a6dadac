"""The first screen of a past day, of a register that was moved in with its past."""

from __future__ import annotations

from .test_first_screen import heading, not_concluded, pytestmark  # noqa: F401


def test_a_past_day_says_that_it_is_not_today(public_read, moved_in, client):
    said = not_concluded(client, as_of="2023-05-20")
    assert "How it stands today shown is what was known on 2023-05-20" in said
    said = heading(client, as_of="2023-05-20")
    assert said.startswith(
        "The list has 40 projects of 42 announced: 2 are missing. By illustrative data: January to April"
    )
