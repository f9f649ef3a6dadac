"""Those who can be written to."""

import pytest


@pytest.fixture
def reached(changsha_writer, zhuzhou_writer, province):
    """The people of the round, each with an address, who read English."""
    for user in (changsha_writer, zhuzhou_writer, province):
        user.email, user.language = f"{user.username}@example.org", "en"
        user.save()
