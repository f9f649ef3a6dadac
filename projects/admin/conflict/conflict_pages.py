"""Conflict pages of the second saver of a form: what to choose from, or that the record is gone; and what is sent on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.admin.utils import unquote
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.history.digests import digest_of
from projects.history.merging import Choices, get_revisions_since, version_of
from projects.history.revisions import create_revision
from projects.text import LONGEST_REASON, is_key
from sectors.texts import check_direction

from .deleted_record import gone_page
from .effects import say_effects
from .form_data import carried
from .origins import words_of
from .record import RecordMerge, parts_of

CHANGED_MEANWHILE = gettext_lazy(
    "Somebody changed this record after you opened it. What you typed is kept below and was not saved. Look at it again,"
    " then save again to put yours in its place."
)
MEND_FIRST = gettext_lazy(
    "Somebody changed this record after you opened it. Correct what is marked first; then you choose between their "
    "values and yours. Nothing is lost."
)
UNKNOWN_VERSION = gettext_lazy(
    "This form did not say which version of the record it was opened with. What you typed is kept below and was not saved."
)
NOT_EDITED = ("last_login",)  # columns that the system writes
MOST_NAMED = 5  # of those who saved meanwhile
Shown = Callable[[], HttpResponse]


class ConflictPages:
    """Mixed into an admin: every form of a record carries the version that it was opened with."""

    def version_of_key(self, key: str) -> int:
        """The version of a record by its key. Ask before the record is read, so that it is never newer than that."""
        return version_of(self.model(pk=self.opts.pk.to_python(key)), parts_of(self.model, self.inlines))

    def opened_text(self, request: HttpRequest, record: Model) -> str:
        """What a form carries: the revision; for records without history also a digest of what they hold."""
        if hasattr(self.model, "history"):
            return str(request.opened)
        return f"{request.opened}-{digest_of(record, without=NOT_EDITED)}"

    def against_conflicts(self, request: HttpRequest, object_id: str | None, view: Shown) -> HttpResponse:
        """Show the form, or save it if it was opened with the version that is stored. Posts come under the lock."""
        if object_id is None:
            return view()
        key = unquote(object_id)
        request.opened = self.version_of_key(key) if self._is_key(key) else 0
        if request.method != "POST":
            return view()
        try:
            record = self.get_object(request, key)
        except Http404:
            found = gone_page(self, request, key, opened=_number(request))
            if found is None:
                raise
            return found
        if request.POST.get("_opened") == self.opened_text(request, record):
            return self._saved(request, view)
        opened = _number(request)
        if not hasattr(self.model, "history"):
            return self._opened_again(request, view, CHANGED_MEANWHILE)
        if not self.has_change_permission(request, record):
            return gone_page(self, request, key, opened=opened, record=record) or view()
        merge = RecordMerge(self, request, record, opened=opened) if 0 < opened < request.opened else None
        if merge is None or not merge.known:
            return self._opened_again(request, view, UNKNOWN_VERSION)
        return self._merged(request, record, merge, view)

    def _merged(self, request: HttpRequest, record: Model, merge: RecordMerge, view: Shown) -> HttpResponse:
        """Save what was chosen, if it was chosen from what is stored now; else let it be chosen."""
        opened, now, sent = _number(request), request.opened, request.POST
        chosen = sent.get("_seen") == str(now)
        merge.choose(Choices.from_data(sent), newest=chosen)
        errors = self._lacking(request, merge) if chosen else []
        if (chosen and not errors) or not merge.by_me:
            request.POST = merge.merged()
            request.POST["_opened"] = self.opened_text(request, record)  # made of what is stored now
            return self._saved(request, view)
        if "_seen" not in sent:
            request.POST = merge.merged()
            wrong = self._if_wrong(request, view, opened=opened)
            if wrong is not None:
                return wrong
            request.POST, request.opened = sent, now
        return self._conflict(request, record, merge, opened=opened, errors=errors)

    def _saved(self, request: HttpRequest, view: Shown) -> HttpResponse:
        with create_revision(reason=request.POST.get("_merge_reason", "").strip()[:LONGEST_REASON]):
            return view()

    def _opened_again(self, request: HttpRequest, view: Shown, message: Any) -> HttpResponse:
        """The form with what was typed and the version that is stored now: whoever saves again has been told."""
        request.refusal = ValidationError(message)
        return view()

    def _if_wrong(self, request: HttpRequest, view: Shown, *, opened: int) -> HttpResponse | None:
        """The form with its errors, if what was typed has any; it keeps the version that it was opened with."""
        request.refusal, request.opened = ValidationError(MEND_FIRST), opened
        response = view()
        del request.refusal
        return response if _has_errors(response) else None

    def _reason(self, request: HttpRequest) -> str:
        """Why it is changed, as it was said here or, before, in the form."""
        typed = request.POST.get("reason", "") if "reason" in words_of(self.model) else ""
        return request.POST.get("_merge_reason", typed)

    def _lacking(self, request: HttpRequest, merge: RecordMerge) -> list[str]:
        errors = [_("Choose a value: %(field)s") % {"field": _name(line)} for line in merge.open]
        reason = request.POST.get("_merge_reason", "").strip()
        if merge.collisions and not reason:
            errors.append(_("Say why: the reason stands with the change in the history."))
        try:
            check_direction(reason)
        except ValidationError as error:
            errors.extend(error.messages)
        return errors

    def _conflict(
        self, request: HttpRequest, record: Model, merge: RecordMerge, *, opened: int, errors: list[str]
    ) -> HttpResponse:
        say_effects(merge.form, record, user=request.user)
        revisions = get_revisions_since(record, opened, parts_of(self.model, self.inlines))
        return self.own_page(
            request,
            "admin/conflict.html",
            _("Somebody saved while you were editing"),
            status=409,
            object=record,
            kind=capfirst(str(self.opts.verbose_name)),
            opened=opened,
            now=request.opened,
            revisions=revisions[:MOST_NAMED],
            more=len(revisions[MOST_NAMED:]),
            lines=merge.lines,
            collisions=merge.collisions,
            errors=errors,
            reason=self._reason(request),
            carried=carried(request.POST),
            is_popup="_popup" in request.POST,
            discard=request.get_full_path(),
        )


def _number(request: HttpRequest) -> int:
    """The revision that the form says it was opened with; 0 when it says none."""
    text = request.POST.get("_opened", "")
    return int(text) if is_key(text) else 0


def _has_errors(response: HttpResponse) -> bool:
    """Whether a form is wrong beside being refused as a whole; a response that is no form is shown as it is."""
    context = getattr(response, "context_data", None) or {}
    if "adminform" not in context:
        return True
    errors = {name: list(messages) for name, messages in context["adminform"].form.errors.items()}
    if errors.get(NON_FIELD_ERRORS) == [str(MEND_FIRST)]:
        del errors[NON_FIELD_ERRORS]
    formsets = [inline.formset for inline in context["inline_admin_formsets"]]
    return bool(errors) or any(any(each.errors) or each.non_form_errors() for each in formsets)


def _name(line: Any) -> str:
    return f"{line.group} · {line.label}" if line.group else line.label
