"""State transitions as actions of a list: all records that were chosen take one, or none and each says why.

An admin names its `transitions` and the template that asks and explains. Its `form_of` is what is asked before one is taken
(None: it is taken at once), its `carry_out` has the workflow take it, its `row` is what the template shows of a record.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import NON_FIELD_ERRORS
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy

from projects.workflows.transitions import Refusal, RefusedError, Transition

NOT_ALLOWED = gettext_lazy("Your role does not allow this.")


class TransitionActions:
    """The actions. `request.POST["step"]` is 'confirm' once what a transition asks for has been typed."""

    transitions: Mapping[str, Transition]
    confirmation_template: str
    asks_again = True  # about records that were written after the page was made

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Django's own, and those transitions that the user's role takes at all."""
        if request.GET.get("_popup"):
            return {}
        own = {
            transition.action: (partial(_act, transition), transition.action, transition.admin_label)
            for transition in self.transitions.values()
            if transition.admin_label and transition.allows(request.user)
        }
        return own | super().get_actions(request)

    def row(self, record: Any) -> tuple[Any, ...]:
        return (record,)

    def reasons(self, refusal: Refusal) -> list[str]:
        return refusal.messages

    def act(self, request: HttpRequest, queryset: QuerySet, transition: Transition) -> HttpResponse | None:
        """Take the chosen records one step further, or none of them and say why."""
        records = list(queryset.select_related(*self.related))
        form = self.form_of(transition, request)
        overtaken = getattr(request, "overtaken", None) if form and self.asks_again else None
        if overtaken is not None:
            messages.warning(request, " ".join(overtaken.messages))
        refusals: dict[int, Refusal] = {}
        if form is None or (form.is_valid() and overtaken is None):
            refusals = self._refusals(transition, records, request, form.cleaned_data if form else {})
            if not refusals:
                messages.success(request, transition.admin_done % {"count": len(records)})
                return None
        return self.own_page(
            request,
            self.confirmation_template,
            capfirst(str(transition.admin_label).rstrip("…")),
            action=transition.action,
            form=form,
            refused=len(refusals),
            going_on={record.pk for record in records if _may_go_on(refusals.get(record.pk))},
            checkbox=ACTION_CHECKBOX_NAME,
            rows=[(*self.row(record), self._reasons(refusals.get(record.pk))) for record in records],
        )

    def _refusals(
        self, transition: Transition, records: Sequence[Any], request: HttpRequest, words: Mapping[str, Any]
    ) -> dict[int, Refusal]:
        """What stands in the way of each; empty when they have taken the step."""
        not_allowed = {NON_FIELD_ERRORS: [str(NOT_ALLOWED)]}
        refusals = {
            each.pk: Refusal(each, not_allowed) for each in records if not transition.allows(request.user, each)
        }
        if refusals:
            return refusals
        try:
            self.carry_out(transition, records, request, words)
        except RefusedError as error:
            return dict(error.refusals)
        return {}

    def _reasons(self, refusal: Refusal | None) -> list[str]:
        return self.reasons(refusal) if refusal else []


def _may_go_on(refusal: Refusal | None) -> bool:
    """Whether a record is asked about again: nothing stands in its way, or what is doubted of it can be confirmed."""
    return refusal is None or bool(refusal.doubts)


def confirmed(request: HttpRequest) -> Any:
    """What was typed on the page of a transition; None before that."""
    return request.POST if request.POST.get("step") == "confirm" else None


def _act(transition: Transition, model_admin: TransitionActions, request: HttpRequest, queryset: QuerySet) -> Any:
    return model_admin.act(request, queryset, transition)
