"""Imports of workbooks: sent as a form, looked at, mapped, confirmed and taken back; see `projects.workbook_imports`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import exceptions
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from projects.api.confirming import taken_out, with_confirmation
from projects.api.exceptions import Malformed
from projects.api.numbered_pages import NumberedPage
from projects.api.pagination import PARAMETERS as PAGING
from projects.api.parameters import EVERYWHERE, Parameter
from projects.api.parsing import body_of
from projects.api.serializers.base import BodySerializer, ReadOnlySerializer
from projects.api.serializers.import_changes import (
    ChoicesChange,
    ConfirmChange,
    ImportChange,
    MappingChange,
    UndoChange,
)
from projects.api.serializers.imports import CellPage, CellRecord, ImportBegun, ImportPage, ImportRecord
from projects.choices import CellVerdict
from projects.exports.files import XLSX as MEDIA_TYPE
from projects.exports.files import workbook_response
from projects.history.revisions import writing
from projects.models import Import
from projects.workbook_imports import choose, confirm, prepare_mapping, prepare_upload, undo
from projects.workbook_imports.refused_rows import refused_workbook

from .base import ID, RegisterView

_VERDICT = Parameter(
    "verdict",
    gettext_lazy("Only cells of which this comes."),
    {"type": "string", "enum": CellVerdict.values},
    many=True,
)


class FormWanted(exceptions.UnsupportedMediaType):
    """A file comes as the part of a form."""

    default_detail = gettext_lazy("Send a form with the file, with the header Content-Type: multipart/form-data.")

    def __init__(self) -> None:
        exceptions.APIException.__init__(self)


class FormParser(MultiPartParser):
    """Forms with files, each part once."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        try:
            return super().parse(stream, media_type, parser_context)
        except exceptions.ParseError:
            raise Malformed(_("The request cannot be read.")) from None


class _ImportView(RegisterView):
    model = Import
    has_etag = False  # an import goes on without a revision

    def imports(self) -> QuerySet[Import]:
        """Those that the reader may see."""
        return Import.objects.visible_to(self.request.user).select_related("programme")


class _OneImportView(_ImportView):
    detail = True
    path_parameters = (ID,)

    def found(self) -> Import:
        return get_object_or_404(self.imports(), pk=self.kwargs["pk"])

    def shown(self, imported: Import, *, status: int = 200) -> Response:
        return Response(ImportRecord(imported, context={"request": self.request}).data, status=status)


class ImportsView(_ImportView):
    parser_classes = (FormParser,)

    def known_parameters(self) -> Sequence[Parameter]:
        return (*PAGING, *EVERYWHERE) if self.request is None or self.request.method == "GET" else EVERYWHERE

    @extend_schema(
        operation_id="imports_list",
        summary=gettext_lazy("List imports"),
        description=gettext_lazy("One's own, the newest first; for the province those of all."),
        responses=ImportPage,
    )
    def get(self, request: Request) -> Response:
        told, rows = NumberedPage(request).of(self.imports())
        return Response(told | {"results": ImportRecord(rows, many=True, context={"request": request}).data})

    @extend_schema(
        operation_id="imports_create",
        summary=gettext_lazy("Send a workbook"),
        description=gettext_lazy("It is kept and checked; nothing is written before it is confirmed."),
        request={"multipart/form-data": ImportChange},
        responses={202: ImportBegun},
    )
    def post(self, request: Request) -> Response:
        return _told(self.take_step(), request)

    def prepare(self, request: Request) -> None:
        body = ImportChange(data=_parts_of(request), context={"request": request, "view": self})
        body.is_valid(raise_exception=True)
        said = dict(body.validated_data)
        file = said.pop("file")
        self.take_step = prepare_upload(request.user, name=file.name, content=file.read(), **said)


class ImportView(_OneImportView):
    @extend_schema(operation_id="imports_retrieve", summary=gettext_lazy("Show an import"), responses=ImportRecord)
    def get(self, _request: Request, **_key: Any) -> Response:
        return self.shown(self.found())


class ImportCellsView(_OneImportView):
    def known_parameters(self) -> Sequence[Parameter]:
        return (_VERDICT, *PAGING, *EVERYWHERE)

    @extend_schema(
        operation_id="imports_cells",
        summary=gettext_lazy("List the cells of an import"),
        description=gettext_lazy(
            "As they stand in the file, with what would come, or came, of each, but for those that only name the project."
        ),
        responses=CellPage,
    )
    def get(self, request: Request, **_key: Any) -> Response:
        found = self.found().cells.with_content()
        if verdicts := request.query_params.getlist("verdict"):
            found = found.filter(verdict__in=verdicts)
        told, rows = NumberedPage(request).of(found)
        return Response(told | {"results": CellRecord(rows, many=True).data})


