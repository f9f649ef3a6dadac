"""`/rounds/now/`: leads to the sheet in which there is work: something returned, or the newest open round."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect

from projects.pages import links
from projects.pages.decorators import work_page

from .sheet_filter import month_of_work


@work_page
def round_now(request: HttpRequest) -> HttpResponse:
    """404 while no round was ever set up."""
    month = month_of_work(request.user)
    if month is None:
        raise Http404
    return HttpResponseRedirect(links.page("round", str(month)))
