"""Deletion: what would go with the records, and what forbids it; rows that the user may not see are counted, never named."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.utils import NestedObjects, quote
from django.db import router
from django.db.models import Model
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import ngettext

from .conflict import refuse_touched

NAMED = 30  # of each kind; the rest is counted


def deletion_of(objs: Any, request: HttpRequest, site: AdminSite) -> tuple[Any, dict[str, int], set[str], list[Any]]:
    """As Django's `get_deleted_objects`: what is deleted (nested), how many of each kind, kinds that the user may not
    delete, and what forbids it.
    """
    objs = list(objs)
    if not objs:
        return [], {}, set(), []
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
    return nested, counts, lacking, _forbidding(collector.protected, request, site)


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


def _forbidding(protected: Iterable[Model], request: HttpRequest, site: AdminSite) -> list[Any]:
    """A line for each record that depends on what is to be deleted, as far as the user sees it."""
    keys: dict[type[Model], set[Any]] = {}
    for record in protected:
        keys.setdefault(type(record), set()).add(record.pk)
    lines: list[Any] = []
    for model in sorted(keys, key=lambda each: each._meta.label):
        seen = _seen(model, keys[model], request, site)
        lines += [_link(record, site) for record in seen[:NAMED]]
        lines += _counted(model, len(seen[NAMED:]), len(keys[model]) - len(seen))
    return lines


def _seen(model: type[Model], keys: set[Any], request: HttpRequest, site: AdminSite) -> list[Model]:
    if not site.is_registered(model):
        return []
    admin = site.get_model_admin(model)
    return list(admin.get_queryset(request).filter(pk__in=keys)) if admin.has_view_permission(request) else []


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
