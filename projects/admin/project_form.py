"""The project's form: partial dates in one text each, everything else as the model has it."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.widgets import AdminTextInputWidget

from projects.models.form_fields import PartialDateField, ReporterField

from .origins import FigureSourceField, OriginsForm, reason_field


class ProjectForm(OriginsForm):
    """`start` and `finish` are typed as exactly as they are known; the columns of their precision follow."""

    start = PartialDateField(widget=AdminTextInputWidget)
    finish = PartialDateField(widget=AdminTextInputWidget)
    total_investment_source = FigureSourceField()
    total_investment_reported_by = ReporterField()
    expected_revenue_source = FigureSourceField()
    expected_revenue_reported_by = ReporterField()
    start_source = FigureSourceField()
    start_reported_by = ReporterField()
    finish_source = FigureSourceField()
    finish_reported_by = ReporterField()
    reason = reason_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, partial in (("start", self.instance.started), ("finish", self.instance.finished)):
            if name in self.fields and partial:
                self.initial[name] = str(partial)

    def clean_start(self) -> Any:
        self.instance.started = self.cleaned_data["start"]
        return self.instance.start

    def clean_finish(self) -> Any:
        self.instance.finished = self.cleaned_data["finish"]
        return self.instance.finish
