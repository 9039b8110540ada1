"""Receivers of other rooms', Wagtail's and Django's signals."""

from contextvars import ContextVar
from typing import Any

import swapper
from django.db.models.signals import post_delete, post_save, pre_delete
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from wagtail.models import PageViewRestriction, Site
from wagtail.signals import page_unpublished, post_page_move, pre_page_move

from cx_feedback.comments import missing_comments
from cx_feedback.comments.models import (
    Ban,
    Comment,
    CommentSettings,
    Policy,
    SavedReply,
    Thread,
)
from cx_feedback.core import signals
from cx_feedback.core.rooms.comment_replies import CommentOnPage
from cx_feedback.core.rooms.titles import Name, get_admin_url
from cx_feedback.mail import mailing_kinds
from cx_feedback.mail.models import Delivery

#: The URLs before the move of the page that is being moved, by its ID.
_urls_before_move: ContextVar[dict[int, list[str]]] = ContextVar("cx_urls_before_move")
#: Characters of a comment that serve as its name.
EXCERPT = 80


def connect_receivers() -> None:
    signals.things_named.connect(name_comments, dispatch_uid="cx_comments_names")
    signals.texts_asked.connect(give_texts, dispatch_uid="cx_comments_texts")
    signals.mail_about_to_send.connect(refuse_unwanted_mail, dispatch_uid="cx_comments_mail")
    signals.comments_described.connect(describe_comments, dispatch_uid="cx_comments_described")
    signals.spam_asked.connect(reads_like_spam, dispatch_uid="cx_comments_spam")
    signals.answer_to_comment.connect(answer_comment, dispatch_uid="cx_comments_answer")
    mailing_kinds.register_mailing_kind("follow", name_new_comment_mailings)
    mailing_kinds.register_mailing_kind("follow-optin", name_opt_in_mailings)
    mailing_kinds.register_mailing_kind("comment-refused", name_notices)
    mailing_kinds.register_mailing_kind("comment-objection", name_outcomes)
    mailing_kinds.register_mailing_kind("comment-waiting", name_alerts)
    for changed in (post_save, post_delete):
        for model in (Policy, CommentSettings):
            changed.connect(clear_rules_cache, sender=model, dispatch_uid="cx_comments_rules")
        changed.connect(clear_ban_cache, sender=Ban, dispatch_uid="cx_comments_bans")
        for shown in (CommentSettings, SavedReply, Site):
            changed.connect(clear_queue_settings, sender=shown, dispatch_uid="cx_comments_queue")
    mailing_kinds.register_mailing_kind("comment-verification", name_verification_mailings)
    pre_delete.connect(
        count_decisions_of_thread, sender=Thread, dispatch_uid="cx_comments_thread_decisions"
    )
    pre_delete.connect(
        missing_comments.keep_tombstones_of_thread,
        sender=Thread,
        dispatch_uid="cx_comments_thread_tombstones",
    )
    pre_delete.connect(
        missing_comments.keep_tombstone, sender=Comment, dispatch_uid="cx_comments_tombstone"
    )
    pre_delete.connect(
        missing_comments.announce_removal_of_thread,
        sender=Thread,
        dispatch_uid="cx_comments_thread_removed",
    )
    pre_delete.connect(
        missing_comments.announce_removal, sender=Comment, dispatch_uid="cx_comments_removed"
    )
    _connect_pages()


def _connect_pages() -> None:
    """Connect to changes of pages, which change rules and URLs."""
    page = swapper.load_model("wagtailcore", "Page")
    for signal in (page_unpublished, post_page_move):
        signal.connect(clear_rules_cache, dispatch_uid="cx_comments_rules")
    post_delete.connect(clear_rules_cache, sender=page, dispatch_uid="cx_comments_rules")
    pre_page_move.connect(purge_before_move, dispatch_uid="cx_comments_purge")
    post_page_move.connect(purge_moved, dispatch_uid="cx_comments_purge")
    pre_delete.connect(purge_deleted, sender=page, dispatch_uid="cx_comments_purge")
    for changed in (post_save, post_delete):
        changed.connect(
            purge_restricted, sender=PageViewRestriction, dispatch_uid="cx_comments_purge"
        )


def clear_rules_cache(**kwargs: Any) -> None:
    from cx_feedback.comments.submission import page_rules

    page_rules.clear_rules_cache()


def clear_queue_settings(**kwargs: Any) -> None:
    from cx_feedback.comments.moderation import queue_settings

    queue_settings.clear_queue_settings()


def clear_ban_cache(**kwargs: Any) -> None:
    from cx_feedback.comments.submission import ban_lookup

    ban_lookup.clear_ban_cache()


def name_verification_mailings(days: list[str]) -> dict[str, str]:
    from cx_feedback.comments.submission import verification_mail

    return verification_mail.name_mailings(days)


