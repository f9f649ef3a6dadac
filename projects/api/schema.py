"""OpenAPI 3.1: what drf-spectacular does not read from views and serializers."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

from django.db.models import IntegerField
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension, OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from drf_spectacular.utils import OpenApiExample, OpenApiParameter

from projects.exports.files import MEDIA_TYPES, XLSX
from projects.periods import partial_dates
from projects.text import LARGEST_KEY

from .bulk import many_named, many_new, many_shown
from .errors import MEDIA_TYPE, Problem
from .exceptions import KEY
from .fields import get_field_description
from .serializers import ConfirmationSerializer, Page, RecordSerializer, SourceNaming

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
    "sources": _("What figures are based on"),
    "targets": _("Announced numbers of the years"),
    "tasks": _("What waits for the reader"),
    "totals": _("Sums of the register, and how much they cover"),
}


def replace_default(meta: dict[str, Any]) -> None:
    """Say the default of a field in words: generated clients send it, also where what is left out stays as it is."""
    value = meta.pop("default", None)
    if value not in (None, "", []):
        shown = value if isinstance(value, str) else json.dumps(value)
        text = meta.get("description", "").rstrip(".。")
        words = gettext("Left out of what is new: `%(value)s`.") % {"value": shown}
        meta["description"] = f"{text}. {words}" if text else words


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
        naming = auto_schema.resolve_serializer(SourceNaming, direction).ref
        schema = {"oneOf": [{"type": "integer", "minimum": 0, "maximum": LARGEST_KEY - 1}, naming]}
        name = "SourceReference"
        component = ResolvedComponent(name, ResolvedComponent.SCHEMA, schema, object=name)
        auto_schema.registry.register_on_missing(component)
        return component.ref


_PROBLEMS = {
    "400": _("A parameter, a field or a value is not known or not possible."),
    "404": _("There is no such record, or none that you may see."),
    "409": _("Another record depends on this or came first; nothing was written."),
    "412": _(
        "The record is no longer the version that was named; nothing was written. `current` is the record as it is now, "
        "the header ETag its version."
    ),
    "428": _("The header If-Match is missing: read the record and send the value of its ETag."),
    "default": _(
        "Any other error: 401 without a token that is needed, 403 for what you may not do, 413 for a body above 1 MiB, 415 "
        "for one that is not JSON, 422 for an Idempotency-Key of another call, 429 for too many requests, …"
    ),
}
_SUMMARIES = {
    "list": _("List %s"),
    "file": _("Give %s as a file"),
    "retrieve": _("Show %s"),
    "create": _("Add %s"),
    "partial_update": _("Change %s"),
    "destroy": _("Delete %s"),
}
_DESCRIPTIONS = {
    "partial_update": _(
        "Only the fields that are given change. A record may be sent as it was read: what is computed is passed over."
    ),
    "destroy": _("What is one's own: a draft, a note, a milestone. Its history is kept."),
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
    KEY,
    {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},  # type: ignore[arg-type]  a raw schema
    OpenApiParameter.HEADER,
    description=_(
        "A text of your own, such as a UUID, new for each call. Sent again with the same body within a day, the call is not "
        "carried out twice: the first answer comes again, with `Idempotency-Replayed: true`."
    ),
)


def is_computed(field: Any) -> bool:
    """Return whether a member of a record is none of its stored fields: it may change without a change of the record."""
    model = field.parent.Meta.model
    return field.field_name not in {each.name for each in model._meta.fields} | partial_dates(model).keys()


class RegisterSchema(AutoSchema):
    """Reads the parameters from the view's own list, so that what is checked and what is described are one."""

    def get_tags(self) -> list[str]:
        return [self.view.basename] if self._action == "file" else super().get_tags() or [ROOT]

    def get_operation_id(self) -> str:
        """Return the name of a further action of a list without the method, such as reports_submit."""
        if self._action == "file":
            return f"{self.view.basename}_file".replace("-", "_")
        action = getattr(getattr(self.view, self._action, None), "url_path", "many")
        if action == "many":
            return super().get_operation_id()
        return f"{self.view.basename}_{action}{'' if self.view.detail else '_many'}"

    def get_summary(self) -> str | None:
        """Return what is done with which records, by the name of their model."""
        if self._action not in _SUMMARIES:
            return None
        meta = self.view.model._meta
        name = meta.verbose_name_plural if self._action in ("list", "file") else meta.verbose_name
        return str(_SUMMARIES[self._action] % name)

    def get_description(self) -> str:
        """Return no docstring: they are for readers of the code, and in English alone."""
        descriptions = _DESCRIPTIONS | getattr(self.view, "descriptions", {})
        text = str(descriptions.get(self._action, ""))
        orders = [each.schema["enum"] for each in self.view.known_parameters() if each.name == "ordering"]
        if self._action != "list" or not orders:
            return text
        names = "`, `".join(name for name in orders[0] if name[0] != "-")
        told = gettext("In the order of `%(names)s`; `-` before one: descending.") % {"names": names}
        return f"{text} {told}".strip()

    def get_override_parameters(self) -> list[Any]:
        found = [parameter for parameter in self.view.known_parameters() if parameter.described]
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
        if meta.get("description", "-").replace(" ", "_") == field.field_name:
            del meta["description"]
        if direction == "request":
            replace_default(meta)
        elif isinstance(field.parent, RecordSerializer):
            meta.pop("readOnly", None)
            meta |= {"readOnly": True} if is_computed(field) else {}
        return meta

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        bodies = super()._get_response_bodies(direction)
        if self._action == "file":
            bodies = {"200": _refer("responses", "File")}
        elif "ETag" not in str(bodies) and self._gives_version():
            for status in bodies.keys() & _HEADERS_OF_RECORDS:
                bodies[status]["headers"] = {name: _refer("headers", name) for name in _HEADERS_OF_RECORDS[status]}
        for shared, its_direction in ((Problem, "response"), (Page, "response"), (ConfirmationSerializer, "request")):
            self.resolve_serializer(shared, its_direction)
        return bodies | {status: _refer("responses", status) for status in self._problems()}

    @property
    def _action(self) -> str:
        return getattr(self.view, "action", "")

    def _takes_version(self) -> bool:
        step = getattr(getattr(self.view, self._action, None), "url_path", None)
        steps = getattr(getattr(self.view, "workflow", None), "TRANSITIONS", ())
        return not self._names_versions() and (self.method in ("PATCH", "DELETE") or step in steps)

    def _names_versions(self) -> bool:
        """Return whether the body names the version of each of several records."""
        return self._action.endswith("_many") and self._action != "add_many"

    def _gives_version(self) -> bool:
        """Return whether the response is one record of the register."""
        of_records = hasattr(self.view, "build_record_response")
        return self._takes_version() or (of_records and self._action in ("create", "retrieve"))

    def _problems(self) -> list[str]:
        """Return the statuses that a client decides by; the others are described at `default`."""
        has = {
            "404": "{" in self.path,
            "409": self.method != "GET",
            "412": self._takes_version() or self._names_versions(),
            "428": self._takes_version(),
        }
        return ["400", *(status for status, applies in has.items() if applies), "default"]


