"""Revision: a row for each transaction that wrote, whose number caches, feeds, undo and auditors share.

It has two clocks: when it was recorded, and where that was said the day on which its facts became known.

Its seal is made of a digest of each of its rows, so that an auditor learns which one is wrong. Values that say nothing
(NULL, empty text, false, an empty list) are left out. So a column that a later version adds, empty in all old rows, leaves
the old digests as they are; and clearing a value is still noticed, because it was there before.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from simple_history import register
from simple_history.models import HistoricalRecords

from projects.choices import Channel
from projects.database.guards import ALTERABLE
from projects.history.clocks import day_of_knowledge
from projects.history.revisions import NEVER, Draft, history_comes_later
from sectors.models import ChainLink, Direction, Sector, in_language

Rows = dict[str, dict[str, str]]  # label of the model -> key of the row -> its digest
_DIGITS = 32  # of a row's digest, hexadecimal
_PIECE = 2000  # rows that are read at once


def row_digest(values: Mapping[str, Any]) -> str:
    """SHA-256 over the columns of one row by name, as canonical JSON; the first 128 bits."""
    told = {
        name: value.isoformat() if hasattr(value, "isoformat") else value
        for name, value in values.items()
        if name not in ALTERABLE and value is not None and value is not False and value not in ("", [], {})
    }
    return hashlib.sha256(_json(told).encode()).hexdigest()[:_DIGITS]


def rows_of(number: int, touched: Iterable[type[models.Model]]) -> Rows:
    """Return the digests of the rows of one revision, by label of the model and key, in the order of both."""
    found: Rows = {}
    for model in sorted(touched, key=lambda model: model._meta.label):
        key = model._meta.pk.attname
        rows = model._default_manager.filter(revision_id=number).order_by("pk").values()
        if digests := {str(row[key]): row_digest(row) for row in rows.iterator(chunk_size=_PIECE)}:
            found[model._meta.label] = digests
    return found


def sealed_models() -> Iterator[type[models.Model]]:
    """Yield every model whose rows belong to a revision and are written once: history, events of reports."""
    for model in apps.get_models():
        field = next((field for field in model._meta.concrete_fields if field.name == "revision"), None)
        if field is not None and field.related_model and field.related_model._meta.label == "projects.Revision":
            if field.one_to_one:  # the seal itself
                continue
            yield model


def _json(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


_OF_LOADS = ("loaddata ", "load_register ")  # what the commands write, with the names of files
UNDOES = _("Undoes revision %(number)s: %(reason)s")
_OF_PROPOSAL = re.compile(r"proposal (?P<number>\d+): (?P<reason>.*)", re.ASCII | re.DOTALL)


def reason_of_proposal(number: int, reason: str) -> str:
    """Return what is stored of a revision that a proposal led to: the same in every language, for machines and digests."""
    return f"proposal {number}: {reason}"


class RevisionManager(models.Manager["Revision"]):
    def newest_number(self) -> int:
        """Return the number of the newest revision, 0 before the first: the data revision that caches ask for."""
        return self.order_by("-number").values_list("number", flat=True).first() or 0

    def seal(self, draft: Draft) -> Revision | None:
        """Store the revision with the digest of its history rows; None when they were all rolled back."""
        rows = rows_of(draft.number, draft.touched)
        if not rows:
            return None
        previous = self.order_by("-number").values_list("digest", flat=True).first() or ""
        user = draft.actor.user
        revision = Revision(
            number=draft.number,
            created_at=draft.created_at,
            known_on=draft.known_on,
            user=user,
            username=user.get_username() if user else "",
            door=draft.actor.door,
            request_id=draft.actor.request_id,
            reason=draft.reason,
            undoes_id=draft.undoes,
            previous_digest=previous,
        )
        revision.digest = revision.digest_of(rows)
        revision.save(force_insert=True)
        sealed = Cast(models.Value(_json(rows), output_field=models.TextField()), models.JSONField())
        Seal(revision=revision, rows=sealed).save(force_insert=True)
        return revision


class Revision(models.Model):
    """Who changed the register, when, by which door and why; chained to the revision before by its digest."""

    number = models.BigIntegerField(_("revision number"), primary_key=True)
    created_at = models.DateTimeField(_("time"), unique=True)
    known_on = models.DateField(
        _("known on"),
        null=True,
        blank=True,
        help_text=_("The day on which its facts became known, of a register that was moved in. Blank: when recorded."),
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("user"), null=True, on_delete=models.PROTECT, related_name="revisions"
    )
    username = models.CharField(_("user name at the time"), max_length=150, blank=True)
    door = models.CharField(_("door"), max_length=10, choices=Channel.choices)
    request_id = models.CharField(_("request id"), max_length=200, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    undoes = models.ForeignKey(
        "self", verbose_name=_("undoes revision"), null=True, on_delete=models.PROTECT, related_name="undone_by"
    )
    previous_digest = models.CharField(_("digest of the revision before"), max_length=64, blank=True)
    digest = models.CharField(_("digest"), max_length=64)

    objects = RevisionManager()

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ["-number"]
        indexes = [models.Index(fields=["known_on", "number"], name="revision_by_day_of_knowledge")]

    def __str__(self) -> str:
        return str(self.number)

    @property
    def day(self) -> dt.date:
        """The day on which its facts became known: the one that was said, or on which they were recorded."""
        return day_of_knowledge(self.created_at, self.known_on)

    @property
    def author_name(self) -> str:
        """The person's name; of an account that is gone the user name it had, of a command none."""
        return self.user.display_name if self.user else self.username

    @property
    def reason_in_words(self) -> str:
        """Why, as a reader is told: what the register itself put into the stored reason is in the reader's language."""
        if self.door == Channel.COMMAND and self.reason.startswith(_OF_LOADS):
            return str(_("The register was filled from its data files."))
        if self.undoes_id:
            return self._undone_in_words()
        found = _OF_PROPOSAL.match(self.reason)
        if found is None:
            return self.reason
        number = _("Proposal %(number)s") % {"number": found["number"]}
        return in_language(f"{number}：{found['reason']}", f"{number}: {found['reason']}")

    def _undone_in_words(self) -> str:
        with override(settings.LANGUAGE_CODE):
            before = UNDOES % {"number": self.undoes_id, "reason": ""}
        if not self.reason.startswith(before):
            return self.reason
        return UNDOES % {"number": self.undoes_id, "reason": self.reason.removeprefix(before)}

    def digest_of(self, rows: Rows) -> str:
        """Return what its digest must be if these are its rows: SHA-256 over them, its own facts and the digest before."""
        facts: dict[str, Any] = {
            "number": self.number,
            "created_at": self.created_at.isoformat(),
            "user": self.user_id,
            "username": self.username,
            "door": self.door,
            "request_id": self.request_id,
            "reason": self.reason,
            "undoes": self.undoes_id,
            "previous": self.previous_digest,
            "rows": rows,
        }
        if self.known_on:  # left out where nothing was said, as in chains of before there was the column
            facts["known_on"] = self.known_on.isoformat()
        return hashlib.sha256(_json(facts).encode()).hexdigest()


