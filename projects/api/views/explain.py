"""Explanation: one figure, opened to the records that it sums."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.urls import reverse as page_address
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from projects.api.numbered_pages import EFFECTS_PAGE, NumberedPage
from projects.api.pagination import PARAMETERS as PAGING
from projects.api.parameters import READING, Parameter, chosen_of, fields_of
from projects.api.scopes import QUESTION, scope_of
from projects.api.serializers.explain import Explained
from projects.history import as_of
from projects.periods import Month
from projects.provenance.origins import Origin, evidence
from projects.totals.comparison import get_figure_difference
from projects.totals.explanation import Contribution, Explanation, explanation, step_of_month
from projects.totals.figures import FIGURES
from projects.totals.scope import Scope

from .base import RegisterView
from .comparison import SINCE, clocks_of, effects_of, months_of, present_clocks
from .month_status import coverage_of, month_of
from .totals import ratio_of, target_of

_FIGURE = Parameter("figure", _("The figure to explain."), {"type": "string", "enum": [*FIGURES]}, required=True)
_MEMBERS = tuple(Explained().fields)
_ONLY_MEMBERS = _("Only these members of the answer, with commas between.")


class ExplainView(RegisterView):
    """One figure of a question."""

    def known_parameters(self) -> Sequence[Parameter]:
        return (_FIGURE, SINCE, *QUESTION, *PAGING, EFFECTS_PAGE, fields_of(_MEMBERS, _ONLY_MEMBERS), *READING)

    @extend_schema(
        summary=_("Explain a figure"),
        description=_(
            "How a figure is calculated: its definition, conditions and coverage, what it is held against, how it "
            "changed, and every record that it sums with its value, its source and its last change. Parameters as "
            "of the totals. Records go by `page`, what changed the figure by `effects_page`."
        ),
        responses=Explained,
    )
    def get(self, request: Request) -> Response:
        name = request.query_params.get("figure")
        if name is None:
            raise ValidationError({"figure": [_("Say which figure; /figures/ lists them.")]})
        scope = scope_of(request)
        page = NumberedPage(request)
        opened = explanation(scope, name, first=page.first, size=page.size)
        opened = _Opened(request, scope, opened).as_json()
        return Response({member: opened[member] for member in chosen_of(request, opened)})


class _Opened:
    """Writes an explanation as JSON."""

    def __init__(self, request: Request, scope: Scope, opened: Explanation) -> None:
        self.request, self.scope, self.opened = request, scope, opened
        self.name = opened.figure.name
        self.clocks = present_clocks(scope)

    def as_json(self) -> dict[str, Any]:
        opened, scope, value = self.opened, self.scope, self.opened.value
        fixed = _fixed(scope, self.clocks["revision"])
        return {
            "figure": self.name,
            "label": str(opened.figure.label),
            "definition": str(opened.figure.definition),
            "unit": opened.figure.unit,
            "programme": scope.year,
            "months": months_of(scope),
            "filters": _filters(scope),
            "as_of": scope.as_of.moment if scope.as_of else None,
            **self.clocks,
            "value": value.value,
            "known": value.known,
            "of": value.of,
            **ratio_of(value),
            "month": month_of(scope),
            "coverage": coverage_of(reverse("api:projects-list", request=self.request), scope, self.name),
            "pending": opened.pending.reports if opened.pending else None,
            "parts_by": opened.by,
            "parts": [self._part(row) for row in opened.parts],
            "targets": [target_of(comparison) for comparison in value.targets],
            "month_before": self._month_before(),
            "since": self._since_then(),
            **self._paged(),
            "page": self.request.build_absolute_uri(
                f"{page_address('figure', args=[self.name])}?{urlencode(scope.parameters())}"
            ),
            "permanent": self._address([("figure", self.name), *fixed]),
        }

    def _address(self, pairs: Sequence[tuple[str, str]]) -> str:
        return f"{reverse('api:explain', request=self.request)}?{urlencode(pairs)}"

    def _part(self, row: Any) -> dict[str, Any]:
        return {
            "key": row.key,
            "name_zh": row.name_zh,
            "name_en": row.name_en,
            "value": row.figures[self.name].value,
            "explain": self._address([("figure", self.name), *row.parameters]),
        }

    def _month_before(self) -> dict[str, Any] | None:
        step, through = step_of_month(self.opened), self.scope.through
        if step is None or through is None:
            return None
        before, newest = (row.figures[self.name].value for row in step)
        return {"through": str(Month(through.year, through.number - 1)), "value": before, "added": newest}

    def _since_then(self) -> dict[str, Any]:
        since = as_of.compared_with(self.request, until=self.scope.today)
        page = NumberedPage(self.request, "effects_page")
        figure = get_figure_difference(self.scope, since, self.name, first=page.first, size=page.size)
        return {
            "as_of": since.moment,
            **clocks_of(since),
            "before": figure.before,
            "difference": figure.difference,
            **page.members(figure.count),
            "effects": effects_of(figure.effects),
        }

    def _paged(self) -> dict[str, Any]:
        records = self.opened.records
        members = NumberedPage(self.request).members(self.opened.count)
        codes = [record.code for record in records]
        origins = evidence(self.scope, self.name, codes)
        urls = {code: reverse("api:projects-detail", args=[code], request=self.request) for code in codes}
        return {**members, "records": [_record(each, origins.get(each.code), urls[each.code]) for each in records]}


def _record(record: Contribution, origin: Origin | None, url: str) -> dict[str, Any]:
    return {
        "code": record.code,
        "name_zh": record.name_zh,
        "name_en": record.name_en,
        "value": record.value,
        "below": record.below,
        "source": _evidence(origin) if origin else None,
        "changed_at": timezone.localtime(origin.changed_at) if origin and origin.changed_at else None,
        "known_on": origin.known_on if origin else None,
        "revision": origin.revision if origin else None,
        "url": url,
    }


def _evidence(origin: Origin) -> dict[str, Any]:
    source = origin.source
    return {
        "kind": origin.kind,
        "basis": origin.basis,
        "url": source.url if source else None,
        "publisher": source.publisher if source else None,
        "published": str(source.published_on) if source and source.published_on else None,
        "reported_by": origin.reported_by or None,
        "changed_by": origin.changed_by or None,
    }


def _filters(scope: Scope) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in scope.filters:
        found.setdefault(name, []).append(value)
    return found


def _fixed(scope: Scope, revision: int) -> list[tuple[str, str]]:
    """The question as it is answered now, for ever."""
    pairs = scope.parameters()
    return pairs if scope.as_of else [*pairs, (as_of.PARAMETER, f"r{revision}")]
