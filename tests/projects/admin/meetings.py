"""Two people in one form of the administration: the other one's change, and what the form says of it."""

from __future__ import annotations

from projects.history.revisions import create_revision
from tests.projects.admin.forms import errors_of


def change(record, *, by=None, reason="", **values):
    """Somebody else saves the record meanwhile."""
    stored = type(record).objects.get(pk=record.pk)
    with create_revision(user=by, reason=reason):
        for name, value in values.items():
            setattr(stored, name, value)
        stored.save()
    return stored


def notes(page):
    """By field what the form that is shown again says of it; the whole must say that somebody saved meanwhile."""
    errors = errors_of(page)
    assert "Somebody changed this record after you opened it" in errors.pop("__all__")[0]
    return {name: texts[0].removeprefix("Stored now: ") for name, texts in errors.items()}
