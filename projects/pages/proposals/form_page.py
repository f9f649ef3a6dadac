"""`/projects/<code>/propose/`: a prefecture types what should change; `?proposal=` hands a returned one in again."""

from __future__ import annotations

import hashlib
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from projects.choices import ProposalAction
from projects.history.digests import digest_of
from projects.history.revisions import create_revision
from projects.models import Programme, Project, Proposal
from projects.models.fields import code_asked
from projects.text import is_key
from projects.totals.scope import Scope
from projects.workflows import proposals
from projects.workflows.proposals import Subject

from .. import links
from ..decorators import work_page
from ..parameters import reads
from .fields import ProposingForm


@work_page
@reads("proposal")
def propose(request: HttpRequest, code: str) -> HttpResponse:
    """The form, or the way to the proposal that was made of it."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    project, returned = _asked_about(request, code)
    subject = Subject.stored(project)
    form = _form(request, subject, returned)
    conflict = False
    if request.method == "POST" and form.is_valid():
        with create_revision():
            subject = Subject.stored(project)
            conflict = form.cleaned_data["version"] != _version(subject)
            made = None if conflict else _stored(request, form, project, returned)
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


def _asked_about(request: HttpRequest, code: str) -> tuple[Project, Proposal | None]:
    """The project, and the returned proposal if one is named. Raises `Http404`, `PermissionDenied`."""
    project = get_object_or_404(Project.objects.visible_to(request.user), code=code_asked(code))
    if not request.user.has_perm("projects.add_proposal", Proposal(project=project)):
        raise PermissionDenied
    asked = request.GET.get("proposal")
    if not asked:
        return project, None
    visible = Proposal.objects.visible_to(request.user).filter(project=project).select_related("project")
    found = visible.filter(pk=int(asked)).first() if is_key(asked) else None
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


def _stored(request: HttpRequest, form: ProposingForm, project: Project, returned: Proposal | None) -> Proposal | None:
    """The proposal; None when it is refused: then the form says why."""
    words = {name: form.cleaned_data[name] for name in ("reason", "source", "reported_by")}
    try:
        with create_revision():
            if returned is None:
                made = proposals.propose(project, form.asked(), user=request.user, **words)
            else:
                made = proposals.resubmit(returned, asked=form.asked(), user=request.user, **words)
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
    """The version of the project and of its places on lists, which the form was opened with."""
    records = [subject.project, *(subject.entries[year] for year in sorted(subject.entries))]
    return hashlib.sha256("".join(map(digest_of, records)).encode()).hexdigest()[:32]
