"""Personal data of this room: events about readers, by their ids and without words of theirs."""

from django.utils.translation import pgettext_lazy

from cx_feedback.core.privacy.lookups import ByColumns, PartOf
from cx_feedback.core.privacy.personal_data import (
    DataKind,
    Declaration,
    Expiry,
    ImpersonalModel,
    LegalGround,
    PersonalModel,
    personal_fields,
)
from cx_feedback.webhooks.models import Attempt, Endpoint, EndpointSecret, EventDelivery
from cx_feedback.webhooks.services import event_rows

_WORK = "the state of the work in the background"
_CHOSEN = "choices of the site's administrators"

PERSONAL_DATA: tuple[Declaration, ...] = (
    PersonalModel(
        EventDelivery,
        "webhook_events",
        pgettext_lazy(
            "personal data", "To tell other programs of the site what happened, once it has."
        ),
        LegalGround.INTEREST,
        ByColumns(reader="reader_id"),
        (
            *personal_fields(DataKind.BEHAVIOUR, "event data occurred_at=at"),
            *personal_fields(DataKind.TECHNICAL, "state"),
        ),
        {
            "the person of the export": "reader_id",
            "the program that is told": "endpoint",
            "a random number": "key",
            _WORK: "due_at lease_until attempts failures",
        },
        erase=event_rows.erase_events,
        retention=("webhook_events",),
    ),
    PersonalModel(
        Attempt,
        "attempts",
        pgettext_lazy("personal data", "To see why another program was not told."),
        LegalGround.INTEREST,
        PartOf(EventDelivery, "delivery"),
        personal_fields(DataKind.TECHNICAL, "at status error"),
        {"its event is above it in the export": "delivery", _WORK: "milliseconds"},
        retention=("webhook_events",),
    ),
    Expiry(
        "webhook_events",
        pgettext_lazy("personal data", "Events for other programs (webhooks)"),
        event_rows.find_old_events,
        event_rows.delete_old_events,
    ),
    ImpersonalModel(
        Endpoint,
        {
            _CHOSEN: "name url events with_texts active",
            "accounts of the staff": "owner",
            "whether the other program answers": "created_at failing_since off_reason removed_at",
        },
    ),
    ImpersonalModel(
        EndpointSecret, {"a secret of a program": "endpoint sealed created_at ends_at"}
    ),
)
