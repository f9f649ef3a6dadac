"""manage.py doctor: what an operator who is called at night looks at first, a line each, and an exit status."""

from __future__ import annotations

import datetime as dt
import shutil
import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.core.mail import get_connection
from django.core.management.base import CommandError
from django.db import Error, connection
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portfolio.settings import databases, unmigrated
from projects.jobs.queue import get_queue_state
from projects.management.spoken_command import SpokenCommand
from projects.models import Revision

LEAST_FREE = 2**30  # bytes of a disk
LEAST_DAYS = 14  # that a certificate still holds
SECONDS = 5  # for a server that is asked


@dataclass(frozen=True)
class Finding:
    """What one look came to, as a sentence; `fault` where somebody has to do something."""

    text: str
    fault: bool = False


def look_at_settings() -> Iterator[Finding]:
    """Yield what Django finds wrong with the settings of a deployment."""
    messages = [message for message in checks.run_checks(include_deployment_checks=True) if not message.is_silenced()]
    for message in messages:
        yield Finding(f"{message.id} {str(message.msg).split('. ')[0]}", fault=message.level >= checks.WARNING)
    if not messages:
        yield Finding(_("as a deployment needs them"))


def look_at_database() -> Iterator[Finding]:
    """Yield whether it answers, keeps what it acknowledged, and has its triggers and indexes."""
    try:
        connection.ensure_connection()
    except Error as error:
        yield Finding(databases.unreachable(error), fault=True)
        return
    found = checks.run_checks(tags=[checks.Tags.database], databases=["default"])
    messages = [message for message in found if not message.is_silenced()]
    for message in messages:
        yield Finding(str(message.msg), fault=True)
    if not messages:
        yield Finding(_("%(vendor)s answers, with its triggers and indexes") % {"vendor": connection.display_name})


def look_at_migrations() -> Iterator[Finding]:
    """Yield the migrations that wait."""
    waiting = unmigrated.get_waiting_migrations(connection)
    text = _("%(count)s wait, the last %(last)s: manage.py migrate") if waiting else _("none waits")
    yield Finding(text % {"count": len(waiting), "last": waiting[-1] if waiting else ""}, fault=bool(waiting))


def look_at_disk() -> Iterator[Finding]:
    """Yield what is free where the site writes."""
    places = {settings.VAR_DIR}
    if connection.vendor == "sqlite" and not connection.is_in_memory_db():
        places.add(Path(connection.settings_dict["NAME"]).resolve().parent)
    for place in sorted(place for place in places if place.exists()):
        free = shutil.disk_usage(place).free
        yield Finding(
            _("%(free)s GiB are free at %(place)s") % {"free": f"{free / 2**30:.1f}", "place": place}, free < LEAST_FREE
        )


def look_at_clock() -> Iterator[Finding]:
    """Yield whether the newest revision was recorded before now: a clock that went back numbers against the days."""
    newest = Revision.objects.order_by("-number").values_list("created_at", flat=True).first()
    now = timezone.now()
    text = _("it is %(now)s, and the newest revision is of %(newest)s")
    yield Finding(text % {"now": _format(now), "newest": _format(newest)}, fault=newest is not None and newest > now)


def look_at_mail() -> Iterator[Finding]:
    """Yield whether the mail server lets the site in; no mail is sent."""
    if not settings.EMAIL_HOST:
        yield Finding(_("not used: EMAIL_HOST is not set"))
        return
    try:
        with get_connection(timeout=SECONDS):
            yield Finding(_("%(host)s lets the site in") % {"host": settings.EMAIL_HOST})
    except OSError as error:
        yield Finding(f"{settings.EMAIL_HOST}: {error}", fault=True)


def look_at_workers() -> Iterator[Finding]:
    """Yield since when no worker has looked at the queue of jobs."""
    queue = get_queue_state()
    yield Finding(queue.warning or _("a worker looks at the queue"), fault=queue.is_stalled)


def look_at_certificate() -> Iterator[Finding]:
    """Yield how long the certificate of the site's own address holds."""
    address = urlsplit(settings.SITE_URL)
    if address.scheme != "https" or address.hostname is None:
        yield Finding(_("not used: %(address)s is without TLS") % {"address": settings.SITE_URL})
        return
    place = (address.hostname, address.port or 443)
    try:
        with (
            socket.create_connection(place, SECONDS) as plain,
            ssl.create_default_context().wrap_socket(plain, server_hostname=address.hostname) as secured,
        ):
            certificate: Any = secured.getpeercert()
    except OSError as error:
        yield Finding(f"{address.hostname}: {error}", fault=True)
        return
    end = dt.datetime.fromtimestamp(ssl.cert_time_to_seconds(certificate["notAfter"]), dt.UTC)
    soon = end < timezone.now() + dt.timedelta(days=LEAST_DAYS)
    yield Finding(_("%(host)s: holds until %(end)s") % {"host": address.hostname, "end": _format(end)}, fault=soon)


def _format(moment: dt.datetime | None) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" if moment else "—"


LOOKS: tuple[tuple[Any, Callable[[], Iterator[Finding]]], ...] = (
    (gettext_lazy("Settings"), look_at_settings),
    (gettext_lazy("Database"), look_at_database),
    (gettext_lazy("Migrations"), look_at_migrations),
    (gettext_lazy("Disk"), look_at_disk),
    (gettext_lazy("Clock"), look_at_clock),
    (gettext_lazy("Mail"), look_at_mail),
    (gettext_lazy("Workers"), look_at_workers),
    (gettext_lazy("Certificate"), look_at_certificate),
)


class Command(SpokenCommand):
    """Ends in code 1 when anything needs somebody's attention."""

    help = (
        "Look at settings, database, migrations, disk, clock, mail, workers and certificate: a line each. "
        "Reads only. Ends in code 1 if anything has to be done."
    )
    requires_system_checks = ()  # they are what it says

    def handle(self, *, verbosity: int, **options: Any) -> None:
        faults = 0
        for label, look in LOOKS:
            try:
                findings = list(look())
            except Error as error:  # of what needs a table, or a database that answers
                findings = [Finding(str(error).strip().splitlines()[0], fault=True)]
            for finding in findings:
                faults += finding.fault
                mark = self.style.ERROR("✗") if finding.fault else "✓"
                self.stdout.write(f"{mark} {label}: {finding.text}")
        if faults:
            raise CommandError(_("To be looked at: %(faults)s") % {"faults": faults})
