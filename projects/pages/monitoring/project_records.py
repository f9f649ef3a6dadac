"""Milestones and problems, the records of a project: which of them a list shows, and the forms that add and change one."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.access import get_access
from projects.history import as_of
from projects.history.digests import digest_of
from projects.history.merging import get_last_row, get_owner
from projects.history.revisions import create_revision
from projects.models import Project
from projects.models.fields import code_asked, normalised_code
from projects.monitoring.tasks import of_tasks
from projects.text import is_key
from projects.totals.scope import Scope

from .. import formatting, links
from ..decorators import get_choice_parameter
from ..edit_conflicts import Carried, Conflict, merge_texts
from ..parameters import MINE
from ..record_forms import RecordForm
from ..return_address import opened_from, way_back

MOST_CHOICES = 100  # of projects; where there are more the code is typed


# lists


def get_records(request: HttpRequest, scope: Scope, model: type[Model]) -> QuerySet:
    """Return the records of the projects of a scope; with `mine=true` those that the user's tasks of its year count."""
    visible = model.objects.visible_to(scope.user)  # type: ignore[attr-defined]
    if _is_mine(request) and scope.programme:
        return of_tasks(visible, request.user, [scope.programme.year])
    return visible.filter(project__in=scope.projects().order_by().values("pk"))


def get_api_parameters(request: HttpRequest) -> list[tuple[str, str]]:
    return [(MINE, "true")] if _is_mine(request) else []


def get_all_url(request: HttpRequest) -> str:
    """Return the address of the whole list; empty where it is shown."""
    return links.same_page(request, without=(MINE,)) if _is_mine(request) else ""


def _is_mine(request: HttpRequest) -> bool:
    return get_choice_parameter(request, MINE, ("", "true")) == "true"


# forms


def get_writable_projects(request: HttpRequest, scope: Scope, permission: str) -> QuerySet | None:
    """Return the projects of a list to which the user may add a record; None without any."""
    if not request.user.has_perm(permission) or scope.programme is None:
        return None
    access = get_access(request.user)
    projects = scope.projects().select_related(None)
    if not access.writes_all:
        projects = projects.filter(prefecture__in=access.writes_in)
    return projects if projects.order_by().exists() else None


class NewRecordForm(RecordForm):
    """A new record of one of the projects that the user may write to, chosen; of a long list its code is typed.

    A class of it says what its page is called, and names the form that changes what it makes.
    """

    model: Any
    title: Any = ""
    change_form: type[ChangeForm]

    project = forms.ChoiceField(label=gettext_lazy("Project"))

    def __init__(self, data: QueryDict | None = None, *, projects: QuerySet, project: str, today: dt.date) -> None:
        super().__init__(data, auto_id=f"{self.model._meta.model_name}-%s", initial={"project": project})
        self.projects, self.today = projects, today
        some = list(projects[: MOST_CHOICES + 1])
        if len(some) > MOST_CHOICES:
            self.fields["project"] = forms.CharField(label=gettext_lazy("Code of the project"), max_length=40)
            return
        if len(some) == 1:
            self.initial["project"] = some[0].code
        choices = [(project.code, f"{project.code} {project.name}") for project in some]
        self.fields["project"].choices = [("", "—"), *choices]  # type: ignore[attr-defined]

    def build_record(self) -> Any:
        """Return the record that was typed, not stored."""
        return self.model(basis=self.cleaned_data["project"].basis_of_news, **self.cleaned_data)

    def clean_project(self) -> Any:
        """Return the project of a code."""
        code = normalised_code(self.cleaned_data["project"])
        project = self.projects.filter(code=code).first() if code.isprintable() else None
        if project is None:
            raise ValidationError(_("There is no project of this code on the list that you may write to."))
        return project


class ChangeForm(RecordForm):
    """A change of a stored record; `version` is that of the record as the user saw it.

    When somebody else changed it meanwhile, `conflict` says who and what, to choose from. A class of it says what its page
    is called, says and leads back to.
    """

    list_page = ""
    list_label: Any = ""
    title: Any = ""
    save_label: Any = ""
    saved_message: Any = ""
    conflict_message: Any = ""
    change_message: Any = ""  # by %(who)s at %(when)s
    deletion_message: Any = ""  # by %(who)s at %(when)s, with what was %(typed)s

    version = forms.CharField(max_length=32, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None = None, *, record: Model, today: dt.date) -> None:
        self.model, self.today = type(record), today
        self.newest_version = digest_of(record)
        self.conflict: Conflict | None = None
        super().__init__(data, auto_id=f"{self.model._meta.model_name}-%s")
        self.initial = self._get_texts(record)

    @property
    def names(self) -> list[str]:
        """The fields that are the record's."""
        return [name for name in self.fields if name != "version"]

    def change(self, key: int) -> bool:
        """Store the change, unless somebody else's is at stake. False: the form says why.

        Raises `DoesNotExist` of the model for a record that was deleted meanwhile.
        """
        with create_revision():
            stored = self.model._default_manager.select_related("project").get(pk=key)
            return self.merge_into(stored) and self.store(stored)

    def merge_into(self, stored: Model) -> bool:
        """Set what was typed on the record as it is stored now. False where somebody else's change is at stake."""
        self.newest_version = digest_of(stored)
        texts = merge_texts(
            Carried.from_data(self.data, ""),
            stored,
            {name: _get_text(self.cleaned_data[name]) for name in self.names},
            texts_of=self._get_texts,
            label=lambda name: self.fields[name].label,
            display=self._get_label,
        )
        if isinstance(texts, Conflict):
            self.conflict = texts
            self.add_error(None, self.conflict_message)
            return False
        for name, text in texts.items():
            setattr(stored, name, self.fields[name].to_python(text))  # type: ignore[attr-defined]
        return True

    @property
    def change_notice(self) -> str:
        """Who changed the record meanwhile, and when; '' where that is not known."""
        if self.conflict is None or self.conflict.when is None:
            return ""
        return str(self.change_message) % {"who": self.conflict.who, "when": formatting.minute(self.conflict.when)}

    def _get_texts(self, record: Any) -> dict[str, str]:
        return {name: _get_text(getattr(record, name)) for name in self.names}

    def _get_label(self, name: str, text: str) -> str:
        return str(dict(getattr(self.fields[name], "choices", ())).get(text) or text or "—")


