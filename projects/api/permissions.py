"""Permission classes: who may read and write at all; rows are for `visible_to`, asked again for each that is written."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import Model
from django.utils.translation import gettext
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from projects.access import get_access


class MayAsk(BasePermission):
    """Anonymous visitors read only where the public may; tokens that read never write; grants say who may add.

    Whether a record may be changed is asked when it has been found: for one that the user may not see, the answer is
    that there is none.
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        if not request.user.is_authenticated:
            return settings.PUBLIC_READ and request.method in SAFE_METHODS
        if request.method in SAFE_METHODS:
            return True
        if request.auth is not None and not request.auth.may_write:
            raise PermissionDenied(
                gettext("This token may only read. One that writes can be made on the page of tokens.")
            )
        if request.method == "POST" and not getattr(view, "detail", False):
            require_role(request.user, "add", view.model)
        return True


def permission(action: str, model: type[Model]) -> str:
    """Return Django's name of a permission, such as projects.change_project."""
    return f"{model._meta.app_label}.{action}_{model._meta.model_name}"


def refusal(user: Any) -> str:
    """Return why the user may not do something."""
    if get_access(user).roles:
        return gettext("Your role does not allow this.")
    return gettext("Your account has no role yet: ask an administrator for one.")


def require_role(user: Any, action: str, model: type[Model]) -> None:
    """Raise `PermissionDenied` unless the user may do this to some row of the model."""
    if not user.has_perm(permission(action, model)):
        raise PermissionDenied(refusal(user))


def require(user: Any, action: str, record: Model, *, message: str) -> None:
    """Raise `PermissionDenied` unless the user may do this to this row."""
    if not user.has_perm(permission(action, type(record)), record):
        raise PermissionDenied(message)
