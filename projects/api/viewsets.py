"""Base views: refuse unknown parameters, respond privately, list, show, add and change records, and take their steps."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import ExitStack
from datetime import date
from typing import Any

import django_filters as df
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.functional import SimpleLazyObject
from django.utils.http import parse_etags
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_filters.fields import IsoDateTimeField
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import MethodNotAllowed, PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from projects.access import visible
from projects.etags import add_etag, get_version, set_etag
from projects.history import as_of
from projects.history.digests import digest_of
from projects.history.revisions import create_revision, with_updated_at
from projects.plausibility.checks import confirm_doubts
from projects.text import refuse_garbled
from projects.totals.filter_types import keep_named_filters
from projects.workflows.transitions import Transition

from .bulk import Faults, ManyChange, get_key_serializer, require_as_read, require_object
from .exceptions import KEY, Conflict, KeyNotTaken, Stale, VersionMissing
from .expansions import expand_records, get_expand_parameters
from .files import FILE_FORMAT, FORMAT, build_file_response, get_file_format
from .filters import get_filter_errors, get_filter_parameters
from .idempotency import make_idempotent
from .pagination import LIST_PARAMETERS as PAGING
from .pagination import get_pinned_state
from .parameters import (
    AS_OF,
    EVERYWHERE,
    FIELDS,
    LANG,
    READING,
    UPDATED_MIN,
    Parameter,
    check,
    get_deprecation_headers,
    get_fields_parameter,
    join_repeated,
)
from .parsers import read_body
from .permissions import permission, refusal, require, require_role
from .serializers import BodySerializer

_EXAMPLES_OF_KEYS = {"id": "1", "code": "hn-ei-2023-01", "adcode": "430100", "year": "2023", "kind": "floor"}


class RegisterView(APIView):
    """Base view: refuses unknown parameters, checks the method before the user, forbids shared caches."""

    http_method_names = ["get", "head", "options", "post", "patch", "delete"]
    has_etag = True  # unless a response changes without a change of the state numbers: then nobody may store it

    deprecated_since: date | None = None  # of the address, or of a parameter of this request

    parameters: Sequence[Parameter] = EVERYWHERE

    def known_parameters(self) -> Sequence[Parameter]:
        """Return the query parameters of the current action."""
        return self.parameters

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with ExitStack() as self.past:
            return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if request.method not in self.allowed_methods:
            raise MethodNotAllowed(request.method or "")
        if KEY in request.headers and request.method in ("PATCH", "DELETE"):
            raise KeyNotTaken
        super().initial(request, *args, **kwargs)
        refuse_garbled(request)
        known = {parameter.name: parameter for parameter in self.known_parameters()}
        check(request.query_params, known)
        dates = [parameter.deprecated_since for name, parameter in known.items() if name in request.query_params]
        self.deprecated_since = min(filter(None, dates), default=self.deprecated_since)
        request._request.GET = join_repeated(request.query_params, known)
        if self.has_etag and request.method in ("GET", "HEAD"):
            not_modified = set_etag(request._request)
            if not_modified is not None:
                self.get = self.head = lambda *args, **kwargs: not_modified
                return
        self.past.enter_context(as_of.override_as_of(as_of.as_of_from_request(request)))
        if request.method == "POST":
            self.post = make_idempotent(self.post, self.prepare)  # type: ignore[attr-defined]  the action that this method was bound to

    def options(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return Response(status=204)  # the header Allow is the answer

    def prepare(self, request: Request) -> None:
        """Do before the writers' lock is taken what a POST needs that is slow, such as reading a workbook."""

    def finalize_response(self, request: Request, response: HttpResponse, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().finalize_response(request, response, *args, **kwargs)
        patch_vary_headers(response, ["Accept", "Accept-Language", "Authorization", "Cookie"])
        patch_cache_control(response, private=True, no_cache=True)
        if not self.has_etag and request.method in ("GET", "HEAD"):
            patch_cache_control(response, no_store=True)
        add_etag(request._request, response)
        told = get_deprecation_headers(self.deprecated_since) if self.deprecated_since else {}
        for name, value in (told | _get_clock_headers()).items():
            response.headers.setdefault(name, value)
        return response


def _get_clock_headers() -> dict[str, str]:
    """Return the headers of a response from a past state: the clock it was asked by, and both dates."""
    state = as_of.get_as_of()
    if state is None:
        return {}
    headers = {"X-Clock": str(state.clock), "X-Data-Revision": str(state.revision)}
    if state.known_on and state.recorded_at:
        headers |= {"X-Known-On": state.known_on.isoformat(), "X-Recorded-At": state.recorded_at.isoformat()}
    return headers


class RecordViewSet(RegisterView, GenericViewSet):
    """List the rows that the user may see, filtered, and show each by its key.

    Subclasses name `model`, `serializer_class`, `filterset_class`, and as `lookup_field` the key's column if it is not
    the id.
    """

    model: type[Model]
    filterset_class: type[df.FilterSet]
    descriptions: Mapping[str, Any] = {}  # by action
    list_parameters: Sequence[Parameter] = ()  # besides those of the filters
    record_parameters: Sequence[Parameter] = ()
    related: Sequence[str] = ()
    lookup_field = "pk"
    lookup_value_regex = "[0-9]{1,18}"

    def list(self, request: Request) -> HttpResponseBase:
        if wanted := get_file_format(request, self.action):
            rows, described = self.get_filtered_queryset(), {"serializer": self.get_serializer(), "name": self.basename}
            return build_file_response(rows, self.serialize, request=request, wanted=wanted, **described)
        if state := get_pinned_state(request):
            self.past.enter_context(as_of.override_as_of(state))
        page = self.paginate_queryset(self.get_filtered_queryset()) or []
        return self.get_paginated_response(self.serialize(page))

    def file(self, request: Request) -> HttpResponseBase:
        return self.list(request)

    def serialize(self, records: Sequence[Any]) -> Sequence[dict[str, Any]]:
        """Return the members of each record, as the list has them."""
        records = self.prepare_records(records)
        members = self.get_serializer(records, many=True).data
        return expand_records(members, records, basename=self.basename, request=self.request)

    def get_full_records(self, keys: Collection[Any]) -> dict[Any, dict[str, Any]]:
        """Return the members of the visible records of these keys, by primary key."""
        records = list(self.get_queryset().filter(pk__in=keys))
        return {record.pk: members for record, members in zip(records, self.serialize(records), strict=True)}

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        # who names a form of file in the address need not name it in Accept too
        return super().perform_content_negotiation(request, force=force or bool(get_file_format(request, self.action)))

    def retrieve(self, request: Request, **_key: str) -> HttpResponseBase:
        return self.build_record_response(self.get_object())

    def known_parameters(self) -> Sequence[Parameter]:
        if self.action in ("list", "file"):
            keys, filters = self.key_parameter(), get_filter_parameters(self.filterset_class, self.model)
            own = (keys, *(each for each in filters if each.name != keys.name), UPDATED_MIN, *self.list_parameters)
            forms = (FILE_FORMAT,) if self.action == "file" else (*PAGING, FORMAT)
            return (*own, *self.member_parameters(), AS_OF, LANG, *forms)
        if self.action == "retrieve":
            return (*self.record_parameters, *self.member_parameters(), *READING)
        return EVERYWHERE

    def key_parameter(self) -> Parameter:
        """Return the parameter by which some records of the list are named."""
        name = "id" if self.lookup_field == "pk" else self.lookup_field
        schema = {"type": "string", "pattern": f"^{self.lookup_value_regex}$", "examples": [_EXAMPLES_OF_KEYS[name]]}
        text = _("Only these records, with commas between; one that there is not is refused.")
        return Parameter(name, text, schema, separated=True)

    def member_parameters(self) -> Sequence[Parameter]:
        """Return the parameters that narrow or expand a record: `fields` and `expand`."""
        fields = get_fields_parameter(self.serializer_class._declared_fields, described=self.action == "file")
        return (fields, *get_expand_parameters(self.basename))

    def get_queryset(self) -> QuerySet:
        """Return all rows that the user may see, with their related records."""
        rows = visible(self.model._default_manager.all(), self.request.user).select_related(*self.related)
        return with_updated_at(rows)

    def get_filtered_queryset(self) -> QuerySet:
        filterset = self.filterset_class(self.request.query_params, self.get_queryset(), request=self.request)
        keep_named_filters(filterset)
        if not filterset.is_valid():
            raise DjangoValidationError(get_filter_errors(filterset.form, filterset.errors))
        return self.narrow(filterset.qs)

    def narrow(self, rows: QuerySet) -> QuerySet:
        """Return the rows that were changed since the moment asked for, and that have the keys asked for.

        Raises `ValidationError` for a moment that is none, and for each key of a record that the user may not see.
        """
        asked, errors = self.request.query_params, {}
        if text := asked.get(UPDATED_MIN.name):
            try:
                rows = rows.filter(updated_at__gte=IsoDateTimeField().clean(text))
            except DjangoValidationError as error:
                errors[UPDATED_MIN.name] = error
        name = self.key_parameter().name
        if text := asked.get(name):
            keys = {str(self.normalise_key(key)): key for key in text.split(",")}
            named = {f"{self.lookup_field}__in": list(keys)}
            known = self.get_queryset().filter(**named).order_by().values_list(self.lookup_field, flat=True)
            missing = keys.keys() - {str(key) for key in known}
            errors |= {name: [_build_absence(keys[key]) for key in sorted(missing)]} if missing else {}
            rows = rows.filter(**named)
        if errors:
            raise DjangoValidationError(errors)
        return rows

    def prepare_records(self, records: Sequence[Any]) -> Sequence[Any]:
        """Return the records with data beyond their rows set as attributes, loaded for all of them at once."""
        return records

    def get_object(self) -> Any:
        return get_object_or_404(self.get_queryset(), **{self.lookup_field: self.get_key()})

    def get_key(self) -> Any:
        """Return the key of the address, as the column stores it."""
        return self.normalise_key(self.kwargs[self.lookup_field])

    def normalise_key(self, key: Any) -> Any:
        """Return a key of a request as the column stores it."""
        return key

    def build_record_response(self, record: Any, *, status: int = 200) -> Response:
        """Return the record with its version in the header ETag."""
        [members] = self.serialize([record])
        return Response(members, status=status, headers={"ETag": self.get_version_tag(record)})

    def get_version_tag(self, record: Any) -> str:
        """Return a digest of all stored values of the record, in quotes as in a header ETag."""
        return f'"{digest_of(record)}"'

    def refuse_stale(self, record: Model) -> None:
        """Raise `VersionMissing` if the request names no version, `Stale` with the record as it is now if another one, or
        if what is stored is what the request wants not to be there (If-None-Match).

        Call it under the write lock.
        """
        version = get_version(self.get_version_tag(record))
        unwanted = parse_etags(self.request.headers.get("If-None-Match", ""))
        named = [get_version(tag) for tag in parse_etags(self.request.headers.get("If-Match", "")) if tag != "*"]
        is_unwanted = "*" in unwanted or version in map(get_version, unwanted)
        if not is_unwanted and not any(named):
            raise VersionMissing
        if is_unwanted or version not in named:
            raise Stale(lambda: self.build_record_response(self.get_object()))

    def get_serializer_context(self) -> dict[str, Any]:
        context = super().get_serializer_context()
        if getattr(self, "swagger_fake_view", False):
            return context  # the description has every member
        return context | {"fields": self._get_requested_fields()}

    def _get_requested_fields(self) -> set[str] | None:
        fields = self.request.query_params.get(FIELDS)
        return set(fields.split(",")) if fields else None


def _build_absence(key: str) -> DjangoValidationError:
    return DjangoValidationError(_("There is no “%(key)s”."), "unknown_value", {"key": key[:80]})


RECORDS = "records"
_ALL_OR_NONE = _(
    "All are written, in one revision, or none: `errors` then says what is wrong, as at `records.3.name_en`."
)


def _pop_record(records: dict[Any, Model | None], key: Any, version: str) -> Model:
    """Return the record of a key and remove it from `records`. Raises if it was taken before, or is another version."""
    if key not in records:
        raise ValidationError(gettext("“%(key)s” is given twice.") % {"key": key}, code="repeated")
    return require_as_read(records.pop(key), key, version)


class WritableViewSet(RecordViewSet):
    """A list that is added to and whose records are changed field by field; none is replaced as a whole.

    `change_class` says what may be written, `patch_class` if not the same may be changed.

    What is validated cannot change before the commit, because `create_revision()` takes the writers' lock before the row is
    read. A row that the user may not see is not found; whether it may be written is asked of the row as it was and as
    it would be, so that nothing is moved in or out of a prefecture that is not the user's.

    At `many/` several are added or changed. Each part is written as a single record is.
    """

    change_class: type[BodySerializer]
    patch_class: type[BodySerializer] | None = None

    def create(self, request: Request) -> Response:
        data = read_body(request)  # read before the lock is taken: a slow sender holds nobody up
        with create_revision():
            record = self.add_one(data)
        response = self.build_record_response(self.get_queryset().get(pk=record.pk), status=201)
        response["Location"] = response.data["url"]
        return response

    def add_one(self, data: Any) -> Model:
        record = self.model()
        self._write(record, data)
        return record

    def partial_update(self, request: Request, **_key: str) -> Response:
        if not request.user.has_perm(permission("change", self.model)):  # 404 or 403, without taking the lock
            self.get_object()
            require_role(request.user, "change", self.model)
        data = read_body(request)
        with create_revision():
            record = self.get_object()
            self._require_change(record)
            self.refuse_stale(record)
            self._write(record, data)
        return self.build_record_response(self.get_queryset().get(pk=record.pk))

    def change_one(self, record: Model, data: Any) -> Model:
        self._require_change(record)
        self._write(record, data)
        return record

    def _require_change(self, record: Model) -> None:
        require(self.request.user, "change", record, message=gettext("You may read this record but not change it."))
        self.refuse_fixed(record)

    def _write(self, record: Model, data: Any) -> None:
        if record._state.adding:
            change = self.change_class(data=data, context=self._get_body_context(record))
            act, message = "add", gettext("You may add records only in your own prefecture.")
        else:
            change_class = self.patch_class or self.change_class
            change = change_class(record, data=data, partial=True, context=self._get_body_context(record))
            act, message = "change", gettext("You may not move a record out of your own prefecture.")
        change.is_valid(raise_exception=True)
        with confirm_doubts(change.confirmation.rules, change.confirmation.reason):
            change.apply_to(record)
            require(self.request.user, act, record, message=message)
            record.save()

    def _get_body_context(self, record: Model) -> dict[str, Any]:
        """Return the context with the record as it is read, which a body may repeat."""
        read = SimpleLazyObject(lambda: self.serialize([record])[0])
        return self.get_serializer_context() | {"read_class": self.serializer_class, "read": read}

    def refuse_fixed(self, record: Model) -> None:
        """Raise if the record, as it stands, may be changed by nobody or not by this user."""

    @extend_schema(summary=_("Add many records"), description=_ALL_OR_NONE)
    @action(detail=False, methods=["post"], url_path="many")
    def add_many(self, request: Request) -> Response:
        parts, faults, written = self._parts(), Faults(RECORDS), []
        with create_revision():
            for place, part in enumerate(parts):
                with faults.collect(place):
                    written.append(self.add_one(require_object(part)))
            faults.refuse()
        return self.build_records_response(written, status=201)

    @extend_schema(summary=_("Change many records"), description=_ALL_OR_NONE)
    @add_many.mapping.patch
    def change_many(self, request: Request) -> Response:
        require_role(request.user, "change", self.model)
        parts, faults, written = self._parts(), Faults(RECORDS), []
        named = {}
        for place, part in enumerate(parts):
            with faults.collect(place):
                named[place] = self._get_key_and_changes(require_object(part))
        with create_revision():
            records = self.get_records([key for key, _version, _rest in named.values()])
            for place, (key, version, rest) in named.items():
                with faults.collect(place):
                    written.append(self.change_one(_pop_record(records, key, version), rest))
            faults.refuse()
        return self.build_records_response(written)

    def _parts(self) -> Sequence[Any]:
        body = ManyChange(data=read_body(self.request))
        body.is_valid(raise_exception=True)
        return body.validated_data[RECORDS]

    def _get_key_and_changes(self, part: Mapping[str, Any]) -> tuple[Any, str, dict[str, Any]]:
        """Return key, version and changes of one part."""
        known = get_key_serializer(self.lookup_field)
        [name] = known().fields.keys() - {"version"}
        body = known(data={each: part[each] for each in known().fields if each in part})
        body.is_valid(raise_exception=True)
        rest = {each: value for each, value in part.items() if each not in body.fields}
        return self.normalise_key(body.validated_data[name]), body.validated_data["version"], rest

    def get_records(self, keys: Sequence[Any]) -> dict[Any, Model | None]:
        """Return the visible records by key, read under the lock; None for keys without one."""
        rows = self.get_queryset().filter(**{f"{self.lookup_field}__in": keys})
        return dict.fromkeys(keys) | {getattr(row, self.lookup_field): row for row in rows}

    def build_records_response(self, written: Sequence[Any], *, status: int = 200, name: str = RECORDS) -> Response:
        stored = {row.pk: row for row in self.get_queryset().filter(pk__in=[record.pk for record in written])}
        return Response({name: self.serialize([stored[record.pk] for record in written])}, status=status)


class DeletableViewSet(WritableViewSet):
    """A list of which users delete what is their own. Its history is kept."""

    def destroy(self, request: Request, **_key: str) -> Response:
        if not request.user.has_perm(permission("delete", self.model)):  # 404 or 403, without taking the lock
            self.get_object()
            require_role(request.user, "delete", self.model)
        with create_revision():
            record = self.get_object()
            self.refuse_stale(record)
            if not getattr(record, "is_deletable", True):
                raise Conflict(gettext("Only a draft can be deleted."), "wrong_state")
            require(request.user, "delete", record, message=gettext("You may delete only what is your own."))
            record.delete()
        return Response(status=204)


def build_transition_action(transition: Transition, body: type[BodySerializer]) -> Callable[..., Response]:
    """Build the method `take_{action}` for `POST {id}/{action}/`, described as by the workflow."""

    def take_step(self: TransitionViewSet, request: Request, **_key: str) -> Response:
        return self.take_step(transition.action, body)

    take_step.__name__ = f"take_{transition.action}"
    describe = extend_schema(
        summary=transition.summary,
        description=transition.description or None,
        request=body if body().fields else None,
    )
    return describe(
        action(detail=True, methods=["post"], url_path=transition.action, url_name=transition.action)(take_step)
    )


class TransitionViewSet(RecordViewSet):
    """A list whose records take the steps of a workflow, each at an address of its own."""

    workflow: Any  # the module with its TRANSITIONS, and `take`

    def take_step(self, name: str, body_class: type[BodySerializer]) -> Response:
        """Let the record of the address take a step, as every write: body, lock, row, version, change."""
        if not self.workflow.TRANSITIONS[name].allows(
            self.request.user, self.get_object()
        ):  # 404 or 403, without taking the lock
            raise PermissionDenied(refusal(self.request.user))
        data = self.get_body(body_class)
        with create_revision():
            record = self.get_object()
            self.refuse_stale(record)
            body = body_class(data=data, context=self.get_serializer_context() | {"record": record})
            body.is_valid(raise_exception=True)
            with confirm_doubts(body.confirmation.rules, body.confirmation.reason):
                self.change_state(name, record, body.validated_data)
        return self.build_record_response(self.get_queryset().get(pk=record.pk))

    def change_state(self, name: str, record: Any, arguments: Mapping[str, Any]) -> None:
        """Let the workflow carry out the step `name` with what its body says."""
        self.workflow.take(name, record, user=self.request.user, **arguments)

    def get_body(self, body_class: type[BodySerializer]) -> Any:
        """Return the body. Where nothing of it is required there need be no body at all."""
        optional = not any(field.required for field in body_class().fields.values())
        return (
            {} if optional and self.request.META.get("CONTENT_LENGTH") in (None, "", "0") else read_body(self.request)
        )
