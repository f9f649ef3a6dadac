"""Extensions of drf-spectacular: our ways to sign in and our fields."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension, OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema

from projects.api.filter_parameters import PARTIAL_DATE
from projects.api.parameters import MONTH_PATTERN
from projects.api.references import SourceNaming
from projects.text import LARGEST_KEY


class TokenScheme(OpenApiAuthenticationExtension):
    target_class = "projects.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": _(
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
            "description": _("The session of a browser; writes need the CSRF token in the header X-CSRFToken."),
        }

    def get_security_requirement(self, auto_schema: AutoSchema) -> Any:
        # where the public may read, no scheme is needed
        return [{self.name: []}, {}] if auto_schema.method == "GET" else {self.name: []}


class PartialDaySchema(OpenApiSerializerFieldExtension):
    target_class = "projects.api.fields.PartialDay"

    def map_serializer_field(self, auto_schema: AutoSchema, direction: str) -> dict[str, Any]:
        return {"type": "string", "pattern": PARTIAL_DATE}


class MonthTextSchema(OpenApiSerializerFieldExtension):
    target_class = "projects.api.fields.MonthText"

    def map_serializer_field(self, auto_schema: AutoSchema, direction: str) -> dict[str, Any]:
        return {"type": "string", "pattern": MONTH_PATTERN, "examples": ["2023-07"]}


class ReferenceSchema(OpenApiSerializerFieldExtension):
    target_class = "projects.api.references.Reference"
    match_subclasses = True

    def map_serializer_field(self, auto_schema: AutoSchema, direction: str) -> dict[str, Any]:
        if self.target.number:
            return {"type": "integer", "minimum": 0, "maximum": LARGEST_KEY - 1}
        return {"type": "string", "minLength": 1}


class SourceReferenceSchema(OpenApiSerializerFieldExtension):
    target_class = "projects.api.references.SourceReference"
    priority = 1

    def map_serializer_field(self, auto_schema: AutoSchema, direction: str) -> dict[str, Any]:
        named = auto_schema.resolve_serializer(SourceNaming, direction).ref
        return {"oneOf": [{"type": "integer", "minimum": 0, "maximum": LARGEST_KEY - 1}, named]}


class AddressSchema(OpenApiSerializerFieldExtension):
    target_class = "projects.api.serializers.base.Address"

    def map_serializer_field(self, auto_schema: AutoSchema, direction: str) -> dict[str, Any]:
        return {"type": "string", "format": "uri"}
