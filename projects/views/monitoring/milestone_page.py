"""`/milestones/add/` and `/milestones/<key>/`: who keeps a project keeps its milestones, without the administration."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from projects.models import Milestone
from projects.text import LARGEST_KEY
from projects.totals.scope import Scope

from .. import links
from ..pages import work_page
from ..return_address import way_back
from .milestone_forms import FIELDS, MilestoneChangeForm, NewMilestoneForm
from .of_project_forms import deleted_by, own_projects


@work_page
def add_milestone(request: HttpRequest) -> HttpResponse:
    """A new milestone, of the project that the address names or of one that is chosen."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    projects = own_projects(request, Scope.of(request), "projects.add_milestone")
    if projects is None:
        raise PermissionDenied
    posted = request.POST if request.method == "POST" else None
    form = NewMilestoneForm(posted, projects=projects, project=request.GET.get("project", ""))
    if posted is not None and form.is_valid() and (made := form.store_new()):
        return _saved(request, made)
    return _shown(request, form, title=_("Add a milestone"))


@work_page
def change_milestone(request: HttpRequest, key: int) -> HttpResponse:
    """Other words and days of a milestone, or the day on which it was reached."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    visible = Milestone.objects.visible_to(request.user).select_related("project__prefecture")
    found = visible.filter(pk=min(key, LARGEST_KEY)).first()
    if found is None:
        return _gone(request, key)
    if not request.user.has_perm("projects.change_milestone", found):
        raise PermissionDenied
    form = MilestoneChangeForm(request.POST if request.method == "POST" else None, milestone=found)
    try:
        if request.method == "POST" and form.is_valid() and form.change(found.pk):
            return _saved(request, found)
    except Milestone.DoesNotExist:  # deleted between the two looks
        return _gone(request, key)
    return _shown(request, form, title=_("Change a milestone"), milestone=found)


def _saved(request: HttpRequest, milestone: Milestone) -> HttpResponse:
    messages.success(request, _("The milestone is saved."))
    return HttpResponseRedirect(_back(request, milestone))


def _back(request: HttpRequest, milestone: Milestone | None) -> str:
    anchor = f"#milestone-{milestone.pk}" if milestone else ""
    return way_back(request, otherwise=f"{links.page('milestones')}{anchor}")


def _gone(request: HttpRequest, key: int) -> HttpResponse:
    """What was typed into a form whose milestone was deleted meanwhile. Raises `Http404` for any other."""
    deleted = deleted_by(Milestone, request.user, str(key)) if request.method == "POST" else {}
    if not deleted:
        raise Http404
    typed = [request.POST[name] for name in FIELDS if request.POST.get(name)]
    text = _("Meanwhile %(who)s deleted this milestone at %(when)s. Nothing was saved. You typed: %(typed)s")
    context = {"title": _("Change a milestone"), "gone": text % {**deleted, "typed": _(", ").join(typed)}}
    return render(request, "rounds/milestone.html", context | {"back": _back(request, None)}, status=410)


def _shown(request: HttpRequest, form: Any, *, title: str, milestone: Milestone | None = None) -> HttpResponse:
    context = {"title": title, "form": form, "milestone": milestone, "back": _back(request, milestone)}
    status = 409 if getattr(form, "conflict", None) else 422 if form.errors else 200
    return render(request, "rounds/milestone.html", context, status=status)
