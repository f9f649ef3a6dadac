"""OpenAPI 3.1: what drf-spectacular does not read from views and serializers."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.db.models import IntegerField
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension, OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, OpenApiParameter

from projects.exports.files import MEDIA_TYPES
from projects.text import LARGEST_KEY

from .bulk import many_named, many_new, many_shown
from .errors import MEDIA_TYPE, Problem
from .fields import get_field_description
from .idempotency import HEADER
from .serializers import SourceNaming

# as the register of the fixtures answers: of schemas by name, of requests by operation id, of problems by status
EXAMPLES: dict[str, Any] = json.loads((Path(__file__).parent / "examples.json").read_text(encoding="utf-8"))
ROOT = "root"
_TAGS = {
    ROOT: _("Where to begin"),
    "chain-links": _("Links of the industry chains"),
    "changes": _("What was changed, in order, to follow it"),
    "claims": _("Published statements about single figures"),
    "comparison": _("Two days side by side"),
    "directions": _("Directions of the announcement"),
    "enterprises": _("Who builds the projects"),
    "entries": _("Places of projects on the lists of the years"),
    "explain": _("What a number is made of"),
    "figures": _("Definitions of the figures"),
    "imports": _("Workbooks that are sent, previewed and written"),
    "light-rules": _("How lights are computed"),
    "milestones": _("Steps of the projects, planned and reached"),
    "notes": _("Remarks on figures, projects and reports"),
    "plans": _("What is planned, month by month"),
    "plausibility-rules": _("What is doubted before it is written"),
    "prefectures": _("Where projects are"),
    "problems": _("What holds projects up"),
    "programmes": _("The announced lists of the years"),
    "projects": _("The projects themselves"),
    "proposals": _("Changes that wait for the province"),
    "ratings": _("Reviewers' ratings beside the computed lights"),
    "reports": _("Monthly reports"),
    "rounds": _("Months that are reported, and by when"),
    "sectors": _("Industries"),
    "targets": _("Announced numbers of the years"),
    "tasks": _("What waits for the reader"),
    "totals": _("Sums of the register, and how much they cover"),
}


def replace_default(meta: dict[str, Any], *, method: str) -> None:
    """Say the default of a field in words: generated clients send it, also where what is left out stays as it is."""
    value = meta.pop("default", None)
    if value not in (None, "", []) and method != "PATCH":
        words = gettext("Left out: `%(value)s`.") % {"value": value if isinstance(value, str) else json.dumps(value)}
        text = meta.get("description", "")
        meta["description"] = f"{text}{'' if text.endswith(('.', '。')) else '.'} {words}" if text else words


_GOOD = {"200", "201"}
_VERSION = {"If-Match": "$response.header.ETag"}


def add_links(result: dict[str, Any]) -> None:
    """Add to each answer that is one record what can be done with it next, and to lists how their first is read."""
    links: dict[str, Any] = {}
    named: set[str] = set()
    by_tag = defaultdict(list)
    for path, methods in result["paths"].items():
        for operation in methods.values():
            by_tag[operation["tags"][0]].append((path, operation))
    for tag, operations in by_tag.items():
        collection = f"/api/v1/{tag}/"
        on_one = {operation["operationId"]: operation for path, operation in operations if f"{collection}{{" in path}
        if not on_one:
            continue
        first_name, first = next(iter(on_one.items()))
        key = next(each["name"] for each in first["parameters"] if each["in"] == "path")
        links |= {name: _build_link(operation, f"$response.body#/{key}") for name, operation in on_one.items()}
        for path, operation in operations:
            for response in (operation["responses"][status] for status in _GOOD & operation["responses"].keys()):
                if "ETag" in response.get("headers", {}):
                    names = sorted(on_one.keys() - {operation["operationId"]})
                    response["links"] = {name: {"$ref": f"#/components/links/{name}"} for name in names}
                    named.update(names)
                elif path in (collection, f"{collection}many/"):
                    member = "results" if path == collection else "records"
                    link = _build_link(first, f"$response.body#/{member}/0/{key}")
                    response["links"] = {f"{first_name}_first": link}
    result["components"]["links"] = {name: links[name] for name in sorted(named)}


def _build_link(operation: Mapping[str, Any], key: str) -> dict[str, Any]:
    parameters = {each["name"]: key for each in operation["parameters"] if each["in"] == "path"}
    link = {"operationId": operation["operationId"], "parameters": parameters}
    if _IF_MATCH.name in {each["name"] for each in operation["parameters"]}:
        link["parameters"] = parameters | _VERSION
        link["description"] = gettext("Of the version that was answered.")
    return link


class TokenScheme(OpenApiAuthenticationExtension):
    target_class = "projects.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": gettext(
                "`Token …`, made on the page `/tokens/` or with `manage.py create_token USER --scope read|write`. A token "
                "that reads never writes; one that is bound to prefectures sees and changes nothing else."
            ),
        }


class SessionScheme(OpenApiAuthenticationExtension):
    target_class = "projects.api.authentication.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": "sessionid",
            "description": gettext("The session of a browser; writes need the CSRF token in the header X-CSRFToken."),
        }

    def get_security_requirement(self, auto_schema: AutoSchema) -> Any:
        # where the public may read, no scheme is needed
        return [{self.name: []}, {}] if auto_schema.method == "GET" else {self.name: []}


class ReferenceSchema(OpenApiSerializerFieldExtension):
    target_class = "projects.api.serializers.Reference"
    match_subclasses = True

    def map_serializer_field(self, auto_schema: AutoSchema, direction: str) -> dict[str, Any]:
        if self.target.number:
            return {"type": "integer", "minimum": 0, "maximum": LARGEST_KEY - 1}
        return {"type": "string", "minLength": 1}


class SourceReferenceSchema(OpenApiSerializerFieldExtension):
    target_class = "projects.api.serializers.SourceReference"
    priority = 1

    def map_serializer_field(self, auto_schema: AutoSchema, direction: str) -> dict[str, Any]:
        named = auto_schema.resolve_serializer(SourceNaming, direction).ref
        return {"oneOf": [{"type": "integer", "minimum": 0, "maximum": LARGEST_KEY - 1}, named]}


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
_SUMMARIES = {
    "list": _("List %s"),
    "retrieve": _("Show %s"),
    "create": _("Add %s"),
    "partial_update": _("Change %s"),
}
_DESCRIPTIONS = {"partial_update": _("Only the fields that are given change.")}
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

    def get_operation_id(self) -> str:
        """Return the name of a further action of a list without the method, such as reports_submit."""
        action = getattr(getattr(self.view, self._action, None), "url_path", "many")
        if action == "many":
            return super().get_operation_id()
        return f"{self.view.basename}_{action}{'' if self.view.detail else '_many'}"

    def get_summary(self) -> str | None:
        """Return what is done with which records, by the name of their model."""
        if self._action not in _SUMMARIES:
            return None
        meta = self.view.model._meta
        name = meta.verbose_name_plural if self._action == "list" else meta.verbose_name
        return str(_SUMMARIES[self._action] % name)

    def get_description(self) -> str:
        """Return no docstring: they are for readers of the code, and in English alone."""
        descriptions = _DESCRIPTIONS | getattr(self.view, "descriptions", {})
        return str(descriptions.get(self._action, ""))

    def get_override_parameters(self) -> list[Any]:
        found: list[OpenApiParameter] = [*self.view.known_parameters()]
        if "{" in self.path:
            found.append(_build_key_parameter(self.view))
        if self._takes_version():
            found.append(_IF_MATCH)
        if self.method == "POST":
            found.append(_IDEMPOTENCY_KEY)
        return found

    def get_request_serializer(self) -> Any:
        if not hasattr(self.view, "change_class"):
            return super().get_request_serializer()
        added, changed = self.view.change_class, self.view.patch_class or self.view.change_class
        bodies = {
            "create": added,
            "partial_update": changed,
            "add_many": many_new(added),
            "change_many": many_named(changed, self.view.lookup_field),
        }
        return bodies.get(self._action) or super().get_request_serializer()

    def get_response_serializers(self) -> Any:
        if not hasattr(self.view, "change_class"):
            return super().get_response_serializers()
        record = self.view.serializer_class
        records = many_shown(record)
        responses = {"create": {201: record}, "add_many": {201: records}, "change_many": {200: records}}
        return responses.get(self._action) or super().get_response_serializers()

    def _get_serializer_field_meta(self, field: Any, direction: Any) -> dict[str, Any]:
        """Return the schema without the label, which is for tables, and with the default in words."""
        meta = super()._get_serializer_field_meta(field, direction)
        meta.pop("title", None)
        if direction == "request":
            replace_default(meta, method=self.method)
        return meta

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        bodies = super()._get_response_bodies(direction)
        if "ETag" not in str(bodies) and self._gives_version():
            for status in ("200", "201"):
                if status in bodies:
                    bodies[status]["headers"] = _headers(status)
        if self._action == "list" and self._has_versions():
            media_types = (media_type.partition(";")[0] for media_type in MEDIA_TYPES.values())
            bodies["200"]["content"] |= {media_type: {"schema": {"type": "string"}} for media_type in media_types}
            bodies["200"]["headers"] = _headers("file")
        self.resolve_serializer(Problem, "response")
        return bodies | {
            status: {"$ref": f"#/components/responses/{_name_problem(status)}"} for status in self._problems()
        }

    @property
    def _action(self) -> str:
        return getattr(self.view, "action", "")

    def _takes_version(self) -> bool:
        step = getattr(getattr(self.view, self._action, None), "url_path", None)
        steps = getattr(getattr(self.view, "workflow", None), "TRANSITIONS", ())
        return not self._names_versions() and (self.method == "PATCH" or step in steps)

    def _names_versions(self) -> bool:
        """Return whether the body names the version of each of several records."""
        return self._action.endswith("_many") and self._action != "add_many"

    def _gives_version(self) -> bool:
        """Return whether the response is one record."""
        return self._takes_version() or (self._has_versions() and self._action in ("create", "retrieve"))

    def _has_versions(self) -> bool:
        """Return whether it is a list of records of the register, which is given as a file too."""
        return hasattr(self.view, "build_record_response")

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


def _name_problem(status: str) -> str:
    return f"Problem{status.capitalize()}"


def _build_problem(status: str) -> dict[str, Any]:
    content: dict[str, Any] = {"schema": {"$ref": "#/components/schemas/Problem"}}
    if status in EXAMPLES["problems"]:
        content["example"] = EXAMPLES["problems"][status]
    response = {"description": str(_PROBLEMS[status]), "content": {MEDIA_TYPE: content}}
    return response | ({"headers": _headers(status)} if status == "412" else {})


def _headers(status: str) -> dict[str, Any]:
    text = {"type": "string"}
    if status == "file":
        description = _("Of a file: everything up to this revision is in it.")
        return {"X-Data-Revision": {"schema": {"type": "integer", "minimum": 0}, "description": description}}
    headers = {"ETag": {"schema": text, "description": _("The version of the record, for If-Match.")}}
    if status == "201":
        headers["Location"] = {"schema": text | {"format": "uri"}, "description": _("Address of the new record.")}
    return headers


def _build_key_parameter(view: Any) -> OpenApiParameter:
    """Return the parameter of the path: the key of a record, with the key of the example."""
    name = "id" if view.lookup_field == "pk" else view.lookup_field
    field = view.model._meta.get_field(name)
    schema: dict[str, Any] = {"type": "string"}
    if isinstance(field, IntegerField):
        schema = {"type": "integer", "minimum": 1, "maximum": LARGEST_KEY - 1}
    elif field.choices:
        schema = {"type": "string", "enum": [value for value, _label in field.choices]}
    example = EXAMPLES["schemas"].get(view.serializer_class.__name__, {}).get(name) if name != "id" else None
    return OpenApiParameter(
        name,
        schema,  # type: ignore[arg-type]  a raw schema is taken as it is
        OpenApiParameter.PATH,
        required=True,
        description=get_field_description(view.model, name),
        examples=[OpenApiExample(name, value=example)] if example else [],
    )


_DESCRIPTION = gettext_noop(
    "The register of key projects, its totals and what they are held against. Money is whole CNY, null is not known. "
    "Every record says its basis; every total opens to exactly its records. Unknown parameters, values and fields are "
    "refused with the known ones. Errors are problem+json (RFC 9457) in the reader's language."
)
_NARROWED = ("ReportStep", "Explained", "FigureDefinition")


def finish_description(result: dict[str, Any], **_context: Any) -> dict[str, Any]:
    """Close bodies, share the problems, add tags, links and examples of requests."""
    components = result["components"]
    for name, component in components["schemas"].items():
        if name in EXAMPLES["schemas"]:
            component["examples"] = [EXAMPLES["schemas"][name]]
        if name.endswith(("ChangeRequest", "SourceNamingRequest")):
            component["additionalProperties"] = False  # the API refuses other fields
            if "records" in component["properties"]:
                component["required"] = ["records"]  # of an envelope nothing may be left out, in a PATCH neither
        elif name.endswith("Record") or name in _NARROWED:
            component.pop("required", None)  # the parameter `fields` may leave any of them out
    components["responses"] = {_name_problem(status): _build_problem(status) for status in _PROBLEMS}
    result["info"] |= {"title": gettext("API of the key project register"), "description": gettext(_DESCRIPTION)}
    operations = [operation for path in result["paths"].values() for operation in path.values()]
    tags = dict.fromkeys(tag for operation in operations for tag in operation["tags"])
    result["tags"] = [{"name": name, "description": str(_TAGS[name])} for name in tags]
    for operation in operations:
        for content in operation.get("requestBody", {}).get("content", {}).values():
            if operation["operationId"] in EXAMPLES["requests"]:
                content["examples"] = EXAMPLES["requests"][operation["operationId"]]
    add_links(result)
    _finish_schemas(result)
    return result


def _finish_schemas(part: Any) -> None:
    """Add `format: int64` to every integer of `part`, and take out the marks of drf-spectacular.

    Generators for Go, Java and C# take an integer without a format for one of 32 bits, which holds no amount above
    2.1 billion CNY.
    """
    if isinstance(part, dict):
        part.pop("x-spec-enum-id", None)
        if "integer" in (part.get("type") or ()):
            part.setdefault("format", "int64")
        part = list(part.values())
    if isinstance(part, list):
        for inner in part:
            _finish_schemas(inner)
