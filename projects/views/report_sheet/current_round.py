"""`/rounds/now/`: leads to the sheet of the newest open round."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from projects.views.pages import work_page

from .sheet_filter import newest_open


@work_page
def round_now(request: HttpRequest) -> HttpResponse:
    """404 while no round was ever set up."""
    month = newest_open(request.user)
    if month is None:
        raise Http404
    return redirect("round", month)
