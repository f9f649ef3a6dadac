"""A record's history: who, when, by which door, why, and each field before and after. It can only be read.

The history belongs to the record as it is now: whoever may read the record reads all of it, also from when the record was
another prefecture's. There is no way back from here to an older state, so nothing is written and nothing can be.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.admin.utils import unquote
from django.core.paginator import Paginator
from django.db.models import Field, ForeignKey, Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.access import GrantBackend
from projects.filters import visible
from projects.models.fields import AmountField
from projects.periods import PartialDateProperty

from .display import dash, exact_amount

PER_PAGE = 50
Part = tuple[Any, list[str], Callable[[Any], Any]]  # label, columns, how to write them
EVENTS = {"+": gettext_lazy("created"), "~": gettext_lazy("changed"), "-": gettext_lazy("deleted")}


@dataclass(frozen=True)
class FieldChange:
    """One field before and after, as text."""

    label: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Change:
    """One history row, told against the row before it (None for the first)."""

    row: Model
    event: Any
    fields: list[FieldChange]

    @property
    def revision(self) -> Any:
        return self.row.revision


class HistoryView:
    """The history page of an admin whose model has `history`.

    `history_texts` says how to write a field that its type alone does not tell: name -> function of a history row.
    """

    history_texts: dict[str, Callable[[Any], Any]] = {}

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        record = self.get_object(request, unquote(object_id))
        rows = self.model.history.model.objects.filter(**{self.opts.pk.attname: record.pk}).order_by("-history_id")
        page = Paginator(rows.select_related("revision__user"), PER_PAGE).get_page(request.GET.get("p"))
        context = {
            **self.admin_site.each_context(request),
            "title": _("History: %(record)s") % {"record": record},
            "opts": self.opts,
            "object": record,
            "page": page,
            "changes": changes(
                list(page.object_list), before=_row_before(rows, page), user=request.user, texts=self.history_texts
            ),
            "may_see_revisions": GrantBackend().has_perm(request.user, "projects.view_revision"),
            **(extra_context or {}),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/record_history.html", context)


def _row_before(rows: QuerySet, page: Any) -> Model | None:
    """The newest row of the next page: what the oldest one of this page is compared to."""
    return rows[page.end_index()] if page.has_next() else None


def changes(
    rows: list[Model], *, before: Model | None, user: Any, texts: dict[str, Callable[[Any], Any]]
) -> list[Change]:
    """History rows of one record, newest first, each told against the one before it."""
    if not rows:
        return []
    older = [*rows[1:], before]
    parts = _parts(type(rows[0]), _names([*rows, *([before] if before else [])], user), texts)
    return [
        Change(row, EVENTS[row.history_type], _field_changes(row, old if row.history_type == "~" else None, parts))
        for row, old in zip(rows, older, strict=True)
    ]


def _field_changes(row: Model, old: Model | None, parts: list[Part]) -> list[FieldChange]:
    """Fields that differ from `old`; without it all that have a value."""
    found = []
    for label, attributes, text in parts:
        after = [getattr(row, attribute) for attribute in attributes]
        past = [getattr(old, attribute) for attribute in attributes] if old else None
        if after != past and (old or any(value not in (None, "") for value in after)):
            found.append(FieldChange(capfirst(str(label)), text(old) if old else None, text(row)))
    return found


def _parts(
    model: type[Model], names: dict[Field, dict[Any, str]], texts: dict[str, Callable[[Any], Any]]
) -> list[Part]:
    """What a row is told in: label, the columns behind it, and how to write it. Partial dates are one part."""
    record = model.instance_type
    partial = {value.column: value for value in vars(record).values() if isinstance(value, PartialDateProperty)}
    parts = []
    for field in record._meta.concrete_fields:
        if field.primary_key or field.name.removesuffix("_precision") in partial.keys() - {field.name}:
            continue
        if field.name in partial:
            columns, text = [field.name, f"{field.name}_precision"], _partial_text(partial[field.name])
        else:
            columns, text = [field.attname], texts.get(field.name) or _value_text(field, names.get(field, {}))
        parts.append((field.verbose_name, columns, text))
    return parts


def _partial_text(partial: PartialDateProperty) -> Any:
    return lambda row: str(partial.__get__(row) or "") or dash()


def _value_text(field: Field, names: dict[Any, str]) -> Any:
    def text(row: Model) -> Any:
        value = getattr(row, field.attname)
        if value is None or value == "":
            return dash()
        if isinstance(field, ForeignKey):
            return names.get(value) or _("a record that you may not see, or that is gone")
        if isinstance(field, AmountField):
            return exact_amount(value)
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        return str(dict(field.flatchoices).get(value, value))

    return text


def _names(rows: list[Model], user: Any) -> dict[Field, dict[Any, str]]:
    """Names of the records that foreign keys of these rows point to, one query for each key's model."""
    found = {}
    for field in type(rows[0]).instance_type._meta.concrete_fields:
        if isinstance(field, ForeignKey):
            keys = {getattr(row, field.attname) for row in rows} - {None}
            records = visible(field.related_model._default_manager.all(), user).filter(pk__in=keys) if keys else []
            found[field] = {record.pk: str(record) for record in records}
    return found
