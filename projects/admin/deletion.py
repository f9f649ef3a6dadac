"""Deletion: what would go with the records, and what forbids it; rows that the user may not see are counted, never named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.utils import NestedObjects, quote
from django.core.exceptions import ValidationError
from django.db import router
from django.db.models import Model
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from projects.access import visible
from projects.history.merging import get_keys_written_since
from projects.models import Revision
from projects.models.base import get_dependents
from projects.text import LONGEST_REASON, is_key
from sectors.texts import check_direction

from .conflict import get_record_name

NO_STATE_SAID = gettext_lazy(
    "This page did not say which state of the register it was made from. Load it again. Nothing was done."
)


def get_state_seen() -> str:
    """Return the newest revision, as a list or a question carries it in `_seen`. Ask before its records are read."""
    return str(Revision.objects.newest_number())


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
    if touched:
        text = _(
            "Changed by somebody else since you opened this page: %(records)s. Nothing was done; please look again."
        )
        raise ValidationError(text % {"records": _(", ").join(touched)})


def get_deletion(objs: Any, request: HttpRequest, site: AdminSite) -> tuple[Any, dict[str, int], set[str], list[Any]]:
    """Return, as Django's `get_deleted_objects`, what is deleted (nested), how many of each kind, kinds that the user may
    not delete, and what forbids it.
    """
    objs = list(objs)
    if not objs:
        return [], {}, set(), []
    model = type(objs[0])
    collector = NestedObjects(using=router.db_for_write(model), origin=objs)
    collector.collect(objs)
    records = [record for found in collector.model_objs.values() for record in found]
    if request.POST.get("post"):  # confirmed: of what was shown there, and of nothing that came or changed since
        refuse_touched(request, records)
    protected: dict[type[Model], set[Any]] = {}
    for record in collector.protected:
        protected.setdefault(type(record), set()).add(record.pk)
    for other, rows in get_dependents(model, [record.pk for record in objs]).items():
        protected.setdefault(other, set()).update(rows.values_list("pk", flat=True))
    counts = {str(model._meta.verbose_name_plural): len(found) for model, found in collector.model_objs.items()}
    lacking = {str(record._meta.verbose_name) for record in records if not _may_delete(record, request, site)}
    nested = collector.nested(lambda record: _link(record, site))
    return nested, counts, lacking, _list_protected(protected, request, site)


def needs_reason(model: type[Model]) -> bool:
    """Return whether figures move when a record of a model is deleted."""
    return getattr(model, "counted", None) is not None


def get_deletion_reason(request: HttpRequest) -> str:
    """Return why what was confirmed is deleted; '' of every other form. Raises `ValidationError`."""
    reason = " ".join(request.POST.get("_reason", "").split())[:LONGEST_REASON] if request.POST.get("post") else ""
    check_direction(reason)
    return reason


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


def _list_protected(protected: Mapping[type[Model], set[Any]], request: HttpRequest, site: AdminSite) -> list[Any]:
    """Return a line for each record that depends on what is to be deleted, as far as the user sees it."""
    lines: list[Any] = []
    for model in sorted(protected, key=lambda model: model._meta.label):
        opts = model._meta
        seen: list[Model] = []
        if request.user.has_perm(f"{opts.app_label}.view_{opts.model_name}"):
            rows = (
                site.get_model_admin(model).get_queryset(request)  # with what their names are made of
                if site.is_registered(model)
                else visible(model._default_manager.all(), request.user)
            )
            seen = list(rows.filter(pk__in=protected[model]))
        lines += [_link(record, site) for record in seen]
        if hidden := len(protected[model]) - len(seen):
            text = ngettext(
                "%(kind)s: %(count)s that you may not see", "%(kind)s: %(count)s that you may not see", hidden
            )
            lines.append(capfirst(text % {"kind": opts.verbose_name, "count": hidden}))
    return lines
