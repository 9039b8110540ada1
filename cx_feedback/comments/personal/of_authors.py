"""Notes and bans, which moderators keep about authors."""

from django.utils.translation import pgettext_lazy

from cx_feedback.comments.models import AuthorNote, Ban
from cx_feedback.comments.personal.author_lookups import BanLookup, NoteLookup
from cx_feedback.core.privacy.lookups import Person
from cx_feedback.core.privacy.personal_data import (
    DataKind,
    Declaration,
    Erasure,
    LegalGround,
    PersonalModel,
    personal_fields,
)

_MODERATION = pgettext_lazy(
    "personal data", "To keep the conversation free of spam, insults and what is against the law."
)
_BAN_STAYS = "who was banned stays banned, by a keyed hash that names nobody"
_MODERATOR = "the account of a moderator, not of a reader"


def _erase_bans(person: Person) -> int:
    """Erase the words of bans, which may describe the person, and return the number of bans."""
    return BanLookup().find_rows(Ban, person).update(reason="", message="")


OF_AUTHORS: tuple[Declaration, ...] = (
    PersonalModel(
        AuthorNote,
        "author_notes",
        _MODERATION,
        LegalGround.INTEREST,
        NoteLookup(),
        (
            *personal_fields(DataKind.DECISION, "text comment created_at"),
            *personal_fields(
                DataKind.IDENTIFIER, "author_key", withheld="a keyed hash, which says nothing"
            ),
        ),
        {"the person of the export": "reader", _MODERATOR: "moderator"},
    ),
    PersonalModel(
        Ban,
        "bans",
        _MODERATION,
        LegalGround.INTEREST,
        BanLookup(),
        (
            *personal_fields(DataKind.DECISION, "reason message"),
            *personal_fields(
                DataKind.DECISION,
                "kind comment shadow created_at=since until lifted_at",
                kept=_BAN_STAYS,
            ),
            *personal_fields(
                DataKind.IDENTIFIER,
                "key",
                withheld="a keyed hash, which says nothing",
                kept=_BAN_STAYS,
            ),
        ),
        {_MODERATOR: "moderator", "the moderator's action that it belongs to": "batch"},
        erasure=Erasure.ANONYMIZED,
        erase=_erase_bans,
    ),
)
