"""Parts of a month's reports by how far each entry's report has come; the labels head a sheet of such a part."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class ReportPart(TextChoices):
    """Outstanding are those not submitted, the returned ones among them."""

    OUTSTANDING = "outstanding", pgettext_lazy("part of the reports", "outstanding")
    NOT_SUBMITTED = "not-submitted", pgettext_lazy("part of the reports", "not submitted and not returned")
    RETURNED = "returned", pgettext_lazy("part of the reports", "returned")
    SUBMITTED = "submitted", pgettext_lazy("part of the reports", "waiting for review")
    APPROVED = "approved", pgettext_lazy("part of the reports", "approved")
