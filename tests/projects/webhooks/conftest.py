from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_network
from typing import Any

import pytest

from projects.models import Revision, Webhook

from .receiver import Receiver


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.WEBHOOK_PRIVATE_ADDRESSES = [ip_network("127.0.0.0/8")]
    with Receiver() as found:
        yield found


@pytest.fixture
def webhook_of(receiver: Receiver) -> Any:
    def made(user: Any, **more: Any) -> Webhook:
        values = {"user": user, "label": "platform", "url": receiver.url, "position": Revision.objects.newest_number()}
        return Webhook.objects.create(**values | more)

    return made
