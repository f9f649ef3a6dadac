"""`/imports/<key>/refused.xlsx`: what was refused of an import, with its faults marked, to be corrected and sent again."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse

from projects.exports.file_answer import workbook_answer
from projects.http_caching import NO_STORE
from projects.importing.returned import refused_workbook
from projects.models import Import
from projects.text import LARGEST_KEY

from ..pages import work_file


@work_file
def refused_file(request: HttpRequest, key: int) -> HttpResponse:
    """404 for an import that the reader does not see, and where nothing is refused."""
    visible = Import.objects.visible_to(request.user).select_related("programme", "file")
    found = visible.filter(pk=min(key, LARGEST_KEY)).first()
    book = refused_workbook(found) if found is not None else None
    if book is None:
        raise Http404
    answer = workbook_answer(book, f"import-{key}-refused")
    answer["Cache-Control"] = NO_STORE
    return answer
