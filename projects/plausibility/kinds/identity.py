"""Kinds of rules about what a project is: its code, its name, where it came from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from projects.choices import Importance, PlausibilityKind
from projects.history import as_of
from projects.models import PlausibilityRule, Project
from projects.periods import MONTHS_OF_YEAR
from projects.plausibility.surroundings import Surroundings
from sectors.provinces import Province

from .kind import Finding, kind

_USUAL_CODE = re.compile(r"[A-Z]+(-[A-Z0-9]+)*-[0-9]{4}-[0-9]+", re.ASCII)
_OWN_PROVINCE = Province.HUNAN
_REGIONS = {*Province.values, "00", "66"}  # none; the Construction Corps of Xinjiang
_CENTURY, _FIRST_YEAR = 2000, 2013  # before which no platform gave codes


@kind(
    name=PlausibilityKind.CODE,
    looks_at={"project": ("code",)},
    message=_("The code “{value}” is unlike the others, such as HN-EI-2023-01."),
)
def _code(record: Project, rule: PlausibilityRule, around: Surroundings) -> Iterator[Finding]:
    """A blank within a code is taken out before it is stored, so that what stands here is a name and a number."""
    if not _USUAL_CODE.fullmatch(record.code):
        yield Finding("code", record.code)


@kind(
    name=PlausibilityKind.NATIONAL_CODE,
    looks_at={"project": ("national_code", "prefecture")},
    message=_(
        "In the national project code {value}, “{other}” is neither a year or month up to now nor the region of the "
        "project."
    ),
)
def _national_code(record: Project, rule: PlausibilityRule, around: Surroundings) -> Iterator[Finding]:
    """2304-430100-…: when the platform gave it, as year and month or, in its first years, as the year alone; and where the
    project is, by the code of its province, 00 for none, and, where it names one, of its prefecture. Nothing else of it is
    known to mean anything (GB/T 40058).
    """
    if not record.national_code:
        return
    date, region = record.national_code.split("-")[:2]
    if not _has_been(date):
        yield Finding("national_code", record.national_code, date)
    elif region[:2] not in _REGIONS or _is_elsewhere(region, around.adcode(record)):
        yield Finding("national_code", record.national_code, region)


def _is_elsewhere(region: str, adcode: str) -> bool:
    """Whether a region is of another prefecture. A whole province, or none, may be that of any."""
    return region[:2] in Province.values and region[2:4] != "00" and bool(adcode) and region[:4] != adcode[:4]


def _has_been(date: str) -> bool:
    today, month = as_of.today(), int(date[2:])
    of_month = 1 <= month <= MONTHS_OF_YEAR and (_CENTURY + int(date[:2]), month) <= (today.year, today.month)
    return of_month or _FIRST_YEAR <= int(date) <= today.year


@kind(
    name=PlausibilityKind.NAME,
    looks_at={"project": ("name_zh",), "entry": ("project", "programme")},
    message=_("Another project of this list has the same Chinese name: {other}."),
)
def _name(record: Any, rule: PlausibilityRule, around: Surroundings) -> Iterator[Finding]:
    """Among the projects that the writer sees."""
    is_project = isinstance(record, Project)
    project = record if is_project else record.project
    for entry in around.entries(record) if is_project else [record]:
        if other := around.namesake(project, entry.programme):
            yield Finding("name_zh" if is_project else "project", project.name_zh, other)
            return


@kind(
    name=PlausibilityKind.SOURCE_PROVINCE,
    looks_at={"project": ("source_province",)},
    importance=Importance.REFUSE,
    message=_("A project that was transferred from another province cannot come from {value} itself."),
)
def _source_province(record: Project, rule: PlausibilityRule, around: Surroundings) -> Iterator[Finding]:
    if record.source_province == _OWN_PROVINCE:
        yield Finding("source_province", record.get_source_province_display())


KINDS = (_code, _national_code, _name, _source_province)
