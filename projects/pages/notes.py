"""Notes about a project, a report or a figure: as its page shows them, and the form of one. The public is shown none."""

from __future__ import annotations

from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.access import visible
from projects.choices import Measure
from projects.history.digests import digest_of
from projects.history.revisions import create_revision
from projects.models import MonthlyReport, Note, Prefecture, Programme, Project
from projects.models.fields import normalised_code
from projects.periods import MONTHS_OF_YEAR, Month
from projects.text import LONGEST_WORDS, is_key
from projects.totals.programmes import get_reader
from sectors.models import Sector

from . import formatting, links
from .changes.events import get_log_url
from .decorators import work_page
from .parameters import accepts_parameters, get_note_key
from .record_forms import RecordForm
from .return_address import BACK, opened_from, way_back

OVERTAKEN = gettext_lazy("Meanwhile this note was changed. Nothing of yours is lost: look at it again, then save.")
ANCHOR = "notes"
MOST = 50  # on a page that shows more than notes; what is earlier stands in the log of changes
_RELATED = ("author", "programme", "project", "sector", "prefecture")


def get_notes(
    request: HttpRequest,
    *,
    programme: Programme | None,
    project: Project | None = None,
    report: MonthlyReport | None = None,
    figure: str = "",
    sector: Sector | None = None,
    prefecture: Prefecture | None = None,
) -> dict[str, Any]:
    """Return the notes about a project and its reports in a programme's year, about one report, or about a figure, each with
    `subject`, `period_text` and `edit_url` ('' unless the reader wrote it); and where one is added, '' for whoever may not.

    Of a figure, those about the whole and every part are shown, or only those of the sector or prefecture that is named.
    The newest `MOST` in one query, and after them an earlier one that the address asks for, in another.
    """
    reader = get_reader(request)
    may_read = reader.has_perm("projects.view_note")
    if programme is None or not may_read:
        return {"may_read": may_read}
    new = Note(programme=programme, project=project, report=report, figure=figure, sector=sector, prefecture=prefecture)
    notes: Any = Note.objects.visible_to(reader).select_related(*_RELATED)
    if report is not None:
        new.project, notes = report.entry.project, notes.filter(report=report)
    elif project is not None:
        notes = notes.about_project(project.pk, programme.pk)
    else:
        parts = {"sector": sector, "prefecture": prefecture}
        notes = notes.about_figure(figure, programme.pk).filter(**{name: part for name, part in parts.items() if part})
    shown = list(notes[: MOST + 1])
    add_url = ""
    if request.user.has_perm("projects.add_note", new):
        add_url = opened_from(request, "note-add", anchor=ANCHOR, **_parameters(new))
    earlier_url = _log_url(new) if len(shown) > MOST else ""
    shown = [*shown[:MOST], *(_get_requested_note(request, notes, shown[:MOST]) if earlier_url else [])]
    rows = [_build_row(request, note) for note in shown]
    return {"rows": rows, "add_url": add_url, "may_read": may_read, "earlier_url": earlier_url}


class NoteRow(NamedTuple):
    """A note with what it is about and its period in words, and where its author changes it."""

    note: Note
    subject: str
    period: str
    edit_url: str


def _build_row(request: HttpRequest, note: Note) -> NoteRow:
    may_edit = request.user.has_perm("projects.change_note", note)
    edit_url = opened_from(request, "note", str(note.pk), anchor=ANCHOR) if may_edit else ""
    return NoteRow(note, describe_subject(note), period_name(note), edit_url)


def _get_requested_note(request: HttpRequest, found: Any, shown: list[Note]) -> list[Note]:
    """The note that the address asks for, where it is not shown already."""
    key = get_note_key(request)
    if not key or any(str(note.pk) == key for note in shown):
        return []
    return list(found.filter(pk=key))


def _log_url(note: Note) -> str:
    """The log of changes to notes about the same project, or to all of them."""
    return get_log_url([("kind", "note"), *([("project", note.project.code)] if note.project else [])])


def period_name(note: Note) -> str:
    """The month or year that it speaks of, in words."""
    if note.month:
        return formatting.month_of_year(Month(note.programme.year, note.month))
    return _("the whole of %(year)s") % {"year": note.programme.year}


def describe_subject(note: Note) -> str:
    """What it is about, in words."""
    if note.report_id:
        return _("monthly report")
    if note.project_id:
        return _("the project")
    parts = [each.name for each in (note.sector, note.prefecture) if each]
    label = formatting.sentence_case(str(Measure(note.figure).label))
    return " · ".join([label, *parts])


def _parameters(note: Note) -> dict[str, str]:
    """The parameters of the page on which a note about the same subject is written."""
    found = {"programme": str(note.programme.year)}
    if note.report_id:
        return found | {"report": str(note.report_id)}
    if note.project:
        return found | {"project": note.project.code}
    found["figure"] = note.figure
    found |= {"sector": note.sector.code} if note.sector else {}
    return found | ({"prefecture": note.prefecture.adcode} if note.prefecture else {})


