"""Project: what it is, where, how large, and on what basis we say so."""

from __future__ import annotations

from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from projects.choices import Basis, Measure, ProjectKind, Transferred
from projects.periods import PartialDateProperty
from projects.text import LONGEST_WORDS, bilingual
from sectors.models import ChainLink, Named, Sector
from sectors.provinces import Province

from .attribution import REPORTED_IN_WORDS, Claimed, ReporterField, reporter_has_a_figure
from .base import (
    RecordManager,
    RecordQuerySet,
    basis_field,
    date_has_precision,
    precision_field,
    published_has_source,
)
from .fields import (
    AmountField,
    CodeField,
    FieldCheck,
    NationalCodeField,
    amount_in_range,
    code_is_no_address,
)
from .places import Enterprise, Prefecture
from .programme import Programme
from .revision import History
from .source import source_field

FINISH_BEFORE_START = _("The finish cannot be before the start.")
LINK_OUTSIDE_SECTOR = _("This chain link belongs to another sector.")
LINK_IS_USED = _("Projects of its present sector use this chain link, so it cannot move to another one.")
PLACES_ARE_ILLUSTRATIVE = _(
    "Its places on lists are still illustrative (%(years)s): say first, or propose with this, who reported what they say."
)


class ProjectQuerySet(RecordQuerySet):
    def on_list_of(self, programme: Programme) -> Self:
        """Projects with an entry on the programme's list, whenever in its year."""
        entries = self.model.entries.rel.related_model.objects.filter(programme=programme)
        return self.of_entries(entries)

    def of_entries(self, entries: Any) -> Self:
        """Projects of these entries."""
        return self.filter(pk__in=entries.order_by().values("project_id"))

    def with_references(self) -> Self:
        """With everything that a line about a project names, in the same query."""
        return self.select_related("sector", "chain_link", "prefecture", "enterprise", "source")


