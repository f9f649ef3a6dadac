"""Origins of figures in the administration's forms: beside each figure its source, or who reported it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.history.revisions import explain
from projects.models import Claim, Project
from projects.models.attribution import Attributed, reporter_of
from projects.models.form_fields import SourceField
from projects.text import LONGEST_REASON
from sectors.texts import check_line

from .forms import RegisterForm, share_choices
from .visible_choices import choosable


def source_of(figure: str) -> str:
    """The form's field that names a figure's source."""
    return f"{figure}_source"


def origin_fields(figure: str) -> tuple[str, str, str]:
    """A figure and the two fields that say what it rests on, as they stand side by side."""
    return figure, source_of(figure), reporter_of(figure)


class FigureSourceField(SourceField):
    """The source of a figure; its choices are those of every other source of the page."""

    shares = "source"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Project._meta.get_field("source").related_model.objects.none(), required=False, **kwargs)


class OriginsForm(RegisterForm):
    """The form of a record whose figures rest on something. What is asked is about this change, so it begins blank."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sources = choosable(Project._meta.get_field("source"), self.request.user)
        figures = [figure for figure in self._meta.model.attributed if source_of(figure) in self.fields]
        rests_on = self._rests_on(figures)
        for figure in figures:
            source, reporter = self.fields[source_of(figure)], self.fields[reporter_of(figure)]
            source.queryset, source.label, reporter.label = sources, _("Source of this figure"), _("Reported by")
            source.help_text = _("Where the figure changes: its source, or who reported it.")
            if rests_on.get(figure):
                source.help_text = _("Now: %(origin)s.") % {"origin": rests_on[figure]}
            self.initial[reporter_of(figure)] = ""
            if not self.is_inline:
                share_choices(self.request, source, "source")

    def _rests_on(self, figures: list[str]) -> dict[str, str]:
        """What each figure rests on now, in words."""
        record: Attributed = self.instance
        if record.pk is None or not figures:
            return {}
        found = {name: getattr(record, reporter_of(name)) for name in figures}
        if isinstance(record, Project):
            adopted = Claim.objects.filter(project=record, adopted=True).select_related("source")
            found |= {claim.figure: str(claim.source) for claim in adopted}
        return found

    def clean(self) -> dict[str, Any] | None:
        explain(self.cleaned_data.get("reason") or "")
        return super().clean()

    def _post_clean(self) -> None:
        """Hand on what was named; a reporter that was left blank is not taken away."""
        for figure in self._meta.model.attributed:
            if figure in self.errors:  # what it rests on is asked once it can be read
                self.cleaned_data.pop(reporter_of(figure), None)
                continue
            source = self.cleaned_data.get(source_of(figure))
            if source is not None:
                self.instance.name_source(figure, source)
                if not isinstance(self.instance, Project):
                    self.cleaned_data["source"] = source
            if not self.cleaned_data.get(reporter_of(figure)):
                self.cleaned_data.pop(reporter_of(figure), None)
        super()._post_clean()


def reason_field() -> forms.CharField:
    """Why the record is changed: kept with the revision."""
    return forms.CharField(
        required=False,
        max_length=LONGEST_REASON,
        label=capfirst(gettext_lazy("reason")),
        help_text=gettext_lazy("Why it is changed; kept in the history. Needed where a figure is taken away."),
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        validators=[check_line],
    )
