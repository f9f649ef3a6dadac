"""Unit of amounts on a sheet: 万元 or 亿元, million or billion CNY, as the person chose; how amounts are written in it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from projects.choices import SheetUnit
from projects.models import SheetPreference
from projects.pages import formatting
from projects.pages.decorators import get_choice_parameter

UNIT = "unit"
_FORMS = {SheetUnit.SMALL: "precise", SheetUnit.LARGE: "table"}  # how `formatting` writes money


def get_sheet_unit(request: HttpRequest, *, usual: SheetUnit = SheetUnit.SMALL) -> SheetUnit:
    """Return the unit that the address names, which is also the one that its form was typed in; else the person's own."""
    if UNIT in request.GET:
        return SheetUnit(get_choice_parameter(request, UNIT, tuple(SheetUnit.values)))
    if request.user.is_authenticated:
        chosen = SheetPreference.objects.filter(pk=request.user.pk).first()
        return SheetUnit(chosen.unit) if chosen else usual
    return usual


def remember_unit(user: Any, unit: SheetUnit) -> None:
    """From now on the person sees sheets in this unit, at whatever machine."""
    SheetPreference.objects.update_or_create(user_id=user.pk, defaults={"unit": unit})


def get_money_form(unit: SheetUnit) -> str:
    """Return the name of the form in which `formatting` writes amounts in the unit."""
    return _FORMS[unit]


def get_unit_choices() -> list[tuple[str, str]]:
    """Return both units, each with its name."""
    return [(unit.value, formatting.money_unit(form)) for unit, form in _FORMS.items()]
