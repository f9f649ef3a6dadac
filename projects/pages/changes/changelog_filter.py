"""Filter of the log: a form of few fields, each checked, every choice one that the reader may see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.access import get_access
from projects.changes.differences import ComparedPart, parts_of
from projects.changes.kinds import Kind, get_readable_kinds, hidden_fields
from projects.changes.search import CHANGED, CREATED, DELETED, ChangelogQuery
from projects.choices import Channel
from projects.models.fields import normalised_code
from projects.models.form_fields import DayField
from projects.text import LARGEST_KEY

from .. import formatting, links
from ..decorators import one_of

ANY = ("", gettext_lazy("any"))
EVENTS = {"created": CREATED, "changed": CHANGED, "deleted": DELETED}
EVENT_CHOICES = [
    ("created", gettext_lazy("created")),
    ("changed", gettext_lazy("changed")),
    ("deleted", gettext_lazy("deleted")),
]
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
        for each in self.fields.values():
            each.required = False
        self.by_name = {kind.name: kind for kind in kinds}
        self.parts = {
            f"{kind.name}.{part.name}": (kind, part)
            for kind in kinds
            for hidden in [hidden_fields(kind, user)]
            for part in parts_of(kind.model)
            if part.name not in hidden
        }
        self.fields["kind"].choices = [ANY, *((name, _case(kind.label)) for name, kind in self.by_name.items())]
        self.fields["field"].choices = [ANY, *self._fields()]
        self.fields["record"].widget.attrs["placeholder"] = _("Code or name")

    def _fields(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Fields by kind; of a chosen kind only its own."""
        chosen = self.by_name.get(self.data.get("kind", ""))
        groups: dict[str, list[tuple[str, str]]] = {}
        for value, (kind, part) in self.parts.items():
            if chosen in (None, kind) or self.data.get("field") == value:
                groups.setdefault(_case(kind.label), []).append((value, part.label))
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


@dataclass(frozen=True)
class AskedPage:
    """A checked question with the form that it came by, and where in the answer to begin."""

    question: ChangelogQuery
    form: LogForm
    before: int | None
    after: int | None


def asked(request: HttpRequest) -> AskedPage:
    """Raises `ValidationError` by parameter."""
    kinds = get_readable_kinds(request.user)
    if get_access(request.user).public and request.GET.get("who"):
        raise ValidationError({"who": _("The public is not told who changed what, so it cannot ask for it.")})
    form = LogForm(request.GET, kinds=kinds, user=request.user)
    for name in ("kind", "event", "door"):
        one_of(request, name, tuple(value for value, _label in form.fields[name].choices))
    if not form.is_valid():
        raise ValidationError({name: errors.data for name, errors in form.errors.items()})
    typed = form.cleaned_data
    part: tuple[Kind, ComparedPart] | None = form.parts.get(typed["field"])
    chosen = part[0] if part else form.by_name.get(typed["kind"])
    question = ChangelogQuery(
        user=request.user,
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
    return AskedPage(question, form, typed["before"], typed["after"])


def chips(request: HttpRequest, form: LogForm) -> list[links.PageLink]:
    """The conditions in words, each with the address without it."""
    found = []
    for name, field in form.fields.items():
        value = form.cleaned_data.get(name)
        if name in ("before", "after") or value in ("", None):
            continue
        text = str(_labels(field).get(value, value)) if hasattr(field, "choices") else str(value)
        if name == "field":
            kind, part = form.parts[value]
            text = f"{_case(kind.label)} · {part.label}"
        label = _("%(filter)s: %(value)s") % {"filter": field.label, "value": text}
        found.append(links.PageLink(label, links.same_page(request, without=(name, "before", "after"))))
    return found


def _labels(field: Any) -> dict[str, Any]:
    return {value: label for value, label in field.choices if not isinstance(label, list | tuple)}


def carried(form: LogForm) -> list[tuple[str, Any]]:
    """What a new search carries along of the address: the conditions that the form does not show."""
    return [(name, form.cleaned_data[name]) for name in _NOT_SHOWN if form.cleaned_data[name]]


def _case(text: str) -> str:
    return formatting.sentence_case(text)
