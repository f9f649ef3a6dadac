"""`/tokens/`: the tokens by which other systems ask as the reader; made here, shown once, revoked here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from portfolio.accounts.bounds import Bounds, bounds_of, refusal_of
from portfolio.accounts.token_form import TokenForm
from portfolio.models import ApiToken
from projects.pages import links
from projects.pages.decorators import one_of, own_page
from projects.pages.list_pages import PAGE, PAGE_SIZE, get_pages
from projects.pages.parameters import reads
from projects.totals.scope import Scope

USABLE, ALL = "usable", "all"


@dataclass(frozen=True)
class TokenRow:
    """A token as a row of the page. Whoever sees it may revoke it, but for the accounts above all."""

    token: ApiToken
    bounds: Bounds
    refusal: str
    revoke_url: str  # empty where it has ended, or is not the reader's to end


@own_page
@reads("show", PAGE)
def tokens(request: HttpRequest) -> HttpResponse:
    """One's own tokens, an administrator's all; `?show=all` with those that have ended."""
    show = one_of(request, "show", (USABLE, ALL))
    found = ApiToken.objects.visible_to(request.user).select_related("user", "revoked_by").order_by("-created", "pk")
    if show == USABLE:
        found = found.usable(timezone.now())
    pages = get_pages(request, found.count())
    first = pages.first - 1
    context = {
        "scope": Scope.from_request(request),
        "title": _("Tokens"),
        "lines": _lines(request, list(found[first : first + PAGE_SIZE])),
        "pages": pages,
        "sees_all": request.user.has_perm("portfolio.view_apitoken"),
        "show_all": show == ALL,
    }
    return render(request, "accounts/tokens.html", context)


@own_page
@sensitive_variables("key", "made")
def add_token(request: HttpRequest) -> HttpResponse:
    """A new token of the reader. Its key is in the answer to the first POST of the form and nowhere else."""
    form = TokenForm(request.POST if request.method == "POST" else None, user=request.user)
    context: dict[str, Any] = {"scope": Scope.from_request(request), "title": _("Make a token"), "form": form}
    if request.method == "POST":
        if before := form.made_before():
            return _made_before(request, before)
        made = form.made() if form.is_valid() else None
        if made is not None:
            token, key = made
            address = request.build_absolute_uri("/")
            context |= {
                "title": _("Your new token"),
                "line": _lines(request, [token])[0],
                "key": key,
                "address": address,
            }
            return render(request, "accounts/token_made.html", context)
        if before := form.made_before():  # the same form at the same moment
            return _made_before(request, before)
    return render(request, "accounts/token_form.html", context, status=422 if form.errors else 200)


def _made_before(request: HttpRequest, token: ApiToken) -> HttpResponse:
    told = _("This form has made its token “%(label)s” already. Its text was shown then and is not shown again.")
    messages.info(request, told % {"label": token.label})
    return HttpResponseRedirect(links.page("tokens"))


@own_page
def revoke_token(request: HttpRequest, key: str) -> HttpResponse:
    """Asks whether a token is to end, then ends it; of one that has ended it says so. `key` is its beginning, by which its
    owner knows it.
    """
    token = ApiToken.objects.visible_to(request.user).select_related("user", "revoked_by").filter(token_key=key).first()
    if token is None:
        raise Http404
    if not may_revoke(request.user, token):
        raise PermissionDenied
    if request.method == "POST":
        if token.has_expired:
            messages.info(request, _("The token had expired already."))
        elif token.revoke(by=request.user):
            messages.success(request, _("The token was revoked; whoever used it is refused from now on."))
        else:
            messages.info(request, _("The token had been revoked already."))
        return HttpResponseRedirect(links.page("tokens"))
    title = _("This token has ended") if token.has_ended else _("Revoke a token")
    context = {"scope": Scope.from_request(request), "title": title, "line": _lines(request, [token])[0]}
    return render(request, "accounts/token_revoke.html", context)


def may_revoke(user: Any, token: ApiToken) -> bool:
    """One's own, an administrator every other's too; of an account above all grants only its like."""
    if token.user_id == user.pk:
        return True
    return user.has_perm("portfolio.delete_apitoken") and (user.is_superuser or not token.user.is_superuser)


def _lines(request: HttpRequest, found: list[ApiToken]) -> list[TokenRow]:
    return [
        TokenRow(
            token,
            bounds,
            refusal_of(token),
            links.page("token-revoke", token.token_key)
            if not token.has_ended and may_revoke(request.user, token)
            else "",
        )
        for token, bounds in zip(found, bounds_of(found), strict=True)
    ]
