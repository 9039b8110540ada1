"""Votes, flags and follows of readers."""

from dataclasses import replace
from typing import Any

from django.db.models import F, Model, Q, QuerySet
from django.utils.translation import pgettext_lazy

from cx_feedback.comments.models import Flag, Follow, Vote
from cx_feedback.core.privacy.lookups import AddressBy, ByColumns, FoundBy, Person
from cx_feedback.core.privacy.personal_data import (
    DataKind,
    Declaration,
    LegalGround,
    PersonalField,
    PersonalModel,
    personal_fields,
)


class VoterLookup(ByColumns):
    """Votes and flags of a person, with those that came back by an exported file."""

    found_by = (FoundBy.READER, FoundBy.HASH)

    def find_rows(self, model: type[Model], person: Person) -> QuerySet[Any]:
        return super().find_rows(model, replace(person, reader_ids=_get_voter_ids(person)))


def _get_voter_ids(person: Person) -> tuple[int, ...]:
    """Return the ids of the person's readers and of those who stand for them."""
    from cx_feedback.comments.imports.stand_in_readers import find_stand_ins

    return (*person.reader_ids, *find_stand_ins(person.reader_ids))


class FollowLookup(ByColumns):
    """Follows of a person, without those that the reader asked for and nobody confirmed.

    Anybody can ask with the address of somebody else, whose own request must not show.
    """

    def find_rows(self, model: type[Follow], person: Person) -> QuerySet[Follow]:  # type: ignore[override]
        confirmed = Q(confirmed_at__isnull=False) | ~Q(earlier_requests=[])
        own = Q(email=person.email) | Q(email=F("reader__email"))
        return super().find_rows(model, person).filter(confirmed | own)


_FOLLOWS = ByColumns(address="email", address_by=AddressBy.TYPED)
_WHOSE = "the person of the export"


def _erase_votes(person: Person) -> int:
    from cx_feedback.comments.services import votes

    return votes.erase_votes(reader_ids=list(_get_voter_ids(person)))


def _erase_flags(person: Person) -> int:
    from cx_feedback.comments.services import flags

    return flags.erase_flags(reader_ids=list(_get_voter_ids(person)))


def _erase_follows(person: Person) -> int:
    from cx_feedback.comments.services.retention_cleanup import erase_follows

    return erase_follows(_FOLLOWS.find_rows(Follow, person))


OF_READERS: tuple[Declaration, ...] = (
    PersonalModel(
        Vote,
        "comment_actions",
        pgettext_lazy("personal data", "To count each reader's vote once."),
        LegalGround.CONTRACT,
        VoterLookup(),
        (
            *personal_fields(DataKind.BEHAVIOUR, "comment value reaction created_at"),
            *personal_fields(DataKind.DECISION, "counted ban"),
        ),
        {_WHOSE: "reader"},
        erase=_erase_votes,
        label={"kind": "vote"},
    ),
    PersonalModel(
        Flag,
        "comment_actions",
        pgettext_lazy("personal data", "To have a moderator look at a comment that was reported."),
        LegalGround.OBLIGATION,
        VoterLookup(),
        (
            *personal_fields(DataKind.BEHAVIOUR, "comment reason created_at"),
            *personal_fields(DataKind.CONTENT, "text"),
            *personal_fields(DataKind.DECISION, "state"),
        ),
        {_WHOSE: "reader", "the moderator's action that it belongs to": "batch"},
        erase=_erase_flags,
        label={"kind": "flag"},
    ),
    PersonalModel(
        Follow,
        "comment_actions",
        pgettext_lazy("personal data", "To write to who wants to know of new comments."),
        LegalGround.CONSENT,
        FollowLookup(address="email", address_by=AddressBy.TYPED),
        (
            PersonalField(
                "thread", DataKind.BEHAVIOUR, "page", get=lambda follow: follow.thread.page_id
            ),
            *personal_fields(DataKind.BEHAVIOUR, "comment"),
            *personal_fields(DataKind.CONTACT, "email"),
            *personal_fields(DataKind.IDENTIFIER, "user=account"),
            *personal_fields(DataKind.TECHNICAL, "language"),
            *personal_fields(DataKind.CONSENT, "asked_at confirmed_at ended_at earlier_requests"),
        ),
        {_WHOSE: "reader"},
        erase=_erase_follows,
        retention=("unconfirmed_follows",),
        label={"kind": "follow"},
        related=("thread",),
    ),
)
