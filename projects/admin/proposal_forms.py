"""Forms of prefectures: what they may only propose is taken out of what is saved and becomes one proposal.

A form shows what waits for the province beside its field, to everybody. For who proposes it also asks why and from where.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.access import get_access, needs_proposal, visible
from projects.models import Entry, Project, Proposal, Source
from projects.models.base import get_fields_to_propose
from projects.models.form_fields import ReporterField, SourceField
from projects.models.proposal import NEEDS_REASON, PROPOSABLE, is_of_entry
from projects.text import LONGEST_WORDS, format_html
from projects.workflows import proposals
from projects.workflows.proposals import Asked
from projects.workflows.proposals.gated import asked_of

from .display import amount_in_words
from .origins import origin_fields

WORDS = ("proposal_reason", "proposal_source", "proposal_reported_by")
LIST_IS_FIXED = gettext_lazy(
    "A place on a list stays with its project and programme. Propose another one, and the leaving of this."
)


def proposes(request: HttpRequest) -> bool:
    """Whether who fills the form in may only propose some of what it holds."""
    return not get_access(request.user).writes_all


def gated_figures(request: HttpRequest, model: type[Model]) -> frozenset[str]:
    """The figures of a record whose change this user can only propose."""
    name = model._meta.model_name
    return frozenset(figure for figure in model.attributed if needs_proposal(request.user, name, figure))


def _only_proposed(request: HttpRequest, model: type[Model]) -> frozenset[str]:
    """The same, and the basis where it can only be proposed too."""
    basis = {"basis"} if needs_proposal(request.user, model._meta.model_name, "basis") else set()
    return gated_figures(request, model) | basis


def without_gated_origins(fieldsets: Any, request: HttpRequest, model: type[Model]) -> Any:
    """The fieldsets without what gated figures rest on, since a proposal says it once for all of them."""
    away = {name for figure in gated_figures(request, model) for name in origin_fields(figure)[1:]}
    return [(title, options | {"fields": _without(options["fields"], away)}) for title, options in fieldsets]


def _without(fields: Any, away: set[str]) -> tuple[Any, ...]:
    lines = [line if isinstance(line, str) else tuple(name for name in line if name not in away) for line in fields]
    return tuple(line for line in lines if line and line not in away)


class ShowsProposals:
    """A form of a project or of its place on a list, with what is proposed of each field below it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, said in _waiting(self.request, self.instance).items():
            if name in self.fields:
                self.fields[name].help_text = format_html("{}{}", self.fields[name].help_text, said)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if proposes(self.request) and self.instance.pk and isinstance(self.instance, Entry):
            for name in {"project", "programme"} & set(self.changed_data):
                self.add_error(name, LIST_IS_FIXED)
        return cleaned

    def _post_clean(self) -> None:
        if proposes(self.request):
            self.instance.only_proposed = _only_proposed(self.request, type(self.instance))
        super()._post_clean()
        if not proposes(self.request) or self.errors or not get_fields_to_propose(self.instance, self.request.user):
            return
        if not self.data.get("proposal_reason", "").strip():
            # said at the field where the form has it; inside another form, at the whole row
            self.add_error("proposal_reason" if "proposal_reason" in self.fields else None, NEEDS_REASON)


class ProposalWords(forms.Form):
    """Why something is proposed, and where the figure comes from."""

    proposal_reason = forms.CharField(
        label=gettext_lazy("Reason of the proposal"),
        max_length=LONGEST_WORDS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"}),
        help_text=gettext_lazy(
            "Needed when you change a headline figure, the sector, the transfer or a place on a list: the province decides."
        ),
    )
    proposal_source = SourceField(
        Source.objects.none(), label=gettext_lazy("Published source of the figure"), required=False
    )
    proposal_reported_by = ReporterField(
        label=gettext_lazy("or reported by"), widget=forms.TextInput(attrs={"class": "vTextField"})
    )


