"""manage.py compilemessages: the Chinese texts as Django reads them, made without gettext's msgfmt."""

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Write the django.mo of each django.po; make, the tests and the container's build do it."
    requires_system_checks = ()

    def handle(self, **options):
        for folder in settings.LOCALE_PATHS:
            for path in folder.glob("*/LC_MESSAGES/*.po"):
                with path.open("rb") as texts, path.with_suffix(".mo").open("wb") as compiled:
                    write_mo(compiled, read_po(texts))