class Project(Claimed, Named):
    """One investment project; it can stand on the lists of several years."""

    natural_key_fields = fixed_fields = ("code",)
    prefecture_path = "prefecture_id"
    attributed = ("total_investment", "expected_revenue", "start", "finish")
    becoming_reported: frozenset[int] = frozenset()  # keys of entries that are stored as reported together with it

    code = CodeField(_("code"), max_length=40, unique=True, help_text=_("Such as HN-EI-2023-01; it never changes."))
    national_code = NationalCodeField(
        _("national project code"),
        max_length=24,
        unique=True,
        null=True,
        blank=True,
        help_text=_(
            "Such as 2304-430100-04-01-123456, from the national platform for the approval of investment projects. Blank: "
            "not known."
        ),
    )
    kind = models.CharField(_("kind"), max_length=5, choices=ProjectKind.choices, default=ProjectKind.PLANT)
    enterprise = models.ForeignKey(
        Enterprise,
        verbose_name=_("enterprise"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="projects",
    )
    prefecture = models.ForeignKey(
        Prefecture,
        verbose_name=_("prefecture"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="projects",
    )
    county_zh = models.CharField(_("county or zone, Chinese"), max_length=100, blank=True)
    county_en = models.CharField(_("county or zone, English"), max_length=100, blank=True)
    sector = models.ForeignKey(Sector, verbose_name=_("sector"), on_delete=models.PROTECT, related_name="projects")
    chain_link = models.ForeignKey(
        ChainLink,
        verbose_name=_("chain link"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="projects",
    )
    total_investment = AmountField(Measure.TOTAL_INVESTMENT.label, help_text=_("Whole CNY. Blank: not known."))
    expected_revenue = AmountField(
        Measure.EXPECTED_REVENUE.label,
        help_text=_("Whole CNY a year at full capacity. Blank: not known."),
    )
    transferred = models.CharField(
        _("transferred from another province"),
        max_length=7,
        choices=Transferred.choices,
        default=Transferred.UNKNOWN,
    )
    source_province = models.CharField(
        _("source province"), max_length=2, choices=Province.choices, blank=True, help_text=_("Where it came from.")
    )
    start = models.DateField(_("start"), null=True, blank=True)
    start_precision = precision_field()
    finish = models.DateField(_("finish"), null=True, blank=True, help_text=_("Stored as the last day it can mean."))
    finish_precision = precision_field()
    basis = basis_field()
    source = source_field(related_name="projects")
    note_zh = models.TextField(_("note, Chinese"), max_length=LONGEST_WORDS, blank=True)
    note_en = models.TextField(_("note, English"), max_length=LONGEST_WORDS, blank=True)

    county = bilingual("county")
    note = bilingual("note")
    total_investment_reported_by = ReporterField(_("total investment reported by"), help_text=REPORTED_IN_WORDS)
    expected_revenue_reported_by = ReporterField(_("expected revenue reported by"), help_text=REPORTED_IN_WORDS)
    start_reported_by = ReporterField(_("start reported by"), help_text=REPORTED_IN_WORDS)
    finish_reported_by = ReporterField(_("finish reported by"), help_text=REPORTED_IN_WORDS)

    started = PartialDateProperty("start")
    finished = PartialDateProperty("finish", bound="last")

    objects = RecordManager.from_queryset(ProjectQuerySet)()
    history = History()

    class Meta:
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        ordering = ["code"]
        constraints = [
            code_is_no_address(of="project"),
            amount_in_range("total_investment", of="project"),
            amount_in_range("expected_revenue", of="project"),
            FieldCheck(
                name="project_source_province_only_if_transferred",
                field="source_province",
                condition=Q(source_province="") | Q(transferred=Transferred.YES),
                violation_error_message=_("A source province is given only for a project that was transferred."),
            ),
            models.CheckConstraint(
                name="project_finish_not_before_start",
                condition=Q(start__isnull=True) | Q(finish__isnull=True) | Q(finish__gte=F("start")),
                violation_error_message=FINISH_BEFORE_START,
            ),
            date_has_precision("start", of="project"),
            date_has_precision("finish", of="project"),
            published_has_source(of="project"),
            reporter_has_a_figure("total_investment", of="project"),
            reporter_has_a_figure("expected_revenue", of="project"),
            reporter_has_a_figure("start", of="project"),
            reporter_has_a_figure("finish", of="project"),
            # what takes two tables is held by database/guards.py: that a chain link belongs to the project's
            # sector, and that a figure is what its adopted claim says
        ]
        # a list of one sector or prefecture comes by code, and its pages are found without walking the other projects
        indexes = [
            models.Index(fields=["sector", "code", "id"], name="project_by_sector"),
            models.Index(fields=["prefecture", "code", "id"], name="project_by_prefecture"),
            models.Index(fields=["basis"]),
            models.Index(fields=["transferred"]),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def clean(self) -> None:
        errors = self.origin_errors()
        if self.chain_link_id and self.chain_link.sector_id != self.sector_id:
            errors["chain_link"] = LINK_OUTSIDE_SECTOR
        if self.start and self.finish and self.finish < self.start:
            errors["finish"] = FINISH_BEFORE_START
        if self.becomes_reported() and (years := self._illustrative_years()):
            told = {"years": ", ".join(map(str, years))}
            errors["basis"] = ValidationError(PLACES_ARE_ILLUSTRATIVE, params=told)
        if errors:
            raise ValidationError(errors)

    def _illustrative_years(self) -> list[int]:
        """Return the lists on which what the project says of the year is illustrative: totals count it with the project."""
        places = self.entries.filter(basis=Basis.ILLUSTRATIVE).exclude(pk__in=self.becoming_reported)
        return list(places.order_by("programme__year").values_list("programme__year", flat=True))

    @property
    def owning_prefecture_id(self) -> int | None:
        return self.prefecture_id

    @property
    def basis_of_news(self) -> Basis:
        """The basis of what is newly written about it: about an illustrative one nothing real is said."""
        return Basis.ILLUSTRATIVE if self.basis == Basis.ILLUSTRATIVE else Basis.REPORTED


def _keeps_the_sector_of_its_projects(link: ChainLink) -> None:
    if link.pk and Project.objects.filter(chain_link=link.pk).exclude(sector=link.sector_id).exists():
        raise ValidationError({"sector": LINK_IS_USED})


ChainLink.rules.append(_keeps_the_sector_of_its_projects)
