"""Sectors with their directions, the links of their industry chain, and base models of the whole product.

`Checked`, `Legible` and `Named` live here because this app is at the bottom: the rest of the product imports them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator, RegexValidator
from django.db import models
from django.db.models.base import ModelState
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from .choices import DirectionMeasure
from .conditions import surely_holds
from .texts import check_direction, check_line, check_text, web_address

no_nul = ProhibitNullCharactersValidator(message=_("Null characters are not allowed."))
STAYS = _("It stays %(value)s: links, other systems and the history know the record by it.")
slug_code = RegexValidator(
    r"\A[0-9a-z]+(-[0-9a-z]+)*\Z", _("Use lower-case letters, digits and single hyphens, such as energy-electronics.")
)


class Checked(models.Model):
    """A model that validates itself whenever it is saved, and writes nothing when nothing changed.

    `full_clean` runs inside `save`, so forms, the API, imports, commands and the shell meet the same rules. Raises
    `django.core.exceptions.ValidationError`. What `fixed_fields` names stays as it was stored first: links, other systems
    and the log know the record by it. `projects/database/guards.py` holds it too.
    """

    fixed_fields: ClassVar[tuple[str, ...]] = ()

    class Meta:
        abstract = True

    _stored: dict[str, Any] | None = None

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.full_clean()
        if not self.changed_fields():
            return
        self._before_write()
        super().save(*args, **kwargs)
        self.note_as_stored()

    def _before_write(self) -> None:
        """What must be done once the record is known to be valid, before its row is written."""

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any], **kwargs: Any) -> Checked:
        """Of a whole row as Django makes it, without asking each field: a page makes hundreds of them."""
        if len(values) != len(cls._meta.concrete_fields):
            return super().from_db(db, field_names, values, **kwargs)
        instance, state = cls.__new__(cls), ModelState()
        state.adding, state.db = False, db
        stored = dict(zip(field_names, values, strict=True))
        instance.__dict__ |= {"_state": state, **stored, "_stored": stored}
        return instance

    def refresh_from_db(self, using: str | None = None, fields: Collection[str] | None = None, **kwargs: Any) -> None:
        super().refresh_from_db(using=using, fields=fields, **kwargs)
        if fields is None:
            self.note_as_stored()

    def note_as_stored(self) -> None:
        """What it says now is what is stored: from this on changes are told."""
        self._stored = {field.attname: getattr(self, field.attname) for field in self._meta.concrete_fields}

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        """Django's own checks, then ours."""
        errors: dict[str, Any] = {}
        try:
            super().clean_fields(exclude=exclude)
        except ValidationError as error:
            errors = error.error_dict
        for field in self._meta.concrete_fields:
            if field.name in self.fixed_fields and self._stored is not None and self._is_new(field):
                stays = {"value": self._stored[field.attname]}
                errors[field.name] = [ValidationError(STAYS, code="fixed", params=stays)]
            if (value := getattr(self, field.attname)) in (None, "") or field.name in {*errors, *(exclude or ())}:
                continue
            try:
                self.check_value(field, value)
            except ValidationError as error:
                errors[field.name] = error.error_list
        if errors:
            raise ValidationError(errors)

    def check_value(self, field: models.Field, value: Any) -> None:
        """No NUL in any text: forms refuse it, PostgreSQL cannot store it, SQLite would. Raises `ValidationError`.

        A text that is typed can be read; one that has been stored long ago holds nothing up.
        """
        no_nul(str(value))
        is_text = isinstance(value, str) and isinstance(field, models.CharField | models.TextField)
        if is_text and self._is_new(field):
            check_text(value)
            (check_line if isinstance(field, models.CharField) else check_direction)(value)

    def _is_new(self, field: models.Field) -> bool:
        """Return whether it says what is not stored yet."""
        return self._stored is None or self._stored.get(field.attname) != getattr(self, field.attname)

    def unique_error_message(self, model_class: type[models.Model], unique_check: Sequence[str]) -> ValidationError:
        """With the value that is taken: where many records are written at once, it says which."""
        if len(unique_check) > 1:
            return super().unique_error_message(model_class, unique_check)
        value = getattr(self, unique_check[0])
        return ValidationError(
            _("“%(value)s” is taken: another record has it."), code="unique", params={"value": value}
        )

    def get_constraints(self) -> list[tuple[type[models.Model], list[models.BaseConstraint]]]:
        """Return what Django validates, without the check constraints that surely hold: they need no query each."""
        return [
            (model, [constraint for constraint in constraints if not surely_holds(constraint, self)])
            for model, constraints in super().get_constraints()
        ]

    def changed_fields(self) -> list[str]:
        """Return names of the concrete fields whose value differs from the stored row; all of them for a new row."""
        return [field.name for field in self._meta.concrete_fields if self._is_new(field)]


