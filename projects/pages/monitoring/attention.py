"""`/attention/`: the attention list, who is behind and why: each entry's computed light beside the reviewer's own rating."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Model, prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from projects.choices import LIGHTS, Light, Measure, ProblemKind
from projects.models import Entry, Project, Rating
from projects.models.fields import AmountField
from projects.monitoring.standings import (
    EntriesShown,
    get_projects_with_reasons,
    load_records,
    sort_standings,
)
from projects.periods import partial_dates
from projects.text import LONGEST_WORDS
from projects.totals.plans import PlanProgress
from projects.totals.scope import Scope
from projects.totals.standings import BAD, Standing

from .. import formatting, links
from ..decorators import form_page, get_choice_parameter
from ..downloads import table_download
from ..figure_display import begin_with_mark, illustrative_share_of
from ..list_pages import PAGE, PAGE_SIZE
from ..marks import light_word
from ..parameters import accepts_parameters
from ..project_list import disbursed_label
from ..record_forms import RecordForm
from ..tables import (
    FIELDS,
    FILES,
    ChoiceColumn,
    Column,
    MoneyColumn,
    NumberColumn,
    PointsColumn,
    ShareColumn,
    Table,
    basis_column,
    project_columns,
)
from .tabs import get_tab_context, switch

WORST = "worst"  # order


class RatingForm(RecordForm):
    """Light and words of a rating; who and when are the server's to say."""

    light = forms.ChoiceField(label=gettext_lazy("Rating"), choices=[("", "—"), *Light.choices])
    words = forms.CharField(label=gettext_lazy("In words"), max_length=LONGEST_WORDS, widget=forms.Textarea)


# rows


@dataclass
class AttentionEntry:
    """One entry of the list. On the page with the address of its problems, and for whoever `may_rate` it what was posted."""

    standing: Standing
    problem: str = ""  # the newest that is open, in words
    problems_url: str = ""
    may_rate: bool = False
    form: RatingForm | None = None

    @property
    def code(self) -> str:
        return str(self.standing.project.code)

    @property
    def url(self) -> str:
        return links.project(self.code, year=self.standing.facts.year)

    @property
    def plan_url(self) -> str:
        """Where the page of the project has the plan that the light is measured against."""
        plan = self.standing.plan
        return f"{self.url}#plan-{plan.kind}" if plan else ""

    @property
    def report_url(self) -> str:
        return links.report(self.code, str(self.standing.last_month))

    @property
    def other_plans(self) -> list[PlanProgress]:
        """The plans that the light is not measured against; none where all say the same."""
        if not self.standing.plan or not self.standing.plans_differ:
            return []
        return [progress for progress in self.standing.by_plan if not progress.is_rated]

    @property
    def listing_reason(self) -> str:
        return get_listing_reason(self.standing)

    @property
    def is_silent(self) -> bool:
        """Whether nobody says anything of why it stands as it does: no reviewer, no report, no problem that was raised."""
        standing, report = self.standing, self.standing.last_report
        is_explained = report is not None and bool(report.reason or report.measure)
        return not (is_explained or standing.rating or standing.problems or self.problem or self.listing_reason)


def _load_entries(entries: Sequence[AttentionEntry], *, references: bool = False) -> None:
    """Load the records of these entries, with `references` all that these refer to."""
    standings = load_records([entry.standing for entry in entries])
    if standings:
        projects_by_key = get_projects_with_reasons(
            standings[0].facts.scope, [entry.standing.project.pk for entry in entries]
        )
        for entry in entries:
            project = projects_by_key[entry.standing.project.pk]
            entry.problem = get_problem_words(project.problem_kind, project.problem)
    if references:
        projects = [standing.project for standing in standings]
        prefetch_related_objects(projects, "enterprise", "sector", "chain_link", "source")
        prefetch_related_objects([standing.entry for standing in standings], "source")