class ProposingAdmin:
    """An admin whose prefecture users propose. `proposing_form` is the form with `ProposalWords`."""

    proposing_form: type[forms.ModelForm]

    def get_form(self, request: HttpRequest, obj: Model | None = None, change: bool = False, **kwargs: Any) -> type:
        if not proposes(request):
            return super().get_form(request, obj, change=change, **kwargs)
        form = super().get_form(request, obj, change=change, form=self.proposing_form, **kwargs)
        if "proposal_source" in form.base_fields:
            form.base_fields["proposal_source"].queryset = visible(Source.objects.all(), request.user)
        return form

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        fieldsets = list(super().get_fieldsets(request, obj))
        if not proposes(request) or not (obj is None or self.has_change_permission(request, obj)):
            return fieldsets
        fieldsets = without_gated_origins(fieldsets, request, self.model)
        return [*fieldsets, (_("Proposal to the province"), {"fields": WORDS})]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if _taken_out(request, obj):
            super().save_model(request, obj, form, change)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        if formset.model is not Entry or not proposes(request):
            super().save_formset(request, form, formset, change)
            return
        for entry in formset.save(commit=False):
            if _taken_out(request, entry):
                entry.save()

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        if form.instance.pk is not None:
            super().save_related(request, form, formsets, change)
        asked = request.__dict__.pop("asked", [])
        if not asked:
            return
        project = form.instance if isinstance(form.instance, Project) else form.instance.project
        made = _proposed(project, asked, form=form, user=request.user)
        link = format_html('<a href="{}">{}</a>', reverse("proposal", args=[made.pk]), made.pk)
        told = format_html(
            _("What your prefecture may only propose waits for the province as proposal {}; the present values stay."),
            link,
        )
        messages.warning(request, told)

    def response_add(self, request: HttpRequest, obj: Model, post_url_continue: str | None = None) -> HttpResponse:
        if obj.pk is None:  # it was proposed as a whole
            return HttpResponseRedirect(reverse("admin:projects_entry_changelist"))
        return super().response_add(request, obj, post_url_continue)


def _taken_out(request: HttpRequest, record: Any) -> bool:
    """Note what may only be proposed and put the stored values back; whether there is something left to save."""
    asked = asked_of(record, request.user)
    if not asked:
        return True
    request.__dict__.setdefault("asked", []).extend(asked)
    if record._state.adding:
        return False
    names = get_fields_to_propose(record, request.user)
    stored = type(record).objects.get(pk=record.pk)
    for name in names:
        setattr(record, name, getattr(stored, name))
    return True


def _proposed(project: Project, asked: list[Asked], *, form: Any, user: Any) -> Proposal:
    """Raises `ValidationError` in words that stand over the form: its fields are called otherwise."""
    words = form.cleaned_data
    try:
        return proposals.propose(
            project,
            asked,
            reason=words["proposal_reason"],
            source=words["proposal_source"],
            reported_by=words["proposal_reported_by"],
            user=user,
        )
    except ValidationError as error:
        raise ValidationError(error.messages) from error


def _waiting(request: HttpRequest, record: Any) -> dict[str, Any]:
    """What is proposed of a record by the name of its field, in words; asked once for all forms of a request."""
    if record.pk is None:
        return {}
    project_id = record.pk if isinstance(record, Project) else record.project_id
    known = request.__dict__.setdefault("_waiting", {})
    if project_id not in known:
        known[project_id] = list(Proposal.objects.visible_to(request.user).open().filter(project=project_id))
    if not known[project_id]:
        return {}
    year = record.programme.year if isinstance(record, Entry) else None
    values = proposals.Values(amount_in_words)
    return {
        PROPOSABLE[change.field].name: format_html(
            '<span class="waits">{} <a href="{}">{}</a></span>',
            _("proposed: %(value)s, waits for the province.")
            % {"value": values.text(change.field, change.proposed) or "—"},
            reverse("proposal", args=[proposal.pk]),
            _("Proposal %(number)s") % {"number": proposal.pk},
        )
        for proposal in known[project_id]
        for change in proposal.changes
        if change.year == year and is_of_entry(change.field) == isinstance(record, Entry)
    }
