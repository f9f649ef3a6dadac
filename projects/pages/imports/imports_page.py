"""`/imports/`: a table is sent here, as a file or pasted; what one has sent, and for the province what all have."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from projects.access import get_access
from projects.imports.workbooks.fields import WorkbookKind
from projects.models import Import
from projects.totals.scope import Scope
from projects.workbook_imports import begin
from projects.workbook_imports.sending import may_send

from .. import links
from ..fill_in.template_page import FROM
from ..list_pages import PAGE, pages_of
from ..parameters import reads
from ..private_pages import own_page
from .import_lines import import_lines
from .upload_form import UploadForm

_PASTED_ENDING = ".txt"


@own_page
@reads(PAGE)
def imports(request: HttpRequest) -> HttpResponse:
    """A POST sends a table and leads to its own page."""
    sends = request.user.has_perm("projects.add_import")
    if not sends and (request.method == "POST" or not get_access(request.user).can_write):
        raise PermissionDenied
    scope = Scope.from_request(request)
    form = _form(request, scope)
    if request.method == "POST" and form.is_valid() and (sent := _sent(request, form)):
        return HttpResponseRedirect(links.page("import", str(sent.pk), filters=False))
    visible: Any = Import.objects.visible_to(request.user).select_related("user", "programme")
    pages = pages_of(request, visible.count())
    context = {
        "scope": scope,
        "title": _("Imports"),
        "form": form,
        "templates": _templates(scope, form),
        "sends_whole": may_send(request.user, WorkbookKind.TARGETS),
        "sees_all": get_access(request.user).writes_all,
        "lines": import_lines(visible[pages.first - 1 : pages.last]),
        "pages": pages,
    }
    return render(request, "imports/imports.html", context, status=422 if form.errors else 200)


def _form(request: HttpRequest, scope: Scope) -> UploadForm:
    initial = {"kind": WorkbookKind.REPORTS, "programme": scope.programme and str(scope.programme.year)}
    posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    return UploadForm(*posted, user=request.user, programmes=list(scope.programmes), initial=initial, auto_id="i-%s")


def _sent(request: HttpRequest, form: UploadForm) -> Import | None:
    """None where the file is refused: then the form says why."""
    said, file = form.cleaned_data, form.cleaned_data["file"]
    try:
        return begin(
            request.user,
            kind=said["kind"],
            programme=form.programme_chosen,
            month=form.month_chosen,
            name=file.name if file else _("pasted table") + _PASTED_ENDING,
            content=file.read() if file else said["pasted"].encode(),
        )
    except ValidationError as error:
        by_field = error.message_dict if hasattr(error, "error_dict") else {"file": error.messages}
        for name, texts in by_field.items():
            place = "pasted" if name == "file" and not file else name
            for text in texts:
                form.add_error(place if place in form.fields else None, text)
    return None


def _templates(scope: Scope, form: UploadForm) -> list[tuple[str, str]]:
    """Workbooks to be filled in: of the newest month of the year, and of the year; and the next list begun from this one, or
    this one from the last.
    """
    if scope.programme is None:
        return []
    year = scope.programme.year
    months = [each for each in form.fields["month"].choices if each[0].startswith(f"{year}-")]  # type: ignore[attr-defined]
    found = [
        _template(_("reports of %(month)s") % {"month": label}, WorkbookKind.REPORTS, year, month=month)
        for month, label in months[:1]
    ]
    later = [each.year for each in scope.programmes if each.year > year]
    earlier = [each.year for each in scope.programmes if each.year < year]
    begun = (min(later), year) if later else (year, max(earlier)) if earlier else None
    words = {
        WorkbookKind.REGISTER: _("list of %(year)s"),
        WorkbookKind.TARGETS: _("targets of %(year)s"),
        WorkbookKind.ROUNDS: _("rounds of %(year)s"),
    }
    for kind, _label in form.fields["kind"].choices:  # type: ignore[attr-defined]
        if kind not in words:
            continue
        found.append(_template(words[kind] % {"year": year}, kind, year))
        if begun:
            values = {"template": words[kind] % {"year": begun[0]}, "earlier": begun[1]}
            told = _("%(template)s, begun from %(earlier)s") % values
            found.append(_template(told, kind, begun[0], **{FROM: str(begun[1])}))
    return found


def _template(label: str, kind: str, year: int, **more: str) -> tuple[str, str]:
    query = [("kind", str(kind)), ("programme", str(year)), *more.items()]
    return label, links.page("import-template", query=query, filters=False)
