"""The one reader of a logged-in account, in all its browsers."""

from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpRequest

from cx_feedback.readers import services
from cx_feedback.readers.identity.request_reader import (
    apply_tracking_refusal,
    get_or_create_reader,
)
from cx_feedback.readers.models import Reader


def get_or_create_account_reader(request: HttpRequest, user: Any) -> Reader | None:
    """Return the reader of an act of a logged-in account, creating one for the first act.

    An account has one reader in all its browsers. At its first act it takes over the reader of
    the cookie, unless that belongs to another account.
    """
    own = apply_tracking_refusal(request, Reader.objects.filter(user=user).first())
    if own is not None:
        return own
    reader = get_or_create_reader(request)
    if reader is not None and reader.user_id not in (None, user.pk):
        reader = services.create_reader(  # a browser that two accounts share
            language=reader.language
        )
    try:
        with transaction.atomic():
            Reader.objects.filter(pk=reader.pk).update(user=user)  # type: ignore[union-attr]
    except IntegrityError:  # begun by another request at the same moment
        return Reader.objects.get(user=user)
    return reader
