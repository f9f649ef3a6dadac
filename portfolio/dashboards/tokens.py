"""`/tokens/`: the API tokens by which other systems act as the user; made here, shown once, revoked here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_variables

from portfolio.accounts.networks import bare_address, parse_networks
from portfolio.models import ApiToken, TokenScope
from projects.access import get_access
from projects.models import Prefecture
from projects.models.form_fields import DayField, SystemLabelField, TicksField
from projects.pages import links
from projects.pages.decorators import get_choice_parameter, own_page
from projects.pages.list_pages import PAGE, PAGE_SIZE, get_pages
from projects.pages.parameters import accepts_parameters
from projects.periods import Month
from projects.text import listing
from projects.totals.scope import Scope

USABLE, ALL = "usable", "all"
USUAL_DAYS, MOST_YEARS = 365, 2
MOST_USABLE = 50  # tokens of one user; whoever needs more forgets some


class TokenForm(forms.Form):
    """What a new token is for and what it is bound to. It always ends: one that does not is made by the command.

    A label is used once, so a form that is sent again makes no second token.
    """

    label = SystemLabelField(help_text=gettext_lazy("Which system uses it, and whom to ask about it."))
    scope = forms.ChoiceField(
        label=gettext_lazy("It may"),
        choices=TokenScope.choices,
        initial=TokenScope.READ,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Never more than you may do yourself."),
    )
    expires = DayField(
        label=gettext_lazy("Valid through"),
        help_text=gettext_lazy("The last day on which it is valid, at most two years from now."),
    )
    prefectures = TicksField(
        label=gettext_lazy("Only these prefectures"),
        help_text=gettext_lazy("None selected: all that you see, now and later."),
    )
    addresses = forms.CharField(
        label=gettext_lazy("Only from these addresses"),
        required=False,
        max_length=1000,
        help_text=gettext_lazy("Addresses or networks such as 10.1.2.3 or 10.1.0.0/16; empty: from anywhere."),
    )

    def __init__(self, data: Any = None, *, user: Any) -> None:
        today = timezone.localdate()
        super().__init__(data, auto_id="token-%s", initial={"expires": today + dt.timedelta(days=USUAL_DAYS)})
        self.user, self.today, self.last_day = user, today, _get_last_day(today)
        if not get_access(user).can_write:
            self.fields["scope"].choices = [(TokenScope.READ.value, TokenScope.READ.label)]  # type: ignore[attr-defined]
        prefectures = Prefecture.objects.filter(get_access(user).rows("pk"))
        choices = [(prefecture.adcode, prefecture.name) for prefecture in prefectures]
        if len(choices) > 1:
            self.fields["prefectures"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["prefectures"]
        first_day = today + dt.timedelta(days=1)
        self.fields["expires"].widget.attrs |= {"min": first_day.isoformat(), "max": self.last_day.isoformat()}

    def clean_label(self) -> str:
        label = self.cleaned_data["label"]
        if self.user.auth_token_set.usable(timezone.now()).filter(label=label).exists():
            raise ValidationError(_("You have a valid token with this label already. Its text is not shown again."))
        return label

    def clean_expires(self) -> dt.date:
        day = self.cleaned_data["expires"]
        if not self.today < day <= self.last_day:
            raise ValidationError(_("A day from tomorrow to two years from now."))
        return day

    def clean_addresses(self) -> list[str]:
        return parse_networks(self.cleaned_data["addresses"])

    def clean(self) -> dict[str, Any]:
        if self.user.auth_token_set.usable(timezone.now()).count() >= MOST_USABLE:
            raise ValidationError(_("You have %(count)s valid tokens. Revoke some first.") % {"count": MOST_USABLE})
        return self.cleaned_data

    def create_token(self) -> tuple[ApiToken, str]:
        """Create the token; return it and its key, which is nowhere stored."""
        typed = self.cleaned_data
        end = timezone.make_aware(dt.datetime.combine(typed["expires"], dt.time(23, 59)))
        return ApiToken.objects.create(
            user=self.user,
            expiry=end - timezone.now(),
            scope=typed["scope"],
            label=typed["label"],
            prefectures=typed.get("prefectures", []),
            addresses=typed["addresses"],
        )


def _get_last_day(today: dt.date) -> dt.date:
    """Return the same day two years on; of a 29 February the day before 1 March."""
    month = Month(today.year + MOST_YEARS, today.month)
    return month.first_day.replace(day=min(today.day, month.last_day.day))


@own_page
@accepts_parameters("show", PAGE)
def tokens(request: HttpRequest) -> HttpResponse:
    """List the user's own tokens, for an administrator all; with `?show=all` also those that have ended."""
    show = get_choice_parameter(request, "show", (USABLE, ALL))
    rows = ApiToken.objects.visible_to(request.user).select_related("user", "revoked_by").order_by("-created", "pk")
    if show == USABLE:
        rows = rows.usable(timezone.now())
    pages = get_pages(request, rows.count())
    first = pages.first - 1
    context = {
        "scope": Scope.from_request(request),
        "title": _("Tokens"),
        "rows": _build_rows(request.user, rows[first : first + PAGE_SIZE]),
        "pages": pages,
        "sees_all": request.user.has_perm("portfolio.view_apitoken"),
        "show_all": show == ALL,
    }
    return render(request, "accounts/tokens.html", context)


