"""Scope of an API request, whose wrong values are answered with the known ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.http import QueryDict
from rest_framework.request import Request

from projects.models import Project
from projects.totals.filters import ProjectFilterSet
from projects.totals.scope import Scope
from projects.totals.span import Span

from .filter_parameters import parameters_of
from .known_values import explained
from .parameters import SPAN

# the parameters of a scope; the order is of lists alone
QUESTION = (*SPAN, *parameters_of(ProjectFilterSet, Project, without=["ordering"]))
_NOTHING = Span(programme_id=None, first_month=1, last_month=0)


@dataclass(frozen=True)
class ScopeParameters:
    """As much of a request as a scope is made of."""

    user: Any
    GET: QueryDict


def scope_of(request: Request, *, on_list: bool = True, year: int | None = None) -> Scope:
    """The scope of the query string. Raises `ValidationError` by parameter, with the known values."""
    return scope_from(ScopeParameters(request.user, request.query_params), on_list=on_list, year=year)


def scope_from(question: ScopeParameters, *, on_list: bool, year: int | None = None) -> Scope:
    """The scope of a question that did not come as a request's own query string."""
    try:
        return Scope.from_request(question, year=year, on_list=on_list)  # type: ignore[arg-type]  it is enough of a request
    except ValidationError as error:
        filters = ProjectFilterSet(question.GET, user=question.user, span=_NOTHING)
        raise ValidationError(error.message_dict | explained(filters.form, filters.errors)) from error
