"""Page `/changes/`: the log of changes, searchable, newest first, a page of revisions at a time that never shifts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.access import get_access
from projects.changes.differences import ComparedPart, parts_of
from projects.changes.kinds import Kind, get_readable_kinds, hidden_fields
from projects.changes.search import (
    CHANGED,
    CREATED,
    DELETED,
    ChangelogPage,
    ChangelogQuery,
    fold_drafts,
    get_changelog_page,
)
from projects.choices import Channel
from projects.models.fields import normalised_code
from projects.models.form_fields import DayField
from projects.text import LARGEST_KEY, listing
from projects.totals.programmes import get_reader
from projects.totals.scope import Scope

from .. import formatting, links
from ..decorators import get_choice_parameter, page
from ..downloads import table_download
from ..frame import reach_menu, visible_part
from ..parameters import accepts_parameters
from ..tables import FIELDS, FILES, FORMAT, Column, NumberColumn, Table
from .events import ChangelogRow, Event, FieldChange, build_events
from .revision import with_undo

MOST_REVISIONS = 4_000  # so many fit on a sheet, whatever each of them changed
_AT_ONCE = 100
ANY = ("", gettext_lazy("any"))
EVENTS = {"created": CREATED, "changed": CHANGED, "deleted": DELETED}
EVENT_CHOICES = [
    ("created", gettext_lazy("created")),
    ("changed", gettext_lazy("changed")),
    ("deleted", gettext_lazy("deleted")),
]
_SHOWN = ("record", "kind", "field", "event", "who", "door", "since", "until")
_NOT_SHOWN = ("project", "key")  # set by links, shown as chips


class LogForm(forms.Form):
    """All optional. `field` names a kind and one of its fields: 'project.total_investment'."""

    record = forms.CharField(label=gettext_lazy("Record"), max_length=100)
    kind = forms.ChoiceField(label=gettext_lazy("Kind of record"))
    field = forms.ChoiceField(label=gettext_lazy("Field"))
    event = forms.ChoiceField(label=gettext_lazy("What happened"), choices=[ANY, *EVENT_CHOICES])
    who = forms.CharField(label=gettext_lazy("Person"), max_length=100)
    door = forms.ChoiceField(label=gettext_lazy("Channel"), choices=[ANY, *Channel.choices])
    since = DayField(label=gettext_lazy("From"))
    until = DayField(label=gettext_lazy("To"))
    project = forms.CharField(label=gettext_lazy("Project"), max_length=40)
    key = forms.IntegerField(label=gettext_lazy("Number of the record"), min_value=1, max_value=LARGEST_KEY)
    before = forms.IntegerField(min_value=1, max_value=LARGEST_KEY)
    after = forms.IntegerField(min_value=0, max_value=LARGEST_KEY)

    def __init__(self, data: Any, *, kinds: Iterable[Kind], user: Any) -> None:
        super().__init__(data)
        public = get_access(user).public
        if public:  # who is never told to the public, so it cannot be asked either
            del self.fields["who"]
        for field in self.fields.values():
            field.required = False
        self.by_name = {kind.name: kind for kind in kinds}
        self.parts = {
            f"{kind.name}.{part.name}": (kind, part)
            for kind in kinds
            for hidden in [hidden_fields(kind, user)]
            for part in parts_of(kind.model)
            if part.name not in hidden
        }
        self.fields["kind"].choices = [
            ANY,
            *((name, formatting.sentence_case(kind.label)) for name, kind in self.by_name.items()),
        ]
        self.fields["field"].choices = [ANY, *self._fields()]
        self.fields["record"].widget.attrs["placeholder"] = _("Code or name")

    def _fields(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Return the fields by kind; of a chosen kind only its own."""
        chosen = self.by_name.get(self.data.get("kind", ""))
        groups: dict[str, list[tuple[str, str]]] = {}
        for value, (kind, part) in self.parts.items():
            if chosen in (None, kind) or self.data.get("field") == value:
                groups.setdefault(formatting.sentence_case(kind.label), []).append((value, part.label))
        return list(groups.items())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("since") and cleaned.get("until") and cleaned["until"] < cleaned["since"]:
            self.add_error("until", _("The last day cannot be before the first."))
        if cleaned.get("key") and not cleaned.get("kind"):
            self.add_error("key", _("A number names a record only together with its kind."))
        if cleaned.get("before") and cleaned.get("after") is not None:
            self.add_error("after", _("Give only one of “before” and “after”."))
        field = cleaned.get("field")
        if field and cleaned.get("kind") not in ("", None, field.partition(".")[0]):
            self.add_error("field", _("This field belongs to another kind of record."))
        return cleaned


@page
@accepts_parameters(*LogForm.base_fields, *FILES, asks=False, **{FIELDS: ("all",)})
def changes(request: HttpRequest) -> HttpResponse:
    """List the revisions that the query chooses. Wrong conditions are 400."""
    query, form = get_log_query(request)
    chips = _chips(request, form)
    before, after = form.cleaned_data["before"], form.cleaned_data["after"]
    answer = get_changelog_page(query, before=before, after=after)
    lines = _get_lines(query) if request.GET.get(FORMAT) else answer.groups
    conditions = [chip.label for chip in chips]
    note = _too_many(query) if request.GET.get(FORMAT) else ""
    table = Table(
        request, "changes", _("Log of changes"), _columns(), lines, order="", note=note, conditions=conditions
    )
    if file := table_download(request, Scope(user=query.user, programme=None), [table]):
        return file
    events = build_events(fold_drafts(answer.groups), query.user)
    context = {
        "events": with_undo(events, query.user, happened=(DELETED,)),
        "form": form,
        "shown_fields": [form[name] for name in _SHOWN if name in form.fields],
        # a new search keeps the conditions that the form does not show
        "carried": [(name, form.cleaned_data[name]) for name in _NOT_SHOWN if form.cleaned_data[name]],
        "chips": chips,
        "files": table.files,
        "clear_url": request.path,
        "visible": _visible(query.user),
        "reach": reach_menu(request),
        **_pages(request, answer),
    }
    return render(request, "changes/changes.html", context)


