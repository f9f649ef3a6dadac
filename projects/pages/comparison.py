"""Page `/compare/`: two days side by side; which records came, went or changed, and what each did to each figure."""

from __future__ import annotations

from operator import attrgetter
from types import SimpleNamespace
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from projects.choices import Difference
from projects.history.as_of import PARAMETER, SINCE, AsOf, compared_with
from projects.totals.comparison import Comparison, FigureDifference, RecordDifference, get_comparison
from projects.totals.figures import FIGURES
from projects.totals.scope import Scope
from sectors.models import in_language

from . import formatting, links
from .decorators import page
from .downloads import table_download
from .frame import shell
from .list_pages import PAGE
from .parameters import accepts_parameters
from .tables import FILES, Column, Table, basis_column, build_number_column


@page
@accepts_parameters(SINCE, "sort", PAGE, *FILES)
def compare(request: HttpRequest) -> HttpResponse:
    """Compare the day of `since` with the one that the page looks at, for the months and filters of the address."""
    scope = Scope.from_request(request)
    since = compared_with(request, until=scope.today)
    if SINCE in request.GET and scope.as_of and since.moment > scope.as_of.moment:
        raise ValidationError({SINCE: _("The last day cannot be before the first.")})
    comparison = get_comparison(scope, since, figures=tuple(FIGURES), size=None)
    table = get_difference_table(request, comparison, since)
    if file := table_download(request, scope, [table]):
        return file
    past = [*(pair for pair in scope.parameters() if pair[0] != PARAMETER), (PARAMETER, since.text)]
    context = shell(request, scope) | {
        "since": since,
        "since_name": SINCE,
        "lede": _lede(comparison),
        "title": _title(scope, since),
        "figures": [
            {
                "figure": figure,
                "then_url": links.page("figure", figure.name, query=past, filters=False),
                "now_url": links.page("figure", figure.name, query=scope.parameters(), filters=False),
                "changes_url": _changes_url(figure.name, scope, since),
            }
            for figure in comparison.figures
        ],
        "table": table,
        "files": table.files,
        "pages": table.pages,
        "carried": [pair for pair in scope.parameters() if pair[0] not in (SINCE, PARAMETER)],
    }
    return render(request, "figures/compare.html", context)


def get_difference_table(request: HttpRequest, comparison: Comparison, since: AsOf) -> Table:
    """Return the table of the records that differ, with their effect on each figure that has one."""
    scope = comparison.scope
    figures = [figure for figure in comparison.figures if figure.count and not figure.figure.ratio]
    columns = [
        Column(
            name="code",
            label=_("Project"),
            value=lambda record: record.name,
            url=lambda record: "" if record.kind == Difference.REMOVED else links.project(record.key, year=scope.year),
            sub=lambda record: record.key,
            sort_value=lambda record: record.key,
            template="tables/name.html",
            css="name",
        ),
        Column(name="", label=_("Project code"), value=lambda record: record.key, on_page=False),
        basis_column(attrgetter("basis"), on_page=False),
        Column(
            name="kind",
            label=_("What became of it"),
            value=lambda record: record.kind and record.kind.label,
            sort_value=lambda record: list(Difference).index(record.kind),
        ),
        *(_effect_column(figure, scope, since) for figure in figures),
        Column(
            name="classes",
            label=_("Reclassified"),
            value=_classes_in_words,
            css="t",
            template="figures/_cell_classes.html",
        ),
    ]
    effects = {figure.name: figure for figure in figures}
    total = SimpleNamespace(key="", name="", kind=None, effects=effects, classes=(), basis="")
    return Table(
        request,
        "compare-records",
        _title(scope, since),
        columns,
        comparison.records,
        label=_("The records"),
        usual="code",
        extra_orders=tuple(name for name, figure in FIGURES.items() if not figure.ratio),
        total=total if comparison.count else None,
        caption=_("Effects add up to the differences above"),
        css="top",
        paginated=True,
    )


def _effect_column(figure: FigureDifference, scope: Scope, since: AsOf) -> Column:
    parameters = [*scope.parameters(), (SINCE, since.text)]

    def effect_url(record: Any) -> str:
        """Return where the changes of the figure are explained: of a record, or record by record."""
        asked = links.narrow_to(record.key, parameters) if record.key else parameters
        return f"{links.page('figure', figure.name, query=asked, filters=False)}#since"

    return build_number_column(
        figure.figure.unit,
        name=figure.name,
        label=formatting.sentence_case(str(figure.figure.label)),
        under=formatting.unit_name(figure.figure.unit, "precise"),
        value=lambda record: record.effects[figure.name].difference if figure.name in record.effects else None,
        url=effect_url,
        template="figures/_cell_effect.html",
    )


def _changes_url(name: str, scope: Scope, since: AsOf) -> str:
    """Return where the changes of a figure are explained, record by record."""
    return f"{links.page('figure', name, query=[*scope.parameters(), (SINCE, since.text)], filters=False)}#since"


def _classes_in_words(record: RecordDifference) -> str:
    return "; ".join(
        _("%(label)s: %(before)s → %(after)s")
        % {
            "label": formatting.sentence_case(str(change.label)),
            "before": in_language(*change.before),
            "after": in_language(*change.after),
        }
        for change in record.classes
    )


def _title(scope: Scope, since: AsOf) -> str:
    """Return the two days in words, never the number of a revision alone."""
    values = {"since": _day(since), "until": _day(scope.as_of) if scope.as_of else ""}
    if scope.as_of:
        return _("What changed between %(since)s and %(until)s") % values
    return _("What changed since %(since)s") % values


def _day(state: AsOf) -> str:
    if state.is_day or state.is_before_all:
        return f"{state.moment:%Y-%m-%d}"
    return _("%(moment)s (revision %(number)s)") % {"moment": formatting.minute(state.moment), "number": state.revision}


def _lede(comparison: Comparison) -> str:
    """Return how many records differ, in one sentence."""
    if not comparison.count:
        return _("Nothing differs between these two days.")
    values = {kind.value: formatting.count(comparison.kinds[kind]) for kind in Difference}
    return _("Records added: %(added)s, removed: %(removed)s, changed: %(changed)s.") % values
