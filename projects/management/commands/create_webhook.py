"""manage.py create_webhook: an address that is told of changes, and its secret, shown once."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from projects.changes.feed import EVENTS
from projects.changes.kinds import all_kinds
from projects.models import Revision, Webhook
from projects.webhooks.addresses import RefusedAddressError, UnknownHostError, addresses_of


class Command(BaseCommand):
    help = "Make a webhook for a user and print its signing secret, once. It is told what that user may see."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("url")
        parser.add_argument("--label", required=True, help="which system it is, and whom to ask about it")
        parser.add_argument("--kinds", nargs="*", default=[], choices=[kind.name for kind in all_kinds()])
        parser.add_argument("--events", nargs="*", default=[], choices=[*EVENTS])
        parser.add_argument("--project", default="", help="code of a project")
        parser.add_argument("--prefecture", default="", help="code of a prefecture")
        parser.add_argument("--after", type=int, help="begin after this revision (default: the newest)")

    def handle(self, *, username: str, after: int | None, **options: Any) -> None:
        user = get_user_model()._default_manager.filter(username=username).first()
        if user is None:
            raise CommandError(f"There is no account named {username}.")
        told = {name: options[name] for name in ("url", "label", "kinds", "events", "project", "prefecture")}
        webhook = Webhook(user=user, position=Revision.objects.newest_number() if after is None else after, **told)
        try:
            webhook.full_clean()
            addresses_of(webhook.url)
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from None
        except UnknownHostError as error:  # a name that is not known today may be tomorrow
            self.stderr.write(str(error))
        except RefusedAddressError as error:
            raise CommandError(str(error)) from None
        webhook.save()
        self.stdout.write(webhook.secret)
        self.stderr.write("It signs every message and is not shown again.")
