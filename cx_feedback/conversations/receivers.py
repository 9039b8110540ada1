"""Receivers of the signals between rooms."""

from typing import Any

from cx_feedback.conversations.promise import notices
from cx_feedback.conversations.promise.promise_mails import PREFIXES, name_promise_mailings
from cx_feedback.core import signals
from cx_feedback.mail import mailing_kinds


def connect_receivers() -> None:
    """Connect the receivers; ``ready()`` calls it."""
    signals.mail_about_to_send.connect(refuse_unwanted_mail, dispatch_uid="cx_conversations_mail")
    for prefix in PREFIXES.values():
        mailing_kinds.register_mailing_kind(prefix.removesuffix(":"), name_promise_mailings)
    mailing_kinds.register_mailing_kind("conversation", name_answers)
    mailing_kinds.register_mailing_kind("conversation-link", name_links)
    mailing_kinds.register_mailing_kind("conversation-proof", name_proofs)


def refuse_unwanted_mail(sender: Any, deliveries: Any, **named: Any) -> dict[int, str]:
    """Stop the mails about readers who have been answered meanwhile."""
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
