"""manage.py grant_role: give an account a role, or confirm one that waits. Who may use the server answers for it."""

from __future__ import annotations

import getpass
import os
from argparse import ArgumentParser
from typing import Any

import structlog
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from projects.choices import Channel, Role
from projects.history.revisions import create_revision
from projects.models import Grant, Prefecture

logger = structlog.get_logger(__name__)


class Command(BaseCommand):
    help = "Give an account a role, or confirm one that an administrator assigned. The log and the change log say so."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("role", choices=Role.values)
        parser.add_argument("--prefecture", default="", help="code of the prefecture, for the prefecture roles")

    def handle(self, *, username: str, role: str, prefecture: str, **_options: Any) -> None:
        user = get_user_model()._default_manager.filter(username=username).first()
        if user is None:
            raise CommandError(f"There is no account named {username}.")
        place = Prefecture.objects.filter(adcode=prefecture).first()
        if prefecture and place is None:
            raise CommandError(f"There is no prefecture with the code {prefecture}.")
        operator = _operator()
        with create_revision(
            door=Channel.COMMAND, reason=f"grant_role {username} {role} {prefecture}".rstrip() + f" ({operator})"
        ):
            grant = Grant.objects.filter(user=user, role=role, prefecture=place).first()
            done = "confirmed" if grant else "granted"
            try:
                if grant:
                    grant.confirm(by=None)
                else:
                    Grant(user=user, role=role, prefecture=place).save()
            except ValidationError as error:
                raise CommandError(" ".join(error.messages)) from None
        logger.warning("role_given", done=done, username=username, role=role, prefecture=prefecture, operator=operator)
        self.stdout.write(f"{username} has the role {role} now{f' for {prefecture}' if prefecture else ''}: {done}.")


def _operator() -> str:
    """Return who is signed in to the server, as the system says it."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # an account of a container, which has no name
        return f"uid {os.getuid()}"