def purge_before_move(sender: Any, *, instance: Any, **kwargs: Any) -> None:
    # Wagtail's transaction begins after this signal and ends before post_page_move.
    from cx_feedback.comments.rendering import frontend_cache
    from cx_feedback.comments.services import publish_effects

    urls = publish_effects.purge_before_change(
        frontend_cache.get_pages_with_thread_below(instance), later=True
    )
    _urls_before_move.set({instance.pk: urls})


def purge_moved(sender: Any, *, instance: Any, **kwargs: Any) -> None:
    from cx_feedback.comments.services import publish_effects

    publish_effects.request_purge(_urls_before_move.get({}).get(instance.pk, []))


def purge_deleted(sender: Any, *, instance: Any, **kwargs: Any) -> None:
    from cx_feedback.comments.rendering import frontend_cache
    from cx_feedback.comments.services import publish_effects

    publish_effects.purge_before_change(frontend_cache.get_pages_with_thread(pk=instance.pk))


def purge_restricted(sender: Any, *, instance: Any, **kwargs: Any) -> None:
    from cx_feedback.comments.rendering import frontend_cache
    from cx_feedback.comments.services import publish_effects

    publish_effects.purge_before_change(frontend_cache.get_pages_with_thread_below(instance.page))


def name_comments(
    sender: Any, *, kind: str, ids: set[int], **kwargs: Any
) -> dict[int, Name] | None:
    """Name comments by their first characters."""
    if kind != "comment":
        return None
    rows = Comment.objects.filter(pk__in=ids).only("html")
    return {
        comment.pk: Name(
            Truncator(comment.visible_text).chars(EXCERPT),
            get_admin_url("cx_comments:comment", comment.pk),
        )
        for comment in rows
    }


def give_texts(
    sender: Any, *, kind: str, object_id: int, user: Any, **kwargs: Any
) -> dict[str, Any] | None:
    """Return the text and the name of a comment to those who moderate its page."""
    if kind != "comment":
        return None
    from cx_feedback.comments import permissions

    row = permissions.get_scope(user).comments().filter(pk=object_id).first()
    return None if row is None else {"text": row.text, "author_name": row.author_name}


def describe_comments(
    sender: Any, *, comment_ids: list[int], user: Any, **kwargs: Any
) -> dict[int, CommentOnPage]:
    """Describe comments for those who answer them in another room."""
    from cx_feedback.comments.services import author_answers

    return author_answers.describe_comments(comment_ids, user)


def answer_comment(
    sender: Any, *, comment_id: int, text: str, name: str, user: Any, seen: str, **kwargs: Any
) -> int:
    """Publish the answer of an editor in another room."""
    from cx_feedback.comments.services import author_answers

    return author_answers.answer_comment(
        comment_id=comment_id, text=text, name=name, user=user, seen=seen
    )


def reads_like_spam(
    sender: Any,
    *,
    text: str,
    name: str,
    email: str,
    page_id: int | None,
    language: str,
    verified: bool,
    **kwargs: Any,
) -> bool:
    """Ask the spam filter of comments about a text of another room."""
    from cx_feedback.comments.services import foreign_texts

    return foreign_texts.reads_like_spam(
        text=text, name=name, email=email, page_id=page_id, language=language, verified=verified
    )


def refuse_unwanted_mail(sender: Any, deliveries: list[Delivery], **kwargs: Any) -> dict[int, str]:
    """Refuse emails to people who have stopped following, or about what is no longer public."""
    from cx_feedback.comments import services

    return {
        **services.follower_notifications.find_unwanted_deliveries(deliveries),
        **services.refusal_notices.find_unwanted_deliveries(deliveries),
        **services.waiting_alerts.find_unwanted_deliveries(deliveries),
    }


def count_decisions_of_thread(sender: Any, instance: Thread, **kwargs: Any) -> None:
    """Keep the counts of the log that is being deleted with a page."""
    from cx_feedback.comments.services.past_decisions import count_past_decisions

    count_past_decisions(Comment.objects.filter(thread=instance))


def name_notices(batches: list[str]) -> dict[str, str]:
    from cx_feedback.comments.objections import refusal_mails

    return refusal_mails.name_notices(batches)


def name_alerts(ids: list[str]) -> dict[str, str]:
    from cx_feedback.comments.moderation import waiting_alert_mail

    return waiting_alert_mail.name_alerts(ids)


def name_outcomes(ids: list[str]) -> dict[str, str]:
    from cx_feedback.comments.objections import refusal_mails

    return refusal_mails.name_outcomes(ids)


def name_new_comment_mailings(ids: list[str]) -> dict[str, str]:
    """Return names of the emails about new comments, by comment ID."""
    return {pk: _("New comment %s, to followers") % pk for pk in ids}


def name_opt_in_mailings(ids: list[str]) -> dict[str, str]:
    """Return names of the opt-in emails, by follow ID."""
    return {pk: _("Confirmation of following, number %s") % pk for pk in ids}
