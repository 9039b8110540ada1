"""Comments with their earlier texts, the decisions on them and what spam services were told."""

from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from cx_feedback.comments.models import (
    Comment,
    CommentRevision,
    ModerationEvent,
    Objection,
    SpamCheck,
    SpamReport,
    SpamSample,
)
from cx_feedback.core.privacy.lookups import AddressBy, ByColumns, PartOf, Person
from cx_feedback.core.privacy.personal_data import (
    DataKind,
    Declaration,
    Erasure,
    LegalGround,
    PersonalField,
    PersonalModel,
    personal_fields,
)

_CONVERSATION = pgettext_lazy("personal data", "To show the conversation below a page.")
_MODERATION = pgettext_lazy(
    "personal data", "To keep the conversation free of spam, insults and what is against the law."
)
_PART = "its comment is above it in the export"
_MODERATOR = "the account of a moderator, not of a reader"
_BATCH = "the moderator's action that it belongs to"
_PLACE = "the place in the thread stays without words, name, address and reader"
_HASH = "a keyed hash or number made of the words, which says nothing"
_FILTER = "it would tell spammers how the filter works"
_SEALED = "network address and browser, sealed for the spam services"


def _erase_comments(person: Person) -> int:
    from cx_feedback.comments.services import erase_comments

    return erase_comments(reader_ids=list(person.reader_ids), email=person.email)


OF_COMMENTS: tuple[Declaration, ...] = (
    PersonalModel(
        Comment,
        "comments",
        _CONVERSATION,
        LegalGround.CONTRACT,
        ByColumns(address="author_email", address_by=AddressBy.TYPED),
        (
            PersonalField(
                "thread",
                DataKind.BEHAVIOUR,
                "page",
                kept=_PLACE,
                get=lambda comment: comment.thread.page_id,
            ),
            *personal_fields(DataKind.CONTACT, "author_name=name author_email=email"),
            *personal_fields(DataKind.CONTENT, "text"),
            *personal_fields(DataKind.CONTENT, "html search_text", withheld="the same as the text"),
            *personal_fields(DataKind.IDENTIFIER, "user=account"),
            *personal_fields(
                DataKind.IDENTIFIER, "author_key", withheld="a keyed hash, which says nothing"
            ),
            *personal_fields(
                DataKind.TECHNICAL,
                "client_hash",
                withheld="a keyed hash, which says nothing",
                retention=("client_hashes",),
            ),
            *personal_fields(
                DataKind.TECHNICAL, "shingle_first shingle_second idempotency_key", withheld=_HASH
            ),
            *personal_fields(DataKind.DERIVED, "spam_score", kept=_PLACE),
            *personal_fields(DataKind.DERIVED, "spam_findings", withheld=_FILTER),
            *personal_fields(
                DataKind.BEHAVIOUR,
                "created_at=written_at parent=in_reply_to edited_at published_at language",
                kept=_PLACE,
            ),
            *personal_fields(DataKind.DECISION, "state decided_at", kept=_PLACE),
        ),
        {
            "the person of the export": "reader",
            _PLACE: "root key path depth replies by_staff markup revision",
            "marks of moderators on the text": "picked pinned_at proposed objected suspected",
            "edited by the site": "edited_by_site",
            "whether an address was proved, which is empty": "verified",
            "counts of what others did": "up down reactions flags rank",
            "the state of the work in the background": "followers_notified",
            "the number in the system that it was imported from": "source external_id",
        },
        erasure=Erasure.ANONYMIZED,
        erase=_erase_comments,
        retention=("unverified_comments", "refused_comments"),
        related=("thread",),
    ),
    PersonalModel(
        CommentRevision,
        "earlier_texts",
        _CONVERSATION,
        LegalGround.CONTRACT,
        PartOf(Comment, "comment", exported=~Q(number=F("comment__revision")) & Q(by_site=False)),
        (
            *personal_fields(DataKind.CONTENT, "text"),
            *personal_fields(DataKind.CONTENT, "html", withheld="the same as the text"),
            *personal_fields(DataKind.BEHAVIOUR, "created_at replaced_at"),
            *personal_fields(DataKind.DERIVED, "spam_score"),
            *personal_fields(DataKind.DERIVED, "spam_findings", withheld=_FILTER),
        ),
        {
            _PART: "comment",
            "the order of the texts and their format": "number markup by_site",
            _MODERATOR: "moderator",
        },
        retention=("comment_revisions",),
    ),
    PersonalModel(
        ModerationEvent,
        "moderation",
        _MODERATION,
        LegalGround.OBLIGATION,
        PartOf(Comment, "comment"),
        (
            *personal_fields(DataKind.DECISION, "reason"),
            *personal_fields(
                DataKind.DECISION,
                "action from_state=from to_state=to undone created_at",
                kept="the decisions are counted, without the comment's words",
            ),
            *personal_fields(DataKind.DERIVED, "spam_findings", withheld=_FILTER),
        ),
        {
            _PART: "comment",
            _MODERATOR: "moderator",
            _BATCH: "batch",
            "which text was decided on": "revision revision_before",
            "how long moderators take": "wait_seconds",
        },
        erasure=Erasure.ANONYMIZED,
    ),
    PersonalModel(
        Objection,
        "objections",
        _MODERATION,
        LegalGround.OBLIGATION,
        PartOf(Comment, "comment"),
        (
            *personal_fields(DataKind.CONTENT, "text created_at"),
            *personal_fields(DataKind.DECISION, "state answer decided_at decided_alone"),
        ),
        {
            _PART: "comment",
            "the decision objected to": "event",
            _MODERATOR: "moderator",
            _BATCH: "batch",
        },
    ),
    PersonalModel(
        SpamCheck,
        "spam_checks",
        _MODERATION,
        LegalGround.INTEREST,
        PartOf(Comment, "comment"),
        (
            *personal_fields(DataKind.TECHNICAL, "sealed", withheld=_SEALED),
            *personal_fields(DataKind.DERIVED, "is_held is_solved holding_points"),
        ),
        {_PART: "comment", "the state of the work in the background": "attempts due_at"},
    ),
    PersonalModel(
        SpamReport,
        "spam_reports",
        _MODERATION,
        LegalGround.INTEREST,
        PartOf(Comment, "comment"),
        (
            *personal_fields(DataKind.TECHNICAL, "sealed", withheld=_SEALED),
            *personal_fields(DataKind.DERIVED, "scorer_verdict moderator_verdict"),
        ),
        {_PART: "comment", "the state of the work in the background": "attempts due_at"},
        retention=("spam_reports",),
    ),
    PersonalModel(
        SpamSample,
        "spam_samples",
        _MODERATION,
        LegalGround.INTEREST,
        PartOf(Comment, "comment"),
        personal_fields(
            DataKind.DERIVED,
            "day number weight",
            kept="that a comment was drawn for the measurement, without its words",
        ),
        {_PART: "comment"},
        erasure=Erasure.ANONYMIZED,
    ),
)
