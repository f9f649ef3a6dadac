"""API root, the OpenAPI description, and the response for every address that is none."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, NoReturn

from django.http import Http404, HttpRequest, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.renderers import TemplateHTMLRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from .codes import ErrorCode
from .viewsets import RegisterView

_NEEDED = {"explain": "?figure=disbursed"}  # what an endpoint must be asked


class RootView(RegisterView):
    """The addresses of everything that can be asked."""

    endpoints: Mapping[str, str] = {}  # name and name of the URL

    @extend_schema(
        summary=_("List the endpoints"),
        responses={200: {"type": "object", "additionalProperties": {"type": "string", "format": "uri"}}},
        operation_id="root_retrieve",
    )
    def get(self, request: Request) -> Response:
        return Response(
            {
                name: reverse(f"api:{view}", request=request) + _NEEDED.get(name, "")
                for name, view in self.endpoints.items()
            }
        )


class NothingView(RegisterView):
    """An address without a meaning: 404, with the way to mend it where only the last slash is missing."""

    authentication_classes: Any = ()
    permission_classes: Any = ()

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with_slash = f"{request.path_info}/"
        if request.method in ("GET", "HEAD") and not request.path_info.endswith("/") and leads_somewhere(with_slash):
            return HttpResponsePermanentRedirect(request.get_full_path(force_append_slash=True))
        return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> NoReturn:
        # whatever the method, there is nothing here
        self.format_kwarg = None
        if not request.path_info.endswith("/") and leads_somewhere(f"{request.path_info}/"):
            raise NotFound(gettext("The address ends with a slash: %(address)s/") % {"address": request.path})
        raise Http404


def leads_somewhere(path: str) -> bool:
    """Return whether the path belongs to a view."""
    try:
        return getattr(resolve(path).func, "view_class", None) is not NothingView
    except Resolver404:
        return False


@cache
def description(language: str) -> dict[str, Any]:
    """Return the OpenAPI description in one language. It depends on the code alone, so it is cached."""
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
        return Response({"codes": ErrorCode.choices}, template_name="api/docs.html")
