"""Deletion: what would go with the records, and what forbids it; rows that the user may not see are counted, never named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.utils import NestedObjects, quote
from django.core.exceptions import ValidationError
from django.db import router
from django.db.models import PROTECT, Count, Model, Q, QuerySet, Value
from django.db.models.deletion import get_candidate_relations_to_delete
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from projects.history.merging import get_keys_written_since
from projects.models import Revision
from projects.models.base import get_dependents
from projects.text import LONGEST_REASON, format_html, is_key
from sectors.texts import check_direction

from .conflict import get_record_name

NAMED = 30  # of each kind; the rest is counted
NAMED_TOUCHED = 10
NO_STATE_SAID = gettext_lazy(
    "This page did not say which state of the register it was made from. Load it again. Nothing was done."
)


class NewestRevision:
    """The number of the newest revision, as a list or a question carries it in `_seen`. Made before its records are read."""

    def __init__(self) -> None:
        self.number = Revision.objects.newest_number()

    def __str__(self) -> str:
        return str(self.number)


def refuse_touched(request: HttpRequest, records: Iterable[Model]) -> None:
    """Raise `ValidationError` naming the records that were written after the page was made. Call it under the lock."""
    seen = request.POST.get("_seen", "")
    if not is_key(seen):
        raise ValidationError(NO_STATE_SAID)
    by_model: dict[type[Model], list[Model]] = {}
    for record in records:
        by_model.setdefault(type(record), []).append(record)
    touched = []
    for model, rows in by_model.items():
        keys = get_keys_written_since(model, [row.pk for row in rows], int(seen))
        touched += [f"{row._meta.verbose_name} “{get_record_name(row)}”" for row in rows if row.pk in keys]
    if len(touched) > NAMED_TOUCHED:
        touched[NAMED_TOUCHED:] = [_("%(count)s more") % {"count": len(touched) - NAMED_TOUCHED}]
    if touched:
        text = _(
            "Changed by somebody else since you opened this page: %(records)s. Nothing was done; please look again."
        )
        raise ValidationError(text % {"records": _(", ").join(touched)})


def deletion_of(objs: Any, request: HttpRequest, site: AdminSite) -> tuple[Any, dict[str, int], set[str], list[Any]]:
    """As Django's `get_deleted_objects`: what is deleted (nested), how many of each kind, kinds that the user may not
    delete, and what forbids it.
    """
    objs = list(objs)
    if not objs:
        return [], {}, set(), []
    depending = _dependents(type(objs[0]), objs)
    if forbidding := _counts(depending):  # so that not all are read of which a few are named
        return [], {}, set(), _forbidding(depending, forbidding, request, site)
    collector = NestedObjects(using=router.db_for_write(type(objs[0])), origin=objs)
    collector.collect(objs)
    if request.POST.get("post"):  # confirmed: of what was shown there, and of nothing that came or changed since
        refuse_touched(request, [each for found in collector.model_objs.values() for each in found])
    lacking: set[str] = set()

    def line(record: Model) -> Any:
        if not _may_delete(record, request, site):
            lacking.add(str(record._meta.verbose_name))
        return _link(record, site)

    nested = collector.nested(line)
    counts = {str(model._meta.verbose_name_plural): len(found) for model, found in collector.model_objs.items()}
    protected: dict[type[Model], Q] = {}  # by what goes with the records
    for record in collector.protected:
        protected[type(record)] = protected.get(type(record), Q()) | Q(pk=record.pk)
    return nested, counts, lacking, _forbidding(protected, _counts(protected), request, site)


def asks_reason(model: type[Model]) -> bool:
    """Whether figures move when a record of a model is deleted."""
    return getattr(model, "counted", None) is not None


def reason_of_removal(request: HttpRequest) -> str:
    """Why what was confirmed is deleted; '' of every other form. Raises `ValidationError` for what turns the direction."""
    reason = " ".join(request.POST.get("_reason", "").split())[:LONGEST_REASON] if request.POST.get("post") else ""
    check_direction(reason)
    return reason


def _dependents(model: type[Model], objs: list[Any]) -> dict[type[Model], Q]:
    """Which records of each kind name one of these and forbid that it goes."""
    found: dict[type[Model], Q] = {}
    for relation in get_candidate_relations_to_delete(model._meta):
        if relation.on_delete is PROTECT:
            names = Q(**{f"{relation.field.name}__in": objs})
            found[relation.related_model] = found.get(relation.related_model, Q()) | names
    for other, rows in get_dependents(model, [each.pk for each in objs]).items():
        found[other] = found.get(other, Q()) | Q(pk__in=rows.values("pk"))
    return found


def _counts(which: Mapping[type[Model], Q]) -> dict[type[Model], int]:
    """How many there are of each kind, without those of which there are none; in one query."""
    kinds = list(which)
    counted = [
        kind._base_manager.order_by()
        .filter(which[kind])
        .values(of_kind=Value(number))
        .values_list("of_kind", Count("pk"))
        for number, kind in enumerate(kinds)
    ]
    found = counted[0].union(*counted[1:], all=True) if counted else ()
    return {kinds[number]: count for number, count in found if count}


def _may_delete(record: Model, request: HttpRequest, site: AdminSite) -> bool:
    model = type(record)
    return site.is_registered(model) and site.get_model_admin(model).has_delete_permission(request, record)


def _link(record: Model, site: AdminSite) -> Any:
    label = capfirst(str(record._meta.verbose_name))
    try:
        url = reverse(f"{site.name}:{record._meta.app_label}_{record._meta.model_name}_change", args=[quote(record.pk)])
    except NoReverseMatch:
        return f"{label}: {record}"
    return format_html('{}: <a href="{}">{}</a>', label, url, record)


def _forbidding(
    protected: Mapping[type[Model], Q], counts: Mapping[type[Model], int], request: HttpRequest, site: AdminSite
) -> list[Any]:
    """A line for each record that depends on what is to be deleted, as far as the user sees it."""
    lines: list[Any] = []
    for model in sorted(counts, key=lambda each: each._meta.label):
        seen = _seen(model, request, site).filter(protected[model])
        named = list(seen[: NAMED + 1])
        count = seen.count() if len(named) > NAMED else len(named)
        lines += [_link(record, site) for record in named[:NAMED]]
        lines += _counted(model, max(count - NAMED, 0), counts[model] - count)
    return lines


def _seen(model: type[Model], request: HttpRequest, site: AdminSite) -> QuerySet:
    if not site.is_registered(model):
        return model._base_manager.none()
    admin = site.get_model_admin(model)
    return admin.get_queryset(request) if admin.has_view_permission(request) else model._base_manager.none()


def _counted(model: type[Model], more: int, hidden: int) -> list[str]:
    names = {"kind": model._meta.verbose_name}
    lines = []
    if more:
        text = ngettext("%(kind)s: %(count)s more", "%(kind)s: %(count)s more", more)
        lines.append(capfirst(text % (names | {"count": more})))
    if hidden:
        text = ngettext("%(kind)s: %(count)s that you may not see", "%(kind)s: %(count)s that you may not see", hidden)
        lines.append(capfirst(text % (names | {"count": hidden})))
    return lines
