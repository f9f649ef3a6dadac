"""`/imports/<key>/refused.xlsx`: what was refused of an import, with its faults marked, to be corrected and sent again."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from projects.etags import NO_STORE
from projects.exports.files import workbook_response
from projects.models import Import
from projects.workbook_imports.refused_rows import refused_workbook

from ..decorators import work_file


@work_file
def refused_file(request: HttpRequest, key: int) -> HttpResponse:
    """404 for an import that the reader does not see, and where nothing is refused."""
    visible = Import.objects.visible_to(request.user).select_related("programme", "file")
    book = refused_workbook(get_object_or_404(visible, pk=key))
    if book is None:
        raise Http404
    answer = workbook_response(book, f"import-{key}-refused")
    answer["Cache-Control"] = NO_STORE
    return answer
