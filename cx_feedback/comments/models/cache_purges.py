"""The outbox of URLs to purge from front-end caches."""

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import pgettext_lazy


class PendingPurge(models.Model):
    """A thread's page or a URL to purge from front-end caches. Deleted after the purge.

    Written in the transaction of the visible change, on sites with front-end caches.
    """

    #: One row per thread or URL, however often it changes.
    key = models.CharField(max_length=64, unique=True)
    #: Not a foreign key: when a thread is deleted, the URLs of its page get rows of their own.
    thread_id = models.BigIntegerField(null=True)
    url = models.TextField(blank=True)
    #: New with each change, so that an earlier purge does not delete the row.
    token = models.UUIDField(default=uuid.uuid4)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        verbose_name = pgettext_lazy("model", "pending purge")
        verbose_name_plural = pgettext_lazy("model", "pending purges")
        default_permissions = ()

    def __str__(self) -> str:
        return self.url or self.key
