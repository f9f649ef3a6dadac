"""Normalised user names: another spelling is not another account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest


def normalize_name(name: Any) -> str:
    """One spelling for every way of writing a name: full-width or half-width, upper or lower case, blanks around it."""
    return AbstractBaseUser.normalize_username(str(name)).strip().casefold()


def get_attempted_name(request: HttpRequest | None, credentials: Mapping[str, Any] | None) -> str:
    """The name that a failed sign-in counts against."""
    name = (credentials or {}).get("username") or (request.POST.get("username") if request else None) or ""
    return normalize_name(name)
