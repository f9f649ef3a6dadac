"""Form by which a table is sent: a file or pasted cells, what its rows are, of which year and month."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.choices import RoundState, WorkbookKind
from projects.imports.workbooks.checking import NEEDS_MONTH
from projects.models import Programme, Round
from projects.workbook_imports.sending import kinds_of

from .. import formatting


class UploadForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("What the rows are"))
    programme = forms.ChoiceField(label=gettext_lazy("List of"))
    month = forms.ChoiceField(label=gettext_lazy("Month, of reports"), required=False)
    file = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        help_text=gettext_lazy(
            "Excel or WPS workbook (.xlsx), CSV or text, up to 10 MiB. Pictures and PDF are not read."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv,.tsv,.txt"}),
    )
    pasted = forms.CharField(
        label=gettext_lazy("or a table, copied and pasted here"),
        required=False,
        strip=False,
        help_text=gettext_lazy("With the row of its heads, and the unit if it stands above them."),
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, user: Any, programmes: list[Programme], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = kinds_of(user)  # type: ignore[attr-defined]
        self._programmes = {str(each.year): each for each in programmes}
        self.fields["programme"].choices = [(year, year) for year in self._programmes]  # type: ignore[attr-defined]
        rounds = Round.objects.filter(programme__in=programmes).select_related("programme")
        months = sorted((each.period for each in rounds if each.state != RoundState.PLANNED), reverse=True)
        self.fields["month"].choices = [  # type: ignore[attr-defined]
            ("", "—"),
            *((str(each), formatting.month_of_year(each)) for each in months),
        ]
        if months:
            self.initial.setdefault("month", str(months[0]))

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        sent = bool(said.get("file")), bool((said.get("pasted") or "").strip())
        if not {"file", "pasted"} & self.errors.keys() and sent[0] == sent[1]:
            both = said.get("file") is not None
            self.add_error(
                "file",
                _("Send a file or paste a table, not both.") if both else _("Choose a file, or paste a table below."),
            )
        if said.get("kind") == WorkbookKind.REPORTS and "month" in said:
            if not said["month"]:
                self.add_error("month", ValidationError(NEEDS_MONTH))
            elif said.get("programme") and not said["month"].startswith(f"{said['programme']}-"):
                self.add_error("month", _("This month is not one of that year."))
        return said

    @property
    def programme_chosen(self) -> Programme:
        return self._programmes[self.cleaned_data["programme"]]

    @property
    def month_chosen(self) -> int | None:
        """Its number; None of a register, which has no month."""
        is_of_month = self.cleaned_data["kind"] == WorkbookKind.REPORTS
        return int(self.cleaned_data["month"].partition("-")[2]) if is_of_month else None
