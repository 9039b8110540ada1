"""Mentions in internal notes: which accounts they are, and their mails, each once."""

import re
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models.functions import Lower

from cx_feedback.conversations import permissions
from cx_feedback.conversations.mails import editor_mails
from cx_feedback.conversations.models import (
    ConversationMessage,
    Mention,
    MentionPreference,
)
from cx_feedback.core.people.account_names import admin_name
from cx_feedback.core.text.text_cleaning import clean_text
from cx_feedback.mail import services as mail
from cx_feedback.mail.models import Delivery

#: Accounts that a note can mention.
MOST_MENTIONS = 20
#: Characters of Django's user names; the "@" is no part of an address.
MENTION_PATTERN = re.compile(r"(?<![\w@.+-])@([\w@.+-]{1,150})")


def find_names(text: str) -> list[str]:
    """Return the different names that a text mentions, without the marks that end a sentence."""
    found = (name.rstrip(".+-@") for name in MENTION_PATTERN.findall(text))
    return list(dict.fromkeys(filter(None, found)))[:MOST_MENTIONS]


def store_mentions(message: ConversationMessage) -> list[Mention]:
    """Store whom a new note mentions, and queue their mails.

    Those are accounts that may answer the conversation, without the author of the note. Call it
    in the transaction that stores the note.
    """
    found = [
        Mention(message=message, account=account, created_at=message.created_at)
        for account in _find_accounts(message.text)
        if account.pk != message.author_id and permissions.may_answer(account, message.conversation)
    ]
    Mention.objects.bulk_create(found)
    accounts = [one.account for one in found]
    refused = MentionPreference.objects.filter(account__in=accounts, by_mail=False)
    without = set(refused.values_list("account", flat=True)) if accounts else set()
    for account in accounts:
        if account.email and account.pk not in without:
            _queue_mail(message, account)
    return found


def _find_accounts(text: str) -> list[Any]:
    """Return the accounts of the names; without regard to case where only that finds one."""
    names = find_names(text)
    if not names:
        return []
    field = get_user_model().USERNAME_FIELD
    rows = permissions.get_editors().annotate(cx_name=Lower(field))
    rows = rows.filter(cx_name__in=[name.lower() for name in names])
    accounts = list(rows.select_related("wagtail_userprofile"))
    exact = {getattr(one, field) for one in accounts} & set(names)
    named = {name.lower() for name in exact}
    return [one for one in accounts if getattr(one, field) in exact or one.cx_name not in named]


def _queue_mail(message: ConversationMessage, account: Any) -> None:
    """Queue the mail of a mention. The ledger holds one for each note and account."""
    pk = message.conversation_id
    mail.queue_delivery(
        message=editor_mails.write_mention_mail(editor_mails.get_editor_language(account)),
        mailing=f"{editor_mails.MENTION}{message.pk}",
        recipient=mail.Recipient(
            key=str(account.pk),
            address=account.email,
            variables={
                # In the subject, which holds no line breaks.
                "author": clean_text(admin_name(message.author), one_line=True),
                "number": str(pk),
                "url": f"{editor_mails.get_conversation_url(pk)}#message-{message.pk}",
            },
        ),
        policy=Delivery.Policy.AT_MOST_ONCE,
        priority=Delivery.USUAL,
    )
