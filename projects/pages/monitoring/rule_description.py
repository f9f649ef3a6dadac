"""The rule of the lights in words, with its limits, what it is measured against and where it was taken from."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from projects.choices import Light, LightMethod, PlanKind
from projects.models import LightRule


def rule_sentences(rule: LightRule) -> list[str]:
    """What makes each of the three lights yellow or red."""
    limits = {"yellow": rule.yellow, "red": rule.red}
    if rule.method == LightMethod.POINTS:
        progress = _(
            "Progress: yellow from %(yellow)s percentage points behind the pro-rata plan, red beyond %(red)s "
            "percentage points."
        )
    else:
        progress = _("Progress: yellow below %(yellow)s%% of the pro-rata plan, red below %(red)s%%.")
    start = _(
        "Late start: yellow from month %(yellow)s without a start, the month it was due in counted; red from %(red)s."
    )
    missing = _("Missing reports: yellow from %(yellow)s in a row, red from %(red)s.")
    return [
        progress % limits,
        start % {"yellow": rule.start_yellow, "red": rule.start_red},
        missing % {"yellow": rule.missing_yellow, "red": rule.missing_red},
        _("Progress is measured against the %(plan)s; a project without one is not rated.")
        % {"plan": PlanKind(rule.against).label},
    ]


def light_word(light: str | None) -> str:
    """The word of a light; its mark is drawn by the template."""
    return str(Light(light).label) if light else pgettext("light", "not rated")
