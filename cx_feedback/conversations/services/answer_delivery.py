"""Mailing answers and links to readers, each once, and only to addresses that were proved."""

from django.utils import timezone, translation

from cx_feedback.conversations.mails import conversation_links, conversation_mails
from cx_feedback.conversations.models import Conversation, ConversationMessage
from cx_feedback.core import conf
from cx_feedback.core.http.throttles import count_request
from cx_feedback.core.pages import site_time
from cx_feedback.core.text import languages
from cx_feedback.mail import services as mail
from cx_feedback.mail.models import Delivery

#: The most Message-IDs of References, the newest ones.
MOST_REFERENCES = 20


def send_answer(message: ConversationMessage) -> bool:
    """Queue the mail of an answer and return whether it is new; False for an unproved address.

    None is queued for an answer that is only on the page.

    The ledger holds one for each message, so that it is queued once whatever happens.
    """
    conversation = message.conversation
    if not message.by_mail or not conversation.email or not conversation.verified:
        return False
    earlier = list(
        conversation.messages.filter(pk__lt=message.pk)
        .exclude(message_id="")
        .order_by("-pk")
        .values_list("message_id", flat=True)[:MOST_REFERENCES]
    )
    with_words = conf.get("CONVERSATIONS_MAIL_WORDS")
    mailing = f"{conversation_mails.ANSWER}{message.pk}"
    content = conversation_mails.write_answer_mail(
        conversation, with_words=with_words, threaded=bool(earlier)
    )
    variables = _get_variables(conversation, message)
    if with_words:
        variables["words"] = message.text
    if earlier:
        variables |= {"previous_id": earlier[0], "earlier_ids": " ".join(reversed(earlier))}
    recipient = mail.Recipient(
        key=f"message:{message.pk}",
        address=conversation.email,
        reader_id=conversation.reader_id,
        variables=variables,
    )
    is_new = mail.queue_delivery(
        message=content, mailing=mailing, recipient=recipient, policy=Delivery.Policy.AT_MOST_ONCE
    )
    message.message_id = mail.get_message_id(mailing=mailing, recipient_key=recipient.key)
    message.save(update_fields=["message_id"])
    return is_new


def send_waiting_answers(conversation: Conversation) -> int:
    """Queue the mails of answers that waited for the address to be proved; return their number."""
    if not conversation.verified:
        return 0
    rows = conversation.messages.filter(
        direction=ConversationMessage.Direction.TO_READER, message_id="", by_mail=True
    )
    return sum(send_answer(message) for message in rows.order_by("pk"))


def send_proof(conversation: Conversation, *, client_hash: str | None = "") -> bool:
    """Queue the mail that asks whether the address is the reader's, once a day for an address.

    It names no reader before the address is proved, which may be somebody else's. Returns False
    if it was asked today, or if the network address or the whole site has reached its limit. With
    None as ``client_hash`` an editor asks, who has no limit.
    """
    if not conversation.email or conversation.verified:
        return False
    limits = () if client_hash is None else (("mail", client_hash), ("proof", "site"))
    for scope, key in limits:
        number, limit = count_request(scope, key)
        if number > limit:
            return False
    variables = _get_variables(conversation)
    variables["url"] = conversation_mails.get_proof_url(conversation)
    return mail.queue_delivery(
        message=conversation_mails.write_proof_mail(conversation),
        mailing=conversation_mails.get_proof_mailing(site_time.localdate()),
        recipient=mail.Recipient(
            key=conversation_mails.get_address_key(conversation.email),
            address=conversation.email,
            variables=variables,
        ),
        policy=Delivery.Policy.AT_LEAST_ONCE,
        priority=Delivery.URGENT,
    )


def send_new_link(*, conversation: Conversation) -> bool:
    """Queue a mail with a new link, at most one in an hour; False without a proved address."""
    if not conversation.email or not conversation.verified:
        return False
    hour = timezone.now().strftime("%Y-%m-%dT%H")
    mailing, key = f"{conversation_mails.LINK}{conversation.pk}", f"hour:{hour}"
    if Delivery.objects.filter(mailing=mailing, recipient_key=key).exists():
        return False
    return mail.queue_delivery(
        message=conversation_mails.write_link_mail(conversation),
        mailing=mailing,
        recipient=mail.Recipient(
            key=key,
            address=conversation.email,
            reader_id=conversation.reader_id,
            variables={
                **_get_variables(conversation),
                "url": conversation_links.create_link(conversation),
            },
        ),
        policy=Delivery.Policy.AT_LEAST_ONCE,
        priority=Delivery.URGENT,
    )


def _get_variables(
    conversation: Conversation, message: ConversationMessage | None = None
) -> dict[str, str]:
    values = {"site": conversation_mails.get_host(conversation)}
    if message is not None:
        with translation.override(languages.get_mail_language(conversation.language)):
            values["subject"] = conversation_mails.get_subject(conversation)
        values["url"] = conversation_links.create_link(conversation, message)
    return values
