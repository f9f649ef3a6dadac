"""`/projects/`: the list, filtered, ordered, with the totals of exactly its rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from projects.choices import Light, Measure, Transferred
from projects.models import Project
from projects.totals.scope import Scope
from projects.totals.span import with_figures
from projects.totals.standings import standings_by_project
from projects.totals.totals import Row, breakdowns, ratio, with_current_figures

from . import formatting, links
from .decorators import get_choice_parameter, page
from .downloads import files_of, table_download
from .figure_display import FigureDisplay
from .filter_form import get_filter_form
from .frame import shell
from .list_pages import PAGE
from .month_notice import approved_of_asked
from .months_coverage import coverage_words
from .parameters import accepts_parameters
from .tables import FILES, ChoiceColumn, Column, MoneyColumn, ShareColumn, Table, basis_column


class ProjectRecords:
    """The projects of a scope in its order, read in slices.

    Each has `planned_disbursement` and `disbursed` in CNY, and its `standing`.

    A slice costs two queries and those of the standings.
    """

    def __init__(self, scope: Scope, count: int) -> None:
        self.scope, self.count = scope, count

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, part: slice) -> list[Any]:
        keys = list(self.scope.projects().values_list("pk", flat=True)[part]) if self.count else []
        projects = Project.objects.visible_to(self.scope.user).with_references()
        by_key: dict[int, Any] = {
            project.pk: project for project in with_figures(projects.filter(pk__in=keys), self.scope.span)
        }
        standings = standings_by_project(self.scope, keys=keys)
        for key, project in by_key.items():
            project.standing = standings.get(key)
            if isinstance(project.disbursed, Decimal):  # PostgreSQL's sum of whole numbers
                project.disbursed = int(project.disbursed)
        return [by_key[key] for key in keys]


def get_project_columns(scope: Scope, *, form: str = "table") -> list[Column]:
    """Return the columns of a list of projects; each number opens to its place on the page of its project."""
    # with the order of the list, so that the page of a project has those before and after it in this very list
    query = [*scope.of_year, *scope.ordering]
    unknown, unreported = _("not published"), _("no report")

    def address(project: Any) -> str:
        return links.page("project", project.code, query=query)

    def place(figure: str) -> Callable[[Any], str]:
        return lambda project: f"{address(project)}#{figure}"

    def money(measure: Measure, label: str, unknown: str = unknown, **options: Any) -> MoneyColumn:
        name = measure.value
        return MoneyColumn(
            name=name,
            label=label,
            value=lambda project: getattr(project, name),
            url=place(name),
            unknown=unknown,
            figure=name,
            form=form,
            **options,
        )

    return [
        Column(
            name="code",
            label=_("Project"),
            value=lambda project: project.name,
            url=address,
            sub=lambda project: project.code,
            template="tables/name.html",
            css="name",
        ),
        Column(label=_("Project code"), value=lambda project: project.code, on_page=False),
        Column(
            name="prefecture",
            label=_("Prefecture"),
            value=lambda project: project.prefecture and project.prefecture.name,
            unknown=unknown,
        ),
        Column(
            name="chain_link",
            label=_("Chain link and sector"),
            value=lambda project: project.chain_link and project.chain_link.name,
            unknown=unknown,
            sub=lambda project: project.sector.name,
            css="t",
            in_file=False,
        ),
        Column(
            label=_("Chain link"),
            value=lambda project: project.chain_link and project.chain_link.name,
            on_page=False,
        ),
        Column(label=_("Sector"), value=lambda project: project.sector.name, on_page=False),
        basis_column(lambda project: project.basis),
        money(Measure.TOTAL_INVESTMENT, Measure.TOTAL_INVESTMENT.header),
        money(Measure.PLANNED_DISBURSEMENT, Measure.PLANNED_DISBURSEMENT.header),
        money(Measure.DISBURSED, disbursed_label(scope), unreported),
        ShareColumn(
            name=Measure.DISBURSED_OF_PLAN.value,
            label=Measure.DISBURSED_OF_PLAN.header,
            value=lambda project: ratio(project.disbursed, project.planned_disbursement),
            url=place(Measure.DISBURSED_OF_PLAN.value),
            unknown=unknown,
            figure=Measure.DISBURSED_OF_PLAN.value,
        ),
        money(Measure.EXPECTED_REVENUE, _("Annual revenue at full capacity"), css="far"),
        ChoiceColumn(
            name="transferred",
            label=_("Transferred"),
            choices=Transferred,
            value=lambda project: "" if project.transferred == Transferred.UNKNOWN else project.transferred,
            unknown=unknown,
            figure=Measure.TRANSFERRED_COUNT.value,
        ),
        ChoiceColumn(
            name="light", label=_("Light"), choices=Light, value="standing.light", template="tables/light.html"
        ),
    ]


def disbursed_label(scope: Scope) -> str:
    """Return the head of the column of money disbursed, with its months: 'Disbursed, Jan–Jun'."""
    if not scope.end_month:
        return Measure.DISBURSED.header
    months = formatting.short_months(scope.first_month, scope.last_month)
    return _("Disbursed, %(months)s") % {"months": months + approved_of_asked(scope)}


def get_project_table(request: HttpRequest, scope: Scope, whole: Row, *, form: str = "table", **options: Any) -> Table:
    """Return the table of a scope's projects in its order; `whole` are their figures together."""
    return Table(
        request,
        "projects",
        _("Projects"),
        get_project_columns(scope, form=form),
        ProjectRecords(scope, whole.figures[Measure.PROJECT_COUNT].value or 0),
        parameter="ordering",
        order=dict(scope.filters).get("ordering", "code").split(",")[0],
        whole=whole,
        note=_("Percentages are of the annual plans of the list's entries."),
        css="tight listed",
        form=form,
        **options,
    )


