"""Personal data of this room: readers, their consents, acts and visit days."""

from django.db.models import QuerySet
from django.utils.translation import pgettext_lazy

from cx_feedback.core.privacy.lookups import ByColumns, FoundBy, Lookup, PartOf, Person
from cx_feedback.core.privacy.personal_data import (
    DataKind,
    Declaration,
    Expiry,
    ImpersonalModel,
    LegalGround,
    PersonalModel,
    personal_fields,
)
from cx_feedback.readers.acts import idempotent_actions
from cx_feedback.readers.models import (
    Activity,
    Consent,
    Erasure,
    JobRun,
    PastVisits,
    Reader,
    StoredAnswer,
    Tombstone,
    VisitDay,
)
from cx_feedback.readers.visits import visit_retention


class _Readers(Lookup):
    """Readers by their ids: ``privacy.person_requests`` knows which are the person's."""

    found_by = (FoundBy.READER, FoundBy.ADDRESS)

    def find_rows(self, model: type[Reader], person: Person) -> QuerySet[Reader]:  # type: ignore[override]
        return Reader.objects.filter(pk__in=person.reader_ids)


_VISITS = pgettext_lazy(
    "personal data",
    "To estimate whether readers will come back, and to write to subscribers who stay away.",
)
_PART = "its reader is above it in the export, and goes with it"

PERSONAL_DATA: tuple[Declaration, ...] = (
    PersonalModel(
        Reader,
        "readers",
        pgettext_lazy(
            "personal data",
            "To know who answered, commented or subscribed, and to let them change it.",
        ),
        LegalGround.CONTRACT,
        _Readers(),
        (
            *personal_fields(DataKind.IDENTIFIER, "user=account external_id"),
            *personal_fields(
                DataKind.IDENTIFIER, "key", withheld="whoever holds it acts as the reader"
            ),
            *personal_fields(DataKind.CONTACT, "email"),
            *personal_fields(DataKind.CONSENT, "counts_visits=visits_are_counted"),
            *personal_fields(DataKind.CONSENT, "visits_withdrawn objects_to_scoring"),
            *personal_fields(DataKind.BEHAVIOUR, "created_at=known_since last_day=last_visit"),
            *personal_fields(DataKind.BEHAVIOUR, "first_period last_period active_periods"),
            *personal_fields(DataKind.DERIVED, "tier"),
            *personal_fields(DataKind.TECHNICAL, "language"),
        ),
        erased_last=True,
    ),
    PersonalModel(
        Consent,
        "consents",
        pgettext_lazy("personal data", "To prove what a reader agreed to or objected to."),
        LegalGround.OBLIGATION,
        PartOf(Reader, "reader"),
        (
            *personal_fields(DataKind.CONSENT, "purpose wording version page_id=page source"),
            *personal_fields(DataKind.CONSENT, "given_at withdrawn_at"),
        ),
        {_PART: "reader"},
    ),
    PersonalModel(
        Activity,
        "activities",
        pgettext_lazy(
            "personal data",
            "To show an editor what a reader did, and to write at the right moment.",
        ),
        LegalGround.INTEREST,
        PartOf(Reader, "reader"),
        personal_fields(DataKind.BEHAVIOUR, "kind page_id=page object_id=number at detail"),
        {_PART: "reader"},
    ),
    PersonalModel(
        VisitDay,
        "visit_days",
        _VISITS,
        LegalGround.CONSENT,
        PartOf(Reader, "reader"),
        personal_fields(DataKind.BEHAVIOUR, "day"),
        {_PART: "reader"},
        retention=("visit_days",),
        describe=lambda rows: sorted(row.day.isoformat() for row in rows),
    ),
    PersonalModel(
        PastVisits,
        "past_visits",
        _VISITS,
        LegalGround.CONSENT,
        PartOf(Reader, "reader"),
        personal_fields(DataKind.BEHAVIOUR, "first_day=first last_day=last until days weeks"),
        {_PART: "reader"},
    ),
    PersonalModel(
        StoredAnswer,
        "stored_answers",
        pgettext_lazy("personal data", "To do once what a browser sends twice."),
        LegalGround.INTEREST,
        ByColumns(),
        (
            *personal_fields(DataKind.TECHNICAL, "answer created_at"),
            *personal_fields(
                DataKind.TECHNICAL,
                "idempotency_key request_hash",
                withheld="a random key and a keyed hash, which say nothing",
            ),
        ),
        {"the person of the export": "reader"},
        retention=("stored_answers",),
    ),
    Expiry(
        "stored_answers",
        pgettext_lazy("personal data", "Answers to requests, kept for repetitions"),
        lambda now: [idempotent_actions.find_old_answers(now)],
        idempotent_actions.delete_old_answers,
    ),
    Expiry(
        "visit_days",
        pgettext_lazy("personal data", "Days of visits (counted, then deleted)"),
        lambda now: [visit_retention.find_old_visits(now)],
        visit_retention.fold_old_visits,
    ),
    ImpersonalModel(
        JobRun, {"the last run of a job in the background": "name started_at finished_at error"}
    ),
    ImpersonalModel(
        Erasure,
        {
            "number and moment of an erasure": "key at",
            "keyed hashes, until they are written outside the database": "hashes",
            "which key of the site made the hashes": "made_with",
        },
    ),
    ImpersonalModel(Tombstone, {"the number of what was public and is gone": "kind key at"}),
)
