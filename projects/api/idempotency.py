"""`Idempotency-Key`: a POST that is sent again is answered again and carried out once.

After the IETF draft draft-ietf-httpapi-idempotency-key-header-07: the key is the caller's own, what is sent with it again
must be the same, and a call that was refused may be repeated with the same key.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.utils import timezone
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from projects.access import get_access
from projects.history.revisions import create_revision
from projects.models import AnsweredCall

from .exceptions import KEY, AnswerWithheld, KeyMalformed, KeyReused

REPLAYED = "Idempotency-Replayed"
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_REPEATED_HEADERS = ("ETag", "Location")
_HALF = 32  # digits of a fingerprint that say what is asked

Handler = Callable[..., Response]


def make_idempotent(handler: Handler, prepare: Callable[[Request], None]) -> Handler:
    """Return a handler of POST that is carried out once for each key, after `prepare`, which needs no lock.

    Raises `KeyMalformed`; `KeyReused` for a key that came with another call before; `AnswerWithheld` if the grants are not
    those of the first call, whose response may hold what the user may not read any more. Authentication and permission are
    checked before; the version in If-Match is not, since the first call changed it.
    """

    def handle_once(request: Request, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get(KEY)
        if key is None:
            prepare(request)
            return handler(request, *args, **kwargs)
        if not _KEY.fullmatch(key):
            raise KeyMalformed
        caller = {"user": request.user, "token": request.auth.pk if request.auth else "", "key": key}
        asked = _fingerprint(request)  # reads the body before the lock is taken
        if (before := _get_stored_call(caller)) is None:
            prepare(request)
            with create_revision():
                if (before := _get_stored_call(caller)) is None:
                    response = handler(request, *args, **kwargs)
                    _store_response(response, caller, asked)
                    return response
        return _repeat_response(before, asked)

    return handle_once


def _fingerprint(request: Request) -> str:
    """Return digests of the call and of the rights of its user: `_HALF` digits each."""
    is_form = str(request.content_type).startswith("multipart/")
    said = hashlib.sha256(b"".join(_parts(request)) if is_form else request.body)
    said.update(f"\n{request.method} {request.get_full_path()}".encode())
    access = get_access(request.user)
    reads = f"{access.reads_all} {sorted(access.reads_in)} {sorted(access.roles)}"
    return said.hexdigest()[:_HALF] + hashlib.sha256(reads.encode()).hexdigest()[:_HALF]


def _parts(request: Request) -> Iterator[bytes]:
    """Yield the parts of a form without their boundaries, which differ each time it is sent."""
    for name, values in sorted(request.data.lists()):
        for value in values:
            content = value.read() if hasattr(value, "read") else value.encode()
            yield f"{name} {getattr(value, 'name', '')} {len(content)}\n".encode()
            yield content
            if hasattr(value, "seek"):
                value.seek(0)


def _get_stored_call(caller: Mapping[str, Any]) -> AnsweredCall | None:
    """Return the call that was answered under this key."""
    return AnsweredCall.objects.valid(timezone.now()).filter(**caller).first()


def _repeat_response(before: AnsweredCall, asked: str) -> Response:
    if before.fingerprint[:_HALF] != asked[:_HALF]:
        raise KeyReused
    if before.fingerprint != asked:
        raise AnswerWithheld
    return Response(json.loads(before.body), status=before.status, headers=before.headers | {REPLAYED: "true"})


def _store_response(response: Response, caller: dict[str, Any], asked: str) -> None:
    now = timezone.now()
    mine = AnsweredCall.objects.filter(user=caller["user"])
    mine.expired(now).delete()
    AnsweredCall.objects.create(
        **caller,
        fingerprint=asked,
        status=response.status_code,
        headers={name: response[name] for name in _REPEATED_HEADERS if name in response},
        body=JSONRenderer().render(response.data).decode(),
        created_at=now,
    )
