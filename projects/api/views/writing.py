"""Create and update: the lock first, then the row, the permission, the change and the permission again."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from projects.api.confirming import taken_out
from projects.api.etags import refuse_stale
from projects.api.parsing import body_of
from projects.api.permissions import permission, require, require_role
from projects.api.serializers.base import BodySerializer
from projects.history.revisions import writing
from projects.plausibility.checks import confirm_doubts

from .bulk import ManyRecordsMixin


class WritableViewSet(ManyRecordsMixin):
    """A list that is added to and whose records are changed field by field; none is replaced as a whole.

    `change_class` says what may be written, `patch_class` if not the same may be changed.

    What is validated cannot change before the commit, because `writing()` takes the writers' lock before the row is
    read. A row that the user may not see is not found; whether it may be written is asked of the row as it was and as
    it would be, so that nothing is moved in or out of a prefecture that is not the user's.
    """

    change_class: type[BodySerializer]
    patch_class: type[BodySerializer] | None = None

    def create(self, request: Request) -> Response:
        data = body_of(request)  # read before the lock is taken: a slow sender holds nobody up
        with writing():
            record = self.add_one(data)
        response = self.answer(self._stored(record), status=201)
        response["Location"] = response.data["url"]
        return response

    def add_one(self, data: Any) -> Model:
        record = self.model()
        data, said = taken_out(data, self.change_class)
        with confirm_doubts(said.rules, said.reason):
            self._apply(data, record)
            require(self.request.user, "add", record, message=_("You may add records only in your own prefecture."))
            record.save()
        return record

    def partial_update(self, request: Request, **_key: str) -> Response:
        self._refuse_readers(request)
        data = body_of(request)
        with writing():
            record = self.get_object()
            self._require_change(record)
            refuse_stale(request, record, shown=lambda: self.answer(record))
            self._change(record, data)
        return self.answer(self._stored(record))

    def change_one(self, record: Model, data: Any) -> Model:
        self._require_change(record)
        self._change(record, data)
        return record

    def _require_change(self, record: Model) -> None:
        require(self.request.user, "change", record, message=_("You may read this record but not change it."))
        self.refuse_fixed(record)

    def _change(self, record: Model, data: Any) -> None:
        told = _("You may not move a record out of your own prefecture.")
        data, said = taken_out(data, self.patch_class or self.change_class)
        with confirm_doubts(said.rules, said.reason):
            self._apply(data, record)
            require(self.request.user, "change", record, message=told)
            record.save()

    def refuse_fixed(self, record: Model) -> None:
        """Raise if the record, as it stands, may be changed by nobody or not by this user."""

    def _refuse_readers(self, request: Request) -> None:
        """404 or 403 for whoever changes nothing at all, without taking the lock."""
        if not request.user.has_perm(permission("change", self.model)):
            self.get_object()
            require_role(request.user, "change", self.model)

    def _apply(self, data: Any, record: Model) -> None:
        context = self.get_serializer_context()
        stored = None if record._state.adding else record
        change_class = self.change_class if stored is None else self.patch_class or self.change_class
        change = change_class(stored, data=data, partial=stored is not None, context=context)
        change.is_valid(raise_exception=True)
        change.apply_to(record)

    def _stored(self, record: Model) -> Any:
        return self.get_queryset().get(pk=record.pk)