class Seal(models.Model):
    """The rows that a revision wrote, each with its digest: tells an auditor which of them is not what it was."""

    revision = models.OneToOneField(
        Revision, verbose_name=_("revision"), primary_key=True, on_delete=models.PROTECT, related_name="seal"
    )
    rows = models.JSONField(_("digests of its rows"))

    class Meta:
        verbose_name = _("seal")
        verbose_name_plural = _("seals")
        ordering = ["-revision"]

    def __str__(self) -> str:
        return str(self.revision_id)


class RevisionedRow(models.Model):
    """What every history row has besides simple-history's own columns.

    It held from its revision until the one that `superseded_by` names, `NEVER` for the newest of its record: then the
    rows of a past state are those of one comparison. That column follows from the other rows, so no digest covers it.
    """

    revision = models.ForeignKey(Revision, verbose_name=_("revision"), on_delete=models.PROTECT, related_name="+")
    superseded_by = models.BigIntegerField(_("superseded by revision"), default=NEVER, editable=False)

    class Meta:
        abstract = True


class History(HistoricalRecords):
    """simple-history with our defaults: big keys, and each row tied to its revision.

    `found_by` is the column by which rows of a past state are looked up most, the record's own key if none is named.
    """

    def __init__(self, *, found_by: str = "", **kwargs: Any) -> None:
        self.found_by = found_by
        key = models.BigAutoField(primary_key=True)
        super().__init__(**{"bases": [RevisionedRow], "history_id_field": key} | kwargs)

    def create_historical_record(self, instance: models.Model, history_type: str, using: str | None = None) -> None:
        """A row for what was saved or deleted just now; of a load its end writes them."""
        if not history_comes_later():
            super().create_historical_record(instance, history_type, using=using)

    def get_meta_options(self, model: type[models.Model]) -> dict[str, Any]:
        found_by = self.found_by or model._meta.pk.name
        return super().get_meta_options(model) | {
            "indexes": [models.Index(fields=(found_by, "superseded_by", "revision"))]
        }


# the reference data of `sectors` has its history here, because that app imports no other
for _model in (Sector, ChainLink, Direction):
    register(_model, app="projects", records_class=History)
