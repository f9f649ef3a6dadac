"""Edit page of a record of a project, without the administration: alike for each kind of record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from projects.history import as_of

from .. import formatting, links
from ..return_address import opened_from, way_back
from .change_forms import ChangeForm
from .of_project_forms import deleted_by


@dataclass(frozen=True)
class EditedKind:
    """A kind of record and what its pages say; texts with names in them are filled in by those names."""

    model: Any
    form: type[ChangeForm]
    all_of_them: str  # the name of the page that lists them
    list_label: Any
    title: Any
    save: Any
    saved: Any
    changed: Any  # by %(who)s at %(when)s
    deleted: Any  # by %(who)s at %(when)s, with what was %(typed)s
    name_of: Callable[[Any], str]

    @property
    def name(self) -> str:
        """Of the model, of its page and of the anchor of a record in a list."""
        return str(self.model._meta.model_name)


def change_url(request: HttpRequest, kind: EditedKind, record: Any) -> str:
    """The address of the form, which leads back to the page under way; empty for whoever may not change the record."""
    if as_of.get_as_of() or not request.user.has_perm(f"projects.change_{kind.name}", record):
        return ""
    return opened_from(request, kind.name, str(record.pk), anchor=f"{kind.name}-{record.pk}")


def changed(request: HttpRequest, key: int, kind: EditedKind) -> HttpResponse:
    """The form of a record, or what came of it."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    visible = kind.model.objects.visible_to(request.user).select_related("project__prefecture")
    found = visible.filter(pk=key).first()
    if found is None:
        return _gone(request, key, kind)
    if not request.user.has_perm(f"projects.change_{kind.name}", found):
        raise PermissionDenied
    form = kind.form(request.POST if request.method == "POST" else None, record=found)
    try:
        if request.method == "POST" and form.is_valid() and form.change(found.pk):
            return saved(request, kind, found)
    except kind.model.DoesNotExist:  # deleted between the two looks
        return _gone(request, key, kind)
    return shown(request, kind, form, title=kind.title, record=found)


def saved(request: HttpRequest, kind: EditedKind, record: Any) -> HttpResponse:
    """Back to where the form was opened, with a word that it is stored."""
    messages.success(request, kind.saved)
    return HttpResponseRedirect(_back(request, kind, record))


def shown(request: HttpRequest, kind: EditedKind, form: Any, *, title: Any, record: Any = None) -> HttpResponse:
    """The form: new, of a record, or with what is wrong."""
    conflict = getattr(form, "conflict", None)
    context = {"form": form, "record": record, "title": title, "back": _back(request, kind, record)}
    if record is not None:
        context["name"] = kind.name_of(record)
    if conflict is not None and conflict.who:
        context["changed"] = str(kind.changed) % {"who": conflict.who, "when": formatting.minute(conflict.when)}
    return _page(request, kind, context, status=409 if conflict else 422 if form.errors else 200)


def _page(request: HttpRequest, kind: EditedKind, context: dict[str, Any], *, status: int) -> HttpResponse:
    of_kind = {"save": kind.save, "all_of_them": kind.all_of_them, "list_label": kind.list_label}
    return render(request, "rounds/change.html", context | of_kind, status=status)


def _back(request: HttpRequest, kind: EditedKind, record: Any) -> str:
    anchor = f"#{kind.name}-{record.pk}" if record else ""
    return way_back(request, otherwise=f"{links.page(kind.all_of_them)}{anchor}")


def _gone(request: HttpRequest, key: int, kind: EditedKind) -> HttpResponse:
    """What was typed into a form whose record was deleted meanwhile. Raises `Http404` for any other."""
    deleted = deleted_by(kind.model, request.user, str(key)) if request.method == "POST" else {}
    if not deleted:
        raise Http404
    typed = [request.POST[name] for name in kind.form.base_fields if name != "version" and request.POST.get(name)]
    gone = str(kind.deleted) % {**deleted, "typed": _(", ").join(typed)}
    return _page(request, kind, {"title": kind.title, "gone": gone, "back": _back(request, kind, None)}, status=410)
