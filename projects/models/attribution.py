"""Attribution: what a figure rests on. Whoever changes one by hand names its source, or says who reported it.

By hand is what people do on pages, in the administration and by the API. What a command loads says where it comes from by
its basis, its source and the file that the revision names; what is put back as it was (`revisions.as_recorded`) rests on
what it rested on.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache
from types import SimpleNamespace
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.query_utils import DeferredAttribute
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from projects.choices import Basis
from projects.history.revisions import by_hand, puts_back, stated_reason
from projects.periods import PartialDateProperty
from projects.text import LONGEST_LINE

from .base import OF_REPORTER, Record

OF_FILE = _("file “%(name)s”, import %(number)s")


@cache
def _get_file_pattern() -> re.Pattern[str]:
    """Return the pattern of the words as they are stored, in the site's own language, which everybody reads."""
    with override(settings.LANGUAGE_CODE):
        plain = re.escape(OF_FILE % {"name": "NAME", "number": "NUMBER"})
    return re.compile(plain.replace("NAME", "(?P<name>.*)").replace("NUMBER", "(?P<number>[0-9]+)"), re.DOTALL)


def is_of_the_register(reporter: str) -> bool:
    """Return whether the register wrote a reporter by itself, and no person did."""
    return _get_file_pattern().fullmatch(reporter) is not None


def in_words(reporter: str) -> str:
    """Return a reporter in the reader's language; what a person typed stays as it is."""
    found = _get_file_pattern().fullmatch(reporter)
    return OF_FILE % found.groupdict() if found else reporter


NEEDS_ORIGIN = _("Say where this figure comes from: name its source, or say who reported it.")
BLANK_NEEDS_REASON = _("Say why this figure is taken away.")
ONE_ORIGIN = _("Name a source or say who reported it, not both.")
REPORTED_BY_WHOM = _("“%(figure)s”: say who reported it, or name the source that publishes it.")
CLAIM_NEEDS_REASON = _("A published claim is adopted for this figure: say why it is not to be relied on any more.")
NO_FIGURE = _("There is no figure that this could be the origin of.")
REPORTED_IN_WORDS = _("Who reported it, in words, where there is no published source.")

_DATES = {"start": PartialDateProperty("start"), "finish": PartialDateProperty("finish", bound="last")}
_TYPED = {"start": "started", "finish": "finished"}  # the attribute that takes a date as exactly as it is known


def reporter_of(figure: str) -> str:
    """Return the name of the field that says who reported a figure."""
    return f"{figure}{OF_REPORTER}"


def figure_of(holder: Any, figure: str) -> int | str | None:
    """Return a figure of a record or of a row of its history, as `Claim.value` has it: whole CNY, or a date as text."""
    if figure not in _DATES:
        return getattr(holder, figure)
    date = _DATES[figure].__get__(holder)
    return str(date) if date else None


class _Given(DeferredAttribute):
    """Remembers that a reporter was named in this change: the same words may be said of a new figure."""

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = value
        instance.__dict__.setdefault("_given", set()).add(self.field.attname)


class ReporterField(models.CharField):
    """Who reported a figure, in words."""

    descriptor_class = _Given

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **({"max_length": LONGEST_LINE, "blank": True, "default": ""} | kwargs))


def reporter_has_a_figure(figure: str, *, of: str) -> models.CheckConstraint:
    """Return the constraint that a blank figure has no reporter."""
    return models.CheckConstraint(
        name=f"{of}_{figure}_reporter_has_a_figure",
        condition=Q(**{f"{figure}__isnull": False}) | Q(**{reporter_of(figure): ""}),
        violation_error_message=NO_FIGURE,
    )