class _StepView(_OneImportView):
    """One step. What was sent is looked at first, then the step refuses what cannot be."""

    body_class: type[BodySerializer]
    step: Callable[..., Import]
    asked = False

    @extend_schema(responses={202: ImportBegun})
    def post(self, request: Request, **_key: Any) -> Response:
        return _told(self.take_step(), request)

    def take_step(self) -> Import:
        return type(self).step(self.found(), user=self.request.user, **self.validated_body())

    def validated_body(self) -> dict[str, Any]:
        """Return the arguments of the step. Raises for what is wrong with them."""
        data, confirmation = taken_out(body_of(self.request), self.body_class, asked=self.asked)
        body = self.body_class(data=data, context={"request": self.request, "view": self})
        body.is_valid(raise_exception=True)
        return body.validated_data | ({"confirmed_rules": confirmation.rules} if self.asked else {})


@extend_schema_view(
    post=extend_schema(
        operation_id="imports_mapping",
        summary=gettext_lazy("Say which column is which field"),
        description=gettext_lazy("It is checked anew, and remembered for tables with the same heads."),
        request=MappingChange,
    )
)
class ImportMappingView(_StepView):
    body_class = MappingChange

    def prepare(self, request: Request) -> None:
        self.take_step = prepare_mapping(self.found(), user=request.user, **self.validated_body())


@extend_schema_view(
    post=extend_schema(
        operation_id="imports_choices",
        summary=gettext_lazy("Answer what a preview asks"),
        description=gettext_lazy("It is kept with the import, which is checked anew; nothing is written."),
        request=ChoicesChange,
    )
)
class ImportChoicesView(_StepView):
    body_class, step = ChoicesChange, staticmethod(choose)


class ImportRefusedView(_OneImportView):
    @extend_schema(
        operation_id="imports_refused",
        summary=gettext_lazy("What was refused, as a workbook"),
        description=gettext_lazy(
            "Its rows under the sender's own heads, with the faults marked in their cells: sent back corrected it is an "
            "import like any other."
        ),
        responses={(200, MEDIA_TYPE): OpenApiTypes.BINARY},
    )
    def get(self, _request: Request, **_key: Any) -> HttpResponse:
        found = self.found()
        book = refused_workbook(found)
        if book is None:
            raise Http404
        return workbook_response(book, f"import-{found.pk}-refused")


@extend_schema_view(
    post=extend_schema(
        operation_id="imports_confirm",
        summary=gettext_lazy("Confirm an import"),
        description=gettext_lazy(
            "It is written as it was previewed, in one revision, or not at all: then its state is `ready` again and `words` "
            "say why."
        ),
        request=with_confirmation(ConfirmChange),
    )
)
class ImportConfirmView(_StepView):
    body_class, step, asked = ConfirmChange, staticmethod(confirm), True

    def take_step(self) -> Import:
        with writing():  # a source that is new is registered with it, or not at all
            return super().take_step()


@extend_schema_view(
    post=extend_schema(
        operation_id="imports_undo",
        summary=gettext_lazy("Undo an import"),
        description=gettext_lazy(
            "All of it in one revision, or nothing where something of it was changed since: then its state is `done` again"
            " and `words` say why. Proposals are withdrawn as far as nobody has decided them; `words` name what stays."
        ),
        request=UndoChange,
    )
)
class ImportUndoView(_StepView):
    body_class, step = UndoChange, staticmethod(undo)


def _told(imported: Import, request: Request) -> Response:
    url = reverse("api:import", args=[imported.pk], request=request)
    shown: ReadOnlySerializer = ImportBegun({"id": imported.pk, "url": url, "state": imported.state})
    return Response(shown.data, status=202, headers={"Location": url})


def _parts_of(request: Request) -> dict[str, Any]:
    """The parts of the form. Raises for what is none, and for a part that comes twice."""
    try:
        parts = request.data
    except exceptions.UnsupportedMediaType:
        raise FormWanted from None
    if not isinstance(parts, QueryDict):
        raise FormWanted
    twice = [name for name in parts if len(parts.getlist(name)) > 1]
    if twice:
        raise exceptions.ValidationError({twice[0][:80]: [_("“%(name)s” is given twice.") % {"name": twice[0][:80]}]})
    return {name: parts[name] for name in parts}
