"""Reference data and enterprises."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from projects.api.schema.examples import answer

from .base import Address, CodedName, Record


@extend_schema_serializer(examples=[answer("sector")])
class SectorRecord(Record):
    """A sector of electronic information manufacturing."""

    url = Address("sectors", "code")
    code = serializers.CharField()
    name_zh = serializers.CharField()
    name_en = serializers.CharField()
    order = serializers.IntegerField(help_text=_("Small numbers come first."))


@extend_schema_serializer(examples=[answer("chain_link")])
class ChainLinkRecord(Record):
    """A link of a sector's industry chain."""

    url = Address("chain-links", "code")
    code = serializers.CharField()
    name_zh = serializers.CharField()
    name_en = serializers.CharField()
    sector = CodedName()
    order = serializers.IntegerField(help_text=_("Small numbers come first."))


@extend_schema_serializer(examples=[answer("prefecture")])
class PrefectureRecord(Record):
    """A prefecture-level division."""

    url = Address("prefectures", "adcode")
    adcode = serializers.CharField(help_text=_("Six digits, GB/T 2260, such as 430100."))
    name_zh = serializers.CharField()
    name_en = serializers.CharField()


@extend_schema_serializer(examples=[answer("enterprise")])
class EnterpriseRecord(Record):
    """An enterprise that owns or builds projects."""

    url = Address("enterprises", "pk")
    id = serializers.IntegerField()
    name_zh = serializers.CharField()
    name_en = serializers.CharField()
