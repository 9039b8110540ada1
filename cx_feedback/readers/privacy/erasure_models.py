"""The erasures that a database knows, without the persons."""

import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import pgettext_lazy


class Erasure(models.Model):
    """An erasure of a person: its number and moment.

    ``hashes`` are keyed hashes of the person's addresses and reader keys. They are emptied once
    they are written outside the database (``privacy.erasure_log``). ``made_with`` says which
    ``SECRET_KEY`` made them: the site may have another by then. A database that was restored
    from a backup lacks the later rows, so their files are what has to be repeated.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    at = models.DateTimeField(default=timezone.now)
    hashes = models.JSONField(default=list)
    made_with = models.CharField(max_length=16, blank=True, default="")

    class Meta:
        verbose_name = pgettext_lazy("reader", "erasure")
        verbose_name_plural = pgettext_lazy("reader", "erasures")
        default_permissions = ()
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["at"], condition=~Q(hashes=[]), name="cx_erasure_unwritten")
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"
