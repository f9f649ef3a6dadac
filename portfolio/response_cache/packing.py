"""A cached response as bytes for Redis, which others can reach: signed, so that only what this site put there comes back."""

from __future__ import annotations

import hashlib
import hmac
import json
import struct

from .response import CachedResponse

_LENGTH = struct.Struct(">I")  # of the head
_SIGNATURE = 32  # bytes


def packed(response: CachedResponse, name: str, secret: bytes) -> bytes:
    """Signature, length of the head, head as JSON, body. `name` is what it is stored under: nothing can be moved."""
    head = json.dumps([response.state, response.etag, response.version, response.headers]).encode()
    content = _LENGTH.pack(len(head)) + head + response.body
    return _signature(content, name, secret) + content


def unpacked(data: bytes, name: str, secret: bytes) -> CachedResponse | None:
    """The response; None for bytes that were not packed by this site under this name."""
    signature, content = data[:_SIGNATURE], data[_SIGNATURE:]
    if not hmac.compare_digest(signature, _signature(content, name, secret)):
        return None
    (length,) = _LENGTH.unpack_from(content)
    body = content[_LENGTH.size + length :]
    state, etag, version, headers = json.loads(content[_LENGTH.size : _LENGTH.size + length])
    return CachedResponse(state, [(header, value) for header, value in headers], body, etag, version)


def _signature(content: bytes, name: str, secret: bytes) -> bytes:
    return hashlib.blake2b(name.encode() + b" " + content, key=secret, digest_size=_SIGNATURE).digest()
