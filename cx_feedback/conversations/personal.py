"""Personal data of this room: what readers and editors wrote to each other."""

from django.db.models import Q
from django.utils.translation import pgettext_lazy

from cx_feedback.conversations.models import (
    Absence,
    AssignmentRule,
    AssignmentTurn,
    Calendar,
    CheckedResponse,
    Conversation,
    ConversationEvent,
    ConversationLink,
    ConversationMessage,
    ConversationRule,
    ConversationSection,
    ConversationSettings,
    ConversationTag,
    Mention,
    MentionPreference,
    Promise,
    PromiseClock,
    PromiseNotice,
    PromiseVersion,
    ReturnExpectation,
    SavedAnswer,
)
from cx_feedback.conversations.services import reader_erasure
from cx_feedback.core.privacy.lookups import AddressBy, ByColumns, PartOf
from cx_feedback.core.privacy.personal_data import (
    DataKind,
    Declaration,
    Expiry,
    ImpersonalModel,
    LegalGround,
    PersonalModel,
    personal_fields,
)

_ANSWER = pgettext_lazy("personal data", "To answer what the person wrote to the editors.")
_PART = "its conversation is above it in the export"
_EDITOR = "the account of an editor, not of a reader"
_HASH = "a random number or the hash of one, which says nothing"
_CHOSEN = "what the editors chose for all readers"
_WORK = "the order of the work of the editors"

PERSONAL_DATA: tuple[Declaration, ...] = (
    PersonalModel(
        Conversation,
        "conversations",
        _ANSWER,
        LegalGround.CONTRACT,
        ByColumns(address="email", address_by=AddressBy.TYPED),
        (
            *personal_fields(DataKind.CONTACT, "name email"),
            *personal_fields(DataKind.CONTENT, "subject rating"),
            *personal_fields(DataKind.CONTENT, "search_text", withheld="the same as the messages"),
            *personal_fields(DataKind.TECHNICAL, "language"),
            *personal_fields(
                DataKind.BEHAVIOUR, "kind page to_author created_at=begun_at rated_at"
            ),
            *personal_fields(DataKind.BEHAVIOUR, "matter", withheld="the kind and the page say it"),
            *personal_fields(
                DataKind.DECISION, "state outcome comes_later first_answer_at closed_at"
            ),
        ),
        {
            "the person of the export": "reader",
            "whether the address was proved": "verified",
            _EDITOR: "assignee",
            _WORK: "version merged_into last_message_at waiting_since due_at urgent_at "
            "snoozed_until",
        },
        retention=("closed_conversations",),
    ),
    Expiry(
        "closed_conversations",
        pgettext_lazy(
            "personal data",
            "Closed conversations, and what was set aside as spam, with all messages",
        ),
        reader_erasure.find_old_conversations,
        reader_erasure.delete_old_conversations,
    ),
    PersonalModel(
        ConversationMessage,
        "messages",
        _ANSWER,
        LegalGround.CONTRACT,
        PartOf(Conversation, "conversation", exported=~Q(direction="note")),
        (
            *personal_fields(DataKind.CONTENT, "text"),
            *personal_fields(DataKind.BEHAVIOUR, "direction created_at=written_at"),
        ),
        {
            _PART: "conversation",
            _EDITOR: "author",
            _HASH: "key message_id idempotency_key",
            "the comment with the same text": "comment_id",
            _WORK: "by_mail",
        },
    ),
    PersonalModel(
        Mention,
        "mentions",
        _ANSWER,
        LegalGround.INTEREST,
        # Notes aren't exported.
        PartOf(ConversationMessage, "message", exported=Q(pk__in=[])),
        personal_fields(DataKind.DECISION, "created_at=at"),
        {_PART: "message", _EDITOR: "account"},
    ),
    ImpersonalModel(MentionPreference, {_EDITOR: "account by_mail"}),
    PersonalModel(
        ConversationTag,
        "tags",
        _ANSWER,
        LegalGround.INTEREST,
        PartOf(Conversation, "conversation"),
        personal_fields(DataKind.DECISION, "name"),
        {_PART: "conversation"},
    ),
    PersonalModel(
        ConversationEvent,
        "events",
        _ANSWER,
        LegalGround.INTEREST,
        PartOf(Conversation, "conversation"),
        personal_fields(DataKind.DECISION, "action created_at=at"),
        {_PART: "conversation", _EDITOR: "user", _WORK: "version detail"},
    ),
    PersonalModel(
        ConversationLink,
        "links",
        _ANSWER,
        LegalGround.CONTRACT,
        PartOf(Conversation, "conversation"),
        personal_fields(DataKind.TECHNICAL, "created_at=sent_at"),
        {_PART: "conversation", "the message whose mail has it": "message", _HASH: "token_hash"},
    ),
    PersonalModel(
        PromiseClock,
        "promised_times",
        _ANSWER,
        LegalGround.INTEREST,
        PartOf(Conversation, "conversation"),
        personal_fields(DataKind.DECISION, "goal minutes begun_at due_at done_at on_time"),
        {
            _PART: "conversation",
            _EDITOR: "done_by",
            _WORK: "promise used running_since urgent_at remind_at escalate_at version",
        },
    ),
    PersonalModel(
        ReturnExpectation,
        "expected_returns",
        _ANSWER,
        LegalGround.INTEREST,
        PartOf(Conversation, "conversation"),
        personal_fields(DataKind.DERIVED, "probability weeks created_at=at"),
        {_PART: "conversation"},
    ),
    PersonalModel(
        PromiseNotice,
        "promise_mails",
        _ANSWER,
        LegalGround.INTEREST,
        PartOf(PromiseClock, "clock"),
        personal_fields(DataKind.TECHNICAL, "step created_at=at"),
        {_PART: "clock"},
    ),
    ImpersonalModel(
        Calendar,
        {
            _CHOSEN: "name time_zone monday tuesday wednesday thursday friday saturday sunday "
            "country region closing_days"
        },
    ),
    ImpersonalModel(
        Promise,
        {
            _CHOSEN: "name order calendar kind tier section first_answer next_answer closing "
            "remind_before escalate_after escalate_to"
        },
    ),
    ImpersonalModel(
        ConversationRule,
        {
            _CHOSEN: "name active active_since trigger limit answers section with_known_address",
            _EDITOR: "assignee",
        },
    ),
    ImpersonalModel(
        AssignmentRule,
        {
            _CHOSEN: "name order active kind tier language section target group",
            _EDITOR: "author account",
        },
    ),
    ImpersonalModel(AssignmentTurn, {_CHOSEN: "group", _EDITOR: "last_account"}),
    ImpersonalModel(Absence, {_EDITOR: "account", _WORK: "first_day last_day"}),
    ImpersonalModel(
        CheckedResponse, {"a number of the work in the background": "activity_id checked_at"}
    ),
    ImpersonalModel(PromiseVersion, {"a number of the work in the background": "number"}),
    ImpersonalModel(SavedAnswer, {_CHOSEN: "title text"}),
    ImpersonalModel(ConversationSettings, {_CHOSEN: "draws_order drawn_since"}),
    ImpersonalModel(ConversationSection, {"the permission of a group of editors": "group page"}),
)
