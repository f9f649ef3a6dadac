"""Serializers of reference data and enterprises."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from projects.models import Enterprise, Prefecture
from sectors.models import ChainLink, Direction, Sector

from .by_model import RecordSerializer

_ORDER = {"order": {"help_text": _("Small numbers come first.")}}


class DirectionRecord(RecordSerializer):
    """A direction of the announcement: a group of sectors, or the projects that come from other provinces."""

    class Meta:
        model = Direction
        example = "direction"
        fields = "url code name_zh name_en order measured_by source_url announced_on ..."
        extra_kwargs = _ORDER


class SectorRecord(RecordSerializer):
    """A sector of electronic information manufacturing."""

    class Meta:
        model = Sector
        example = "sector"
        fields = "url code name_zh name_en order direction ..."
        extra_kwargs = _ORDER


class ChainLinkRecord(RecordSerializer):
    """A link of a sector's industry chain."""

    class Meta:
        model = ChainLink
        example = "chain_link"
        fields = "url code name_zh name_en sector order ..."
        extra_kwargs = _ORDER


class PrefectureRecord(RecordSerializer):
    """A prefecture-level division."""

    class Meta:
        model = Prefecture
        example = "prefecture"
        fields = "url adcode name_zh name_en ..."
        extra_kwargs = {"adcode": {"help_text": _("Six digits, GB/T 2260, such as 430100.")}}


class EnterpriseRecord(RecordSerializer):
    """An enterprise that owns or builds projects."""

    class Meta:
        model = Enterprise
        example = "enterprise"
        fields = "url id name_zh name_en ..."
