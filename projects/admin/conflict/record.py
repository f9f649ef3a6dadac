"""Three-way record: a whole form of the administration, with the rows of its inlines, in its three versions."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cache, partial
from typing import Any

from django.db.models import Model
from django.forms.models import _get_foreign_key
from django.http import HttpRequest, QueryDict

from projects.history.merging import CHOICE, THEIR, Merge, Part, Side, get_parts_as_of, get_record_as_of
from projects.models import Claim, Project

from .form_data import as_data
from .forms import FormMerge
from .inline_rows import RowsMerge


def parts_of(model: type[Model], inlines: Collection[Any]) -> list[Part]:
    """The parts of a record that its form shows."""
    return [(inline.model, _get_foreign_key(model, inline.model, fk_name=inline.fk_name).attname) for inline in inlines]


class RecordMerge(Merge):
    """What was sent of a record's form that was opened at the revision `opened`, beside what is stored now.

    `known` is false when the record did not exist at that revision: then nothing can be compared.
    """

    def __init__(self, admin: Any, request: HttpRequest, record: Model, *, opened: int) -> None:
        base = get_record_as_of(type(record), record.pk, opened)
        self.known = base is not None
        super().__init__([])
        if base is None:
            return
        self.data = request.POST
        typed = dict(self.data.lists())
        form = admin.get_form(request, record, change=True)
        claims = cache(partial(_adopted, record, opened))
        self.form = FormMerge.of(form, base=base, theirs=record, typed=typed, key="", adopted=claims)
        self.inlines = [
            RowsMerge(
                formset,
                self.data,
                parent=record,
                base=get_parts_as_of(part, record.pk, opened),
                theirs={row.pk: row for row in inline.get_queryset(request).filter(**{part[1]: record.pk})},
            )
            for formset, inline in admin.get_formsets_with_inlines(request, record)
            for part in parts_of(type(record), [inline])
            if hasattr(inline.model, "history") and f"{formset.get_default_prefix()}-TOTAL_FORMS" in self.data
        ]
        self.lines += [*self.form.lines, *(line for rows in self.inlines for line in rows.lines())]

    @property
    def by_me(self) -> bool:
        return self.form.by_me or any(rows.by_me for rows in self.inlines)

    def merged(self) -> QueryDict:
        """The form as it is to be saved; where a choice is open, with what was typed."""
        prefixes = tuple(f"{rows.sent.prefix}-" for rows in self.inlines)
        found = {name: values for name, values in self.form.merged().items() if not name.startswith(prefixes)}
        found = {name: values for name, values in found.items() if not name.startswith((CHOICE, THEIR))}
        for rows in self.inlines:
            limits = {name: self.data.getlist(name) for name in self._limits(rows)}
            found |= limits | rows.merged()
        return as_data(found)

    def _limits(self, rows: RowsMerge) -> Iterator[str]:
        for limit in ("MIN_NUM_FORMS", "MAX_NUM_FORMS"):
            name = f"{rows.sent.prefix}-{limit}"
            if name in self.data:
                yield name


def _adopted(record: Model, opened: int, side: Side) -> dict[str, Claim]:
    """The claims on which figures of a project rest, by figure: as of `opened`, or now."""
    if not isinstance(record, Project):
        return {}
    rows = (
        get_parts_as_of((Claim, "project_id"), record.pk, opened).values() if side == Side.BASE else record.claims.all()
    )
    return {claim.figure: claim for claim in rows if claim.adopted}
