"""Base form of the administration: it knows who asks, and says each error at its field."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import Model, UniqueConstraint
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from projects.access import get_access

NOT_YOURS = _("You may keep records of your own prefecture only. Choose one in which you may write.")


def share_choices(request: HttpRequest, field: forms.ModelChoiceField, name: str) -> None:
    """Give a field of a foreign key the choices that the request has asked for already, or ask once for all."""
    shared = request.__dict__.setdefault("_shared_choices", {})
    key = (name, field.queryset.model, str(field.empty_label))
    if key not in shared:
        shared[key] = list(iter(field.choices))  # list() alone would count the rows first
    field.choices = shared[key]


class RegisterForm(forms.ModelForm):
    """A form for one request.

    `constraint_fields` names the field at which a broken constraint is said, where it is not the last of its fields.
    """

    request: HttpRequest  # set on the class that the admin makes for each request
    is_inline = False
    constraint_fields: dict[str, str] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if field.label is None and name in {each.name for each in self._meta.model._meta.fields}:
                field.label = capfirst(self._meta.model._meta.get_field(name).verbose_name)

    def clean(self) -> dict[str, Any] | None:
        refusal = getattr(self.request, "refusal", None)
        if refusal is not None and not self.is_inline:
            self.add_error(None, refusal.messages)
        return super().clean()

    def _post_clean(self) -> None:
        super()._post_clean()
        self._move_constraint_errors()
        self._check_owner()
        self._repeat_refusal()

    def _repeat_refusal(self) -> None:
        """Say at its row, which is unfolded by it, what saving refused of a record inside another one's form."""
        refusal = getattr(self.request, "refusal", None)
        if self.is_inline and self._is(getattr(refusal, "record", None)):
            for name, errors in getattr(refusal, "error_dict", {}).items():
                self.add_error(name if name in self.fields else None, errors)

    def _is(self, record: Model | None) -> bool:
        """Whether a record, of when the form was asked before, is the one that it is about now. New ones have no key yet."""
        if type(record) is not type(self.instance) or record.pk != self.instance.pk:
            return False
        columns = [field.attname for field in record._meta.concrete_fields if field.name in self.fields]
        return all(getattr(record, name) == getattr(self.instance, name) for name in columns)

    def _check_owner(self) -> None:
        """The record as it will be must still be one that the user may write: a form could move it elsewhere.

        It is said at the field that leads to its prefecture. A row inside another record's form is where that is.
        """
        path = getattr(self.instance, "prefecture_path", None)
        if not path or self.is_inline or self.errors:
            return
        if not get_access(self.request.user).may_write_in(self.instance.owning_prefecture_id):
            field = path.partition("__")[0].removesuffix("_id")
            self.add_error(field if field in self.fields else None, NOT_YOURS)

    def _move_constraint_errors(self) -> None:
        """Say at a field what Django says of the whole form, where a constraint names its fields."""
        places = {
            str(constraint.violation_error_message): field
            for constraint in self._meta.model._meta.constraints
            if (field := self._field_of(constraint))
        }
        left = []
        for error in self.errors.get(NON_FIELD_ERRORS, forms.utils.ErrorList()).as_data():
            message = str(error.messages[0]) if len(error.messages) == 1 else ""
            if message in places:
                self.add_error(places[message], ValidationError(message, code=error.code))
            else:
                left.append(error)
        if NON_FIELD_ERRORS in self.errors and not left:
            del self.errors[NON_FIELD_ERRORS]
        elif left:
            self.errors[NON_FIELD_ERRORS] = self.error_class(left, error_class="nonfield")

    def _field_of(self, constraint: Any) -> str | None:
        named = self.constraint_fields.get(constraint.name)
        candidates = [named] if named else list(reversed(getattr(constraint, "fields", ())))
        if not named and not isinstance(constraint, UniqueConstraint):
            return None
        return next((name for name in candidates if name in self.fields and not self.fields[name].disabled), None)


class SharedChoicesFormSet(forms.BaseInlineFormSet):
    """Asks for the choices of each foreign key once in a request, not once for every row and every kind of row."""

    def add_fields(self, form: forms.ModelForm, index: int | None) -> None:
        super().add_fields(form, index)
        for name, field in form.fields.items():
            if isinstance(field, forms.ModelChoiceField) and name not in (self.fk.name, self._pk_field.name):
                share_choices(form.request, field, getattr(field, "shares", name))
