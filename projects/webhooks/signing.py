"""Signatures (Standard Webhooks), so that a receiver finds a ready verifier in its language."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable


def headers_of(message: str, *, timestamp: int, body: bytes, secrets: Iterable[str]) -> dict[str, str]:
    """The three headers; one signature for each secret, `v1,…`, with spaces between."""
    signed = f"{message}.{timestamp}.".encode() + body
    return {
        "webhook-id": message,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(f"v1,{_signature(secret, signed)}" for secret in secrets),
    }


def _signature(secret: str, signed: bytes) -> str:
    key = base64.b64decode(secret.removeprefix("whsec_"))
    return base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
