"""Reference data and enterprises."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from .base import Address, CodedName, Record


class SectorRecord(Record):
    """A sector of electronic information manufacturing."""

    url = Address("sectors", "code")
    code = serializers.CharField()
    name_zh = serializers.CharField()
    name_en = serializers.CharField()
    order = serializers.IntegerField(help_text=_("Small numbers come first."))


class ChainLinkRecord(Record):
    """A link of a sector's industry chain."""

    url = Address("chain-links", "code")
    code = serializers.CharField()
    name_zh = serializers.CharField()
    name_en = serializers.CharField()
    sector = CodedName()
    order = serializers.IntegerField(help_text=_("Small numbers come first."))


class PrefectureRecord(Record):
    """A prefecture-level division."""

    url = Address("prefectures", "adcode")
    adcode = serializers.CharField(help_text=_("Six digits, GB/T 2260, such as 430100."))
    name_zh = serializers.CharField()
    name_en = serializers.CharField()


class EnterpriseRecord(Record):
    """An enterprise that owns or builds projects."""

    url = Address("enterprises", "pk")
    id = serializers.IntegerField()
    name_zh = serializers.CharField()
    name_en = serializers.CharField()
