"""Operations in the description: the parameters that the view of each checks, and the problems it may answer with."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, OpenApiParameter

from projects.api.confirming import is_asked, with_confirmation
from projects.api.errors import MEDIA_TYPE
from projects.api.exporting import MEDIA_TYPES
from projects.api.idempotency import HEADER
from projects.api.parameters import Parameter
from projects.api.serializers.bulk import many_named, many_new, many_shown
from projects.api.serializers.totals import Problem

from . import extensions as _extensions  # drf-spectacular finds them once they are imported  # noqa: F401
from .examples import problem_example
from .tags import ROOT

_PROBLEMS = {
    "400": _("A parameter, a field or a value is not known or not possible."),
    "401": _("Sign-in required."),
    "403": _("You may not do this."),
    "404": _("There is no such record, or none that you may see."),
    "409": _("Another record depends on this or came first; nothing was written."),
    "412": _(
        "The record is no longer the version that was named; nothing was written. `current` is the record as it is now, "
        "the header ETag its version."
    ),
    "413": _("The body has more than 1 MiB."),
    "415": _("The body is not JSON."),
    "422": _("The Idempotency-Key was used for another call before; nothing was written."),
    "428": _("The header If-Match is missing: read the record and send the value of its ETag."),
    "default": _("Any other error."),
}
_ALWAYS = ("400", "401", "default")
# what is said of the writes of any list, where its view says nothing else
_WRITES = {
    "partial_update": _("Only the fields that are given change."),
}
_IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    description=_(
        "The ETag of the version that you read. With any other version stored nothing is written (412), and nothing without "
        "a version (428); “*” and weak tags name none."
    ),
    required=True,
)
_IDEMPOTENCY_KEY = OpenApiParameter(
    HEADER,
    {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},  # type: ignore[arg-type]  a raw schema
    OpenApiParameter.HEADER,
    description=_(
        "A text of your own, such as a UUID, new for each call. Sent again with the same body within a day, the call is not "
        "carried out twice: the first answer comes again, with `Idempotency-Replayed: true`."
    ),
)


class RegisterSchema(AutoSchema):
    """Reads the parameters from the view's own list, so that what is checked and what is described are one."""

    def get_tags(self) -> list[str]:
        return super().get_tags() or [ROOT]

    def get_description(self) -> str:
        """Nothing of docstrings: the words in the code are for whoever reads it, and in no other language."""
        return str(_WRITES.get(self._action(), ""))

    def get_override_parameters(self) -> list[Any]:
        found = [_query(parameter) for parameter in self.view.known_parameters()]
        if "{" in self.path:
            found += [_path(parameter) for parameter in self.view.path_parameters]
        if self._takes_version():
            found.append(_IF_MATCH)
        if self.method == "POST":
            found.append(_IDEMPOTENCY_KEY)
        return found

    def get_request_serializer(self) -> Any:
        if not hasattr(self.view, "change_class"):
            return super().get_request_serializer()
        added, changed = self.view.change_class, self.view.patch_class or self.view.change_class
        bodies = {"create": added, "partial_update": changed}
        if self._action() == "add_many":
            return many_new(_said(added))
        if self._action() == "change_many":
            return many_named(_said(changed), self.view.lookup_field)
        return bodies.get(self._action()) or super().get_request_serializer()

    def _get_request_for_media_type(self, serializer: Any, direction: Any = "request") -> Any:
        """Also what `extend_schema` names: with what may be confirmed, where rules are asked."""
        return super()._get_request_for_media_type(_said(serializer), direction)

    def get_response_serializers(self) -> Any:
        if self._action() in ("add_many", "change_many"):
            status = 201 if self._action() == "add_many" else 200
            return {status: many_shown(self.view.serializer_class)}
        if self._action() == "create":
            return {201: self.view.serializer_class}
        return super().get_response_serializers()

    def _get_serializer_field_meta(self, field: Any, direction: Any) -> dict[str, Any]:
        """Without the label: it is for tables, and stands in the description of the field."""
        meta = super()._get_serializer_field_meta(field, direction)
        return {name: value for name, value in meta.items() if name != "title"}

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        bodies = super()._get_response_bodies(direction)
        if "ETag" not in str(bodies) and self._gives_version():
            for status in ("200", "201"):
                if status in bodies:
                    bodies[status]["headers"] = _headers(status)
        if "csv" in self._formats() and "200" in bodies:
            bodies["200"]["content"] |= _files()
            bodies["200"]["headers"] = _headers("file")
        for status in self._problems():
            bodies[status] = self._problem(status)
        return bodies

    def _formats(self) -> list[str]:
        found = [parameter for parameter in self.view.known_parameters() if parameter.name == "format"]
        return list(found[0].schema["enum"]) if found else []

    def _action(self) -> str:
        return getattr(self.view, "action", "")

    def _takes_version(self) -> bool:
        if self._names_versions():
            return False
        return self.method == "PATCH" or self._action() in getattr(self.view, "transitions", ())

    def _names_versions(self) -> bool:
        """Whether the body names the version of each of several records."""
        return self._action().endswith("_many") and self._action() != "add_many"

    def _gives_version(self) -> bool:
        """Whether the answer is one record."""
        return self._takes_version() or self._action() in ("create", "retrieve")

    def _problems(self) -> list[str]:
        statuses = [*_ALWAYS]
        if "{" in self.path or "page" in {parameter.name for parameter in self.view.known_parameters()}:
            statuses.append("404")
        if self.method != "GET":
            statuses += ["403", "409", "413", "415"]
        if self.method == "POST":
            statuses.append("422")
        if self._takes_version():
            statuses += ["412", "428"]
        elif self._names_versions():
            statuses.append("412")
        return sorted(statuses)

    def _problem(self, status: str) -> dict[str, Any]:
        reference = self.resolve_serializer(Problem, "response").ref
        content: dict[str, Any] = {"schema": reference}
        example = problem_example(status)
        if example:
            content["example"] = example
        described = {"description": _PROBLEMS[status], "content": {MEDIA_TYPE: content}}
        return described | ({"headers": _headers(status)} if status == "412" else {})


