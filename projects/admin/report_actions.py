"""Admin actions of reports: their transitions. `workflows.reporting` decides and writes; here it is asked and told."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import NON_FIELD_ERRORS
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy, ngettext

from projects.access import GrantBackend
from projects.choices import ReportAction
from projects.models import MonthlyReport
from projects.models.report_event import RETURN_NEEDS_COMMENT
from projects.workflows import reporting

Step = Callable[..., list[MonthlyReport]]
# what each action does, how it is called, and whether it says why
STEPS: dict[ReportAction, tuple[Step, Any, bool]] = {
    ReportAction.SUBMIT: (reporting.submit, gettext_lazy("Submit reports"), False),
    ReportAction.WITHDRAW: (reporting.withdraw, gettext_lazy("Withdraw reports"), False),
    ReportAction.APPROVE: (reporting.approve, gettext_lazy("Approve reports"), False),
    ReportAction.RETURN: (reporting.send_back, gettext_lazy("Return reports…"), True),
    ReportAction.REOPEN: (reporting.reopen, gettext_lazy("Reopen approved reports…"), True),
}
_grants = GrantBackend()
NOT_ALLOWED = gettext_lazy("Your role does not allow this.")


class CommentForm(forms.Form):
    """Why reports are returned or reopened; whoever reported reads it."""

    comment = forms.CharField(
        max_length=2000,
        label=gettext_lazy("comment"),
        widget=forms.Textarea(attrs={"rows": 4, "class": "vLargeTextField"}),
        help_text=gettext_lazy("The bureau reads it beside each of these reports."),
        error_messages={"required": RETURN_NEEDS_COMMENT},
    )


class ReportSteps:
    """The actions of the report list. `request.POST["step"]` is 'confirm' once the comment has been typed."""

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Django's own, and those steps that the user's role takes at all."""
        if request.GET.get("_popup"):
            return {}
        taken = {
            action.value: (partial(_act, action), action.value, label)
            for action, (_step, label, _comments) in STEPS.items()
            if _grants.has_perm(request.user, reporting.PERMISSIONS[action])
        }
        return taken | super().get_actions(request)

    def take(self, request: HttpRequest, queryset: QuerySet, action: ReportAction) -> HttpResponse | None:
        """Take the chosen reports one step further, or none of them and say why; a comment is asked for first."""
        step, _label, with_comment = STEPS[action]
        reports = list(queryset.select_related(*self.related))
        form = None
        said: dict[str, str] = {}
        if with_comment:
            confirmed = request.POST.get("step") == "confirm"
            form = CommentForm(request.POST if confirmed else None)
            overtaken = getattr(request, "overtaken", None)
            if overtaken is not None:
                messages.warning(request, " ".join(overtaken.messages))
            if not (confirmed and form.is_valid()) or overtaken is not None:
                return self._asked(request, action, reports, form=form, refusals={})
            said = {"comment": form.cleaned_data["comment"]}
        refusals = {each.pk: [NOT_ALLOWED] for each in reports if not _allowed(request.user, action, each)}
        if not refusals:
            try:
                taken = step(reports, user=request.user, **said)
            except reporting.RefusedError as error:
                refusals = {key: _told(refusal) for key, refusal in error.refusals.items()}
            else:
                messages.success(request, _success(action, len(taken)))
                return None
        return self._asked(request, action, reports, form=form, refusals=refusals)

    def _asked(
        self,
        request: HttpRequest,
        action: ReportAction,
        reports: list[MonthlyReport],
        *,
        form: CommentForm | None,
        refusals: dict[int, list[Any]],
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": capfirst(str(STEPS[action][1]).rstrip("…")),
            "opts": self.opts,
            "media": self.media,
            "action": action.value,
            "form": form,
            "rows": [(report, refusals.get(report.pk, [])) for report in reports],
            "refused": len(refusals),
            "checkbox": ACTION_CHECKBOX_NAME,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/projects/monthlyreport/step.html", context)


def _act(action: ReportAction, model_admin: ReportSteps, request: HttpRequest, queryset: QuerySet) -> Any:
    return model_admin.take(request, queryset, action)


def _allowed(user: Any, action: ReportAction, report: MonthlyReport) -> bool:
    return _grants.has_perm(user, reporting.PERMISSIONS[action], report)


def _told(refusal: reporting.Refusal) -> list[str]:
    """Its reasons, each with the field that it speaks of."""
    lines = []
    for name, texts in refusal.errors.items():
        label = "" if name == NON_FIELD_ERRORS else capfirst(str(MonthlyReport._meta.get_field(name).verbose_name))
        lines += [f"{label}: {text}" if label else str(text) for text in texts]
    return lines


def _success(action: ReportAction, count: int) -> str:
    texts = {
        ReportAction.SUBMIT: ngettext("%(count)s report submitted.", "%(count)s reports submitted.", count),
        ReportAction.WITHDRAW: ngettext("%(count)s report withdrawn.", "%(count)s reports withdrawn.", count),
        ReportAction.RETURN: ngettext("%(count)s report returned.", "%(count)s reports returned.", count),
        ReportAction.APPROVE: ngettext("%(count)s report approved.", "%(count)s reports approved.", count),
        ReportAction.REOPEN: ngettext("%(count)s report reopened.", "%(count)s reports reopened.", count),
    }
    return texts[action] % {"count": count}
