"""`/imports/`: a table is sent here, as a file or pasted; what one has sent, and for the province what all have.

`/imports/<key>/refused.xlsx` is what was refused of one, with its faults marked, to be corrected and sent again.
"""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from projects.access import get_access
from projects.choices import CellVerdict, ImportState, RoundState, WorkbookKind
from projects.etags import NO_STORE
from projects.exports.files import workbook_response
from projects.imports.checking import NEEDS_MONTH
from projects.models import Import, Programme, Round
from projects.periods import Month
from projects.totals.scope import Scope
from projects.workbook_imports import begin
from projects.workbook_imports.refused_rows import refused_workbook

from .. import formatting, links
from ..decorators import own_page, work_file
from ..list_pages import PAGE, get_pages
from ..parameters import accepts_parameters
from .fill_in import FROM

_PASTED_ENDING = ".txt"


class UploadForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("What the rows are"), choices=WorkbookKind.choices)
    programme = forms.ChoiceField(label=gettext_lazy("List of"))
    month = forms.ChoiceField(label=gettext_lazy("Month, of reports"), required=False)
    file = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        help_text=gettext_lazy(
            "Excel or WPS workbook (.xlsx), CSV or text, up to 10 MiB. Pictures and PDF are not read."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv,.tsv,.txt"}),
    )
    pasted = forms.CharField(
        label=gettext_lazy("or a table, copied and pasted here"),
        required=False,
        strip=False,
        help_text=gettext_lazy("With the row of its heads, and the unit if it stands above them."),
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, programmes: list[Programme], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._programmes = {str(each.year): each for each in programmes}
        self.fields["programme"].choices = [(year, year) for year in self._programmes]  # type: ignore[attr-defined]
        rounds = Round.objects.filter(programme__in=programmes).select_related("programme")
        months = sorted((each.period for each in rounds if each.state != RoundState.PLANNED), reverse=True)
        self.months = [(str(each), formatting.month_of_year(each)) for each in months]
        self.fields["month"].choices = [("", "—"), *self.months]  # type: ignore[attr-defined]
        if months:
            self.initial.setdefault("month", str(months[0]))

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        sent = bool(said.get("file")), bool((said.get("pasted") or "").strip())
        if not {"file", "pasted"} & self.errors.keys() and sent[0] == sent[1]:
            both = said.get("file") is not None
            self.add_error(
                "file",
                _("Send a file or paste a table, not both.") if both else _("Choose a file, or paste a table below."),
            )
        if said.get("kind") == WorkbookKind.REPORTS and "month" in said:
            if not said["month"]:
                self.add_error("month", ValidationError(NEEDS_MONTH))
            elif said.get("programme") and not said["month"].startswith(f"{said['programme']}-"):
                self.add_error("month", _("This month is not one of that year."))
        return said

    def send(self, user: Any) -> Import | None:
        """Return the import of what was sent; None where the file is refused: then the form says why."""
        said, file = self.cleaned_data, self.cleaned_data["file"]
        try:
            return begin(
                user,
                kind=said["kind"],
                programme=self._programmes[said["programme"]],
                month=int(said["month"].partition("-")[2]) if said["kind"] == WorkbookKind.REPORTS else None,
                name=file.name if file else _("pasted table") + _PASTED_ENDING,
                content=file.read() if file else said["pasted"].encode(),
            )
        except ValidationError as error:
            by_field = error.message_dict if hasattr(error, "error_dict") else {"file": error.messages}
            for name, texts in by_field.items():
                place = "pasted" if name == "file" and not file else name
                for text in texts:
                    self.add_error(place if place in self.fields else None, text)
        return None


@own_page
@accepts_parameters(PAGE)
def imports(request: HttpRequest) -> HttpResponse:
    """A POST sends a table and leads to its own page."""
    sends = request.user.has_perm("projects.add_import")
    if not sends and (request.method == "POST" or not get_access(request.user).can_write):
        raise PermissionDenied
    scope = Scope.from_request(request)
    initial = {"kind": WorkbookKind.REPORTS, "programme": scope.programme and str(scope.programme.year)}
    posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = UploadForm(*posted, programmes=list(scope.programmes), initial=initial, auto_id="i-%s")
    if request.method == "POST" and form.is_valid() and (sent := form.send(request.user)):
        return HttpResponseRedirect(links.page("import", str(sent.pk), filters=False))
    visible: Any = Import.objects.visible_to(request.user).select_related("user", "programme")
    pages = get_pages(request, visible.count())
    context = {
        "scope": scope,
        "title": _("Imports"),
        "form": form,
        "templates": _templates(scope, form.months) if sends else [],
        "sees_all": get_access(request.user).writes_all,
        "lines": [
            {
                "imported": each,
                "url": links.page("import", str(each.pk), filters=False),
                "about": describe_import(each),
                "state_label": get_state_label(each),
                "counts": describe_counts(each),
                "next_step": _next_step(each),
            }
            for each in visible[pages.first - 1 : pages.last]
        ],
        "pages": pages,
    }
    return render(request, "imports/imports.html", context, status=422 if form.errors else 200)


def _templates(scope: Scope, months: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Workbooks to be filled in: of the newest month of the year, and of its list; and the next list begun from this one,
    or this one from the last.
    """
    if scope.programme is None:
        return []
    year = scope.programme.year
    found = [
        _template(_("reports of %(month)s") % {"month": label}, WorkbookKind.REPORTS, year, month=month)
        for month, label in months
        if month.startswith(f"{year}-")
    ][:1]
    found.append(_template(_("list of %(year)s") % {"year": year}, WorkbookKind.REGISTER, year))
    later = [each.year for each in scope.programmes if each.year > year]
    earlier = [each.year for each in scope.programmes if each.year < year]
    begun = (min(later), year) if later else (year, max(earlier)) if earlier else None
    if begun:
        values = {"template": _("list of %(year)s") % {"year": begun[0]}, "earlier": begun[1]}
        told = _("%(template)s, begun from %(earlier)s") % values
        found.append(_template(told, WorkbookKind.REGISTER, begun[0], **{FROM: str(begun[1])}))
    return found


def _template(label: str, kind: str, year: int, **more: str) -> tuple[str, str]:
    query = [("kind", str(kind)), ("programme", str(year)), *more.items()]
    return label, links.page("import-template", query=query, filters=False)


def describe_import(imported: Import) -> str:
    """'Monthly reports, June 2023'; 'projects and their places on the list, 2023'."""
    year = imported.programme.year
    when = formatting.month_of_year(Month(year, imported.month)) if imported.month else str(year)
    return formatting.clauses([formatting.sentence_case(str(imported.get_kind_display())), when])


def get_state_label(imported: Import) -> str:
    return _("expired") if imported.is_expired else str(imported.get_state_display())


def describe_counts(imported: Import) -> str:
    """How many cells are written, or would be; empty before anything was counted."""
    is_counted = imported.state not in (ImportState.CHECKING, ImportState.NEEDS_MAPPING, ImportState.REFUSED)
    cells = imported.counts.get("cells", {}) if is_counted else {}
    told = {
        CellVerdict.NEW: ngettext("%(count)s cell new", "%(count)s cells new", cells.get("new", 0)),
        CellVerdict.CHANGED: ngettext("%(count)s changed", "%(count)s changed", cells.get("changed", 0)),
        CellVerdict.REFUSED: ngettext("%(count)s refused", "%(count)s refused", cells.get("refused", 0)),
        CellVerdict.CONFLICT: ngettext("%(count)s in conflict", "%(count)s in conflict", cells.get("conflicts", 0)),
    }
    parts = [words % {"count": formatting.count(cells[each])} for each, words in told.items() if cells.get(each)]
    return formatting.clauses(parts) or (_("nothing to write") if cells else "")


def has_changes(imported: Import) -> bool:
    """Whether something would be written if it were confirmed."""
    return any(imported.counts.get("rows", {}).get(each) for each in (CellVerdict.NEW, CellVerdict.CHANGED))


def _next_step(imported: Import) -> str:
    if imported.is_expired:
        return _("Send it again")
    return {
        ImportState.CHECKING: _("See how far it is"),
        ImportState.NEEDS_MAPPING: _("Say what its columns are"),
        ImportState.READY: _("Look at it and confirm") if has_changes(imported) else _("See what was found"),
        ImportState.CONFIRMING: _("See how far it is"),
        ImportState.DONE: _("See what it wrote"),
        ImportState.UNDOING: _("See how far it is"),
        ImportState.REFUSED: _("See why"),
        ImportState.UNDONE: _("See what it had written"),
    }[ImportState(imported.state)]


@work_file
def refused_file(request: HttpRequest, key: int) -> HttpResponse:
    """404 for an import that the reader does not see, and where nothing is refused."""
    visible = Import.objects.visible_to(request.user).select_related("programme", "file")
    imported = get_object_or_404(visible, pk=key)
    book = refused_workbook(imported)
    if book is None:
        raise Http404
    title = _("Refused rows of %(name)s") % {"name": PurePath(imported.name).stem}
    answer = workbook_response(book, f"import-{key}-refused", title=title)
    answer["Cache-Control"] = NO_STORE
    return answer
