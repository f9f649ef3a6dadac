"""`/milestones/add/` and `/milestones/<key>/`: who keeps a project keeps its milestones, without the administration."""

from __future__ import annotations

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.models import Milestone, Project
from projects.models.fields import code_asked
from projects.totals.scope import Scope

from ..decorators import work_page
from ..parameters import reads
from ..return_address import BACK
from .change_page import EditedKind, changed, saved, shown
from .milestone_forms import MilestoneChangeForm, NewMilestoneForm
from .of_project_forms import own_projects

MILESTONE = EditedKind(
    model=Milestone,
    form=MilestoneChangeForm,
    all_of_them="milestones",
    list_label=gettext_lazy("Milestones"),
    title=gettext_lazy("Change a milestone"),
    save=gettext_lazy("Save the milestone"),
    saved=gettext_lazy("The milestone is saved."),
    changed=gettext_lazy("%(who)s changed this milestone at %(when)s, after you opened it."),
    deleted=gettext_lazy(
        "Meanwhile %(who)s deleted this milestone at %(when)s. Nothing was saved. You typed: %(typed)s"
    ),
    name_of=lambda milestone: milestone.name,
)


@work_page
@reads("project", BACK)
def add_milestone(request: HttpRequest) -> HttpResponse:
    """A new milestone, of the project that the address names or of one that is chosen."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    projects = own_projects(request, Scope.from_request(request), "projects.add_milestone")
    if projects is None:
        raise PermissionDenied
    posted = request.POST if request.method == "POST" else None
    code = request.GET.get("project", "")
    if code:
        get_object_or_404(Project.objects.visible_to(request.user), code=code_asked(code))
    form = NewMilestoneForm(posted, projects=projects, project=code)
    if posted is not None and form.is_valid() and (made := form.store_new()):
        return saved(request, MILESTONE, made)
    return shown(request, MILESTONE, form, title=_("Add a milestone"))


@work_page
@reads(BACK, asks=False)
def change_milestone(request: HttpRequest, key: int) -> HttpResponse:
    """Other words and days of a milestone, or the day on which it was reached."""
    return changed(request, key, MILESTONE)
