"""Schema views: the API's own description, for programs and for people."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.utils.translation import get_language
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from rest_framework.renderers import TemplateHTMLRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from .base import RegisterView


@cache
def description(language: str) -> dict[str, Any]:
    """The OpenAPI description in one language. It depends on the code alone, so it is made once in a process."""
    return SchemaGenerator().get_schema(request=None, public=True)


@extend_schema(exclude=True)
class SchemaView(RegisterView):
    """OpenAPI 3.1."""

    def get(self, request: Request) -> Response:
        return Response(description(get_language() or "en"))


@extend_schema(exclude=True)
class DocsView(RegisterView):
    """Swagger UI from the site's own files."""

    renderer_classes = (TemplateHTMLRenderer,)

    def get(self, request: Request) -> Response:
        return Response(template_name="api/docs.html")