class Attributed(Record):
    """A record whose `attributed` figures each rest on a source, a reporter, or the basis of the record."""

    attributed: ClassVar[tuple[str, ...]] = ()
    # figures, and the basis, whose new value is not stored but proposed: that says from where
    only_proposed: frozenset[str] = frozenset()

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any], **kwargs: Any) -> Any:
        instance = super().from_db(db, field_names, values, **kwargs)
        instance.__dict__.pop("_given", None)
        return instance

    def refresh_from_db(self, using: str | None = None, fields: Collection[str] | None = None, **kwargs: Any) -> None:
        super().refresh_from_db(using=using, fields=fields, **kwargs)
        self._forget_origins()

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        """Django sets each field to what its own check returns: that is nobody's word."""
        given = set(self.__dict__.get("_given", ()))
        try:
            super().clean_fields(exclude=exclude)
        finally:
            self.__dict__["_given"] = given

    def when_written(self) -> None:
        super().when_written()
        self._tie_to_named()
        self._forget_origins()

    def name_source(self, figure: str, source: Any) -> None:
        """Say that a figure, as it is set now, is what this source says. Takes effect when the record is saved."""
        self._named_origins[figure] = source

    def figure(self, name: str) -> int | str | None:
        """Return the present value of a figure, as `Claim.value` has it."""
        return figure_of(self, name)

    def source_of(self, name: str) -> Any:
        """Return the source that one figure of several rests on, as it is stored; None where none is named for it alone."""
        return None

    def set_figure(self, name: str, value: int | str | None) -> None:
        setattr(self, _TYPED.get(name, name), value)

    def changed_figures(self) -> list[str]:
        """Return the figures whose value differs from the stored one; for a new record those that have one."""
        if self._stored is None and not self._state.adding:
            return []  # only a part of the row was read, so nothing can be said
        stored = SimpleNamespace(
            **(self._stored or dict.fromkeys(field.attname for field in self._meta.concrete_fields))
        )
        return [name for name in self.attributed if self.figure(name) != figure_of(stored, name)]

    def origin_errors(self) -> dict[str, Any]:
        """Return what is wrong with the origins of figures, by field. Blanks the reporter of a figure that is blank."""
        changed, errors = self.changed_figures(), {}
        for name in self.attributed:
            if name in self.only_proposed:
                continue
            reporter = reporter_of(name)
            given = self._given_reporter(name)
            if given and name in self._named_origins:
                errors[reporter] = ONE_ORIGIN
            elif (given or name in self._named_origins) and self.figure(name) is None:
                errors[reporter if given else name] = NO_FIGURE
            elif name in changed or name in self._named_origins:
                setattr(self, reporter, given)
                if name in changed and by_hand() and (error := self._get_origin_error(name, given)):
                    errors[name] = error
            elif by_hand() and not getattr(self, reporter) and (self._stored or {}).get(reporter):
                errors[name] = ValidationError(NEEDS_ORIGIN, code="needs_source")
        return self._unreported_errors() | errors

    def becomes_reported(self) -> bool:
        """Return whether a record of another basis becomes reported, and is not put back as it was."""
        before = (self._stored or {}).get("basis", Basis.REPORTED)
        is_new_word = self.basis == Basis.REPORTED != before and "basis" not in self.only_proposed
        return is_new_word and not puts_back()

    def unattributed_figures(self) -> list[str]:
        """Return the known figures of which neither a reporter nor a published source is named."""
        return [
            name
            for name in self.attributed
            if self.figure(name) is not None
            and not getattr(self, reporter_of(name))
            and name not in self._named_origins
            and not self._is_published(name)
        ]

    def _unreported_errors(self) -> dict[str, Any]:
        """For each figure of a record that becomes reported, whatever the door: that somebody has to be named."""
        if not self.becomes_reported():
            return {}
        return {
            name: ValidationError(REPORTED_BY_WHOM, "needs_source", {"figure": self._meta.get_field(name).verbose_name})
            for name in self.unattributed_figures()
        }

    def _is_published(self, name: str) -> bool:
        """Return whether a published source states a figure as it is."""
        raise NotImplementedError

    @property
    def _named_origins(self) -> dict[str, Any]:
        """Return the origins named in this change, by figure."""
        return self.__dict__.setdefault("_origins", {})

    def _get_origin_error(self, name: str, given: str) -> Any:
        """Return the error of a figure changed by hand whose reason or origin is missing; None if neither is."""
        if self.figure(name) is None:
            return None if stated_reason() else ValidationError(BLANK_NEEDS_REASON, code="missing")
        has_origin = given or name in self._named_origins or self.has_new_source()
        return None if has_origin else ValidationError(NEEDS_ORIGIN, code="needs_source")

    def has_new_source(self) -> bool:
        """Return whether this change names the record's publication."""
        before = (self._stored or {}).get("source_id")
        return bool(self.basis == Basis.PUBLISHED and self.source_id and self.source_id != before)

    def _given_reporter(self, name: str) -> str:
        reporter = reporter_of(name)
        return (getattr(self, reporter) or "").strip() if reporter in self.__dict__.get("_given", ()) else ""

    def _tie_to_named(self) -> None:
        """Store that figures rest on what was named for them."""

    def _forget_origins(self) -> None:
        self.__dict__.pop("_given", None)
        self.__dict__.pop("_origins", None)