def _files() -> dict[str, Any]:
    """The forms of a whole list."""
    return {media_type.partition(";")[0]: {"schema": {"type": "string"}} for media_type in MEDIA_TYPES.values()}


def _headers(status: str) -> dict[str, Any]:
    text = {"type": "string"}
    if status == "file":
        described = _("Of a file: everything up to this revision is in it.")
        return {"X-Data-Revision": {"schema": {"type": "integer", "minimum": 0}, "description": described}}
    headers = {"ETag": {"schema": text, "description": _("The version of the record, for If-Match.")}}
    if status == "201":
        headers["Location"] = {"schema": text | {"format": "uri"}, "description": _("Address of the new record.")}
    return headers


def _query(parameter: Parameter) -> OpenApiParameter:
    if not (parameter.many or parameter.separated):
        return _described(parameter, OpenApiParameter.QUERY, dict(parameter.schema))
    schema = {"type": "array", "items": dict(parameter.schema), "minItems": 1}
    found = _described(parameter, OpenApiParameter.QUERY, schema)
    # several values: ?sector=a&sector=b; separated ones: ?fields=a,b
    found.style, found.explode = "form", parameter.many
    return found


def _path(parameter: Parameter) -> OpenApiParameter:
    schema = dict(parameter.schema)
    found = _described(parameter, OpenApiParameter.PATH, schema)
    # not so for the query: who tries an operation out does not want every filter filled in
    found.examples = [OpenApiExample(parameter.name, value=value) for value in schema.pop("examples", [])]
    return found


def _described(parameter: Parameter, location: str, schema: dict[str, Any]) -> OpenApiParameter:
    return OpenApiParameter(
        parameter.name,
        schema,  # type: ignore[arg-type]  a raw schema is taken as it is
        location,
        description=parameter.description,
        required=parameter.required or location == OpenApiParameter.PATH,
    )


def _said(change: Any) -> Any:
    """A change as it is described: with what it may confirm, where rules are asked."""
    return with_confirmation(change) if isinstance(change, type) and is_asked(change) else change