class NoteForm(RecordForm):
    """The words of a note, and for a new one the period that it speaks of."""

    text = forms.CharField(
        label=gettext_lazy("Note"), max_length=LONGEST_WORDS, widget=forms.Textarea(attrs={"rows": 4})
    )
    month = forms.TypedChoiceField(label=gettext_lazy("It speaks of"), required=False, coerce=int, empty_value=None)
    version = forms.CharField(max_length=32, required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, note: Note) -> None:
        self.newest_version = "" if note._state.adding else digest_of(note)
        super().__init__(data, auto_id="note-%s", initial={"text": note.text})
        if note._state.adding and not note.report_id:
            months = [(number, formatting.month_name(number)) for number in range(1, MONTHS_OF_YEAR + 1)]
            self.fields["month"].choices = [("", period_name(note)), *months]  # type: ignore[attr-defined]
        else:
            del self.fields["month"]


@work_page
@accepts_parameters("report", "programme", "project", "figure", "sector", "prefecture", BACK, asks=False)
def add_note(request: HttpRequest) -> HttpResponse:
    """A new note about what the address names."""
    note = _build_note(request)
    if not request.user.has_perm("projects.add_note", note):
        raise PermissionDenied
    form = NoteForm(request.POST if request.method == "POST" else None, note=note)
    if request.method == "POST" and form.is_valid():
        note.text, note.month = form.cleaned_data["text"], form.cleaned_data.get("month")
        with create_revision():  # a second click waits here and finds the note of the first
            if _is_stored(note) or form.store(note):
                return HttpResponseRedirect(_return_url(request, note))
    return _render_form(request, note, form, title=_("Add a note"))


def _is_stored(note: Note) -> bool:
    """Return whether the author wrote the same about the same subject today."""
    names = ("author", "programme", "month", "project", "report", "figure", "sector", "prefecture", "text")
    same = {name: getattr(note, name) for name in names}
    return Note.objects.filter(**same, day=note.programme.today).exists()


@work_page
@accepts_parameters(BACK, asks=False)
def change_note(request: HttpRequest, key: int) -> HttpResponse:
    """Other words of a note, by its author."""
    mine = Note.objects.visible_to(request.user).select_related("programme", "project", "sector", "prefecture")
    note = get_object_or_404(mine, pk=key)
    if not request.user.has_perm("projects.change_note", note):
        raise PermissionDenied
    form, status = NoteForm(request.POST if request.method == "POST" else None, note=note), 200
    if request.method == "POST" and form.is_valid():
        with create_revision():
            stored = mine.get(pk=note.pk)
            if digest_of(stored) != form.cleaned_data["version"]:
                form.newest_version, status = digest_of(stored), 409
                form.add_error(None, OVERTAKEN)
                form.add_error(None, stored.text)
            else:
                stored.text = form.cleaned_data["text"]
                if form.store(stored):
                    return HttpResponseRedirect(_return_url(request, note))
    return _render_form(request, note, form, title=_("Change your note"), status=status)


def _render_form(request: HttpRequest, note: Note, form: NoteForm, *, title: str, status: int = 200) -> HttpResponse:
    context = {
        "title": title,
        "form": form,
        "subject": f"{note.project.code} {note.project.name}" if note.project else "",
        "about": describe_subject(note),
        "period": period_name(note),
        "back": _return_url(request, note),
    }
    status = 422 if form.errors and status == 200 else status
    return render(request, "projects/note.html", context, status=status)


def _return_url(request: HttpRequest, note: Note) -> str:
    otherwise = f"{links.project(note.project.code)}#notes" if note.project else reverse("overview")
    return way_back(request, otherwise=otherwise)


def _build_note(request: HttpRequest) -> Note:
    """A note about what the query string names. Raises `Http404` for what the reader does not see."""
    asked = request.GET
    note = Note(author=request.user if request.user.is_authenticated else None)
    if asked.get("report"):
        reports = MonthlyReport.objects.visible_to(request.user).select_related("entry__project", "entry__programme")
        note.report = _get_row(reports, pk=asked["report"])
        note.project, note.programme = note.report.entry.project, note.report.entry.programme
        note.month = note.report.month
        return note
    note.programme = _get_row(Programme.objects.visible_to(request.user), year=asked.get("programme", ""))
    if asked.get("project"):
        projects = Project.objects.visible_to(request.user)
        note.project = _get_row(projects, code=normalised_code(asked["project"]))
        return note
    if asked.get("figure") not in Measure.values:
        raise Http404
    note.figure = asked["figure"]
    if asked.get("sector"):
        note.sector = _get_row(visible(Sector.objects.all(), request.user), code=asked["sector"])
    if asked.get("prefecture"):
        note.prefecture = _get_row(visible(Prefecture.objects.all(), request.user), adcode=asked["prefecture"])
    return note


def _get_row(rows: Any, **key: str) -> Any:
    """The row of a key that was typed into the address. Raises `Http404`."""
    [(name, value)] = key.items()
    if name in ("pk", "year") and not is_key(value):
        raise Http404
    if not value.isprintable():  # PostgreSQL takes no NUL in a text
        raise Http404
    try:
        return get_object_or_404(rows, **{name: value})
    except (ValidationError, OverflowError) as error:
        raise Http404 from error
