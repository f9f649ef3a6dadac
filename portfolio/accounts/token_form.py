"""The form by which a user makes a token for another system."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portfolio.models import ApiToken, TokenScope
from projects.access import get_access
from projects.models import AnsweredCall, Prefecture
from projects.models.form_fields import DayField, SystemLabelField, TicksField
from projects.periods import Month

from .networks import networks_of

USUAL_DAYS, MOST_YEARS = 365, 2
MOST_USABLE = 50  # tokens of one user; whoever needs more forgets some


class TokenForm(forms.Form):
    """What a new token is for and what it is bound to. It always ends: one that does not is made by the command.

    Each form has a mark and makes one token: whoever sends it again, as by loading the answer anew, does not make another.
    No form outlives the session that it was shown in, and so none the day for which its mark is kept.
    """

    mark = forms.UUIDField(
        widget=forms.HiddenInput(attrs={"autocomplete": "off"}),  # or a browser puts the used one into the next form
        initial=uuid.uuid4,
        error_messages=dict.fromkeys(
            ("required", "invalid"), gettext_lazy("The form came without its mark. Load the page again.")
        ),
    )
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
        self.user, self.today, self.last_day = user, today, _last_day(today)
        if not get_access(user).can_write:
            self.fields["scope"].choices = [(TokenScope.READ.value, TokenScope.READ.label)]  # type: ignore[attr-defined]
        prefectures = Prefecture.objects.filter(get_access(user).rows("pk"))
        choices = [(each.adcode, each.name) for each in prefectures]
        if len(choices) > 1:
            self.fields["prefectures"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["prefectures"]
        first_day = today + dt.timedelta(days=1)
        self.fields["expires"].widget.attrs |= {"min": first_day.isoformat(), "max": self.last_day.isoformat()}

    def clean_expires(self) -> dt.date:
        day = self.cleaned_data["expires"]
        if not self.today < day <= self.last_day:
            raise ValidationError(_("A day from tomorrow to two years from now."))
        return day

    def clean_addresses(self) -> list[str]:
        return networks_of(self.cleaned_data["addresses"])

    def clean(self) -> dict[str, Any]:
        if obstacle := self._obstacle():
            raise ValidationError(obstacle)
        return self.cleaned_data

    def _obstacle(self) -> str:
        """What keeps it from making a token, whatever was typed."""
        if self._call() is not None:
            return _("This form has made its token already. Load the page again.")
        if self.user.auth_token_set.usable(timezone.now()).count() >= MOST_USABLE:
            return _("You have %(count)s valid tokens. Revoke some first.") % {"count": MOST_USABLE}
        return ""

    def made_before(self) -> ApiToken | None:
        """The token that this form, with its mark, has made already and that is still on record."""
        call = self._call()
        return ApiToken.objects.filter(user=self.user, token_key=call.body).first() if call else None

    def _call(self) -> AnsweredCall | None:
        key = self._key()
        return AnsweredCall.objects.filter(user=self.user, token="", key=key).first() if key else None

    def _key(self) -> str:
        """Of the mark, with a blank, which no key of a call of the API has; empty where there is no mark."""
        try:
            return f"token-form {self.fields['mark'].clean(self.data.get('mark'))}"
        except ValidationError:
            return ""

    @transaction.atomic
    def made(self) -> tuple[ApiToken, str] | None:
        """The token and its key, which is nowhere stored. None, and why among the errors, where another was faster."""
        # of one user one form at a time: on SQLite the transaction itself sees to that
        get_user_model().objects.select_for_update(no_key=True).filter(pk=self.user.pk).first()
        if obstacle := self._obstacle():
            self.add_error(None, obstacle)
            return None
        token, key = self._made()
        AnsweredCall.objects.create(
            user=self.user, key=self._key(), fingerprint="", status=200, body=token.token_key, created_at=timezone.now()
        )
        return token, key

    def _made(self) -> tuple[ApiToken, str]:
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


def _last_day(today: dt.date) -> dt.date:
    """The same day two years on; of a 29 February the day before 1 March."""
    month = Month(today.year + MOST_YEARS, today.month)
    return month.first_day.replace(day=min(today.day, month.last_day.day))
