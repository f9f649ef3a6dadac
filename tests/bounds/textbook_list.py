"""What the textbook's list page costs here and now: the unit in which a time is told, since machines differ."""

from __future__ import annotations

import statistics
import time
from unittest.mock import patch

from django.db import models
from rest_framework import pagination, serializers, viewsets
from rest_framework.renderers import JSONRenderer
from rest_framework.test import APIRequestFactory

from projects.models import Project
from sectors.models import Sector

TIMES = 3
_FIELDS = (  # noqa: SIM905  a line for each would hide the view
    "id code name_zh name_en kind sector chain_link prefecture county_zh county_en enterprise total_investment"
    " expected_revenue transferred source_province start start_precision finish finish_precision basis source"
    " note_zh note_en"
).split()


class _Sector(serializers.ModelSerializer):
    class Meta:
        model, fields = Sector, ("id", "code", "name_zh", "name_en")


class _Project(serializers.ModelSerializer):
    sector = _Sector()

    class Meta:
        model, fields = Project, _FIELDS


class _Pages(pagination.PageNumberPagination):
    page_size = 50


class _Projects(viewsets.ReadOnlyModelViewSet):
    queryset = Project.objects.select_related("sector").order_by("code")
    serializer_class = _Project
    pagination_class = _Pages
    renderer_classes = (JSONRenderer,)
    authentication_classes = permission_classes = throttle_classes = filter_backends = ()


def seconds() -> float:
    """The processor's time for one list page of 50, as the median of several."""
    view, requests = _Projects.as_view({"get": "list"}), APIRequestFactory()
    of_django = classmethod(models.Model.from_db.__func__)  # a textbook's models are made as Django makes them
    with patch.object(Project, "from_db", of_django), patch.object(Sector, "from_db", of_django):
        return statistics.median(_taken(view, requests.get("/", {"page": page})) for page in range(1, TIMES + 1))


def _taken(view: object, request: object) -> float:
    begun = time.process_time()
    view(request).render()  # type: ignore[operator]
    return time.process_time() - begun
