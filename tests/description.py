"""The description of the API as clients read it."""

from __future__ import annotations

import json
from typing import Any

from django.utils.translation import override
from drf_spectacular.renderers import OpenApiJsonRenderer

from projects.api.root import description


def read_description() -> dict[str, Any]:
    """Return the OpenAPI document in English, as it is sent."""
    with override("en"):
        return json.loads(OpenApiJsonRenderer().render(description("en")))
