"""Fields of the form for a proposal: what can be typed into it, and what it asks for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import CharField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.models import Programme, Source
from projects.models.entry import JOINED_IS_ASKED, lacks_day_of_joining
from projects.models.fields import AmountField
from projects.models.form_fields import AmountFormField, DayField, ReporterField, SourceField
from projects.models.proposal import MEMBERSHIP, PROPOSABLE, REPORTERS, is_of_entry, key_of, label_of
from projects.text import LONGEST_WORDS
from projects.workflows.proposals import Asked, Subject
from sectors.models import ChainLink, Sector

from .. import formatting
from ..record_forms import RecordForm

# who reported a figure is asked once for all of them
OF_PROJECT = tuple(name for name in PROPOSABLE if not is_of_entry(name) and name not in REPORTERS)
OF_ENTRY = ("entry.planned_disbursement", "entry.joined", "entry.left", "entry.basis")
ALSO_OF_ENTRY = ("entry.status", "entry.disbursed_before")  # where the setting has them proposed
OF_NEW_ENTRY = ("entry.planned_disbursement", "entry.joined")


class ProposingForm(RecordForm):
    """A field for everything that can be proposed of one project, as it stands now or as a proposal has it."""

    join = forms.TypedChoiceField(
        label=gettext_lazy("Put it on the list of"), required=False, coerce=int, empty_value=None
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason of the proposal"),
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
    )
    source = SourceField(Source.objects.none(), label=gettext_lazy("Published source"), required=False, empty_label="—")
    reported_by = ReporterField(label=gettext_lazy("or reported by"))
    version = forms.CharField(max_length=32, widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        subject: Subject,
        programmes: Iterable[Programme],
        values: dict[str, Any],
        initial: Any,
        user: Any,
    ) -> None:
        """`values` are those to begin with by key, where they are not the present ones."""
        super().__init__(data, auto_id="p-%s", initial=initial)
        self.subject, self.values = subject, values
        self.of_entry = (*OF_ENTRY, *(name for name in ALSO_OF_ENTRY if name in settings.PROPOSAL_FIELDS))
        self.programmes = {each.year: each for each in programmes}
        for name in OF_PROJECT:
            self._add(name, None)
        for year in sorted(subject.entries, reverse=True):
            for name in self.of_entry:
                self._add(name, year)
        joining = next((int(key.partition(":")[2]) for key in values if key.startswith(MEMBERSHIP)), None)
        self.fields["join"].choices = [("", "—"), *((year, str(year)) for year in self.programmes)]
        self.initial["join"] = joining
        for name in OF_NEW_ENTRY:
            self._add(name, None, initial=values.get(key_of(name, joining)))
        self.fields["source"].queryset = Source.objects.visible_to(user)

    def _add(self, name: str, year: int | None, *, initial: Any = None) -> None:
        key = key_of(name, year)
        self.fields[key] = _form_field(name)
        if year is None and is_of_entry(name):  # of the list that the project is to be put on
            self.initial[key] = initial
            return
        present = self.subject.value(name, year)
        self.initial[key] = self.values.get(key, present)

    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields under headings, in the order of the page."""
        found = [(_("The project"), [self[name] for name in OF_PROJECT])]
        for year in sorted(self.subject.entries, reverse=True):
            found.append((_("List of %(year)s") % {"year": year}, [self[key_of(name, year)] for name in self.of_entry]))
        found.append((_("Another list"), [self["join"], *(self[name] for name in OF_NEW_ENTRY)]))
        origin = [self[name] for name in ("reason", "source", "reported_by")]
        return [*found, (_("Why, and from where"), origin)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if lacks_day_of_joining(self.programmes.get(cleaned.get("join")), cleaned.get("entry.joined")):
            self.add_error("entry.joined", JOINED_IS_ASKED)
        return cleaned

    def asked(self) -> list[Asked]:
        """Everything that was typed; what is as it is now falls away when it is proposed."""
        typed = self.cleaned_data
        found = [Asked(name, None, _plain(name, typed[name])) for name in OF_PROJECT]
        for year in self.subject.entries:
            found += [Asked(name, year, _plain(name, typed[key_of(name, year)])) for name in self.of_entry]
        year = typed["join"]
        if year is not None:
            found.append(Asked(MEMBERSHIP, year, True))
            found += [Asked(name, year, _plain(name, typed[name])) for name in OF_NEW_ENTRY]
        return found

    def place(self, key: str) -> str | None:
        """The field at which a message about a key stands."""
        if key in self.fields:
            return key
        name, _colon, year = key.partition(":")
        if year and str(self.cleaned_data.get("join")) == year:
            return "join" if name == MEMBERSHIP else name
        return None

    def refuse(self, messages: Any) -> None:
        for key, texts in messages.items():
            self.add_error(self.place(key), texts)


def _form_field(name: str) -> forms.Field:
    of = PROPOSABLE[name]
    label = formatting.sentence_case(str(label_of(name)))
    if isinstance(of, AmountField):
        return AmountFormField(
            label=_("%(field)s, %(unit)s") % {"field": label, "unit": formatting.money_unit()}, required=False
        )
    if of.is_relation:
        return forms.ChoiceField(label=label, choices=_coded_choices(of), required=not of.blank)
    if of.choices:
        blank = [("", "—")] if of.blank else []
        return forms.ChoiceField(label=label, choices=[*blank, *of.flatchoices], required=not of.blank)
    if isinstance(of, CharField):
        return forms.CharField(label=label, max_length=of.max_length, required=not of.blank)
    return DayField(label=label, required=False)


def _coded_choices(of: Any) -> list[Any]:
    if of.related_model is Sector:
        return [(each.code, each.name) for each in Sector.objects.order_by("order", "code")]
    by_sector: dict[str, list[tuple[str, str]]] = {}
    for link in ChainLink.objects.select_related("sector"):
        by_sector.setdefault(link.sector.name, []).append((link.code, link.name))
    return [("", "—"), *by_sector.items()]


def _plain(name: str, value: Any) -> Any:
    """A cleaned value as a proposal writes it down: days as ISO dates, no chain link as null."""
    if PROPOSABLE[name].is_relation:
        return value or None
    return value.isoformat() if hasattr(value, "isoformat") else value