def get_problem_words(kind: str | None, description: str | None) -> str:
    """Return a problem as a reason: 'Land: …'; empty without one."""
    if not kind:
        return ""
    return _("%(kind)s: %(said)s") % {"kind": ProblemKind(kind).label, "said": (description or "").strip()}


def get_listing_reason(standing: Standing) -> str:
    """Return why an entry that is not behind needs attention all the same; '' where its light says it, or nothing does."""
    if standing.light in BAD or not standing.needs_attention:
        return ""
    reasons = []
    if standing.start in BAD:
        reasons.append(_("its start is late"))
    if standing.reports in BAD:
        reasons.append(_("reports are missing"))
    if standing.problems_overdue:
        reasons.append(_("a problem is overdue"))
    if standing.has_disagreement:
        reasons.append(_("the reviewer rates it otherwise"))
    elif standing.rating:
        reasons.append(_("of the reviewer's rating"))
    return _("Listed because %(reasons)s") % {"reasons": formatting.clauses(reasons)} if reasons else ""


# columns


def _get_columns(scope: Scope) -> list[Column]:
    columns = [*_get_project_columns(scope), *_get_plan_columns(scope), *_get_reason_columns(scope)]
    return columns + _get_field_columns(scope)


def _get_project_columns(scope: Scope) -> list[Column]:
    return [
        *project_columns("standing.project", year=scope.year, template="rounds/_cell_entry.html"),
        Column(
            label=pgettext("report", "Stage"),
            value="standing.stage.label",
            on_page=False,
        ),
        basis_column("standing.project.basis", on_page=False),
        ChoiceColumn(
            name="light",
            label=_("Light"),
            choices=Light,
            value="standing.light",
            sort_value=lambda entry: LIGHTS.index(entry.standing.light) if entry.standing.light else None,
            template="tables/light.html",
        ),
    ]


def _get_plan_columns(scope: Scope) -> list[Column]:
    """Return the columns of numbers: each leads to the row of its plan on the page of the project, or to its months."""

    def get_rated_plan(entry: AttentionEntry) -> str:
        """Return which plan the numbers are of, where there are others."""
        if not entry.other_plans:
            return ""
        return " ".join([formatting.sentence_case(str(entry.standing.plan.kind.label)), _("(rated by this one)")])

    return [
        MoneyColumn(
            name="plan",
            label=Measure.PLANNED_DISBURSEMENT.header,
            value="standing.plan.amount",
            url="plan_url",
            sub=get_rated_plan,
        ),
        Column(label=_("Measured against"), value="standing.plan.kind.label", on_page=False),
        MoneyColumn(
            name="disbursed",
            label=disbursed_label(scope),
            value="standing.disbursed",
            url=lambda entry: f"{entry.url}#disbursed",
        ),
        ShareColumn(
            name="share",
            label=Measure.DISBURSED_OF_PLAN.header,
            value="standing.share",
            unknown=_("no plan, or a plan of zero"),
            url="plan_url",
            template="rounds/_cell_share.html",
        ),
        MoneyColumn(name="due", label=_("Pro-rata plan"), value="standing.due", url="plan_url"),
        MoneyColumn(name="ahead", label=_("Gap"), value="standing.gap", url="plan_url", signed=True),
        PointsColumn(
            name="gap",
            label=_("Gap, percentage points"),
            value="standing.gap_share",
            unknown=_("no plan, or a plan of zero"),
            sort_value="standing.gap_order",
            url="plan_url",
        ),
    ]


