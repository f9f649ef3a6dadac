"""OpenAPI 3.1: what drf-spectacular does not read from views and serializers."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension, OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, OpenApiParameter

from projects.exports.files import MEDIA_TYPES
from projects.text import LARGEST_KEY

from .bulk import many_named, many_new, many_shown
from .errors import MEDIA_TYPE, Problem
from .examples import REQUEST_EXAMPLES, problem_example
from .idempotency import HEADER
from .parameters import Parameter
from .serializers import SourceNaming

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


def get_tag_descriptions(names: Iterable[str]) -> list[dict[str, str]]:
    """Return name and description of each tag, once, in their order."""
    return [{"name": name, "description": str(_TAGS[name])} for name in dict.fromkeys(names)]


_CHANGES = ("Patched", "Named")  # begin the names of bodies in which what is left out stays as it is
_SEVERAL = ("allOf", "anyOf", "oneOf")
_ONE = ("items", "additionalProperties")


def remove_defaults(schema: dict[str, Any], *, name: str) -> None:
    """Take the defaults out of the body of this name, at any depth; a field that is called `default` stays."""
    value = schema.pop("default", None)
    if value not in (None, "", []) and not name.startswith(_CHANGES):
        said = gettext("Left out: `%(value)s`.") % {"value": value if isinstance(value, str) else json.dumps(value)}
        schema["description"] = _sentences(schema.get("description", ""), said)
    for part in _parts(schema):
        remove_defaults(part, name=name)


def _sentences(said: str, more: str) -> str:
    if not said:
        return more
    return f"{said} {more}" if said.endswith((".", "。")) else f"{said}. {more}"


def _parts(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from schema.get("properties", {}).values()
    for word in _SEVERAL:
        yield from schema.get(word, [])
    for word in _ONE:
        if isinstance(schema.get(word), dict):
            yield schema[word]


_GOOD = ("200", "201")
_VERSION = {"If-Match": "$response.header.ETag"}


def add_links(result: dict[str, Any]) -> None:
    """Add to each answer that is one record what can be done with it next, and to lists how their first is read."""
    shared: dict[str, Any] = {}
    named: set[str] = set()
    for collection, operations in _by_collection(result["paths"]).items():
        on_one = [operation for path, _method, operation in operations if path.startswith(f"{collection}{{")]
        if not on_one:
            continue
        key = next(each["name"] for each in on_one[0]["parameters"] if each["in"] == "path")
        for operation in on_one:
            shared[operation["operationId"]] = _link(operation, f"$response.body#/{key}")
        for path, method, operation in operations:
            for response in _good_responses(operation):
                if "ETag" in response.get("headers", {}):
                    response["links"] = _references(on_one, without=operation)
                    named |= set(response["links"])
                elif path in (collection, f"{collection}many/"):
                    inside = "results" if method == "get" else "records"
                    first = _link(on_one[0], f"$response.body#/{inside}/0/{key}")
                    response["links"] = {f"{on_one[0]['operationId']}_first": first}
    result["components"]["links"] = {name: shared[name] for name in sorted(named)}


def _by_collection(paths: Mapping[str, Any]) -> Mapping[str, list[tuple[str, str, dict[str, Any]]]]:
    """Return path, method and operation of each operation, by the path of its list."""
    found: dict[str, list[tuple[str, str, dict[str, Any]]]] = defaultdict(list)
    for path, methods in paths.items():
        collection = "/".join(path.split("/")[:4]) + "/"  # /api/v1/reports/
        found[collection] += [(path, method, operation) for method, operation in methods.items()]
    return found


def _good_responses(operation: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    yield from (response for status, response in operation["responses"].items() if status in _GOOD)


def _link(operation: Mapping[str, Any], key: str) -> dict[str, Any]:
    parameters = {each["name"]: key for each in operation["parameters"] if each["in"] == "path"}
    link = {"operationId": operation["operationId"], "parameters": parameters}
    if any(each["name"] == "If-Match" for each in operation["parameters"]):
        link["parameters"] = parameters | _VERSION
        link["description"] = gettext("Of the version that was answered.")
    return link


def _references(operations: list[dict[str, Any]], *, without: dict[str, Any]) -> dict[str, Any]:
    names = [operation["operationId"] for operation in operations if operation is not without]
    return {name: {"$ref": f"#/components/links/{name}"} for name in sorted(names)}


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
        action = getattr(getattr(self.view, self._action(), None), "url_path", "many")
        if action == "many":
            return super().get_operation_id()
        return f"{self.view.basename}_{action}{'' if self.view.detail else '_many'}"

    def get_summary(self) -> str | None:
        """Return what is done with which records, by the name of their model."""
        if self._action() not in _SUMMARIES:
            return None
        meta = self.view.model._meta
        name = meta.verbose_name_plural if self._action() == "list" else meta.verbose_name
        return str(_SUMMARIES[self._action()] % name)

    def get_description(self) -> str:
        """Return no docstring: they are for readers of the code, and in English alone."""
        descriptions = _DESCRIPTIONS | getattr(self.view, "descriptions", {})
        return str(descriptions.get(self._action(), ""))

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
            return many_new(added)
        if self._action() == "change_many":
            return many_named(changed, self.view.lookup_field)
        return bodies.get(self._action()) or super().get_request_serializer()

    def get_response_serializers(self) -> Any:
        if self._action() in ("add_many", "change_many"):
            status = 201 if self._action() == "add_many" else 200
            return {status: many_shown(self.view.serializer_class)}
        if self._action() == "create":
            return {201: self.view.serializer_class}
        return super().get_response_serializers()

    def _get_serializer_field_meta(self, field: Any, direction: Any) -> dict[str, Any]:
        """Return the schema without the label, which is for tables."""
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
        return self.method == "PATCH" or self._takes_step()

    def _takes_step(self) -> bool:
        step = getattr(getattr(self.view, self._action(), None), "url_path", None)
        return step in getattr(self.view, "transitions", ())

    def _names_versions(self) -> bool:
        """Return whether the body names the version of each of several records."""
        return self._action().endswith("_many") and self._action() != "add_many"

    def _gives_version(self) -> bool:
        """Return whether the response is one record."""
        has_versions = hasattr(self.view, "build_record_response")
        return self._takes_version() or (has_versions and self._action() in ("create", "retrieve"))

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
        response = {"description": _PROBLEMS[status], "content": {MEDIA_TYPE: content}}
        return response | ({"headers": _headers(status)} if status == "412" else {})


def _files() -> dict[str, Any]:
    """Return the content of a response that is a file of the whole list."""
    return {media_type.partition(";")[0]: {"schema": {"type": "string"}} for media_type in MEDIA_TYPES.values()}


def _headers(status: str) -> dict[str, Any]:
    text = {"type": "string"}
    if status == "file":
        description = _("Of a file: everything up to this revision is in it.")
        return {"X-Data-Revision": {"schema": {"type": "integer", "minimum": 0}, "description": description}}
    headers = {"ETag": {"schema": text, "description": _("The version of the record, for If-Match.")}}
    if status == "201":
        headers["Location"] = {"schema": text | {"format": "uri"}, "description": _("Address of the new record.")}
    return headers


def _query(parameter: Parameter) -> OpenApiParameter:
    if not (parameter.many or parameter.separated):
        return _build_parameter(parameter, OpenApiParameter.QUERY, dict(parameter.schema))
    schema = {"type": "array", "items": dict(parameter.schema), "minItems": 1}
    found = _build_parameter(parameter, OpenApiParameter.QUERY, schema)
    # several values: ?sector=a&sector=b; separated ones: ?fields=a,b
    found.style, found.explode = "form", parameter.many
    return found


def _path(parameter: Parameter) -> OpenApiParameter:
    schema = dict(parameter.schema)
    found = _build_parameter(parameter, OpenApiParameter.PATH, schema)
    # not so for the query: who tries an operation out does not want every filter filled in
    found.examples = [OpenApiExample(parameter.name, value=value) for value in schema.pop("examples", [])]
    return found


def _build_parameter(parameter: Parameter, location: str, schema: dict[str, Any]) -> OpenApiParameter:
    return OpenApiParameter(
        parameter.name,
        schema,  # type: ignore[arg-type]  a raw schema is taken as it is
        location,
        description=parameter.description,
        required=parameter.required or location == OpenApiParameter.PATH,
    )


_DESCRIPTION = gettext_noop(
    "The register of key projects, its totals and what they are held against. Money is whole CNY, null is not known. "
    "Every record says its basis; every total opens to exactly its records. Unknown parameters, values and fields are "
    "refused with the known ones. Errors are problem+json (RFC 9457) in the reader's language."
)
_NARROWED = ("ReportStep", "Explained", "FigureDefinition")


def finish_description(result: dict[str, Any], **_context: Any) -> dict[str, Any]:
    """Close bodies, remove their defaults, share the problems, add tags, links and examples of requests."""
    for name, component in result["components"]["schemas"].items():
        if name.endswith("Request"):
            remove_defaults(component, name=name)
        if name.endswith(("ChangeRequest", "SourceNamingRequest")):
            component["additionalProperties"] = False  # the API refuses other fields
            if "records" in component["properties"]:
                component["required"] = ["records"]  # of an envelope nothing may be left out, in a PATCH neither
        elif name.endswith("Record") or name in _NARROWED:
            component.pop("required", None)  # the parameter `fields` may leave any of them out
    result["info"] |= {"title": gettext("API of the key project register"), "description": gettext(_DESCRIPTION)}
    result["tags"] = get_tag_descriptions(tag for operation in _operations(result) for tag in operation["tags"])
    for operation in _operations(result):
        for content in operation.get("requestBody", {}).get("content", {}).values():
            if operation["operationId"] in REQUEST_EXAMPLES:
                content["examples"] = REQUEST_EXAMPLES[operation["operationId"]]
    _share_problems(result)
    add_links(result)
    return _without_marks(result)


def add_integer_format(result: dict[str, Any], **_context: Any) -> dict[str, Any]:
    """Return the description with `format: int64` on every integer: of bodies, answers, parameters and headers.

    Generators for Go, Java and C# take an integer without a format for one of 32 bits, which holds no amount above
    2.1 billion CNY.
    """
    _add_integer_format(result)
    return result


def _add_integer_format(part: Any) -> None:
    if isinstance(part, dict):
        if part.get("type") == "integer" or (isinstance(part.get("type"), list) and "integer" in part["type"]):
            part.setdefault("format", "int64")
        part = list(part.values())
    if isinstance(part, list):
        for inner in part:
            _add_integer_format(inner)


def _share_problems(result: dict[str, Any]) -> None:
    shared = result["components"].setdefault("responses", {})
    for operation in _operations(result):
        for status, response in operation["responses"].items():
            if MEDIA_TYPE in response.get("content", {}):
                name = f"Problem{status.capitalize()}"
                shared[name] = response
                operation["responses"][status] = {"$ref": f"#/components/responses/{name}"}
    result["components"]["responses"] = dict(sorted(shared.items()))


def _operations(result: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path in result["paths"].values():
        yield from path.values()


def _without_marks(part: Any) -> Any:
    if isinstance(part, dict):
        return {key: _without_marks(value) for key, value in part.items() if key != "x-spec-enum-id"}
    return [_without_marks(each) for each in part] if isinstance(part, list) else part
