"""Facts about one project, each with where it comes from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import attrgetter
from typing import Any

from django.db.models import Field, IntegerField
from django.utils.translation import gettext as _

from projects.access import Access
from projects.choices import Basis, ClaimFigure, ListStatus, Measure, ProjectKind, Transferred
from projects.models import Claim, Entry, Project, Proposal, Source
from projects.models.attribution import in_words, reporter_of
from projects.models.base import own_fields
from projects.models.fields import AmountField
from projects.models.proposal import ProposedChange, key_of, label_of
from projects.periods import partial_dates
from projects.provenance.origins import LastChange, entered_values
from projects.totals.figures import HEADLINE_FIGURES, Records
from projects.totals.scope import Scope
from projects.workflows.proposals import Values, change_label
from sectors.provinces import Province

from . import formatting, links
from .proposals.proposal import get_value_words

SHARED = ("project.sector", "project.chain_link")  # one fact of the page
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
    detail: str = ""
    fields: tuple[str, ...] = ()  # what may be proposed of it, by the keys of proposed changes
    columns: tuple[str, ...] = ()  # what says it, where the source of the record would be named for it
    figure: str = ""  # the headline figure that it is the project's part of
    waiting: tuple[WaitingValue, ...] = ()  # what is proposed of it and not decided


@dataclass(frozen=True)
class WaitingValue:
    """One proposed field that is not decided; `text` is empty where blank is proposed."""

    proposal: Proposal
    change: ProposedChange
    text: str

    @property
    def url(self) -> str:
        return links.page("proposal", str(self.proposal.pk))

    @property
    def label(self) -> str:
        return change_label(self.change)


@dataclass(frozen=True)
class ProjectFacts:
    """The facts of a project, and its annual plan on the list in question.

    `entered` are the changes by which somebody entered a column without a source (`provenance.origins`).
    """

    project: Project
    entry: Entry | None
    claims: Sequence[Claim]
    access: Access
    entered: Mapping[str, LastChange] = field(default_factory=dict)

    def get_facts(self) -> list[Fact]:
        """Return all facts in the order of the page."""
        project = self.project
        missing = _("not published") if project.basis == Basis.PUBLISHED else _("not filled in")
        facts = [self._with_person(fact) for fact in self._build_facts()]
        return [
            fact if fact.text else replace(fact, missing=fact.missing or missing, basis="", source=None)
            for fact in facts
        ]

    def _build_facts(self) -> Iterator[Fact]:
        project, enterprise = self.project, self.project.enterprise
        yield Fact(_("Code"), project.code, basis=project.basis)
        if project.national_code:
            yield self._plain(_("National project code"), project.national_code, columns=("national_code",))
        yield self._plain(_("Enterprise"), enterprise.name if enterprise else "", columns=("enterprise_id",))
        yield self._classified(
            _("Sector · chain link"),
            project.sector.name,
            url=links.in_programme("sector", project.sector.code, year=self._year),
            detail=project.chain_link.name if project.chain_link else "",
            fields=SHARED,
        )
        yield self._classified(_("Kind"), str(ProjectKind(project.kind).label))
        yield self._place()
        yield self._amount(Measure.TOTAL_INVESTMENT.header, ClaimFigure.TOTAL_INVESTMENT)
        yield self._plan()
        yield self._amount(_("Annual revenue at full capacity"), ClaimFigure.EXPECTED_REVENUE)
        known = project.transferred != Transferred.UNKNOWN
        text = str(Transferred(project.transferred).label) if known else ""
        yield self._plain(_("Transferred"), text, fields=("project.transferred",), columns=("transferred",))
        if project.source_province:
            yield self._plain(
                _("Source province"),
                str(Province(project.source_province).label),
                fields=("project.source_province",),
                columns=("source_province",),
            )
        yield from self._other_facts()
        yield self._claimed(_("Start"), str(project.started or ""), ClaimFigure.START)
        yield self._claimed(_("Finish"), str(project.finished or ""), ClaimFigure.FINISH)

    def _other_facts(self) -> Iterator[Fact]:
        for column in own_fields(Project):
            text, unit = ("", "") if column.name in _SAID else _value_in_words(self.project, column)
            if text:
                label, figure = formatting.sentence_case(str(column.verbose_name)), _SUMMED.get(column.name, "")
                columns = (column.attname,)
                yield self._plain(label, text, unit=unit, columns=columns, **self._explained(figure))

    @property
    def _year(self) -> int | None:
        return self.entry.programme.year if self.entry else None

    def _explained(self, figure: str) -> dict[str, str]:
        """Return the figure that a fact is a part of, with how that comes about of this project alone."""
        if not figure:
            return {}
        year = [("programme", str(self._year))] if self._year else []
        query = [*year, ("code", self.project.code)]
        return {"figure": figure, "url": links.page("figure", figure, query=query, filters=False)}

    def _with_person(self, fact: Fact) -> Fact:
        """Return a fact that somebody has entered without a source with that person and the day, any other as it is."""
        changes = [self.entered[column] for column in fact.columns if column in self.entered]
        if not changes:
            return fact
        return replace(fact, source=None, basis=_reported_basis(self.project), origin=entered_by(changes, self.access))

    def _plain(self, label: str, text: str, **options: Any) -> Fact:
        """Return a fact that stands in the project's own source, or has the project's basis."""
        if self.project.basis == Basis.PUBLISHED:
            return Fact(label, text, source=self.project.source, **options)
        return Fact(label, text, basis=self.project.basis, **options)

    def _classified(self, label: str, text: str, **options: Any) -> Fact:
        """Return a fact that is our own sorting, where no publication says it."""
        if self.project.basis == Basis.PUBLISHED:
            return Fact(label, text, origin=_("classified here"), **options)
        return Fact(label, text, basis=self.project.basis, **options)

    def _place(self) -> Fact:
        place = self.project.prefecture
        if place is None:
            return Fact(_("Prefecture"), "")
        return self._plain(
            _("Prefecture"),
            place.name,
            columns=("prefecture_id", "county_zh", "county_en"),
            url=links.in_programme("prefecture", place.adcode, year=self._year),
            detail=self.project.county,
        )

    def _amount(self, label: str, figure: ClaimFigure) -> Fact:
        amount = getattr(self.project, figure)
        return replace(
            self._claimed(label, "" if amount is None else formatting.money(amount, "table"), figure),
            unit=formatting.money_unit("table"),
            fields=(f"project.{figure}",),
            **self._explained(figure.value),
        )

    def _claimed(self, label: str, text: str, figure: ClaimFigure) -> Fact:
        """Return a fact that claims may speak of: from the adopted one, or with how many there are."""
        about = [claim for claim in self.claims if claim.figure == figure]
        adopted = next((claim for claim in about if claim.adopted), None)
        if text and adopted:
            fact = Fact(label, text, source=adopted.source)
            if len(about) == 1:
                return fact
            return replace(fact, origin=_("%(count)s statements") % {"count": len(about)}, origin_url="#claims")
        if not text and about:
            words = _("%(count)s published, none adopted") % {"count": len(about)}
            return Fact(label, "", missing=words, origin=words, origin_url="#claims")
        reporter = getattr(self.project, reporter_of(figure))
        return _reported(self.project, label, text, reporter, self.access) if reporter else self._plain(label, text)

    def _plan(self) -> Fact:
        """Return the annual plan that the page is about, from the entry's own source."""
        entry = self.entry
        if entry is None:
            return Fact(Measure.PLANNED_DISBURSEMENT.header, "", missing=_("not on this year's list"))
        label, amount = _("Plan of %(year)s") % {"year": self._year}, entry.planned_disbursement
        fields = (key_of("entry.planned_disbursement", self._year),)
        if amount is None:
            missing = _("not published") if entry.basis == Basis.PUBLISHED else _("not filled in")
            return Fact(label, "", missing=missing, fields=fields)
        text, reporter = formatting.money(amount, "table"), entry.planned_disbursement_reported_by
        if reporter:
            fact = _reported(entry, label, text, reporter, self.access)
        else:
            fact = Fact(label, text, basis="" if entry.basis == Basis.PUBLISHED else entry.basis, source=entry.source)
        explained = self._explained(Measure.PLANNED_DISBURSEMENT.value)
        return replace(fact, unit=formatting.money_unit("table"), fields=fields, **explained)


