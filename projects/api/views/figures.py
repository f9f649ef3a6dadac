"""Definitions of figures: what each of the totals means."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from projects.api.parameters import EVERYWHERE, Parameter, chosen_of, fields_of
from projects.api.serializers.totals import FigureDefinition
from projects.totals.figures import FIGURES, Figure

from .base import RegisterView


class FiguresView(RegisterView):
    """The rule of every figure."""

    def known_parameters(self) -> Sequence[Parameter]:
        return (fields_of(FigureDefinition().fields), *EVERYWHERE)

    @extend_schema(
        summary=_("List the figures"),
        description=_("What each figure of the totals is the sum of, in Chinese and English."),
        responses=FigureDefinition(many=True),
    )
    def get(self, request: Request) -> Response:
        described = [_described(figure) for figure in FIGURES.values()]
        return Response([{name: each[name] for name in chosen_of(request, each)} for each in described])


def _described(figure: Figure) -> dict[str, Any]:
    found: dict[str, Any] = {"name": figure.name}
    for suffix, language in (("zh", "zh-hans"), ("en", "en")):
        with override(language):
            found |= {f"label_{suffix}": str(figure.label), f"definition_{suffix}": str(figure.definition)}
    return found | {"unit": figure.unit}
