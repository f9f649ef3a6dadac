"""Who asks in the differential test: prepared in the database of its servers, printed as JSON for the test."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from portfolio.models import ApiToken
from projects.choices import Role
from projects.models import Project
from projects.versioning.revisions import writing
from tests.people import CHANGSHA, ZHUZHOU, person, session_of
from tests.projects.models.reports_made import ZHUZHOU_CODE, drafted

CANARY = "CANARY-OF-ZHUZHOU"


def fill() -> None:
    """Add to the register a draft of Zhuzhou, and everybody's sessions and tokens; prints them by name."""
    people = {
        "province": person("province", Role.PROVINCE),
        "changsha": person("changsha", Role.PREFECTURE_WRITER, CHANGSHA),
        "zhuzhou": person("zhuzhou", Role.PREFECTURE_WRITER, ZHUZHOU),
        "analyst": person("analyst", Role.ANALYST),
        "stranger": person("stranger"),
    }
    with writing():
        drafted(ZHUZHOU_CODE, contact=CANARY)
    assert Project.objects.exists()
    sessions = {name: session_of(user) for name, user in people.items()}
    closed = person("closed", Role.PROVINCE)
    sessions["closed"] = session_of(closed)
    closed.is_active = False
    closed.save()
    sessions["nobody"] = session_of(None)
    tokens = {name: _token(user) for name, user in people.items()}
    tokens |= {
        "writes": _token(people["zhuzhou"], scope="write"),
        "bound": _token(people["province"], prefectures=[CHANGSHA]),
        "elsewhere": _token(people["province"], addresses=["10.9.9.0/24"]),
        "expired": _token(people["province"], expiry=dt.timedelta(days=-1)),
    }
    tokens["revoked"] = _token(people["province"], label="revoked")
    ApiToken.objects.filter(label="revoked").revoke(by=people["province"])
    print(json.dumps({"sessions": sessions, "tokens": tokens}))


def _token(user: Any, **more: Any) -> str:
    return ApiToken.objects.create(user=user, **{"scope": "read", "label": "test"} | more)[1]