def in_language(zh: str, en: str) -> str:
    """Return the text in the active language, or the other one where it is missing."""
    return (zh or en) if (get_language() or "zh").startswith("zh") else (en or zh)


class Legible:
    """A model that is validated by its forms alone: of its names and other lines they ask what `Checked` asks of all."""

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        errors: dict[str, Any] = {}
        try:
            super().clean_fields(exclude=exclude)  # type: ignore[misc]
        except ValidationError as error:
            errors = error.error_dict
        for field in self._meta.concrete_fields:  # type: ignore[attr-defined]
            if isinstance(field, models.CharField) and field.name not in {*errors, *(exclude or ())}:
                try:
                    check_line(str(getattr(self, field.attname) or ""))
                except ValidationError as error:
                    errors[field.name] = error.error_list
        if errors:
            raise ValidationError(errors)


class Named(models.Model):
    """Something with a Chinese and an English name; `name` is the one in the reader's language."""

    name_zh = models.CharField(_("Chinese name"), max_length=200)
    name_en = models.CharField(
        _("English name"), max_length=200, blank=True, help_text=_("Left blank, the Chinese name is shown.")
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return in_language(self.name_zh, self.name_en)


class NaturalKeyManager(models.Manager):
    """Finds a record by its `natural_key_fields`, so that fixtures need no numbers of one database."""

    def get_by_natural_key(self, *key: str) -> models.Model:
        names = self.model.natural_key_fields
        return self.get(**dict(zip(names, key, strict=True)))


class Direction(Checked, Named):
    """A direction of the announcement (锻长板、补短板、谋布局、强招商): a group of sectors, or what comes from elsewhere."""

    natural_key_fields = fixed_fields = ("code",)

    code = models.CharField(_("code"), max_length=50, unique=True, validators=[slug_code])
    order = models.PositiveSmallIntegerField(_("order"), default=0, help_text=_("Small numbers come first."))
    measured_by = models.CharField(
        _("measured by"), max_length=11, choices=DirectionMeasure.choices, default=DirectionMeasure.SECTORS
    )
    source_url = models.URLField(_("address of the source"), max_length=500)
    announced_on = models.DateField(_("announced on"))

    objects = NaturalKeyManager()

    class Meta:
        verbose_name = _("direction")
        verbose_name_plural = _("directions")
        ordering = ["order", "code"]

    @property
    def link(self) -> str:
        return web_address(self.source_url)

    def natural_key(self) -> tuple[str, ...]:
        return (self.code,)


class Sector(Checked, Named):
    """A sector of electronic information manufacturing, such as energy electronics."""

    natural_key_fields = fixed_fields = ("code",)

    code = models.CharField(_("code"), max_length=50, unique=True, validators=[slug_code])
    order = models.PositiveSmallIntegerField(_("order"), default=0, help_text=_("Small numbers come first."))
    direction = models.ForeignKey(
        Direction, models.PROTECT, related_name="sectors", null=True, blank=True, verbose_name=_("direction")
    )

    objects = NaturalKeyManager()

    class Meta:
        verbose_name = _("sector")
        verbose_name_plural = _("sectors")
        ordering = ["order", "code"]

    def clean(self) -> None:
        if self.direction is not None and self.direction.measured_by != DirectionMeasure.SECTORS:
            raise ValidationError({"direction": _("This direction is no group of sectors.")})

    def natural_key(self) -> tuple[str, ...]:
        return (self.code,)

    natural_key.dependencies = ["sectors.direction"]  # type: ignore[attr-defined]


class ChainLink(Checked, Named):
    """A link of a sector's industry chain (环节), such as cathode materials; links of a sector are in chain order.

    `rules` are what the apps above ask of a link: they add functions that raise `ValidationError`.
    """

    natural_key_fields = fixed_fields = ("code",)
    rules: ClassVar[list[Callable[[ChainLink], None]]] = []

    sector = models.ForeignKey(Sector, verbose_name=_("sector"), on_delete=models.PROTECT, related_name="chain_links")
    code = models.CharField(_("code"), max_length=50, unique=True, validators=[slug_code])
    order = models.PositiveSmallIntegerField(_("order"), default=0, help_text=_("Small numbers come first."))

    objects = NaturalKeyManager()

    class Meta:
        verbose_name = _("chain link")
        verbose_name_plural = _("chain links")
        ordering = ["sector__order", "order", "code"]

    def clean(self) -> None:
        for rule in self.rules:
            rule(self)

    def natural_key(self) -> tuple[str, ...]:
        return (self.code,)

    natural_key.dependencies = ["sectors.sector"]  # type: ignore[attr-defined]
