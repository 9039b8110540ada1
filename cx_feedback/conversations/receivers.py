"""Receivers of the signals between rooms."""

from typing import Any

import swapper
from django.db.models import Q
from django.db.models.signals import post_delete, post_save, pre_delete
from wagtail.signals import post_page_move

from cx_feedback.conversations.models import (
    Calendar,
    ConversationSection,
    Promise,
    PromiseVersion,
)
from cx_feedback.conversations.permissions import sections_generation
from cx_feedback.conversations.promise.promise_mails import PREFIXES, name_promise_mailings
from cx_feedback.core import signals
from cx_feedback.mail import mailing_kinds


def connect_receivers() -> None:
    """Connect the receivers; ``ready()`` calls it."""
    signals.act_wanted.connect(is_act_wanted, dispatch_uid="cx_conversations_wanted")
    signals.reader_acted.connect(handle_reader_acted, dispatch_uid="cx_conversations_acted")
    signals.question_to_author.connect(begin_with_comment, dispatch_uid="cx_conversations_question")
    signals.scoring_refused.connect(
        erase_expectations, dispatch_uid="cx_conversations_scoring_refused"
    )
    signals.comments_removed.connect(erase_copies, dispatch_uid="cx_conversations_removed")
    signals.reply_recipients_asked.connect(
        get_mailed_recipients, dispatch_uid="cx_conversations_recipients"
    )
    signals.decided_texts_asked.connect(
        get_decided_letters, dispatch_uid="cx_conversations_decided_texts"
    )
    signals.mail_about_to_send.connect(refuse_unwanted_mail, dispatch_uid="cx_conversations_mail")
    for changed in (post_save, post_delete):
        changed.connect(
            sections_generation.end,
            sender=ConversationSection,
            dispatch_uid="cx_conversations_sections",
        )
    _connect_due_times()
    for prefix in PREFIXES.values():
        mailing_kinds.register_mailing_kind(prefix.removesuffix(":"), name_promise_mailings)
    mailing_kinds.register_mailing_kind("conversation", name_answers)
    mailing_kinds.register_mailing_kind("conversation-link", name_links)
    mailing_kinds.register_mailing_kind("conversation-proof", name_proofs)
    mailing_kinds.register_mailing_kind("conversation-mention", name_mentions)


def _connect_due_times() -> None:
    """Connect to what takes promises, calendars and pages away, and to moves of pages."""
    for source in (Promise, Calendar):
        post_delete.connect(renew_due_times, sender=source, dispatch_uid="cx_conversations_due")
    page = swapper.load_model("wagtailcore", "Page")
    pre_delete.connect(renew_of_deleted, sender=page, dispatch_uid="cx_conversations_due")
    post_page_move.connect(renew_of_moved, dispatch_uid="cx_conversations_due")


def renew_due_times(sender: Any, **named: Any) -> None:
    """Have all due times worked out again without a promise or calendar."""
    PromiseVersion.increase()


def renew_of_deleted(sender: Any, instance: Any, **named: Any) -> None:
    """Have the due times of conversations about a page worked out again without it."""
    from cx_feedback.conversations.promise import recalculation

    recalculation.recalculate_after_move(Q(pk=instance.pk))


def renew_of_moved(sender: Any, instance: Any, **named: Any) -> None:
    """Have the due times of conversations about pages worked out again at their new place."""
    from cx_feedback.conversations.promise import recalculation

    recalculation.recalculate_after_move(Q(path__startswith=instance.path))


def is_act_wanted(sender: Any, kind: str, detail: dict[str, Any], **named: Any) -> bool:
    """Return whether an activity of this kind and detail may begin a conversation by a rule."""
    from cx_feedback.conversations.rules import active_rules

    return bool(active_rules.find_rules(kind, detail))


def handle_reader_acted(
    sender: Any,
    activity_id: int,
    reader_id: int,
    kind: str,
    page_id: int | None,
    object_id: int | None,
    detail: dict[str, Any],
    **named: Any,
) -> None:
    """Begin a conversation about a response that a rule names."""
    if object_id is None or not is_act_wanted(sender, kind, detail):
        return
    from cx_feedback.conversations.services import rule_conversations

    response = rule_conversations.GivenResponse(
        activity_id, reader_id, kind, page_id, object_id, detail
    )
    rule_conversations.begin_conversation_by_rule(response)


def begin_with_comment(
    sender: Any,
    comment_id: int,
    reader_id: int,
    page_id: int,
    title: str,
    name: str,
    email: str,
    text: str,
    language: str,
    **named: Any,
) -> bool:
    """Begin a conversation about a comment that is a question to the author."""
    from cx_feedback.conversations.services import comment_questions

    question = comment_questions.CommentQuestion(
        comment_id, reader_id, page_id, title, name, email, text, language
    )
    return comment_questions.begin_conversation_with_comment(question)


def erase_copies(sender: Any, comment_ids: list[int], **named: Any) -> None:
    """Erase the copies of comments whose texts are gone."""
    from cx_feedback.conversations.services import comment_questions

    comment_questions.erase_copies(comment_ids)


def get_mailed_recipients(sender: Any, comment_id: int, **named: Any) -> set[str]:
    """Return the addresses that an answer goes to which is on a page too."""
    from cx_feedback.conversations.services import comment_questions

    return comment_questions.get_mailed_recipients(comment_id)


def erase_expectations(sender: Any, reader_ids: list[int], **named: Any) -> None:
    """Forget what was expected of readers who object to being scored."""
    from cx_feedback.conversations.effects import expectations

    expectations.erase_expectations(reader_ids)


def get_decided_letters(sender: Any, most: int, **named: Any) -> list[Any]:
    """Return the letters that editors have called spam or honest."""
    from cx_feedback.conversations.services import decided_letters

    return decided_letters.get_decided_letters(most)


def refuse_unwanted_mail(sender: Any, deliveries: Any, **named: Any) -> dict[int, str]:
    """Stop the mails about readers who have been answered meanwhile."""
    from cx_feedback.conversations.promise import notices

    return notices.find_unwanted_deliveries(deliveries)


def name_answers(ids: list[str]) -> dict[str, str]:
    from cx_feedback.conversations.mails import conversation_mails

    return conversation_mails.name_mailings(ids)


def name_links(ids: list[str]) -> dict[str, str]:
    from cx_feedback.conversations.mails import conversation_mails

    return conversation_mails.name_link_mailings(ids)


def name_proofs(days: list[str]) -> dict[str, str]:
    from cx_feedback.conversations.mails import conversation_mails

    return conversation_mails.name_proof_mailings(days)


def name_mentions(ids: list[str]) -> dict[str, str]:
    from cx_feedback.conversations.mails import editor_mails

    return editor_mails.name_mention_mailings(ids)
