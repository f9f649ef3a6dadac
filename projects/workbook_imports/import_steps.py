"""Steps of an import that people take: sending, mapping, answering, confirming, undoing. What takes long is left to a job.

`prepare_upload` and `prepare_mapping` open and read the file, and return the step that only stores: whoever holds the
writers' lock meanwhile has them called before."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import partial
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, ngettext, override
from django.utils.translation import gettext as _

from projects.access import Access, get_access
from projects.choices import AskedAtCell, Channel, ImportState, WorkbookKind
from projects.history.revisions import BY_HAND, present_actor
from projects.imports.books import open_book
from projects.imports.checking import NEEDS_MONTH, find_import_table
from projects.imports.rows import NEW_PROJECT, Choices
from projects.imports.tables import ColumnMapping, Table, get_column_letters, get_signature
from projects.jobs import enqueue
from projects.jobs.queue import JobKind
from projects.models import Import, ImportedCell, ImportedFile, Programme, RememberedMapping, Source
from projects.models.attribution import OF_FILE, ONE_ORIGIN
from projects.models.job import UNDER_WAY
from projects.models.workbook_import import LIFETIME
from projects.text import LONGEST_LINE, LONGEST_WORDS
from projects.totals.programmes import Programmes
from projects.totals.programmes import is_shown_unchosen as is_programme_shown_unchosen
from projects.workflows.transitions import OvertakenError
from sectors.models import Sector, no_nul
from sectors.texts import check_direction

from .jobs import check_import, confirm_import, open_workbook, refuse_planned_month, undo_import

MOST_TOLD = 5  # places
NOT_ASKED = gettext_lazy("This is not asked, or is none of what is offered: %(places)s.")


def refuse_unasked_answers(imported: Import, choices: Choices) -> None:
    """Raise `ValidationError` at `projects`, `sectors`, `cells` for what is not asked there, or not offered."""
    asked: Mapping[str, dict[str, ImportedCell]] = {each: {} for each in AskedAtCell.values}
    for each in imported.cells.exclude(question=""):
        asked[each.question][each.address if each.question == AskedAtCell.CONFLICT else str(each.row)] = each
    known = set(Sector.objects.filter(code__in=choices.sectors.values()).values_list("code", flat=True))
    errors = {
        "projects": [
            row
            for row, code in choices.projects.items()
            if (cell := asked[AskedAtCell.PROJECT].get(row)) is None or code not in _get_offered(cell)
        ],
        "sectors": [
            row for row, code in choices.sectors.items() if row not in asked[AskedAtCell.SECTOR] or code not in known
        ],
        "cells": [address for address in choices.cells if address not in asked[AskedAtCell.CONFLICT]],
    }
    found = {name: NOT_ASKED % {"places": ", ".join(places[:MOST_TOLD])} for name, places in errors.items() if places}
    if found:
        raise ValidationError({name: [words] for name, words in found.items()})


def _get_offered(cell: ImportedCell) -> Iterable[str]:
    return [*cell.options["projects"], *([NEW_PROJECT] if cell.options["may_be_new"] else [])]


_MAPPED = (ImportState.NEEDS_MAPPING, ImportState.READY)


def prepare_upload(
    user: Any,
    *,
    kind: str,
    programme: Programme,
    month: int | None,
    name: str,
    content: bytes,
    mapping: Any = None,
    sheet: str = "",
) -> Callable[[], Import]:
    """Open a file and return the step that keeps it and has it checked.

    Raises `PermissionDenied`, and `ValidationError` by field (`file`, `month`) for what is no workbook or no longer fits
    the sender's quota; then nothing is stored.
    """
    if not user.has_perm("projects.add_import"):
        raise PermissionDenied(_("Your role does not allow this."))
    if kind == WorkbookKind.REPORTS and month is None:
        raise ValidationError({"month": NEEDS_MONTH})
    refuse_planned_month(kind, programme, month)
    name = PurePath(name.replace("\\", "/")).name[-LONGEST_LINE:]
    try:
        no_nul(name)
        check_direction(name)
        open_book(content, name=name)
    except ValidationError as error:
        raise ValidationError({"file": error.messages}) from error
    door = present_actor().door
    made = Import(
        user_id=user.pk,
        bound_to=list(getattr(user, "bound_to", ())),
        reach=get_access(user).reach,
        door=door if door in BY_HAND else Channel.PAGE,
        language=get_language() or settings.LANGUAGE_CODE,
        kind=kind,
        programme=programme,
        month=month if kind == WorkbookKind.REPORTS else None,
        name=name,
        digest=hashlib.sha256(content).hexdigest(),
        size=len(content),
        sheet=sheet,
        mapping=mapping,
        expires_at=timezone.now() + LIFETIME,
    )
    return partial(_keep, made, content)


def begin(user: Any, **upload: Any) -> Import:
    """Keep a file and have it checked; arguments and errors are those of `prepare_upload`."""
    return prepare_upload(user, **upload)()


class QuotaError(OvertakenError):
    """Too many imports of the sender wait, or too much was sent."""


def _keep(made: Import, content: bytes) -> Import:
    with transaction.atomic():
        _refuse_beyond_quota(made)
        made.save()
        ImportedFile.objects.create(of=made, content=content)
        return _enqueue_job(made, check_import)


def _refuse_beyond_quota(made: Import) -> None:
    """Raise `QuotaError` at `file`. Two uploads of one user are counted one after the other."""
    get_user_model().objects.select_for_update(no_key=True).get(pk=made.user_id)
    own = Import.objects.filter(user=made.user_id)
    waiting = own.filter(job__state__in=UNDER_WAY).count()
    if waiting >= settings.IMPORTS_WAITING:
        words = ngettext(
            "%(count)s of your imports is waiting to be checked or written, and no more may. Send this file once it is "
            "finished.",
            "%(count)s of your imports are waiting to be checked or written, and no more may. Send this file once some are "
            "finished.",
            waiting,
        )
        raise QuotaError({"file": words % {"count": waiting}})
    sent = sum(own.filter(created_at__gt=timezone.now() - LIFETIME).values_list("size", flat=True))
    if sent + made.size > settings.IMPORTS_MB_A_DAY * 2**20:
        words = _(
            "A user may send %(most)s MiB in 24 hours, and with this file you would have sent more. Send it later."
        )
        raise QuotaError({"file": words % {"most": settings.IMPORTS_MB_A_DAY}})


def prepare_mapping(
    imported: Import, *, user: Any, mapping: Any, sheet: str = "", heads: Any = None, remember: bool = True
) -> Callable[[], Import]:
    """Read the table, unless it was read so before, and return the step that says which column is which field, in which
    sheet with its heads in which rows; None: as the heads say, as they seem to be. It is checked anew, and remembered for
    the next table with these heads.

    `mapping` is as `ColumnMapping.as_json` gives it, `heads` as `HeadRows.as_json` does. Raises `PermissionDenied`,
    `OvertakenError`, and `ValidationError` by letters of a column, at `sheet`, at `heads`, or for the whole; the import
    is as it was then.
    """
    _require_own(imported, user)
    if not _filter_state(imported, _MAPPED).exists():
        raise _overtaken_error(imported)  # the file of one that was refused is not kept
    sheet = sheet or imported.sheet
    if imported.reading and (sheet, heads) == (imported.sheet, imported.heads):
        heads, heads_signature = imported.heads, imported.signature
        letters = [each["letters"] for each in imported.reading["columns"]]
    else:
        table = _table(imported, sheet, heads)
        letters, heads_signature = get_column_letters(table), get_signature(table)
    known_again = ""
    if mapping is not None:
        mapping = ColumnMapping.from_json(mapping, kind=imported.kind, letters=letters).as_json()
        known_again = heads_signature
    return partial(_map, imported, mapping, sheet, heads, known_again, remember=remember)


def remap(imported: Import, **said: Any) -> Import:
    """Say which column is which field; arguments and errors are those of `prepare_mapping`."""
    return prepare_mapping(imported, **said)()


def _map(imported: Import, mapping: Any, sheet: str, heads: Any, known_again: str, *, remember: bool) -> Import:
    with transaction.atomic():
        read = {"mapping": mapping, "sheet": sheet, "heads": heads}
        _step(imported, _MAPPED, state=ImportState.CHECKING, choices={}, words="", doubts=[], **read)
        if known_again:
            same = RememberedMapping.objects.filter(user=imported.user_id, kind=imported.kind, signature=known_again)
            same.delete()
            if remember:
                same.create(
                    user_id=imported.user_id, kind=imported.kind, signature=known_again, mapping=mapping, heads=heads
                )
        return _enqueue_job(imported, check_import)


def choose(imported: Import, *, user: Any, choices: Choices, for_all: bool = False) -> Import:
    """Answer what the check asks, beside what was answered before; `for_all`: all conflicts alike. It is checked anew.

    Raises `PermissionDenied`, `OvertakenError`, and `ValidationError` at `projects`, `sectors`, `cells`.
    """
    _require_own(imported, user)
    refuse_unasked_answers(imported, choices)
    with transaction.atomic():
        said = Choices.from_json(imported.choices).merge(choices, for_all=for_all)
        _step(imported, (ImportState.READY,), state=ImportState.CHECKING, choices=said.as_json(), words="", doubts=[])
        return _enqueue_job(imported, check_import)


def confirm(
    imported: Import,
    *,
    user: Any,
    reason: str,
    source: Source | None = None,
    reported_by: str = "",
    confirmed_rules: Collection[str] = (),
) -> Import:
    """Have it written, as it was previewed or not at all. Without `source` and `reported_by` the file is the source.

    Raises `PermissionDenied`, `OvertakenError`, `ValidationError` by field (`reason`, `source`, `reported_by`).
    """
    _require_own(imported, user)
    reason, reported_by = reason.strip(), reported_by.strip()
    _check_words(reason=reason, reported_by=reported_by)
    if source is not None and reported_by:
        raise ValidationError({"reported_by": ONE_ORIGIN})
    rows = imported.counts.get("rows", {})
    if imported.state == ImportState.READY and not (rows["new"] or rows["changed"]):
        raise ValidationError(_("Nothing in the register would change by this."), code="nothing")
    with override(settings.LANGUAGE_CODE):  # it is stored, and read by everybody
        origin = reported_by or OF_FILE % {"name": imported.name[:100], "number": imported.pk}
    with transaction.atomic():
        _step(
            imported,
            (ImportState.READY,),
            state=ImportState.CONFIRMING,
            reason=reason,
            source=source,
            reported_by="" if source else origin,
            confirmed_rules=sorted(confirmed_rules),
            words="",
        )
        return _enqueue_job(imported, confirm_import)


def undo(imported: Import, *, user: Any, reason: str) -> Import:
    """Have all taken back that it has written, in one revision or not at all.

    Raises `PermissionDenied`, `OvertakenError`, `ValidationError` by field (`reason`).
    """
    _require_own(imported, user)
    reason = reason.strip()
    _check_words(reason=reason, reported_by="")
    with transaction.atomic():
        _step(imported, (ImportState.DONE,), state=ImportState.UNDOING, words="")
        return _enqueue_job(imported, undo_import, reason=reason)


def is_shown_unchosen(imported: Import, access: Access, programmes: Callable[[], Programmes]) -> bool:
    """Whether everybody sees first the list that was written, though nobody chose it: told to the province, which can.

    `programmes` are asked for then only.
    """
    if imported.state != ImportState.DONE or not access.is_of_the_province:
        return False
    return is_programme_shown_unchosen(imported.programme, programmes())


def _require_own(imported: Import, user: Any) -> None:
    if imported.user_id != user.pk or not user.has_perm("projects.add_import"):
        raise PermissionDenied(_("Only the person who sent an import can go on with it."))


def _check_words(*, reason: str, reported_by: str) -> None:
    if not reason:
        raise ValidationError({"reason": _("Say why.")})
    for name, text, longest in (("reason", reason, LONGEST_WORDS), ("reported_by", reported_by, LONGEST_LINE)):
        try:
            no_nul(text)
            check_direction(text)
            if len(text) > longest:
                raise ValidationError(_("That is a text of at most %(count)s characters.") % {"count": longest})
        except ValidationError as error:
            raise ValidationError({name: error.messages}) from error


def _table(imported: Import, sheet: str, heads: Any) -> Table:
    try:
        return find_import_table(imported, open_workbook(imported), sheet=sheet, heads=heads)
    except ImportedFile.DoesNotExist:
        raise _overtaken_error(imported) from None  # it was refused a moment ago
    except ValidationError as error:
        raise ValidationError({"heads" if error.code == "heads" else "sheet": error.messages}) from error


def _step(imported: Import, starts: Collection[str], **values: Any) -> None:
    """Take it one step further, if it is where the step starts and not too late. Of two who try one is told."""
    if not _filter_state(imported, starts).update(**values):
        raise _overtaken_error(imported)


def _filter_state(imported: Import, starts: Collection[str]) -> QuerySet[Import]:
    """It, if it is in one of these states and not too late."""
    found = Import.objects.filter(pk=imported.pk, state__in=starts)
    return (
        found
        if ImportState.DONE in starts
        else found.filter(expires_at__gt=timezone.now(), kind__in=WorkbookKind.values)
    )


def _overtaken_error(imported: Import) -> OvertakenError:
    imported.refresh_from_db()
    if imported.is_expired:
        return OvertakenError(_("This import has expired: a preview is kept for a day. Send the file again."))
    return OvertakenError(_("This import is in the state “%(state)s”.") % {"state": imported.get_state_display()})


def _enqueue_job(imported: Import, kind: JobKind, **arguments: Any) -> Import:
    """With the job that follows the step."""
    job = enqueue(kind, arguments={"import": imported.pk, **arguments}, user=imported.user)
    Import.objects.filter(pk=imported.pk).update(job=job)
    imported.refresh_from_db()
    return imported
