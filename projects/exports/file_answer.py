"""Response of a file that is sent while it is made: its name, its type, and up to which revision everything is in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from urllib.parse import quote

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.translation import get_language, gettext

from projects.models import Revision
from projects.versioning import as_of

from . import csv_text, ndjson, workbook
from .streaming import Stream

MEDIA_TYPES = {"ndjson": ndjson.MEDIA_TYPE, "csv": csv_text.MEDIA_TYPE, "xlsx": workbook.MEDIA_TYPE}
_TORN = {"ndjson": ndjson.TORN, "csv": csv_text.TORN, "xlsx": b""}  # half a workbook is none anyway


def newest_revision() -> int:
    """That of the state that is looked at."""
    looked_at = as_of.current()
    return looked_at.revision if looked_at else Revision.objects.newest_number()


def file_answer(
    request: HttpRequest,
    form: str,
    written: Callable[[], Iterator[bytes]],
    *,
    name: str,
    revision: int,
    using: str,
    title: str = "",
) -> StreamingHttpResponse:
    """The file that `written` makes, in one of `MEDIA_TYPES`. Its name says what it is, and as of when; one for people has a
    `title` in their language.
    """
    looked_at = as_of.current()
    stream: Iterable[bytes] = ()
    if request.method != "HEAD":
        stream = Stream(written, using=using, past=looked_at, language=get_language() or "", torn=_TORN[form])
    response = StreamingHttpResponse(stream, content_type=MEDIA_TYPES[form])
    moment = looked_at.day.isoformat() if looked_at and looked_at.is_day else f"r{revision}"
    response["Content-Disposition"] = f'attachment; filename="{name}-{moment}.{form}"'
    if title:  # a browser takes this one, an old one the other
        response["Content-Disposition"] += f"; filename*=UTF-8''{quote(f'{title}-{moment}.{form}', safe='')}"
    response["X-Data-Revision"] = str(revision)
    response["X-Accel-Buffering"] = "no"  # a proxy would wait for the end
    return response


def refuse_too_many(count: int) -> None:
    """Raise `ValidationError` for more rows than a sheet holds."""
    if count > workbook.MOST_ROWS:
        told = gettext("A sheet of Excel holds %(most)s rows and these are %(count)s: narrow the list, or use csv.")
        raise ValidationError({"format": [told % {"most": workbook.MOST_ROWS, "count": count}]})


def workbook_answer(book: bytes, name: str) -> HttpResponse:
    """A workbook that is made already; its name is given without the ending."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.xlsx"'}
    return HttpResponse(book, content_type=workbook.MEDIA_TYPE, headers=headers)
