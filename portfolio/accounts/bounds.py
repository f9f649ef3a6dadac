"""Restrictions of a token in words: prefectures by their names, single addresses without the length of a network."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from projects.models import Prefecture
from projects.pages import formatting

from .networks import bare
from .tokens import ApiToken


@dataclass(frozen=True)
class Bounds:
    """In words. Both empty: the token is not bound."""

    prefectures: str
    addresses: str


def bounds_of(tokens: Iterable[ApiToken]) -> list[Bounds]:
    """Of each token, in their order."""
    tokens = list(tokens)
    codes = {code for token in tokens for code in token.prefectures}
    names = {each.adcode: each.name for each in Prefecture.objects.filter(adcode__in=codes)}
    return [
        Bounds(
            prefectures=formatting.listing([names.get(code, code) for code in token.prefectures]),
            addresses=formatting.listing([bare(network) for network in token.addresses]),
        )
        for token in tokens
    ]


def refusal_of(token: ApiToken) -> str:
    """When it last came from an address that it is not for, and from which; empty where it never did."""
    if token.refused_at is None:
        return ""
    at = formatting.minute(token.refused_at)
    if not token.refused_from:
        return _("Refused %(at)s, from an unknown address") % {"at": at}
    return _("Refused %(at)s, from %(address)s") % {"at": at, "address": token.refused_from}