def _get_text(value: dt.date | str | None) -> str:
    return value.isoformat() if isinstance(value, dt.date) else (value or "").replace("\r\n", "\n")


def get_deletion(model: type[Model], user: Any, key: str) -> dict[str, str]:
    """Return who deleted a record, and when; nothing unless it was the user's to change."""
    last = get_last_row(model, key) if is_key(key) else None
    if last is None or last.history_type != "-" or not get_access(user).may_write_in(get_owner(last)):
        return {}
    return {"who": last.revision.author_name, "when": formatting.minute(last.history_date)}


# pages of the forms: the model's name is that of the page, and of the anchor of a record in a list


def get_change_url(request: HttpRequest, record: Any) -> str:
    """Return the address of the form that changes a record and leads back here; empty for whoever may not change it."""
    name = record._meta.model_name
    if as_of.get_as_of() or not request.user.has_perm(f"projects.change_{name}", record):
        return ""
    return opened_from(request, name, str(record.pk), anchor=f"{name}-{record.pk}")


def get_add_url(request: HttpRequest, scope: Scope, model: type[Model]) -> str:
    """Return the address of the form of a new record that leads back here; empty for whoever may add none."""
    name = model._meta.model_name
    if as_of.get_as_of() or get_writable_projects(request, scope, f"projects.add_{name}") is None:
        return ""
    return opened_from(request, f"{name}-add")


def add_record(request: HttpRequest, form_class: type[NewRecordForm]) -> HttpResponse:
    """Show the form of a new record, of the project that the address names or of one that is chosen; or store it."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    scope = Scope.from_request(request)
    projects = get_writable_projects(request, scope, f"projects.add_{form_class.model._meta.model_name}")
    if projects is None:
        raise PermissionDenied
    posted, code = request.POST if request.method == "POST" else None, request.GET.get("project", "")
    if code:
        get_object_or_404(Project.objects.visible_to(request.user), code=code_asked(code))
    form = form_class(posted, projects=projects, project=code, today=scope.today)
    with create_revision():  # a second click waits here and finds the record of the first
        if posted is not None and form.is_valid() and form.store(record := form.build_record()):
            return redirect_to_list(request, record, form_class.change_form)
    return render_form(request, form, form_class.change_form, title=form_class.title)


def change_record(request: HttpRequest, key: int, model: Any, form_class: type[ChangeForm]) -> HttpResponse:
    """Show the form of a record, or store it."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    record = model.objects.visible_to(request.user).select_related("project__prefecture").filter(pk=key).first()
    if record is None:
        return _render_deleted(request, key, model, form_class)
    if not request.user.has_perm(f"projects.change_{model._meta.model_name}", record):
        raise PermissionDenied
    today = Scope.from_request(request).today
    form = form_class(request.POST if request.method == "POST" else None, record=record, today=today)
    try:
        if request.method == "POST" and form.is_valid() and form.change(record.pk):
            return redirect_to_list(request, record, form_class)
    except model.DoesNotExist:  # deleted between the two looks
        return _render_deleted(request, key, model, form_class)
    return render_form(request, form, form_class, title=form_class.title, record=record)


def redirect_to_list(request: HttpRequest, record: Any, form_class: type[ChangeForm]) -> HttpResponse:
    """Say that a record is stored, and lead back to where its form was opened."""
    messages.success(request, form_class.saved_message)
    return HttpResponseRedirect(_get_back_url(request, form_class, record))


def render_form(
    request: HttpRequest, form: Any, texts: type[ChangeForm], *, title: Any, record: Any = None
) -> HttpResponse:
    """Show a form: empty, of a record, or with what is wrong."""
    conflict = getattr(form, "conflict", None)
    context = {"form": form, "record": record, "title": title, "back": _get_back_url(request, texts, record)}
    return _render(request, texts, context, status=409 if conflict else 422 if form.errors else 200)


def _render(request: HttpRequest, texts: type[ChangeForm], context: dict[str, Any], *, status: int) -> HttpResponse:
    of_list = {"save": texts.save_label, "list_page": texts.list_page, "list_label": texts.list_label}
    return render(request, "rounds/change.html", context | of_list, status=status)


def _get_back_url(request: HttpRequest, texts: type[ChangeForm], record: Any) -> str:
    anchor = f"#{record._meta.model_name}-{record.pk}" if record else ""
    return way_back(request, otherwise=f"{links.page(texts.list_page)}{anchor}")


def _render_deleted(request: HttpRequest, key: int, model: Any, form_class: type[ChangeForm]) -> HttpResponse:
    """Say who deleted the record of a form meanwhile, with what was typed. Raises `Http404` for any other."""
    deletion = get_deletion(model, request.user, str(key)) if request.method == "POST" else {}
    if not deletion:
        raise Http404
    typed = [request.POST[name] for name in form_class.base_fields if name != "version" and request.POST.get(name)]
    gone = str(form_class.deletion_message) % {**deletion, "typed": _(", ").join(typed)}
    context = {"title": form_class.title, "gone": gone, "back": _get_back_url(request, form_class, None)}
    return _render(request, form_class, context, status=410)