def _get_reason_columns(scope: Scope) -> list[Column]:
    """Return the column of all that explains an entry, and those of files; the public reads no reviewer's words."""

    def get_months_late(entry: AttentionEntry) -> int | None:
        return entry.standing.months_late if entry.standing.start in BAD else None

    def get_missing_count(entry: AttentionEntry) -> int | None:
        return entry.standing.missing_count if entry.standing.reports in BAD else None

    def number_column(label: str, value: Any) -> Column:
        return NumberColumn(label=label, value=value, on_page=False)

    return [
        Column(
            label=_("Reason and measure"),
            value=lambda entry: None,
            template="rounds/_cell_reasons.html",
            in_file=False,
        ),
        Column(label=_("Why it is listed"), value="listing_reason", on_page=False),
        number_column(_("Months without a start"), get_months_late),
        number_column(_("Reports missing in a row"), get_missing_count),
        number_column(_("Problems not solved"), lambda entry: entry.standing.problems or None),
        Column(label=_("Newest problem"), value="problem", on_page=False),
        number_column(_("Problems overdue"), lambda entry: entry.standing.problems_overdue or None),
        ChoiceColumn(label=_("Reviewer"), choices=Light, value="standing.rating.light", on_page=False),
        Column(
            label=_("Reviewer's words"),
            value="standing.rating.words",
            on_page=False,
            in_file=not scope.access.public,
        ),
        Column(label=_("Reason"), value="standing.last_report.reason", on_page=False),
        Column(label=pgettext("report", "Measure"), value="standing.last_report.measure", on_page=False),
    ]


def _get_field_columns(scope: Scope) -> list[Column]:
    """Return the columns of all other fields of the project and its entry, for the file of all fields; the public reads not
    who reported a figure.
    """
    reporters = [f"{name}_reported_by" for name in (*Project.attributed, *Entry.attributed) if scope.access.public]
    of_entry = _("On the list: %(label)s")
    return [
        *_get_columns_of(Project, "project", "%(label)s", ("code", "prefecture", "basis", *reporters)),
        *_get_columns_of(Entry, "entry", of_entry, ("project", "programme", "planned_disbursement", *reporters)),
    ]


def _get_columns_of(model: type[Model], name: str, label: str, without: Collection[str]) -> list[Column]:
    """Return the columns of the fields of the record `name` of a standing."""
    dates, columns = partial_dates(model), []
    left_out = {*without, *(f"{date}_precision" for date in dates)}
    for field in model._meta.concrete_fields:
        if field.primary_key or field.name in left_out:
            continue
        kind = MoneyColumn if isinstance(field, AmountField) else Column
        attribute = f"get_{field.name}_display" if field.choices else dates.get(field.name, field.name)
        text = label % {"label": formatting.sentence_case(str(field.verbose_name))}
        columns.append(kind(label=text, value=f"standing.{name}.{attribute}", on_page=False, every_field=True))
    return columns


# the page


@form_page
@accepts_parameters("show", "sort", PAGE, *FILES, fields=("all",))
def attention(request: HttpRequest) -> HttpResponse:
    """The attention list of a programme, 50 a page; a POST adds the province's rating of one entry."""
    scope = Scope.from_request(request)
    kind = EntriesShown(get_choice_parameter(request, "show", tuple(EntriesShown)))
    every = scope.standings
    posted, form = None, None
    if request.method == "POST":
        posted = _get_posted_standing(request, scope)
        form = RatingForm(request.POST, auto_id=f"{posted.project.code}-%s")
        if form.is_valid() and form.store(
            Rating(entry=posted.entry, month=scope.last_month, author=request.user, **form.cleaned_data)
        ):
            return HttpResponseRedirect(_get_place(request, every, posted))
    table = Table(
        request,
        "attention",
        _("Needs attention"),
        _get_columns(scope),
        [AttentionEntry(standing) for standing in sort_standings(kind.filter(every))],
        usual=WORST,
        css="watched",
        row_id=lambda entry: entry.code,
        paginated="format" not in request.GET,
    )
    if "format" in request.GET:
        _load_entries(table.records, references=FIELDS in request.GET)
    if file := table_download(request, scope, [table]):
        return file
    entries = list(table.shown_records)
    _load_entries(entries)
    if posted and all(entry.standing is not posted for entry in entries):
        entries.insert(0, AttentionEntry(posted))  # the entry of the form is shown, whatever else is
    for entry in entries:
        entry.may_rate = bool(scope.last_month) and request.user.has_perm("projects.add_rating", entry.standing.entry)
        entry.form = form if entry.standing is posted else None
        entry.problems_url = links.page("problems", query=[("code", entry.code)]) if entry.standing.problems else ""
    table.shown_records = entries
    table.caption = _(
        "Projects and their lights, %(unit)s; %% and gap are of the plan that the light is measured against"
    ) % {"unit": formatting.money_unit("table")}
    rule = scope.facts.rule
    context = get_tab_context(request, scope, "attention") | {
        "lede": begin_with_mark(
            formatting.sentences([_count_lights(scope, every), _count_missing_reports(scope, every)]),
            illustrative_share_of(standing.entry for standing in every if standing.light),
        ),
        "switches": [
            switch(request, "show", name.value, _get_label(name), shown=kind, count=len(name.filter(every)))
            for name in EntriesShown
        ],
        "table": table,
        "files": table.files,
        "entries": entries,
        "silent": len([entry for entry in entries if entry.is_silent]),
        "pages": table.pages,
        "rule": rule,
        "has_entries": bool(every),
        "posted_form": form,
        "blank": RatingForm(),
    }
    return render(request, "rounds/attention.html", context, status=422 if form else 200)


