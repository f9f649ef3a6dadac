"""`/problems/<key>/`: who keeps a project sets another deadline or solver of its problems, without the administration."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy, pgettext_lazy

from projects.models import Problem

from ..decorators import work_page
from ..parameters import reads
from ..return_address import BACK
from .change_page import EditedKind, changed
from .problem_forms import ProblemChangeForm

PROBLEM = EditedKind(
    model=Problem,
    form=ProblemChangeForm,
    all_of_them="problems",
    list_label=pgettext_lazy("page", "Problems"),
    title=gettext_lazy("Change a problem"),
    save=gettext_lazy("Save the problem"),
    saved=gettext_lazy("The problem is saved."),
    changed=gettext_lazy("%(who)s changed this problem at %(when)s, after you opened it."),
    deleted=gettext_lazy("Meanwhile %(who)s deleted this problem at %(when)s. Nothing was saved. You typed: %(typed)s"),
    name_of=lambda problem: problem.get_kind_display(),
)


@work_page
@reads(BACK, asks=False)
def change_problem(request: HttpRequest, key: int) -> HttpResponse:
    """Another deadline or solver of a problem, or other words for it; its steps are taken in the list."""
    return changed(request, key, PROBLEM)
