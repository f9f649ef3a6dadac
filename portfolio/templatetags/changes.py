"""Template tags of the log: what a revision changed, by whom and why, each event one text since a page has fifty."""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from projects.pages import formatting, links
from projects.pages.changes.changelog_rows import ChangelogRow, Event, FieldChange
from projects.text import format_html, format_html_join

from .figures import dash
from .unbroken import unbroken

register = template.Library()
_EVENT = (
    '<li><p class="when"><time datetime="{}">{}</time>{}<span>{}{}</span>{}<span><a href="{}">{}</a></span></p>'
    "<div>{}{}{}{}</div></li>\n"
)
_KNOWN = '<span class="nw">{}</span>'
_TIMES = "<span>{}</span>"
_WHOLE = '<p><a href="{}">{}</a></p>'
_REASON = '<p class="muted">{}{}{}</p>'
_UNDONE = '<p class="muted"><a href="{}">{}</a></p>'
_LINE = '<p class="line"><b>{}</b>{}{}</p>{}\n'
_BESIDE = " · {}"
_LINK = '<a href="{}">{}</a>'
_UNDO = ' <a class="btn small" href="{}">{}<span class="vh"> {}</span></a>'
_CHANGE = "<p>{}{}{}</p>"
_BEFORE = "<del>{}</del>"
_AFTER = "<ins>{}</ins>"


@register.simple_tag
def logged(events: Iterable[Event]) -> SafeString:
    """The events of a log as the items of its list."""
    return format_html_join("", _EVENT, (_event(each) for each in events))


def _event(event: Event) -> tuple[object, ...]:
    when = timezone.localtime(event.when)
    known = _("known on %(day)s") % {"day": event.known_on.isoformat()} if event.known_on else ""
    saved = _("saved %(times)s times since %(since)s")
    times = {"times": event.times, "since": formatting.minute(event.since) if event.since else ""}
    return (
        *(f"{when:%Y-%m-%dT%H:%M:%S%z}", f"{when:%Y-%m-%d %H:%M}", format_html(_KNOWN, known) if known else ""),
        *(event.door, format_html(_BESIDE, event.who) if event.who else ""),
        format_html(_TIMES, saved % times) if event.times > 1 else "",
        *(event.url, _("revision %(number)s") % {"number": event.number}),
        format_html_join("", "{}", ((changed_record(line),) for line in event.lines)),
        format_html(_WHOLE, event.url, _("each of them")) if event.much else "",
        format_html(_REASON, _("Reason:"), formatting.space(), unbroken(event.reason)) if event.reason else "",
        undone(event),
    )


@register.simple_tag
def undone(event: Event) -> SafeString:
    """Which revision an event undid, and which ones undid it."""
    undoes, undone_by = _("undoes revision %(number)s"), _("undone by revision %(number)s")
    told = [(undoes, event.undoes)] if event.undoes else []
    rows = (
        (links.page("revision", str(number)), text % {"number": number})
        for text, number in [*told, *((undone_by, number) for number in event.undone_by)]
    )
    return format_html("{}\n", format_html_join("", _UNDONE, rows))


@register.simple_tag
def changed_record(line: ChangelogRow) -> SafeString:
    """What happened to a record, with the way to undo it for whoever may."""
    name = unbroken(line.name)
    if line.name and line.address:
        name = format_html(_LINK, line.address, name)
    undo = _("Restore") if line.restores else _("Undo")
    return format_html(
        _LINE,
        *(unbroken(line.title), format_html(_BESIDE, name) if line.name else ""),
        *(format_html(_UNDO, line.undo, undo, line.title) if line.undo else "", changed_fields(line.changes)),
    )


@register.simple_tag
def changed_fields(changes: Iterable[FieldChange]) -> SafeString:
    """The fields of a record before and after."""
    colon = _(": ")
    return format_html("{}\n", format_html_join("", _CHANGE, ((each.label, colon, _told(each)) for each in changes)))


def _told(change: FieldChange) -> SafeString:
    if change.before is None:
        return format_html(_AFTER, unbroken(change.after))
    if change.after is None:
        return format_html(_BEFORE, unbroken(change.before))
    before = format_html(_BEFORE, unbroken(change.before)) if change.before else dash(_("nothing"))
    after = format_html(_AFTER, unbroken(change.after)) if change.after else dash(_("nothing"))
    return format_html("{} → {}", before, after)