def _build_responses() -> dict[str, Any]:
    """Return the responses of many operations: a file, and each problem."""
    binary = {"format": "binary"}
    files = {
        form.partition(";")[0]: {"schema": {"type": "string"} | (binary if form == XLSX else {})}
        for form in MEDIA_TYPES.values()
    }
    headers = {"X-Data-Revision": _refer("headers", "X-Data-Revision")}
    responses = {"File": {"description": gettext("The whole list."), "content": files, "headers": headers}}
    for status, text in _PROBLEMS.items():
        content = {"schema": _refer("schemas", "Problem")}
        if status in EXAMPLES["problems"]:
            content["example"] = EXAMPLES["problems"][status]
        responses[status] = {"description": str(text), "content": {MEDIA_TYPE: content}}
    responses["412"]["headers"] = {"ETag": _refer("headers", "ETag")}
    return responses


_HEADERS = {
    "ETag": (_("The version of the record, for If-Match."), {"type": "string"}),
    "Location": (_("Address of the new record."), {"type": "string", "format": "uri"}),
    "X-Data-Revision": (_("Everything up to this revision is in the file."), {"type": "integer", "minimum": 0}),
}
_HEADERS_OF_RECORDS = {"200": ["ETag"], "201": ["ETag", "Location"]}


def _refer(kind: str, name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/{kind}/{name}"}


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
    "refused with the known ones. Errors are problem+json (RFC 9457) in the reader's language. Every address takes "
    "`lang=en` or `lang=zh-hans` instead of the header Accept-Language, and one with records `fields=code,name_en` for "
    "these members alone, where others that are required here are left out. Ranges of projects that are no parameters "
    "here: `total_investment`, `expected_revenue`, `planned_disbursement`, `disbursed`, `start` and `finish`, each with "
    "`_min` and `_max`."
)
_NO_SIGNS = str.maketrans("", "", "-_. ")


