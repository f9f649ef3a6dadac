"""Permissions of the administration: who may do what comes from grants alone, for the row where there is one."""

from __future__ import annotations

from django.db.models import Model
from django.http import HttpRequest


class GrantPermissions:
    """Also for inlines."""

    def may(self, request: HttpRequest, action: str, obj: Model | None) -> bool:
        permission = f"{self.opts.app_label}.{action}_{self.opts.model_name}"
        return request.user.has_perm(permission, obj)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.may(request, "view", obj)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.may(request, "add", None)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Of the row as it was opened: a refused form has its values in it, and one without a prefecture is nobody's."""
        if obj is None or obj.pk is None:
            return self.may(request, "change", obj)
        opened = request.__dict__.setdefault("may_change", {})
        key = (self.opts.label, obj._meta.label, obj.pk)
        if key not in opened:
            opened[key] = self.may(request, "change", obj)
        return opened[key]

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.may(request, "delete", obj)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.may(request, "view", None)
