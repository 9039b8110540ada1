"""Copies of what readers sent, posted once per address and day and forgotten after two days."""

import datetime
from collections.abc import Iterable, Sequence

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from cx_feedback.core.pages import site_time
from cx_feedback.core.retention_periods import get_cutoff
from cx_feedback.core.text import languages
from cx_feedback.mail.models import Delivery, DeliveryQuerySet
from cx_feedback.mail.services import Recipient, create_message, delete_deliveries, queue_delivery

KIND = "answer-copy"
#: The most characters of a copy.
LONGEST = 20_000
#: Rows per statement of the clean-up.
_BATCH = 1_000
_UNFINISHED = (Delivery.State.PENDING, Delivery.State.CLAIMED, Delivery.State.SENDING)


def queue_copy(
    *,
    email: str,
    reader_id: int | None,
    language: str,
    title: str,
    lines: Sequence[tuple[str, str]],
) -> bool:
    """Queue a copy for an address; return False if it had one today.

    The text is plain, and what it repeats is no template: braces stay braces.
    """
    with translation.override(languages.get_mail_language(language)):
        message = create_message(
            subject=_("Your answers"),
            text=render_to_string("cx_feedback/mail/answer_copy.txt"),
            headers={"Auto-Submitted": "auto-generated"},
            language=language,
        )
    said = "\n\n".join(f"{question}\n{answer}" for question, answer in lines)
    return queue_delivery(
        message=message,
        mailing=f"{KIND}:{site_time.localdate().isoformat()}",
        recipient=Recipient(
            key=salted_hmac("cx_feedback.mail.answer_copy", email, algorithm="sha256").hexdigest(),
            address=email,
            reader_id=reader_id,
            variables={"title": title, "answers": said[:LONGEST]},
        ),
        priority=Delivery.URGENT,
    )


def name_mailings(days: Iterable[str]) -> dict[str, str]:
    """Name the mailings for the list of deliveries."""
    return {day: _("Copies of readers' answers, %s") % day for day in days}


def find_old_copies(now: datetime.datetime | None = None) -> DeliveryQuerySet:
    """Return the copies that have been kept long enough."""
    return Delivery.objects.filter(
        mailing__startswith=f"{KIND}:", created_at__lt=get_cutoff("answer_copies", now=now)
    ).exclude(state__in=_UNFINISHED)


def delete_old_copies(*, now: datetime.datetime | None = None) -> int:
    """Delete old copies with their addresses, a batch at a time; return their number."""
    ids = list(find_old_copies(now).order_by("pk").values_list("pk", flat=True)[:_BATCH])
    return delete_deliveries(Delivery.objects.filter(pk__in=ids))
