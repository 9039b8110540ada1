"""The account of a site that counts by UUIDs."""

import itertools
import uuid

from django.contrib.auth.models import AbstractUser
from django.db import models

_numbers = itertools.count(1)


def make_key() -> uuid.UUID:
    """Return the next key: tests expect that accounts are in the order in which they were made."""
    return uuid.UUID(int=0xC0FFEE << 100 | next(_numbers))


class Account(AbstractUser):
    """Django's account with another primary key."""

    id = models.UUIDField(primary_key=True, default=make_key, editable=False)