class Claimed(Attributed):
    """A record whose figures published claims speak of: a figure with an adopted claim is what that claim says."""

    class Meta:
        abstract = True

    def _is_published(self, name: str) -> bool:
        adopted = self.claims.filter(figure=name, adopted=True) if self.pk else []
        return any(claim.value == self.figure(name) for claim in adopted)

    def origin_errors(self) -> dict[str, Any]:
        """Also: to let go of an adopted claim of a figure that stays as it is, for a reporter, is an act with a reason."""
        errors, changed = super().origin_errors(), self.changed_figures()
        replaced = [name for name in self.attributed if self._given_reporter(name) and name not in changed]
        if replaced and by_hand() and self.pk and not stated_reason():
            errors |= {reporter_of(claim.figure): CLAIM_NEEDS_REASON for claim in self._adopted_claims(replaced)}
        return errors

    def source_of(self, name: str) -> Any:
        return next((claim.source for claim in self._adopted_claims([name])), None) if self.pk else None

    def follow(self, claim: Any, *, because: str) -> None:
        """Take a figure from a claim, which is adopted when the record is saved; `because` is told to readers."""
        self.set_figure(claim.figure, claim.value)
        claim.adopted_because = because
        self._named_origins[claim.figure] = claim

    def _before_write(self) -> None:
        """Let go of adopted claims that say otherwise than the figures will, or that a reporter takes the place of."""
        super()._before_write()
        if self._state.adding:
            return
        changed = self.changed_fields()
        reported = [
            name for name in self.attributed if reporter_of(name) in changed and getattr(self, reporter_of(name))
        ]
        figures = {*self.changed_figures(), *reported}
        if not figures:
            return
        for claim in self._adopted_claims(figures):
            if claim.figure in reported or claim.value != self.figure(claim.figure):
                claim.let_go()

    def _adopted_claims(self, figures: Collection[str]) -> list[Any]:
        return list(self.claims.filter(figure__in=figures, adopted=True))

    def _tie_to_named(self) -> None:
        for figure, origin in self._named_origins.items():
            model = self.claims.model
            claim = origin if isinstance(origin, model) else self._claim_of(figure, origin)
            for other in self.claims.filter(figure=figure, adopted=True).exclude(pk=claim.pk):
                other.let_go()
            claim.adopted = True
            claim.save()

    def _claim_of(self, figure: str, source: Any) -> Any:
        """Return the claim of a source that says what the figure is, a new one if there is none."""
        value = self.figure(figure)
        said = {"amount": value} if isinstance(value, int) else {"stated": value}
        found = self.claims.filter(figure=figure, source=source, **said).order_by("scope_zh", "scope_en", "pk")
        return found.first() or self.claims.model(project=self, figure=figure, source=source, **said)
