"""Django app of the domain."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class ProjectsConfig(AppConfig):
    """The domain: the register, its totals, who sees what, and the spine of revisions."""

    name = "projects"
    verbose_name = _("project register")

    def ready(self) -> None:
        from simple_history.signals import pre_create_historical_record

        from .database import installation
        from .history import revisions
        from .models.base import Record
        from .plausibility.checks import check_record
        from .reminders import mails  # noqa: F401
        from .webhooks import delivery  # noqa: F401
        from .workbook_imports import import_steps  # noqa: F401  kinds of job, as are those of reminders and webhooks

        if check_record not in Record.questions:
            Record.questions.append(check_record)

        pre_create_historical_record.connect(revisions.tie_to_revision, dispatch_uid="tie_to_revision")
        pre_migrate.connect(installation.remove, sender=self, dispatch_uid="remove_triggers")
        post_migrate.connect(installation.install, sender=self, dispatch_uid="install_triggers")