def _reported_basis(record: Project | Entry) -> str:
    return Basis.REPORTED if record.basis == Basis.PUBLISHED else record.basis


def _reported(record: Project | Entry, label: str, text: str, reporter: str, access: Access) -> Fact:
    """Return a fact that somebody reported; the public is not told who, because it may be a person."""
    origin = "" if access.public else _("reported by %(who)s") % {"who": in_words(reporter)}
    return Fact(label, text, basis=_reported_basis(record), origin=origin)


def entered_by(changes: Iterable[LastChange], access: Access) -> str:
    """Return who made the last of some changes and on which day, in words; the public is told no person."""
    last = max(changes, key=attrgetter("number"))
    if access.public or not last.by:
        return _("entered on %(day)s") % {"day": last.known_on}
    return _("entered by %(who)s on %(day)s") % {"who": last.by, "day": last.known_on}


def _value_in_words(project: Project, field: Field) -> tuple[str, str]:
    """Return what the project says in a field, and its unit; '' for what is not known."""
    value = getattr(project, partial_dates(Project).get(field.name, field.name))
    if value in (None, ""):
        return "", ""
    if isinstance(field, AmountField):
        return formatting.money(value, "table"), formatting.money_unit("table")
    if field.choices:
        return str(getattr(project, f"get_{field.name}_display")()), ""
    text = formatting.count(value) if isinstance(field, IntegerField) else str(value)
    return text, str(Project.units.get(field.name, ""))


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


def get_waiting_values(project: Project, user: Any) -> list[WaitingValue]:
    """Return the fields of the project's open proposals, the newest first; nothing for the public."""
    words = get_value_words()
    return [
        WaitingValue(proposal, change, _proposed_text(change, words))
        for proposal in Proposal.objects.visible_to(user).open().filter(project=project)
        for change in proposal.changes
    ]


def with_waiting_values(facts: list[Fact], waiting: Iterable[WaitingValue]) -> tuple[list[Fact], list[WaitingValue]]:
    """Return the facts, each with what is proposed of it; and what is proposed of none of them, field by field."""
    waiting, keys = list(waiting), {key for fact in facts for key in fact.fields}
    marked = [
        replace(fact, waiting=tuple(value for value in waiting if value.change.key in fact.fields)) for fact in facts
    ]
    by_field: dict[str, list[WaitingValue]] = {}
    for value in waiting:
        if value.change.key not in keys:
            by_field.setdefault(value.change.key, []).append(value)
    return marked, [value for values in by_field.values() for value in values]


def _proposed_text(change: ProposedChange, words: Values) -> str:
    """Return the proposed value; of two that share a fact, with the one that it is."""
    text = words.text(change.field, change.proposed)
    return f"{label_of(change.field)} {text or '—'}" if change.field in SHARED else text
