"""Source: a published page or document that figures come from."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from projects.choices import Channel
from projects.history.revisions import present_actor
from projects.periods import PartialDate, PartialDateProperty
from sectors.models import in_language
from sectors.texts import web_address

from .base import Record, RecordManager, date_has_precision, precision_field
from .fields import Unique
from .revision import History

NOT_PUBLISHED_YET = _("Nothing can be known yet from what is published on a day to come, %(day)s.")


class SourceManager(RecordManager):
    def get_by_natural_key(self, url: str, published: str) -> Source:
        partial = PartialDate.parse(published) if published else None
        return self.get(
            url=url,
            published=partial.first if partial else None,
            published_precision=partial.precision if partial else "",
        )


class Source(Record):
    """A public page or document, with the day, month or year it was published."""

    url = models.URLField(_("address"), max_length=500)
    publisher_zh = models.CharField(_("publisher, Chinese"), max_length=100, blank=True)
    publisher_en = models.CharField(
        _("publisher, English"), max_length=100, blank=True, help_text=_("Left blank, the site's address is shown.")
    )
    published = models.DateField(_("published on"), null=True, blank=True)
    published_precision = precision_field()
    published_on = PartialDateProperty("published")

    objects = SourceManager()
    history = History()

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["-published", "url", "id"]
        constraints = [
            Unique(
                fields=["url", "published", "published_precision"],
                name="source_address_and_date_are_unique",
                violation_error_message=_("This address with this date is registered already."),
            ),
            Unique(
                fields=["url"],
                condition=models.Q(published__isnull=True),
                name="source_address_without_date_is_unique",
                violation_error_message=_("This address without a date is registered already."),
            ),
            date_has_precision("published", of="source"),
        ]

    def __str__(self) -> str:
        return f"{self.publisher} {self.published_on or ''}".strip()

    def clean(self) -> None:
        # a load takes what its files say, and a day to come for that of the load
        is_loaded = present_actor().door == Channel.COMMAND
        if not is_loaded and self.published is not None and self.published > timezone.localdate():
            raise ValidationError({"published": NOT_PUBLISHED_YET % {"day": self.published_on}})

    @property
    def publisher(self) -> str:
        """The publisher in the reader's language, or the host of the address."""
        return in_language(self.publisher_zh, self.publisher_en) or urlsplit(self.url).netloc.removeprefix("www.")

    @property
    def link(self) -> str:
        return web_address(self.url)

    def natural_key(self) -> tuple[str, str]:
        return (self.url, str(self.published_on or ""))


def source_field(*, related_name: str) -> models.ForeignKey:
    """Where it is published; none of what is known otherwise."""
    return models.ForeignKey(
        Source,
        verbose_name=_("source"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name=related_name,
    )
