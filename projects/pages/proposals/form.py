"""Page `/projects/<code>/propose/`: a prefecture types what should change; `?proposal=` submits a returned one again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import CharField, TextField
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.choices import ProposalAction
from projects.history.digests import digest_of
from projects.history.revisions import create_revision
from projects.models import Programme, Project, Proposal, Source
from projects.models.entry import JOINED_IS_ASKED, lacks_day_of_joining
from projects.models.fields import AmountField, code_asked
from projects.models.form_fields import AmountFormField, DayField, ReporterField, SourceField
from projects.models.proposal import MEMBERSHIP, PROPOSABLE, REPORTERS, is_of_entry, key_of, label_of
from projects.text import LONGEST_WORDS, is_key
from projects.totals.scope import Scope
from projects.workflows import proposals
from projects.workflows.proposals import ProposedValue, Subject
from sectors.models import ChainLink, Sector

from .. import formatting, links
from ..decorators import work_page
from ..parameters import accepts_parameters
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
        self.programmes = {programme.year: programme for programme in programmes}
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
        """Return the fields under headings, in the order of the page."""
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

    def get_typed_values(self) -> list[ProposedValue]:
        """Return everything that was typed; what is as it is now falls away when it is proposed."""
        typed = self.cleaned_data
        found = [ProposedValue(name, None, _stored_value(name, typed[name])) for name in OF_PROJECT]
        for year in self.subject.entries:
            found += [
                ProposedValue(name, year, _stored_value(name, typed[key_of(name, year)])) for name in self.of_entry
            ]
        year = typed["join"]
        if year is not None:
            found.append(ProposedValue(MEMBERSHIP, year, True))
            found += [ProposedValue(name, year, _stored_value(name, typed[name])) for name in OF_NEW_ENTRY]
        return found

    def place(self, key: str) -> str | None:
        """Return the field at which a message about a key stands."""
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
    field = PROPOSABLE[name]
    label = formatting.sentence_case(str(label_of(name)))
    if isinstance(field, AmountField):
        return AmountFormField(
            label=_("%(field)s, %(unit)s") % {"field": label, "unit": formatting.money_unit()}, required=False
        )
    if field.is_relation:
        return forms.ChoiceField(label=label, choices=_coded_choices(field), required=not field.blank)
    if field.choices:
        blank = [("", "—")] if field.blank else []
        return forms.ChoiceField(label=label, choices=[*blank, *field.flatchoices], required=not field.blank)
    if isinstance(field, CharField | TextField):
        widget = forms.Textarea(attrs={"rows": 3}) if isinstance(field, TextField) else None
        return forms.CharField(label=label, max_length=field.max_length, required=not field.blank, widget=widget)
    return DayField(label=label, required=False)


def _coded_choices(field: Any) -> list[Any]:
    if field.related_model is Sector:
        return [(sector.code, sector.name) for sector in Sector.objects.order_by("order", "code")]
    by_sector: dict[str, list[tuple[str, str]]] = {}
    for link in ChainLink.objects.select_related("sector"):
        by_sector.setdefault(link.sector.name, []).append((link.code, link.name))
    return [("", "—"), *by_sector.items()]


def _stored_value(name: str, value: Any) -> Any:
    """Return a cleaned value as a proposal writes it down: days as ISO dates, no chain link as null."""
    if PROPOSABLE[name].is_relation:
        return value or None
    return value.isoformat() if hasattr(value, "isoformat") else value


@work_page
@accepts_parameters("proposal")
def propose(request: HttpRequest, code: str) -> HttpResponse:
    """Show the form, or redirect to the proposal that was made of it."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    project, returned = _get_project(request, code)
    subject = Subject.from_project(project)
    form = _form(request, subject, returned)
    conflict = False
    if request.method == "POST" and form.is_valid():
        with create_revision():
            subject = Subject.from_project(project)
            conflict = form.cleaned_data["version"] != _version(subject)
            made = None if conflict else _save_proposal(request, form, project, returned)
        if made is not None:
            return HttpResponseRedirect(links.page("proposal", str(made.pk)))
        if conflict:
            told = _("The project was changed after you opened this form. What you typed is kept: look at it again.")
            form.add_error(None, told)
    context = {
        "scope": Scope.from_request(request),
        "title": _("Propose a change"),
        "project": project,
        "project_url": links.project(project.code),
        "returned": returned,
        "form": form,
        "version": _version(subject),
    }
    status = 409 if conflict else 422 if form.errors else 200
    return render(request, "proposals/form.html", context, status=status)


def _get_project(request: HttpRequest, code: str) -> tuple[Project, Proposal | None]:
    """Return the project, and the returned proposal if one is named. Raises `Http404`, `PermissionDenied`."""
    project = get_object_or_404(Project.objects.visible_to(request.user), code=code_asked(code))
    if not request.user.has_perm("projects.add_proposal", Proposal(project=project)):
        raise PermissionDenied
    number = request.GET.get("proposal")
    if not number:
        return project, None
    visible = Proposal.objects.visible_to(request.user).filter(project=project).select_related("project")
    found = visible.filter(pk=int(number)).first() if is_key(number) else None
    if found is None or not proposals.may(request.user, ProposalAction.RESUBMIT, found):
        raise Http404
    return project, found


def _form(request: HttpRequest, subject: Subject, returned: Proposal | None) -> ProposingForm:
    values: dict[str, Any] = {}
    initial: dict[str, Any] = {"version": _version(subject)}
    if returned is not None:
        values = {change.key: change.proposed for change in returned.changes}
        initial |= {name: getattr(returned, name) for name in ("reason", "source", "reported_by")}
    visible = Programme.objects.visible_to(request.user)
    others = list(visible.exclude(year__in=subject.entries).order_by("-year"))
    data = request.POST if request.method == "POST" else None
    return ProposingForm(data, subject=subject, programmes=others, values=values, initial=initial, user=request.user)


def _save_proposal(
    request: HttpRequest, form: ProposingForm, project: Project, returned: Proposal | None
) -> Proposal | None:
    """Return the saved proposal; None when it is refused: then the form says why."""
    words = {name: form.cleaned_data[name] for name in ("reason", "source", "reported_by")}
    try:
        with create_revision():
            if returned is None:
                made = proposals.propose(project, form.get_typed_values(), user=request.user, **words)
            else:
                made = proposals.resubmit(returned, asked=form.get_typed_values(), user=request.user, **words)
    except ValidationError as error:
        form.refuse(error.message_dict)
        return None
    except proposals.RefusedError as error:
        [refusal] = error.refusals.values()
        form.refuse(refusal.errors)
        return None
    messages.success(
        request,
        _(
            "Your proposal waits for the province. Until it is accepted, the present values stay; the answer will stand"
            " under My tasks."
        ),
    )
    return made


def _version(subject: Subject) -> str:
    """Return the version of the project and of its places on lists, which the form was opened with."""
    records = [subject.project, *(subject.entries[year] for year in sorted(subject.entries))]
    return hashlib.sha256("".join(map(digest_of, records)).encode()).hexdigest()[:32]
