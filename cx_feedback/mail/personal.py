"""Personal data of this room: deliveries with what providers reported, suppressed addresses."""

import re
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import pgettext_lazy

from cx_feedback.core.privacy.lookups import ByColumns, FoundBy, Lookup, PartOf, Person
from cx_feedback.core.privacy.personal_data import (
    DataKind,
    Declaration,
    Erasure,
    Expiry,
    ImpersonalModel,
    LegalGround,
    PersonalField,
    PersonalModel,
    personal_fields,
)
from cx_feedback.mail.copies import answer_copies
from cx_feedback.mail.models import (
    Delivery,
    Mailing,
    MailReport,
    Message,
    RateLimit,
    ServerRefusal,
    Suppression,
)
from cx_feedback.mail.selectors import get_subject
from cx_feedback.mail.services.delivery_changes import delete_deliveries

_DELIVERIES = ByColumns(address="address")
_POSTING = pgettext_lazy(
    "personal data", "To send each email once, and to know whether it arrived."
)
_NO_MAIL = pgettext_lazy("personal data", "To write no more to who asked for it.")
_LINKS = "it may hold links that act for who receives the mail"
_STAYS_AWAY = "who asked for no mail gets none, by a keyed hash that names nobody"
_WORK = "the state of the work in the background"
_SERVER = "what the site's mail server says, of no recipient"


class _Messages(Lookup):
    """The contents of the mails to a person, which others may have got too."""

    found_by = (FoundBy.PARENT,)

    def find_rows(self, model: type[Message], person: Person) -> QuerySet[Message]:  # type: ignore[override]
        own = _DELIVERIES.find_rows(Delivery, person)
        return Message.objects.filter(pk__in=own.values("message"))


@transaction.atomic
def erase_deliveries(person: Person) -> int:
    """Erase a person's deliveries, and the messages that nobody else got."""
    if person.email:
        MailReport.objects.filter(pk__in=_find_unmatched_reports(person.email)).delete()
    own: Any = _DELIVERIES.find_rows(Delivery, person)
    return delete_deliveries(own)


def _find_unmatched_reports(email: str) -> list[int]:
    """Return the ids of the reports without a delivery that contain the address.

    The database finds longer addresses too: ``maria@b.com`` contains ``a@b.co``.
    """
    held = Q(detail__icontains=email) | Q(url__icontains=email)
    rows = MailReport.objects.filter(held, delivery=None).values_list("pk", "detail", "url")
    whole = _compile_address(email)
    return [pk for pk, *texts in rows if any(map(whole.search, texts))]


def _compile_address(email: str) -> re.Pattern[str]:
    """Return the pattern of an address that is no part of a longer one."""
    return re.compile(rf"(?<![\w.+-]){re.escape(email)}(?![\w-]|\.\w)", re.IGNORECASE)


def _erase_addresses(person: Person) -> int:
    """Erase suppressed addresses. Their keyed hashes stay."""
    if not person.email:
        return 0
    return Suppression.objects.filter(address=person.email).update(address="")


def _keep_messages(person: Person) -> int:
    """Erase nothing: a message goes with its last delivery, and a comment's words with it."""
    return 0


def forget_tiers(*, reader_ids: list[int]) -> int:
    """Delete the readers' tiers from their deliveries and return the number of deliveries."""
    return Delivery.objects.filter(reader_id__in=reader_ids).exclude(tier="").update(tier="")


PERSONAL_DATA: tuple[Declaration, ...] = (
    PersonalModel(
        Message,
        "messages",
        _POSTING,
        LegalGround.CONTRACT,
        _Messages(),
        personal_fields(DataKind.CONTENT, "subject text html headers", withheld=_LINKS),
        {
            "a hash of the content": "digest",
            "choices of the site's editors": "language from_email",
            "when it was written, for all who get it": "created_at",
        },
        erase=_keep_messages,
    ),
    PersonalModel(
        Delivery,
        "deliveries",
        _POSTING,
        LegalGround.CONTRACT,
        _DELIVERIES,
        (
            *personal_fields(DataKind.BEHAVIOUR, "mailing state created_at=queued_at sent_at"),
            *personal_fields(DataKind.CONTACT, "address"),
            PersonalField("message", DataKind.CONTENT, "subject", get=get_subject),
            *personal_fields(DataKind.CONTENT, "variables", withheld=_LINKS),
            *personal_fields(DataKind.DERIVED, "tier"),
            *personal_fields(DataKind.TECHNICAL, "error language provider_id"),
            *personal_fields(
                DataKind.IDENTIFIER, "recipient_key", withheld="the number of another row"
            ),
        ),
        {
            "the person of the export": "reader",
            _WORK: "policy priority due_at claimed_by lease_until attempts",
        },
        erase=erase_deliveries,
        retention=("unconfirmed_subscriptions", "unconfirmed_follows", "answer_copies"),
        related=("message",),
    ),
    PersonalModel(
        MailReport,
        "reports",
        _POSTING,
        LegalGround.INTEREST,
        PartOf(Delivery, "delivery"),
        (
            *personal_fields(DataKind.BEHAVIOUR, "kind url=link occurred_at=at"),
            *personal_fields(DataKind.TECHNICAL, "detail permanent provider_id"),
        ),
        {"its delivery is above it in the export": "delivery", "a hash of the event": "digest"},
    ),
    PersonalModel(
        Suppression,
        "suppressed_addresses",
        _NO_MAIL,
        LegalGround.OBLIGATION,
        ByColumns(reader="", address="address"),
        (
            *personal_fields(DataKind.CONTACT, "address"),
            *personal_fields(
                DataKind.CONTACT,
                "digest",
                withheld="a keyed hash, which says nothing",
                kept=_STAYS_AWAY,
            ),
            *personal_fields(DataKind.CONSENT, "reason created_at=since", kept=_STAYS_AWAY),
        ),
        erasure=Erasure.ANONYMIZED,
        erase=_erase_addresses,
    ),
    Expiry(
        "answer_copies",
        pgettext_lazy("personal data", "Copies of answers by mail"),
        lambda now: [answer_copies.find_old_copies(now)],
        answer_copies.delete_old_copies,
    ),
    ImpersonalModel(Mailing, {"a mailing as a whole": "name paused_at resumed_at created_at"}),
    ImpersonalModel(
        RateLimit, {"choices of the site's administrators": "name domains per_minute next_at"}
    ),
    ImpersonalModel(
        ServerRefusal,
        {_SERVER: "sender error code", _WORK: "tries next_try_at suspects streak"},
    ),
)
