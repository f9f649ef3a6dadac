"""Reference words: sectors, chain links and prefectures by their code or by their name in either language."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from projects.models import Prefecture
from sectors.models import ChainLink, Sector

NO_SECTOR = _("There is no sector “%(value)s”.")
NO_CHAIN_LINK = _("There is no chain link “%(value)s”.")
NO_PREFECTURE = _("There is no prefecture “%(value)s”.")
_DIVISIONS = ("土家族苗族自治州", "自治州", "市", "州")


def spelled(text: str) -> str:
    """One spelling of a name: NFKC, small letters, no blanks."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


@dataclass
class ReferenceWords:
    """Read once for a whole file. Each raises `ValidationError` for a word that names nothing, or two things."""

    @cached_property
    def _sectors(self) -> Mapping[str, Any]:
        return _by_word(Sector.objects.all(), "code")

    @cached_property
    def _chain_links(self) -> Mapping[str, Any]:
        return _by_word(ChainLink.objects.select_related("sector"), "code")

    @cached_property
    def _prefectures(self) -> Mapping[str, Any]:
        found = _by_word(Prefecture.objects.all(), "adcode")
        for word, record in list(found.items()):
            for division in _DIVISIONS:
                if word.endswith(division):
                    found.setdefault(word.removesuffix(division), record)
        return found

    def sector(self, word: str) -> Any:
        return _named(self._sectors, word, NO_SECTOR)

    def chain_link(self, word: str) -> Any:
        return _named(self._chain_links, word, NO_CHAIN_LINK)

    def prefecture(self, word: str) -> Any:
        return _named(self._prefectures, word, NO_PREFECTURE)


def _by_word(records: QuerySet | Iterable[Any], code: str) -> dict[str, Any]:
    """A name that two have is none's."""
    found: dict[str, Any] = {}
    for record in records:
        for word in {spelled(getattr(record, code)), spelled(record.name_zh), spelled(record.name_en)} - {""}:
            found[word] = None if word in found else record
    return found


def _named(words: Mapping[str, Any], word: str, unknown: Any) -> Any:
    record = words.get(spelled(word))
    if record is None:
        raise ValidationError(unknown % {"value": word}, code="unknown")
    return record