@page
@accepts_parameters("precision", "ordering", PAGE, *FILES)
def project_list(request: HttpRequest) -> HttpResponse:
    """Projects of one programme's list, 50 a page. Bad filters, orders and pages are 400."""
    scope = Scope.from_request(request)
    form = "precise" if get_choice_parameter(request, "precision", ("rounded", "exact")) == "exact" else "table"
    answers = with_current_figures(scope, breakdowns(scope, None, "sector", "prefecture", "basis", compared=False))
    whole = answers[None].total_row
    table = get_project_table(request, scope, whole, form=form, label=_("List of projects"), paginated=True)
    if file := table_download(request, scope, [table]):
        return file
    unit = formatting.money_unit(form)
    values = {"unit": unit, "order": _order_in_words(table)}
    table.caption = _("List of projects, %(unit)s, %(order)s") % values
    context = shell(request, scope, basis=answers["basis"]) | {
        "coverage": coverage_words(scope, Measure.DISBURSED),
        "filters": get_filter_form(request, scope, answers),
        "table": table,
        "pages": table.pages,
        "count": FigureDisplay(whole, Measure.PROJECT_COUNT),
        "disbursed": FigureDisplay(whole, Measure.DISBURSED),
        "other_years": get_other_years(scope),
        "precise": form == "precise",
        "precision_url": links.same_page(request, without=("precision",))
        if form == "precise"
        else links.same_page(request, precision="exact"),
        "files": [*table.files, *files_of(request, "projects", [*scope.parameters(), *scope.ordering])],
    }
    return render(request, "projects/project_list.html", context)


def _order_in_words(table: Table) -> str:
    name = table.order.removeprefix("-")
    label = next((column.label for column in table.page_columns if column.name == name), name)
    if name == "code":  # the head of its column says project
        label = _("Code")
    words = _("by %(column)s, descending") if table.order.startswith("-") else _("by %(column)s")
    return words % {"column": label[:1].lower() + label[1:]}


def get_other_years(scope: Scope) -> list[links.CountLink]:
    """The other years whose lists have something, newest first; none without words. A query for each year with projects.

    The words alone are looked for: what else was filtered by was filtered for the list of this year.
    """
    words = [pair for pair in scope.filters if pair[0] == "search"]
    if not words:
        return []
    found = []
    for programme in scope.programmes:
        if programme == scope.programme or not programme.has_projects:
            continue
        last = programme.months.default
        of_year = replace(scope, programme=programme, first_month=1, last_month=last, filters=tuple(words))
        if count := of_year.projects().count():
            found.append(links.CountLink(str(programme.year), links.records(of_year.parameters()), count))
    return found