def finish_description(result: dict[str, Any], **_context: Any) -> dict[str, Any]:
    """Close bodies, share problems, headers and parameters, add tags and examples of requests."""
    components = result["components"]
    for name, component in components["schemas"].items():
        if name in EXAMPLES["schemas"]:
            component["examples"] = [EXAMPLES["schemas"][name]]
        if name.endswith(("ChangeRequest", "SourceNamingRequest")):
            component["additionalProperties"] = False  # the API refuses other fields
            if "records" in component["properties"]:
                component["required"] = ["records"]  # of an envelope nothing may be left out, in a PATCH neither
        elif "properties" in component and name not in ("Problem", "ProblemPart") and not name.endswith("Request"):
            on_request = () if name == "ReportRecord" else ("version",)  # as `on_request` of its serializer
            component["required"] = [member for member in component["properties"] if member not in on_request]
    _share_bodies(components["schemas"])
    components["responses"] = _build_responses()
    components["headers"] = {
        name: {"description": str(text), "schema": schema} for name, (text, schema) in _HEADERS.items()
    }
    result["info"] |= {"title": gettext("API of the key project register"), "description": gettext(_DESCRIPTION)}
    operations = [operation for path in result["paths"].values() for operation in path.values()]
    tags = dict.fromkeys(tag for operation in operations for tag in operation["tags"])
    result["tags"] = [{"name": name, "description": str(_TAGS[name])} for name in tags]
    for operation in operations:
        for content in operation.get("requestBody", {}).get("content", {}).values():
            if operation["operationId"] in EXAMPLES["requests"]:
                content["examples"] = EXAMPLES["requests"][operation["operationId"]]
    components["parameters"] = _share_parameters(operations, components["schemas"])
    result["security"] = next(each["security"] for each in operations if {} not in each["security"])
    for operation in operations:
        if operation["security"] == result["security"]:
            del operation["security"]
    _name_constants(components["schemas"])
    _finish_schemas(result)
    components["schemas"].pop("NullEnum", None)
    return result


def _share_bodies(schemas: dict[str, Any]) -> None:
    """Let bodies refer to what they have in common and say only what is their own.

    What is new, and one of many, has what a change of one has; what rules may doubt has what confirms it.
    """
    for of_changes in (True, False):
        for name, schema in schemas.items():
            base = f"Patched{name.removeprefix('Named').removeprefix('New')}" if of_changes else "ConfirmationRequest"
            common, members = schemas.get(base, {}).get("properties", {}), schema.get("properties", {})
            if name != base and common and common.keys() <= members.keys():
                needed = schema.get("required", [])
                own = {each: value for each, value in members.items() if common.get(each) != value or each in needed}
                part = {"type": "object", "properties": own} | ({"required": needed} if needed else {})
                schemas[name] = {"allOf": [_refer("schemas", base), *([part] if own else [])]}
                if "additionalProperties" in schema and not name.startswith("Patched"):
                    schemas[name]["unevaluatedProperties"] = False
                schemas[base].pop("additionalProperties", None)  # nothing could be added to it


def _share_parameters(operations: Sequence[dict[str, Any]], schemas: dict[str, Any]) -> dict[str, Any]:
    """Replace the parameters of operations by references; return them by name, and put their enumerations into `schemas`.

    Of several of one name the most frequent is called by it, another by its list and place too: `ratings.query.light`.
    """
    enumerations = {frozenset(schema["enum"]): name for name, schema in schemas.items() if "enum" in schema}
    for operation in operations:
        if "parameters" in operation:  # a copy: what is finished below must not be found finished the next time
            operation["parameters"] = deepcopy(operation["parameters"])
    parts = [(operation, operation.get("parameters", [])) for operation in operations]
    counted = Counter((each["name"], str(each)) for _operation, parameters in parts for each in parameters)
    usual = {name: text for (name, text), _count in reversed(counted.most_common())}
    names, shared = {text: name for name, text in usual.items()}, {}
    for operation, parameters in parts:
        for place, parameter in enumerate(parameters):
            own = f"{operation['tags'][0]}.{parameter['in']}.{parameter['name']}"
            name, schema = names.setdefault(str(parameter), own), parameter["schema"]
            parameters[place], shared[name] = _refer("parameters", name), parameter
            values = schema.get("items", schema).get("enum")
            if values:
                title = f"{name.title().translate(_NO_SIGNS)}Parameter"
                enumeration = enumerations.setdefault(frozenset(values), title)
                schemas.setdefault(enumeration, {"type": "string", "enum": values})
                value = _refer("schemas", enumeration)
                shared[name] = parameter | {"schema": schema | {"items": value} if "items" in schema else value}
    return shared


def _name_constants(schemas: dict[str, Any]) -> None:
    """Name the values of each enumeration that has one of another: in Go all constants share one namespace."""
    enumerations = {name: schema for name, schema in schemas.items() if "enum" in schema}
    counted = Counter(value for schema in enumerations.values() for value in schema["enum"])
    for name, schema in enumerations.items():
        schema.setdefault("type", "string")
        if any(counted[value] > 1 for value in schema["enum"]):
            schema["x-enum-varnames"] = [f"{name}{value.title().translate(_NO_SIGNS)}" for value in schema["enum"]]


def _finish_schemas(part: Any) -> None:
    """Add `format: int64` to every integer of `part`, and take out the marks of drf-spectacular.

    Generators for Go, Java and C# take an integer without a format for one of 32 bits, which holds no amount above
    2.1 billion CNY.
    """
    if isinstance(part, dict):
        part.pop("x-spec-enum-id", None)
        if part.get("$ref") == "#/components/schemas/NullEnum":
            part["type"] = "null"
            del part["$ref"]
        if "integer" in (part.get("type") or ()):
            part.setdefault("format", "int64")
        part = list(part.values())
    if isinstance(part, list):
        for inner in part:
            _finish_schemas(inner)