def get_log_query(request: HttpRequest) -> tuple[ChangelogQuery, LogForm]:
    """Return the checked query of the address with its form. Raises `ValidationError` by parameter."""
    reader = get_reader(request)
    kinds = get_readable_kinds(reader)
    if get_access(reader).public and request.GET.get("who"):
        raise ValidationError({"who": _("The public is not told who changed what, so it cannot ask for it.")})
    form = LogForm(request.GET, kinds=kinds, user=reader)
    for name in ("kind", "event", "door"):
        get_choice_parameter(request, name, tuple(value for value, _label in form.fields[name].choices))
    if not form.is_valid():
        raise ValidationError({name: errors.data for name, errors in form.errors.items()})
    typed = form.cleaned_data
    part: tuple[Kind, ComparedPart] | None = form.parts.get(typed["field"])
    chosen = part[0] if part else form.by_name.get(typed["kind"])
    query = ChangelogQuery(
        user=reader,
        kinds=(chosen,) if chosen else tuple(kinds),
        who=typed.get("who", "").strip(),
        record=typed["record"].strip(),
        code=normalised_code(typed["record"]),
        project=normalised_code(typed["project"]),
        key=typed["key"],
        part=part[1] if part else None,
        event=EVENTS.get(typed["event"], ""),
        door=typed["door"],
        since=typed["since"],
        until=typed["until"],
    )
    return query, form


def _chips(request: HttpRequest, form: LogForm) -> list[links.PageLink]:
    """Return the conditions in words, each with the address without it."""
    chips = []
    for name, field in form.fields.items():
        value = form.cleaned_data.get(name)
        if name in ("before", "after") or value in ("", None):
            continue
        text = str(dict(getattr(field, "choices", ())).get(value, value))
        if name == "field":
            kind, part = form.parts[value]
            text = f"{formatting.sentence_case(kind.label)} · {part.label}"
        label = _("%(filter)s: %(value)s") % {"filter": field.label, "value": text}
        chips.append(links.PageLink(label, links.same_page(request, without=(name, "before", "after"))))
    return chips


def _pages(request: HttpRequest, answer: ChangelogPage) -> dict[str, Any]:
    """Return the addresses of the neighbouring pages; empty at the ends."""

    def page_url(**place: int | None) -> str:
        given = {name: str(number) for name, number in place.items() if number is not None}
        return links.same_page(request, without=("before", "after"), **given) if given else ""

    newest = links.same_page(request, without=("before", "after"))
    return {"older_url": page_url(before=answer.older), "newer_url": page_url(after=answer.newer), "newest_url": newest}


def _visible(user: Any) -> str:
    """Return what the reader does not see here, in words; empty for whoever sees all."""
    access = get_access(user)
    if access.public:
        return _("Persons, reasons and reports that are not approved are not shown to the public.")
    if access.reads_all or not access.places:
        return ""
    return visible_part(Scope(user=user, programme=None))


@dataclass(frozen=True)
class LogLine:
    """A line of the file: a field that an event changed, or a record that was made or removed."""

    event: Event
    row: ChangelogRow
    change: FieldChange | None


def _get_lines(query: ChangelogQuery) -> list[LogLine]:
    """Return the lines of the newest revisions; drafts that the page folds are lines one by one."""
    lines: list[LogLine] = []
    before: int | None = None
    for _turn in range(MOST_REVISIONS // _AT_ONCE):
        answer = get_changelog_page(query, before=before, size=_AT_ONCE)
        lines += [
            LogLine(event, row, change)
            for event in build_events(answer.groups, query.user)
            for row in event.lines
            for change in (*row.changes,) or (None,)
        ]
        before = answer.older
        if before is None:
            break
    return lines


def _too_many(query: ChangelogQuery) -> str:
    if query.revisions().order_by()[: MOST_REVISIONS + 1].count() <= MOST_REVISIONS:
        return ""
    text = _("The newest %(most)s revisions. For those before them ask until an earlier day.")
    return text % {"most": formatting.count(MOST_REVISIONS)}


def _columns() -> list[Column]:
    def get_change_value(name: str) -> Any:
        return lambda line: line.change and getattr(line.change, name)

    def column(label: str, value: Any, kind: type[Column] = Column, *, every_field: bool = False) -> Column:
        return kind(name="", label=label, value=value, every_field=every_field)

    return [
        column(_("Revision"), lambda line: line.event.revision.number, NumberColumn),
        column(_("Recorded at"), lambda line: formatting.minute(line.event.revision.created_at)),
        column(_("known on"), lambda line: line.event.revision.known_on),
        column(_("Channel"), lambda line: line.event.revision.get_door_display()),
        column(_("Person"), lambda line: line.event.who),
        column(_("Reason"), lambda line: line.event.reason),
        column(_("What happened"), lambda line: line.row.title),
        column(_("Record"), lambda line: line.row.name),
        column(_("Field"), get_change_value("label")),
        column(_("Before"), get_change_value("before")),
        column(_("After"), get_change_value("after")),
        column(_("Undoes revision"), lambda line: line.event.revision.undoes_id, NumberColumn),
        column(
            _("Address of the revision"),
            lambda line: links.page("revision", str(line.event.revision.number)),
            every_field=True,
        ),
        column(_("Address of the record"), lambda line: line.row.address, every_field=True),
        column(_("Undone by revisions"), lambda line: listing(map(str, line.event.undone_by)), every_field=True),
    ]
