"""Visible choices: which rows a form or filter of the administration offers to a user."""

from __future__ import annotations

from typing import Any

from django.db.models import Field, Model, QuerySet

from projects.access import get_access, visible
from projects.models import Prefecture, Project


def readable(model: type[Model], user: Any) -> QuerySet:
    """The rows that a filter may offer: for a prefecture's people their own prefectures, else what they see."""
    if model is Prefecture:
        return Prefecture.objects.filter(get_access(user).rows("pk"))
    return visible(model._default_manager.all(), user)


def choosable(field: Field, user: Any) -> QuerySet:
    """The rows that a form may put into a foreign key: visible, and writable where writing a row of theirs is meant.

    A project's prefecture decides who may write the project, so only prefectures in which the user writes are offered.
    """
    access = get_access(user)
    rows = visible(field.related_model._default_manager.all(), user)
    if access.writes_all:
        return rows
    if field.model is Project and field.related_model is Prefecture:
        return rows.filter(pk__in=access.writes_in)
    path = getattr(field.related_model, "prefecture_path", None)
    return rows.filter(**{f"{path}__in": access.writes_in}) if path else rows
