"""What caches in front of the site still have to forget."""

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import pgettext_lazy


class PendingPurge(models.Model):
    """A thread's page, or an address, to purge from the caches in front; deleted when it was.

    Written by the transaction that changes what readers see, where the site has such caches.
    """

    #: One row for each thread and address, however often it changes meanwhile.
    key = models.CharField(max_length=64, unique=True)
    #: A number, no foreign key: when the thread goes, its page's addresses have rows of their own.
    thread_id = models.BigIntegerField(null=True)
    url = models.TextField(blank=True)
    #: New with each change: a purge that began before does not count for it.
    token = models.UUIDField(default=uuid.uuid4)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        verbose_name = pgettext_lazy("model", "pending purge")
        verbose_name_plural = pgettext_lazy("model", "pending purges")
        default_permissions = ()

    def __str__(self) -> str:
        return self.url or self.key
