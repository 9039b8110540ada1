"""The lot that says which readers come later in the inbox."""

import datetime

from django.utils.crypto import salted_hmac

from cx_feedback.conversations.models import Conversation, ConversationSettings


def get_running_since() -> datetime.datetime | None:
    """Return when the running experiment began, None without one."""
    rows = ConversationSettings.objects.filter(draws_order=True).order_by("pk")
    return rows.values_list("drawn_since", flat=True).first()


def get_last_since() -> datetime.datetime | None:
    """Return when the running experiment or the last one began, None if there never was one."""
    rows = ConversationSettings.objects.filter(drawn_since__isnull=False).order_by("pk")
    return rows.values_list("drawn_since", flat=True).first()


def draw_order(conversation: Conversation) -> None:
    """Set whether a new conversation comes later in the inbox, which the caller saves.

    Without an experiment it stays None.
    """
    since = get_running_since()
    if since is not None:
        conversation.comes_later = is_drawn_later(conversation.reader_id, since)


def is_drawn_later(reader_id: int, since: datetime.datetime) -> bool:
    """Return whether a reader is of the half that comes later in the experiment.

    A keyed hash of both draws: the same for all conversations of a reader, not predictable, and
    another for each experiment.
    """
    drawn = salted_hmac(
        "cx_feedback.conversations.order", f"{since.isoformat()}:{reader_id}", algorithm="sha256"
    )
    return bool(drawn.digest()[0] & 1)