def _get_posted_standing(request: HttpRequest, scope: Scope) -> Standing:
    """Return the entry that is rated, with its records.

    Raises `PermissionDenied` for whoever may not rate it, `Http404` for one that the user does not see.
    """
    if not request.user.has_perm("projects.add_rating"):
        raise PermissionDenied
    code = request.POST.get("entry", "")
    standings = [standing for standing in scope.standings if standing.project.code == code]
    if not standings or not scope.last_month:
        raise Http404
    standing = load_records(standings)[0]
    if not request.user.has_perm("projects.add_rating", Rating(entry=standing.entry)):
        raise PermissionDenied
    return standing


def _get_place(request: HttpRequest, every: Sequence[Standing], standing: Standing) -> str:
    """Return where an entry stands among all in their usual order."""
    number = sort_standings(every).index(standing) // PAGE_SIZE + 1
    page = {PAGE: str(number)} if number > 1 else {}
    return f"{links.same_page(request, without=('sort',), show=EntriesShown.ALL.value, **page)}#{standing.project.code}"


def _get_label(shown: EntriesShown) -> str:
    labels = {
        EntriesShown.ATTENTION: _("need attention"),
        EntriesShown.ALL: pgettext("entries", "all"),
        EntriesShown.NONE: light_word(None),
        EntriesShown.DISAGREED: _("rating and rule disagree"),
    }
    return labels.get(shown) or light_word(shown.value)


def _count_lights(scope: Scope, every: Sequence[Standing]) -> str:
    """Return how many entries have which light: '2 red, 19 yellow, 9 green, 12 not rated at the end of June 2023.'

    Empty without a rule, and for one month alone, of which no progress is rated.
    """
    if not every or scope.end_month is None or scope.facts.rule is None or scope.is_single_month:
        return ""
    values = {shown.value: formatting.count(len(shown.filter(every))) for shown in EntriesShown}
    values["month"] = formatting.month_of_year(scope.end_month)
    return _("%(red)s red, %(yellow)s yellow, %(green)s green, %(none)s not rated at the end of %(month)s.") % values


def _count_missing_reports(scope: Scope, every: Sequence[Standing]) -> str:
    """Return how many are marked for missing reports, by a light beside the one that is counted, and as of when."""
    count = len([standing for standing in every if standing.reports in BAD])
    if not count:
        return ""
    values = {"count": formatting.count(count), "day": scope.today.isoformat()}
    if scope.last_month < scope.months.default:  # as it was then
        text = ngettext(
            "Lights are of progress; beside them %(count)s project is marked for missing reports.",
            "Lights are of progress; beside them %(count)s projects are marked for missing reports.",
            count,
        )
        return text % values
    text = ngettext(
        "Lights are of progress; beside them %(count)s project is marked for reports missing by %(day)s.",
        "Lights are of progress; beside them %(count)s projects are marked for reports missing by %(day)s.",
        count,
    )
    return text % values
