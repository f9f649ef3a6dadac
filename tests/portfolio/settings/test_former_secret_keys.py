"""What was signed with a former SECRET_KEY holds while SECRET_KEY_FALLBACKS names it, and no longer."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.serving import environment_of, prepare, run

pytestmark = pytest.mark.no_database

OLD, NEW, OTHER = (f"{name}-1Y2z3W4v5-" * 6 for name in ("oLd", "nEw", "oTh"))
FILL = """
from tests.people import person
call_command("loaddata", "reference", verbosity=0)
person("province", "province")
"""
SIGNED = """
import json, sys
from urllib.parse import urlencode, urlsplit
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.signing import BadSignature, get_cookie_signer
from django.http import QueryDict
from django.test import Client
from portfolio.forms import opened_by
from portfolio.models import User
LIST = "/api/v1/prefectures/?cursor=&page_size=5"
user, client = User.objects.get(username="province"), Client(headers={"host": "127.0.0.1"})
"""
MADE = f"""{SIGNED}
client.force_login(user)
print(json.dumps({{
    "session": client.cookies[settings.SESSION_COOKIE_NAME].value,
    "opened_by": opened_by.get_mark(user),
    "cursor": client.get(LIST).json()["next"],
    "cookie": get_cookie_signer(salt="a").sign("b"),
    "reset": default_token_generator.make_token(user),
}}))
"""
TRIED = f"""{SIGNED}
signed = json.loads(SAID)
def session():
    client.cookies[settings.SESSION_COOKIE_NAME] = signed["session"]
    found = [client.get(LIST).wsgi_request.user.is_authenticated for _turn in range(2)]
    return found == [True, True] and client.cookies[settings.SESSION_COOKIE_NAME].value == signed["session"]
def cookie():
    try:
        return get_cookie_signer(salt="a").unsign(signed["cookie"]) == "b"
    except BadSignature:
        return False
print(json.dumps(sorted(name for name, holds in {{
    "session": session(),
    "opened_by": opened_by.get_opener(QueryDict(urlencode({{"opened_by": signed["opened_by"]}}))) == str(user.pk),
    "cursor": Client(headers={{"host": "127.0.0.1"}}).get(signed["cursor"]).status_code == 200,
    "cookie": cookie(),
    "reset": default_token_generator.check_token(user, signed["reset"]),
}}.items() if holds)))
"""


@pytest.fixture(scope="module")
def environment(tmp_path_factory: Any) -> dict[str, str]:
    database = f"sqlite:///{tmp_path_factory.mktemp('former_keys') / 'register.sqlite3'}"
    environment = environment_of(database, SECRET_KEY=OLD, LOG_LEVEL="CRITICAL")
    prepare(FILL, environment)
    return environment


def holding(signed: dict[str, str], environment: dict[str, str], *former: str) -> list[str]:
    """Of what was signed, the names of what a start with another key and these former ones takes."""
    changed = environment | {"SECRET_KEY": NEW, "SECRET_KEY_FALLBACKS": ",".join(former)}
    found: list[str] = json.loads(run(f"SAID = {json.dumps(signed)!r}\n{TRIED}", changed))
    return found


def test_what_was_signed_with_a_former_key_holds_while_it_is_named(environment: dict[str, str]) -> None:
    signed = json.loads(run(MADE, environment))
    assert holding(signed, environment, OTHER) == []
    assert holding(signed, environment, OTHER, OLD) == sorted(signed)
    assert holding(signed, environment) == ["session"], "what was asked meanwhile has signed it with the new key"
