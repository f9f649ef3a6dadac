"""Answers to a preview of an import: only to what it asks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from projects.choices import AskedAtCell
from projects.imports.workbooks.choices import NEW_PROJECT, Choices
from projects.models import Import, ImportedCell
from sectors.models import Sector

MOST_TOLD = 5  # places
NOT_ASKED = _("This is not asked, or is none of what is offered: %(places)s.")


def refuse_unasked(imported: Import, choices: Choices) -> None:
    """Raise `ValidationError` at `projects`, `sectors`, `cells` for what is not asked there, or not offered."""
    asked: Mapping[str, dict[str, ImportedCell]] = {each: {} for each in AskedAtCell.values}
    for each in imported.cells.exclude(question=""):
        asked[each.question][each.address if each.question == AskedAtCell.CONFLICT else str(each.row)] = each
    known = set(Sector.objects.filter(code__in=choices.sectors.values()).values_list("code", flat=True))
    errors = {
        "projects": [
            row
            for row, code in choices.projects.items()
            if (cell := asked[AskedAtCell.PROJECT].get(row)) is None or code not in _offered(cell)
        ],
        "sectors": [
            row for row, code in choices.sectors.items() if row not in asked[AskedAtCell.SECTOR] or code not in known
        ],
        "cells": [address for address in choices.cells if address not in asked[AskedAtCell.CONFLICT]],
    }
    found = {name: NOT_ASKED % {"places": ", ".join(places[:MOST_TOLD])} for name, places in errors.items() if places}
    if found:
        raise ValidationError({name: [words] for name, words in found.items()})


def _offered(cell: ImportedCell) -> Iterable[str]:
    return [*cell.options["projects"], *([NEW_PROJECT] if cell.options["may_be_new"] else [])]