@own_page
@sensitive_variables("key", "made")
def add_token(request: HttpRequest) -> HttpResponse:
    """Make a token of the user. Its key is in the response to the POST of the form and nowhere else."""
    form = TokenForm(request.POST if request.method == "POST" else None, user=request.user)
    scope, made = Scope.from_request(request), None
    if request.method == "POST":
        with transaction.atomic():
            # one form of a user at a time, so that each sees the tokens of the others; SQLite's transaction does so itself
            get_user_model().objects.select_for_update(no_key=True).get(pk=request.user.pk)
            made = form.create_token() if form.is_valid() else None
    if made is None:
        context = {"scope": scope, "title": _("Make a token"), "form": form}
        return render(request, "accounts/token_form.html", context, status=422 if form.errors else 200)
    token, key = made
    [row] = _build_rows(request.user, [token])
    address = request.build_absolute_uri("/")
    context = {"scope": scope, "title": _("Your new token"), "token": token, "row": row, "key": key, "address": address}
    return render(request, "accounts/token_made.html", context)


@own_page
def revoke_token(request: HttpRequest, key: str) -> HttpResponse:
    """Ask whether a token is to end, then end it. `key` is the beginning of its key, by which its owner knows it."""
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
    [row] = _build_rows(request.user, [token])
    context = {"scope": Scope.from_request(request), "title": title, "token": token, "row": row}
    return render(request, "accounts/token_revoke.html", context)


def may_revoke(user: Any, token: ApiToken) -> bool:
    """Return True for one's own token, and for an administrator; tokens of a superuser are left to superusers."""
    if token.user_id == user.pk:
        return True
    return user.has_perm("portfolio.delete_apitoken") and (user.is_superuser or not token.user.is_superuser)


def _build_rows(user: Any, tokens: Iterable[ApiToken]) -> list[dict[str, Any]]:
    """Return tokens with what they are bound to in words, and whether the user may revoke them. One query beside theirs."""
    tokens = list(tokens)
    codes = {code for token in tokens for code in token.prefectures}
    names = {prefecture.adcode: prefecture.name for prefecture in Prefecture.objects.filter(adcode__in=codes)}
    return [
        {
            "token": token,
            "prefectures": listing([names.get(code, code) for code in token.prefectures]),
            "addresses": listing([bare_address(network) for network in token.addresses]),
            "is_revocable": not token.has_ended and may_revoke(user, token),
        }
        for token in tokens
    ]
