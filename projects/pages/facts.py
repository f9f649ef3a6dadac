"""Facts about one project, each with where it comes from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from types import MappingProxyType
from typing import Any

from django.db.models import Field, IntegerField
from django.utils.translation import gettext as _

from projects.access import Access
from projects.choices import Basis, ClaimFigure, ListStatus, Measure, ProjectKind, Transferred
from projects.models import Claim, Entry, Project, Source
from projects.models.attribution import in_words, reporter_of
from projects.models.base import own_fields
from projects.models.fields import AmountField
from projects.models.proposal import key_of
from projects.periods import partial_dates
from projects.provenance.origins import LastChange, entered_values
from projects.totals.figures import HEADLINE_FIGURES, Records
from projects.totals.scope import Scope
from sectors.provinces import Province

from . import formatting, links

CLAIMS_PART = "#claims"
# fields with a fact below or another place on the page; all others are facts by their declaration, where they are known
_SAID = frozenset(
    {
        *("code", "national_code", "name_zh", "name_en", "enterprise", "sector", "chain_link", "kind"),
        *("prefecture", "county_zh", "county_en", "transferred", "source_province", *Project.attributed),
        *("basis", "source", "note_zh", "note_en", *map(reporter_of, Project.attributed)),
    }
)
_OF_A_PLACE = ("status", "joined", "left")  # columns that a row of the yearly lists shows and that need no source
_SUMMED = {each.column: each.name for each in HEADLINE_FIGURES if each.column and each.records == Records.PROJECTS}


@dataclass(frozen=True)
class Fact:
    """`text` is empty where nothing is known: then `missing` says so. `source`, `basis` or `origin` tells from where."""

    label: str
    text: str
    unit: str = ""
    url: str = ""
    missing: str = ""
    source: Source | None = None
    basis: str = ""
    origin: str = ""
    origin_url: str = ""
    amount: int | None = None
    detail: str = ""
    fields: tuple[str, ...] = ()  # what may be proposed of it, by the keys of proposed changes
    columns: tuple[str, ...] = ()  # what says it, where the source of the record would be named for it
    figure: str = ""  # the headline figure that it is the project's part of
    waits: tuple[Any, ...] = ()  # what is proposed of it and not decided; see views/proposals/proposed_facts.py


def facts(
    project: Project,
    entry: Entry | None,
    claims: Iterable[Claim],
    *,
    access: Access,
    entered: Mapping[str, LastChange] = MappingProxyType({}),
) -> list[Fact]:
    """Return the facts of a project, and its annual plan in question.

    `entered` are the changes by which somebody entered a column without a source (`provenance.citations`).
    """
    claims = list(claims)
    missing = _("not published") if project.basis == Basis.PUBLISHED else _("not filled in")
    enterprise = project.enterprise.name if project.enterprise else ""
    found = [
        Fact(_("Code"), project.code, basis=project.basis),
        _plain(project, _("Enterprise"), enterprise, columns=("enterprise_id",)),
        replace(
            _classified(project, _("Sector · chain link"), project.sector.name),
            url=links.in_programme("sector", project.sector.code, year=_year(entry)),
            detail=project.chain_link.name if project.chain_link else "",
            fields=("project.sector", "project.chain_link"),
        ),
        _classified(project, _("Kind"), str(ProjectKind(project.kind).label)),
        _place(project, entry),
        _amount(project, Measure.TOTAL_INVESTMENT.header, ClaimFigure.TOTAL_INVESTMENT, claims, access),
        _plan(entry, access),
        _amount(project, _("Annual revenue at full capacity"), ClaimFigure.EXPECTED_REVENUE, claims, access),
        _transferred(project),
    ]
    if project.national_code:
        columns = ("national_code",)
        found.insert(1, _plain(project, _("National project code"), project.national_code, columns=columns))
    if project.source_province:
        province = str(Province(project.source_province).label)
        said = {"fields": ("project.source_province",), "columns": ("source_province",)}
        found.append(_plain(project, _("Source province"), province, **said))
    found += _others(project)
    found = [replace(each, url=_explained(project, entry, each.figure)) if each.figure else each for each in found]
    found += [
        _claimed(project, _("Start"), str(project.started or ""), ClaimFigure.START, claims, access),
        _claimed(project, _("Finish"), str(project.finished or ""), ClaimFigure.FINISH, claims, access),
    ]
    found = [_as_entered(each, project, entered, access) for each in found]
    return [
        fact if fact.text else replace(fact, missing=fact.missing or missing, basis="", source=None) for fact in found
    ]


def _as_entered(fact: Fact, project: Project, entered: Mapping[str, LastChange], access: Access) -> Fact:
    """Return a fact that somebody has entered without a source with that person and the day, any other as it is."""
    changes = [entered[column] for column in fact.columns if column in entered]
    if not changes:
        return fact
    basis = Basis.REPORTED if project.basis == Basis.PUBLISHED else project.basis
    return replace(fact, source=None, basis=basis, origin=entered_by(changes, access))


def entered_by(changes: Iterable[LastChange], access: Access) -> str:
    """Return who made the last of some changes and on which day, in words; the public is told no person."""
    last = max(changes, key=attrgetter("number"))
    if access.public or not last.by:
        return _("entered on %(day)s") % {"day": last.known_on}
    return _("entered by %(who)s on %(day)s") % {"who": last.by, "day": last.known_on}


def _explained(project: Project, entry: Entry | None, figure: str) -> str:
    """How the figure comes about of this project alone: its value, its source, who reported it, what changed it."""
    year = [("programme", str(entry.programme.year))] if entry else []
    return links.page("figure", figure, query=[*year, ("code", project.code)], filters=False)


def _year(entry: Entry | None) -> int | None:
    return entry.programme.year if entry else None


def _plain(project: Project, label: str, text: str, **more: object) -> Fact:
    """A fact that stands in the project's own source, or has the project's basis."""
    if project.basis == Basis.PUBLISHED:
        return Fact(label, text, source=project.source, **more)  # type: ignore[arg-type]
    return Fact(label, text, basis=project.basis, **more)  # type: ignore[arg-type]


def _others(project: Project) -> Iterator[Fact]:
    for field in own_fields(Project):
        if field.name in _SAID:
            continue
        text, unit = _in_words(project, field)
        if text:
            figure = _SUMMED.get(field.name, "")
            label = formatting.sentence_case(str(field.verbose_name))
            yield _plain(project, label, text, unit=unit, figure=figure, columns=(field.attname,))


def _in_words(project: Project, field: Field) -> tuple[str, str]:
    """What the project says in a field, and its unit; '' for what is not known."""
    value = getattr(project, partial_dates(Project).get(field.name, field.name))
    if value in (None, ""):
        return "", ""
    if isinstance(field, AmountField):
        return formatting.money(value, "table"), formatting.money_unit("table")
    if field.choices:
        return str(getattr(project, f"get_{field.name}_display")()), ""
    text = formatting.count(value) if isinstance(field, IntegerField) else str(value)
    return text, str(Project.units.get(field.name, ""))


def _classified(project: Project, label: str, text: str) -> Fact:
    """A fact that is our own sorting, where no publication says it."""
    if project.basis == Basis.PUBLISHED:
        return Fact(label, text, origin=_("classified here"))
    return Fact(label, text, basis=project.basis)


def _place(project: Project, entry: Entry | None) -> Fact:
    if project.prefecture is None:
        return Fact(_("Prefecture"), "")
    url = links.in_programme("prefecture", project.prefecture.adcode, year=_year(entry))
    columns = ("prefecture_id", "county_zh", "county_en")
    place = _plain(project, _("Prefecture"), project.prefecture.name, columns=columns)
    return replace(place, url=url, detail=project.county)


def _transferred(project: Project) -> Fact:
    known = project.transferred != Transferred.UNKNOWN
    text = str(Transferred(project.transferred).label) if known else ""
    return _plain(project, _("Transferred"), text, fields=("project.transferred",), columns=("transferred",))


def _amount(project: Project, label: str, figure: ClaimFigure, claims: list[Claim], access: Access) -> Fact:
    amount = getattr(project, figure)
    text = "" if amount is None else formatting.money(amount, "table")
    fact = _claimed(project, label, text, figure, claims, access)
    entry = {"amount": amount, "unit": formatting.money_unit("table"), "fields": (f"project.{figure}",)}
    return replace(fact, figure=figure.value, **entry)  # type: ignore[arg-type]


def _claimed(project: Project, label: str, text: str, figure: ClaimFigure, claims: list[Claim], access: Access) -> Fact:
    """A fact that claims may speak of: from the adopted one, or with the number of those that none was taken of."""
    about = [claim for claim in claims if claim.figure == figure]
    adopted = next((claim for claim in about if claim.adopted), None)
    if text and adopted:
        others = len(about) > 1
        return Fact(
            label,
            text,
            source=adopted.source,
            origin=_("%(count)s statements") % {"count": len(about)} if others else "",
            origin_url=CLAIMS_PART if others else "",
        )
    if not text and about:
        none_taken = _("%(count)s published, none adopted") % {"count": len(about)}
        return Fact(label, "", missing=none_taken, origin=none_taken, origin_url=CLAIMS_PART)
    reporter = getattr(project, reporter_of(figure))
    return _reported(project, label, text, reporter, access) if reporter else _plain(project, label, text)


def _reported(record: Project | Entry, label: str, text: str, reporter: str, access: Access) -> Fact:
    """A fact that somebody reported; the public is not told who, because it may be a person."""
    basis = Basis.REPORTED if record.basis == Basis.PUBLISHED else record.basis
    origin = "" if access.public else _("reported by %(who)s") % {"who": in_words(reporter)}
    return Fact(label, text, basis=basis, origin=origin)


def _plan(entry: Entry | None, access: Access) -> Fact:
    """The annual plan that the page is about, from the entry's own source."""
    if entry is None:
        return Fact(Measure.PLANNED_DISBURSEMENT.header, "", missing=_("not on this year's list"))
    label = _("Plan of %(year)s") % {"year": entry.programme.year}
    fields = (key_of("entry.planned_disbursement", entry.programme.year),)
    amount = entry.planned_disbursement
    if amount is None:
        missing = _("not published") if entry.basis == Basis.PUBLISHED else _("not filled in")
        return Fact(label, "", missing=missing, fields=fields)
    text, reporter = formatting.money(amount, "table"), entry.planned_disbursement_reported_by
    if reporter:
        fact = _reported(entry, label, text, reporter, access)
    elif entry.basis == Basis.PUBLISHED:
        fact = Fact(label, text, source=entry.source)
    else:
        fact = Fact(label, text, basis=entry.basis, source=entry.source)
    return replace(
        fact,
        unit=formatting.money_unit("table"),
        amount=amount,
        fields=fields,
        figure=Measure.PLANNED_DISBURSEMENT.value,
    )


def unsourced_in_words(entries: Sequence[Entry], scope: Scope) -> dict[int, str]:
    """Return what the source of each place on a list does not say, and who entered or reported it, by key of the entry."""
    access, until = scope.access, scope.as_of.revision if scope.as_of else None
    entered = entered_values(Entry, _OF_A_PLACE, [entry.pk for entry in entries], until=until)
    heads = {"status": _("New or continuing"), "joined": _("Joined"), "left": _("Left")}
    found: dict[int, str] = {}
    for entry in entries:
        told: dict[str, list[str]] = {}
        for column, change in entered.get(entry.pk, {}).items():
            if column != "status" or entry.status != ListStatus.UNKNOWN:
                told.setdefault(entered_by([change], access), []).append(heads[column])
        if entry.planned_disbursement_reported_by and entry.source_id:
            plan = _reported(entry, "", "", entry.planned_disbursement_reported_by, access)
            told.setdefault(plan.origin or str(Basis(plan.basis).label), []).append(Measure.PLANNED_DISBURSEMENT.header)
        parts = [
            _("%(fields)s: %(said)s") % {"fields": _(", ").join(fields), "said": said} for said, fields in told.items()
        ]
        if parts:
            found[entry.pk] = _("; ").join(parts)
    return found
