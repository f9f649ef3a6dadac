"""Two people in one form of the administration: the other one's change, and what the browser sends of the conflict."""

from __future__ import annotations

from django.utils import translation

from projects.history.revisions import create_revision


def change(record, *, by=None, reason="", **values):
    """Somebody else saves the record meanwhile."""
    stored = type(record).objects.get(pk=record.pk)
    with create_revision(user=by, reason=reason):
        for name, value in values.items():
            setattr(stored, name, value)
        stored.save()
    return stored


def sent(page, reason="ProposedValue the bureau.", **choices):
    """What the browser sends from the page of a conflict; `choices` by the key of a line."""
    context = page.context
    data = {}
    for name, value in context["carried"]:
        data.setdefault(name, []).append(value)
    data |= {"_opened": context["opened"], "_seen": context["now"], "_merge_reason": reason}
    for line in context["lines"]:
        data[f"_their-{line.key}"] = line.their_mark
        chosen = choices.get(line.key, line.chosen)
        if chosen:
            data[line.radio] = str(chosen)
    return data


def lines(page):
    """By key: who changed it, and what is chosen."""
    with translation.override("en"):
        return {line.key: (line.changed_by, str(line.chosen or "")) for line in page.context["lines"]}
