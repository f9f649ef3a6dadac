"""Light rule: by which a light is computed, as data. Its limits can be edited, and its changes are in the history."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from projects.choices import LightMethod, LimitUnit, PlanKind
from sectors.models import Named, slug_code

from .base import Record
from .fields import FieldCheck, code_is_no_address
from .revision import History
from .source import source_field

MONTHS_ORDER = _("Red cannot come before yellow.")
_percent = [MaxValueValidator(100, _("A limit is at most 100."))]


class LightRule(Record, Named):
    """How progress against the pro-rata plan becomes green, yellow or red.

    By points: green while less than `yellow` points behind the even pace, red when more than `red`. By share: green
    from `yellow` per cent of what the even pace asks for, red below `red` per cent.
    """

    natural_key_fields = fixed_fields = ("code",)
    units = dict.fromkeys(("yellow", "red"), _("percentage points or %"))
    units |= {"explain_beyond": _("percentage points")}
    units |= dict.fromkeys(("start_yellow", "start_red"), LimitUnit.MONTHS.label)
    units |= dict.fromkeys(("missing_yellow", "missing_red"), pgettext_lazy("unit", "reports"))

    code = models.CharField(_("code"), max_length=50, unique=True, validators=[slug_code])
    method = models.CharField(_("method"), max_length=6, choices=LightMethod.choices, default=LightMethod.POINTS)
    yellow = models.PositiveSmallIntegerField(
        _("limit of yellow"),
        validators=_percent,
        help_text=_("Percentage points behind the pro-rata plan, or percent of it."),
    )
    red = models.PositiveSmallIntegerField(
        _("limit of red"),
        validators=_percent,
        help_text=_("Percentage points behind the pro-rata plan, or percent of it."),
    )
    against = models.CharField(
        _("measured against"),
        max_length=9,
        choices=PlanKind.choices,
        default=PlanKind.ANNOUNCED,
        help_text=_("The plan that progress is held against; an entry without one of this kind is not rated."),
    )
    explain_beyond = models.PositiveSmallIntegerField(
        _("percentage points behind that need a reason"),
        default=10,
        validators=_percent,
        help_text=_("A report further behind its plan than this says why, and what is done about it."),
    )
    start_yellow = models.PositiveSmallIntegerField(
        _("months of late start for yellow"),
        default=1,
        help_text=_("Months running without a start, the month it was due in included."),
    )
    start_red = models.PositiveSmallIntegerField(_("months of late start for red"), default=3)
    missing_yellow = models.PositiveSmallIntegerField(
        _("missing reports for yellow"), default=1, help_text=_("Reports missing in a row, the latest round included.")
    )
    missing_red = models.PositiveSmallIntegerField(_("missing reports for red"), default=2)
    borrowed = models.BooleanField(
        _("borrowed"), default=False, help_text=_("Taken over from another place: this province has published no rule.")
    )
    source = source_field(related_name="light_rules")

    history = History()

    class Meta:
        verbose_name = _("light rule")
        verbose_name_plural = _("light rules")
        ordering = ["code"]
        constraints = [
            code_is_no_address(of="light_rule"),
            FieldCheck(
                name="light_rule_limits_are_in_order",
                field="red",
                condition=(Q(method=LightMethod.POINTS) & Q(red__gte=F("yellow")))
                | (Q(method=LightMethod.SHARE) & Q(red__lte=F("yellow"))),
                violation_error_message=_(
                    "Percentage points behind: red begins above yellow. Share of the pro-rata plan: red begins below "
                    "yellow. These limits do neither."
                ),
            ),
            models.CheckConstraint(
                name="light_rule_yellow_comes_before_red",
                condition=Q(start_red__gte=F("start_yellow"), missing_red__gte=F("missing_yellow")),
                violation_error_message=MONTHS_ORDER,
            ),
        ]

    def clean(self) -> None:
        errors = {}
        for name in ("start", "missing"):
            yellow, red = getattr(self, f"{name}_yellow"), getattr(self, f"{name}_red")
            if yellow is not None and red is not None and red < yellow:
                errors[f"{name}_red"] = MONTHS_ORDER
        if errors:
            raise ValidationError(errors)

    def describe(self) -> list[str]:
        """Return in words what makes each of the three lights yellow or red."""
        limits = {"yellow": self.yellow, "red": self.red}
        if self.method == LightMethod.POINTS:
            progress = gettext(
                "Progress: yellow from %(yellow)s percentage points behind the pro-rata plan, red beyond %(red)s "
                "percentage points."
            )
        else:
            progress = gettext("Progress: yellow below %(yellow)s%% of the pro-rata plan, red below %(red)s%%.")
        start = gettext(
            "Late start: yellow from month %(yellow)s without a start, the month it was due in counted; red from %(red)s."
        )
        missing = gettext("Missing reports: yellow from %(yellow)s in a row, red from %(red)s.")
        return [
            progress % limits,
            start % {"yellow": self.start_yellow, "red": self.start_red},
            missing % {"yellow": self.missing_yellow, "red": self.missing_red},
            gettext("Progress is measured against the %(plan)s; a project without one is not rated.")
            % {"plan": PlanKind(self.against).label},
        ]
