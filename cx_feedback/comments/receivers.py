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
    Follow,
    Policy,
    SavedReply,
    Thread,
)
from cx_feedback.core import signals
from cx_feedback.core.rooms.titles import Name, get_admin_url
from cx_feedback.mail import mailing_kinds
from cx_feedback.mail.models import Delivery

#: The URLs before the move of the page that is being moved, by its ID.
_urls_before_move: ContextVar[dict[int, list[str]]] = ContextVar("cx_urls_before_move")
#: Characters of a comment that serve as its name.
EXCERPT = 80


def connect_receivers() -> None:
    signals.person_exported.connect(export_comments, dispatch_uid="cx_comments_export")
    signals.person_erased.connect(erase_comments, dispatch_uid="cx_comments_erase")
    signals.things_named.connect(name_comments, dispatch_uid="cx_comments_names")
    signals.mail_about_to_send.connect(refuse_unwanted_mail, dispatch_uid="cx_comments_mail")
    signals.person_exported.connect(export_actions, dispatch_uid="cx_comments_export_acts")
    signals.person_erased.connect(erase_actions, dispatch_uid="cx_comments_erase_acts")
    signals.person_exported.connect(export_bans, dispatch_uid="cx_comments_export_bans")
    signals.person_exported.connect(export_notes, dispatch_uid="cx_comments_export_notes")
    signals.address_sought.connect(find_readers, dispatch_uid="cx_comments_sought")
    signals.addresses_asked.connect(get_addresses, dispatch_uid="cx_comments_addresses")
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


def export_comments(
    sender: Any, *, email: str, reader_ids: list[int], **kwargs: Any
) -> tuple[str, list[dict[str, Any]]]:
    from cx_feedback.comments import personal

    return "comments", personal.export_comments(reader_ids=reader_ids, email=email)


def erase_comments(
    sender: Any, *, email: str, reader_ids: list[int], **kwargs: Any
) -> tuple[str, int]:
    from cx_feedback.comments import services

    return "comments", services.erase_comments(reader_ids=reader_ids, email=email)


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


def refuse_unwanted_mail(sender: Any, deliveries: list[Delivery], **kwargs: Any) -> dict[int, str]:
    """Refuse emails to people who have stopped following, or about what is no longer public."""
    from cx_feedback.comments import services

    return {
        **services.follower_notifications.find_unwanted_deliveries(deliveries),
        **services.refusal_notices.find_unwanted_deliveries(deliveries),
        **services.waiting_alerts.find_unwanted_deliveries(deliveries),
    }


def export_actions(
    sender: Any, *, email: str, reader_ids: list[int], **kwargs: Any
) -> tuple[str, list[dict[str, Any]]]:
    """Return votes, flags and follows, each with its kind."""
    from cx_feedback.comments import personal

    return "comment_actions", personal.export_actions(reader_ids=reader_ids, email=email)


def export_bans(
    sender: Any, *, email: str, reader_ids: list[int], **kwargs: Any
) -> tuple[str, list[dict[str, Any]]]:
    from cx_feedback.comments import personal

    return "bans", personal.export_bans(reader_ids=reader_ids, email=email)


def count_decisions_of_thread(sender: Any, instance: Thread, **kwargs: Any) -> None:
    """Keep the counts of the log that is being deleted with a page."""
    from cx_feedback.comments.services.past_decisions import count_past_decisions

    count_past_decisions(Comment.objects.filter(thread=instance))


def export_notes(
    sender: Any, *, email: str, reader_ids: list[int], **kwargs: Any
) -> tuple[str, list[dict[str, Any]]]:
    from cx_feedback.comments import personal

    return "author_notes", personal.export_notes(reader_ids=reader_ids, email=email)


def find_readers(sender: Any, *, email: str, **kwargs: Any) -> set[int]:
    from cx_feedback.comments import personal

    return personal.find_readers_by_email(email)


def get_addresses(sender: Any, *, reader_ids: list[int], **kwargs: Any) -> dict[int, set[str]]:
    from cx_feedback.comments import personal

    return personal.get_addresses(reader_ids)


def erase_actions(
    sender: Any, *, email: str, reader_ids: list[int], **kwargs: Any
) -> tuple[str, int]:
    from cx_feedback.comments import selectors, services

    gone = services.votes.erase_votes(reader_ids=reader_ids)
    gone += services.flags.erase_flags(reader_ids=reader_ids)
    follows = selectors.get_follows_of_person(email=email, reader_ids=reader_ids)
    return "comment_actions", gone + follows.delete()[1].get(Follow._meta.label, 0)


def name_notices(batches: list[str]) -> dict[str, str]:
    from cx_feedback.comments.objections import refusal_mails

    return refusal_mails.name_notices(batches)


def name_alerts(ids: list[str]) -> dict[str, str]:
    from cx_feedback.comments.moderation import alert_mail

    return alert_mail.name_alerts(ids)


def name_outcomes(ids: list[str]) -> dict[str, str]:
    from cx_feedback.comments.objections import refusal_mails

    return refusal_mails.name_outcomes(ids)


def name_new_comment_mailings(ids: list[str]) -> dict[str, str]:
    """Return names of the emails about new comments, by comment ID."""
    return {pk: _("New comment %s, to followers") % pk for pk in ids}


def name_opt_in_mailings(ids: list[str]) -> dict[str, str]:
    """Return names of the opt-in emails, by follow ID."""
    return {pk: _("Confirmation of following, number %s") % pk for pk in ids}
